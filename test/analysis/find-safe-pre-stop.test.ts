import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  findSafePreStop,
  type RouterInput,
  routers,
  runSeed,
  simulate,
} from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { withPreStopSeconds } from '../../src/scenario/variants.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { barePod, container, deployment, execScript, service, sleeps } from '../run/manifests.ts';

const deletion = [{ type: 'deletePod' as const, pod: 'web-1-0' }];

function behind(lag: RouterInput['lag'], options: { grace: number; drain?: Duration; replicas?: number }) {
  const { grace, drain = '0s', replicas = 3 } = options;
  return defineScenario({
    manifests: [deployment({ replicas, terminationGracePeriodSeconds: grace }), service()],
    cluster: { version: '1.36', nodes: 2 },
    delays: CONSTANT_DELAYS,
    apps: { web: { drain } },
    routers: [routers.fixedLag('lb', lag)],
    actions: deletion,
  });
}

describe('the safe interval', () => {
  it('is what running every second with every seed finds', () => {
    const sketch = fc.record({
      grace: fc.integer({ min: 2, max: 9 }),
      lagMs: fc.integer({ min: 0, max: 7000 }),
      spreadMs: fc.integer({ min: 0, max: 2000 }),
      drainS: fc.integer({ min: 0, max: 6 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(sketch, ({ grace, lagMs, spreadMs, drainS, seed }) => {
        const scenario = behind({ uniform: [lagMs, lagMs + spreadMs] }, { grace, drain: `${drainS}s` });
        const runs = 12;
        const safe = Array.from({ length: grace + 1 }, (_, seconds) =>
          Array.from({ length: runs }, (_, k) => runSeed(seed, k)).every(
            (each) =>
              simulate(withPreStopSeconds(scenario, seconds), { seed: each, trace: 'none' }).verdict.safe,
          ),
        );
        const answer = findSafePreStop(scenario, { runs, seed });
        if (answer.kind !== 'interval') expect(safe).not.toContain(true);
        else {
          expect(answer.minSeconds).toBe(safe.indexOf(true));
          expect(answer.maxSeconds).toBe(safe.lastIndexOf(true));
          expect(answer.recommendedSeconds).toBeGreaterThanOrEqual(answer.minSeconds);
          expect(answer.recommendedSeconds).toBeLessThanOrEqual(answer.maxSeconds);
        }
      }),
      { numRuns: tries(2), seed: 11 },
    );
  });

  it('names what decides each end, and runs that show it', () => {
    const answer = findSafePreStop(behind('4s', { grace: 30, drain: '20s' }), { runs: 10 });
    expect(answer).toMatchObject({ kind: 'interval', minSeconds: 5, maxSeconds: 9 });
    if (answer.kind !== 'interval') return;
    expect(answer.decidedBelow?.router).toBe('router/lb');
    expect(answer.decidedAbove).toMatchObject({ by: 'violation', violation: { kind: 'cutByKill' } });
    for (const { seconds, seed, safe } of answer.evidence.replays) {
      expect(
        simulate(withPreStopSeconds(behind('4s', { grace: 30, drain: '20s' }), seconds), { seed }).verdict
          .safe,
      ).toBe(safe);
    }
    expect(answer.evidence.replays.map(({ seconds }) => seconds)).toEqual([4, 10]);
    expect(answer.evidence.claim).toBe('0 failures in 10 runs: fewer than 26 % fail, at 95 %');
  });
});

describe('published incidents', () => {
  it('quay: a lag of up to 30 s: 30 s have no margin, 45 s have 15, and 90 s of grace hold 45 and a drain of 30', () => {
    const scenario = behind({ uniform: ['0s', '30s'] }, { grace: 90, drain: '30s' });
    const margins = (seconds: number) =>
      Math.min(
        ...Array.from({ length: 120 }, (_, k) => {
          const run = simulate(withPreStopSeconds(scenario, seconds), { seed: runSeed(0, k), trace: 'none' });
          return run.verdict.marginMs ?? Number.POSITIVE_INFINITY;
        }),
      );
    expect(Math.abs(margins(30))).toBeLessThan(500);
    expect(Math.abs(margins(45) - 15_000)).toBeLessThan(500);
    expect(findSafePreStop(scenario, { runs: 4 })).toMatchObject({ kind: 'interval', maxSeconds: 59 });
  });

  it('alb#1064: 25 s of sleep and 30 s of drain in 60 s are safe for a lag of up to 25 s', () => {
    const run = simulate(withPreStopSeconds(behind('24.9s', { grace: 60, drain: '30s' }), 25));
    expect(run.verdict.safe).toBe(true);
    expect(simulate(withPreStopSeconds(behind('25.5s', { grace: 60, drain: '30s' }), 25)).verdict.safe).toBe(
      false,
    );
    expect(findSafePreStop(behind('20s', { grace: 60, drain: '30s' }), { runs: 10 })).toMatchObject({
      maxSeconds: 29,
    });
  });

  it('alb#2366: an NLB of 120 s under a grace period of 30 has no safe value; raise it to 120 and the drain', () => {
    const answer = findSafePreStop(behind('120s', { grace: 30, drain: '5s' }), { runs: 10 });
    expect(answer).toMatchObject({ kind: 'none', reason: 'graceTooShort' });
    if (answer.kind !== 'none') return;
    // 120 and 5, one second for what comes before the lag, and one so that the end of the drain is not the moment of SIGKILL.
    expect(answer.raiseTerminationGracePeriodSecondsTo).toBe(127);
    const raised = (grace: number) => findSafePreStop(behind('120s', { grace, drain: '5s' }), { runs: 10 });
    expect(raised(127)).toMatchObject({ kind: 'interval', minSeconds: 121, maxSeconds: 121 });
    expect(raised(126)).toMatchObject({ kind: 'none', raiseTerminationGracePeriodSecondsTo: 127 });
  });

  it('spring: a preStop of 10 s and a drain of 30 s need 40 s of grace', () => {
    const at = (grace: number) =>
      simulate(withPreStopSeconds(behind('1s', { grace, drain: '30s' }), 10)).verdict;
    expect(at(30).violations.map(({ kind }) => kind)).toContain('cutByKill');
    expect(at(40).safe).toBe(false);
    expect(at(41).safe).toBe(true);
  });

  it('ingress-gce#769: a grace period of 180 s without preStop fails as one of 30 does', () => {
    const at = (grace: number) => simulate(behind('8s', { grace })).verdict;
    const windows = (grace: number) =>
      at(grace).violations.map(({ kind, fromMs, toMs }) => ({ kind, fromMs, toMs }));
    expect(windows(180)).toEqual(windows(30));
    expect(at(180).safe).toBe(false);
  });
});

describe('where no value is safe, the reason is said', () => {
  it('a bare Pod: nothing takes over', () => {
    const scenario = defineScenario({
      manifests: [barePod({ preStop: sleeps(5) }), service()],
      cluster: { version: '1.36' },
      delays: CONSTANT_DELAYS,
      actions: [{ type: 'deletePod', pod: 'web' }],
    });
    expect(findSafePreStop(scenario, { runs: 5 })).toMatchObject({
      kind: 'none',
      reason: 'noOtherEndpoint',
      raiseTerminationGracePeriodSecondsTo: null,
    });
  });

  it('one replica whose replacement is slow: the grace period that would hold it', () => {
    const scenario = defineScenario({
      manifests: [deployment({ replicas: 1, terminationGracePeriodSeconds: 10 }), service()],
      cluster: { version: '1.36' },
      delays: { ...CONSTANT_DELAYS, 'kubelet.startPod': '20s' },
      actions: deletion,
    });
    const answer = findSafePreStop(scenario, { runs: 5 });
    expect(answer).toMatchObject({ kind: 'none', reason: 'noOtherEndpoint' });
    if (answer.kind === 'none') expect(answer.raiseTerminationGracePeriodSecondsTo).toBeGreaterThan(20);
  });

  it('a drain that does not fit beside the hook', () => {
    const answer = findSafePreStop(behind('5s', { grace: 30, drain: '28s' }), { runs: 5 });
    expect(answer).toMatchObject({
      kind: 'none',
      reason: 'drainTooLong',
      raiseTerminationGracePeriodSecondsTo: 35,
    });
  });

  it('a Service that matches nothing', () => {
    const scenario = defineScenario({
      manifests: [deployment({}), service({ selector: { app: 'webb' } })],
      cluster: { version: '1.36' },
      actions: deletion,
    });
    expect(findSafePreStop(scenario, { runs: 5 })).toMatchObject({
      kind: 'notJudged',
      violation: { kind: 'nothingToJudge' },
    });
  });

  it('a hook that does something else', () => {
    const scenario = defineScenario({
      manifests: [deployment({ containers: [container({ preStop: execScript })] }), service()],
      cluster: { version: '1.36' },
      apps: { web: { preStop: { duration: '2s' } } },
      actions: deletion,
    });
    expect(findSafePreStop(scenario, { runs: 5 })).toMatchObject({ kind: 'none', reason: 'hookDoesMore' });
  });
});
