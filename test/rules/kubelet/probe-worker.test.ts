import { describe, expect, it } from 'vitest';
import {
  firstEffectiveProbeMs,
  firstProbeDelayMs,
  nextProbeAttemptUs,
  probeTickUs,
  tickerStartAfterTriggerUs,
} from '../../../src/rules/kubelet/probe-ticker.ts';
import {
  doProbe,
  NEW_PROBE_WORKER,
  type ProbeAttempt,
  type ProbeType,
} from '../../../src/rules/kubelet/probe-worker.ts';

const container = { containerID: 'a', state: 'running', started: true, secondsSinceStart: 60 } as const;
const attempt = (probeType: ProbeType, more: Partial<ProbeAttempt> = {}): ProbeAttempt => ({
  probeType,
  initialDelaySeconds: 0,
  successThreshold: 1,
  failureThreshold: 3,
  podPhase: 'Running',
  podDeletionTimestampSet: false,
  restartPolicy: 'Always',
  sidecar: false,
  container: { ...container, started: probeType !== 'startup' },
  handler: () => 'Success',
  minor: 36,
  ...more,
});

/** Result, whether the worker goes on, whether it probed. */
const once = (probeAttempt: ProbeAttempt) => {
  const { state, keepGoing, probed } = doProbe(NEW_PROBE_WORKER, probeAttempt);
  return [state.result, keepGoing, probed];
};

/** The results after a row of answers, `S`, `F` or `E` (prober error). */
const row = (answers: string, probeType: ProbeType, more: Partial<ProbeAttempt> = {}) => {
  let state = NEW_PROBE_WORKER;
  const states = [...answers].map((letter) => {
    const answer = letter === 'S' ? 'Success' : letter === 'F' ? 'Failure' : 'error';
    state = doProbe(state, attempt(probeType, { handler: () => answer, ...more })).state;
    return state;
  });
  return { results: states.map(({ result }) => result?.[0]).join(''), onHold: state.onHold };
};

describe('doProbe', () => {
  const waiting = { ...container, state: 'waiting' } as const;
  const ended = { ...container, state: 'terminated', exitCode: 0 } as const;
  it.each([
    ['knows no Pod: waits', attempt('readiness', { podPhase: null }), [null, true, false]],
    ['finds the Pod finished: ends', attempt('liveness', { podPhase: 'Succeeded' }), [null, false, false]],
    ['finds no container: waits', attempt('readiness', { container: null }), [null, true, false]],
    ['finds it waiting: Failure', attempt('liveness', { container: waiting }), ['Failure', true, false]],
    [
      'finds it ended, to be restarted: goes on',
      attempt('readiness', { container: ended }),
      ['Failure', true, false],
    ],
    [
      'finds it ended for good: ends',
      attempt('readiness', { container: ended, restartPolicy: 'Never' }),
      ['Failure', false, false],
    ],
    [
      'from 1.35 an exit with 0 under OnFailure is for good',
      attempt('readiness', { container: ended, restartPolicy: 'OnFailure' }),
      ['Failure', false, false],
    ],
    [
      'up to 1.34 it was not',
      attempt('readiness', { container: ended, restartPolicy: 'OnFailure', minor: 34 }),
      ['Failure', true, false],
    ],
    [
      'goes on with a sidecar that ended',
      attempt('readiness', { container: ended, restartPolicy: 'Never', sidecar: true }),
      ['Failure', true, false],
    ],
    [
      'liveness of a Pod being deleted: Success, ends',
      attempt('liveness', { podDeletionTimestampSet: true, handler: () => 'Failure' }),
      ['Success', false, false],
    ],
    [
      'readiness of a Pod being deleted: as ever',
      attempt('readiness', { podDeletionTimestampSet: true }),
      ['Success', true, true],
    ],
    [
      'is 4.9 s old with a delay of 5: waits',
      attempt('readiness', { initialDelaySeconds: 5, container: { ...container, secondsSinceStart: 4.9 } }),
      ['Failure', true, false],
    ],
    [
      'is not started: readiness waits',
      attempt('readiness', { container: { ...container, started: false } }),
      ['Failure', true, false],
    ],
    ['is started: startup waits', attempt('startup', { container }), ['Unknown', true, false]],
    ['probes', attempt('startup'), ['Success', true, true]],
  ] as const)('%s', (_, probeAttempt, expected) => {
    expect(once(probeAttempt)).toEqual(expected);
  });

  it.each([
    ['readiness turns after one success', 'SFS', 'readiness', {}, 'SSS', false],
    ['readiness turns after three failures in a row', 'SFFSFFF', 'readiness', {}, 'SSSSSSF', false],
    ['errors of the prober neither count nor reset', 'SFEFEF', 'readiness', {}, 'SSSSSF', false],
    [
      'readiness needs its successThreshold',
      'SSSF',
      'readiness',
      { successThreshold: 2, failureThreshold: 1 },
      'FSSF',
      false,
    ],
    ['liveness holds after its failure', 'FFFSS', 'liveness', {}, 'SSFFF', true],
    ['startup holds after success from 1.32', 'SFFF', 'startup', {}, 'SSSS', true],
    ['startup does not up to 1.31', 'SFFF', 'startup', { minor: 31 }, 'SSSF', true],
    ['startup is Unknown until it fails for good', 'FFF', 'startup', {}, 'UUF', true],
  ] as const)('%s', (_, answers, probeType, more, results, onHold) => {
    expect(row(answers, probeType, more)).toEqual({ results, onHold });
  });

  it('starts over with a new container', () => {
    const failed = row('FFF', 'liveness');
    expect(failed.onHold).toBe(true);
    const held = { ...NEW_PROBE_WORKER, containerID: 'a', result: 'Failure', onHold: true } as const;
    const next = doProbe(held, attempt('liveness', { container: { ...container, containerID: 'b' } })).state;
    expect(next).toMatchObject({ containerID: 'b', result: 'Success', onHold: false });
  });

  it('gives a container that outlived the kubelet no first result from 1.35', () => {
    const old = { ...container, startedSecondsBeforeKubelet: 11 };
    const failing = (minor: number) =>
      attempt('readiness', { container: old, handler: () => 'Failure', minor });
    expect(once(failing(35))[0]).toBeNull();
    expect(once(failing(34))[0]).toBe('Failure');
  });
});

describe('when a probe worker attempts', () => {
  it.each([
    ['at once in a kubelet that is long up', 10, 60_000, 0],
    ['after a part of its period in a fresh one', 10, 5000, 2500],
  ] as const)('first %s', (_, periodSeconds, kubeletUpMs, expected) => {
    expect(firstProbeDelayMs({ periodSeconds, kubeletUpMs, fraction: 0.25 })).toBe(expected);
  });

  it.each([
    ['at the next tick', 1000, 1100, 11_000],
    ['at the tick after a manual attempt', 4200, 4300, 11_000],
    ['at once after an attempt that outlasted a tick', 1000, 12_500, 12_500],
  ] as const)('next %s', (_, attemptStartMs, attemptEndMs, expectedMs) => {
    const attempt = { attemptStartUs: attemptStartMs * 1000, attemptEndUs: attemptEndMs * 1000 };
    const next = nextProbeAttemptUs({ tickerStartUs: 1_000_000, periodUs: 10_000_000, ...attempt });
    expect(next).toBe(expectedMs * 1000);
  });

  it.each([
    ['the start of its ticker is a tick', 5, 5],
    ['before it there is none', 1, 5],
    ['a tick that is now counts', 25, 25],
    ['else the next one', 26, 35],
  ] as const)('%s', (_, fromUs, expected) => {
    expect(probeTickUs({ tickerStartUs: 5, periodUs: 10, fromUs })).toBe(expected);
  });

  it('counts from a manual trigger from 1.32', () => {
    const from = (minor: number) =>
      tickerStartAfterTriggerUs({ tickerStartUs: 0, triggeredAtUs: 4200, minor });
    expect([from(31), from(32)]).toEqual([0, 4200]);
  });

  it('first effectively within one period after the delay', () => {
    const span = { earliestMs: 5000, latestMs: 15_000 };
    expect(firstEffectiveProbeMs({ initialDelaySeconds: 5, periodSeconds: 10 })).toEqual(span);
  });
});
