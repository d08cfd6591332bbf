import { describe, expect, test } from 'vitest';
import type { RunnerConfig } from '../../../src/rules/proxy/bounded-frequency-runner.ts';
import {
  kubeProxyRunnerConfig,
  requestRun,
  retryAfter,
  runFinished,
  startRunner,
  timerFired,
  wakeAtUs,
} from '../../../src/rules/proxy/bounded-frequency-runner.ts';
import { runTimeline } from '../../../src/rules/proxy/bounded-frequency-timeline.ts';

const S = 1_000_000;
const IPTABLES = { mode: 'iptables', minSyncPeriodUs: S, syncPeriodUs: 30 * S } as const;
const OLD = kubeProxyRunnerConfig(IPTABLES, 33);
const NEW = kubeProxyRunnerConfig(IPTABLES, 34);

const starts = (
  config: RunnerConfig,
  callsMs: number[],
  fnMs: number,
  endMs: number,
  failing: number[] = [],
) =>
  runTimeline({
    config,
    calls: callsMs.map((ms) => ({ atUs: ms * 1000, op: 'Run' as const })),
    fnDurationUs: fnMs * 1000,
    failingRunIndexes: failing,
    endUs: endMs * 1000,
  }).runStartsUs.map((us) => us / 1000);

test('the generation changes with 1.34', () => {
  expect([OLD.algorithm, NEW.algorithm]).toEqual(['token-bucket', 'single-flight-cooldown']);
});

test('the longest time between runs is an hour, in ipvs syncPeriod', () => {
  expect(NEW.maxIntervalUs).toBe(3600 * S);
  expect(kubeProxyRunnerConfig({ ...IPTABLES, mode: 'ipvs' }, 30).maxIntervalUs).toBe(30 * S);
});

describe('up to 1.33: a token bucket', () => {
  test.each([
    ['a saved token makes two runs follow without a pause', [0, 100], 700, [0, 700]],
    ['the third waits a second from the end of the second', [0, 100, 350], 300, [0, 300, 1600]],
    [
      'a stream of calls gets a run a second after the last start',
      [0, 10, 20, 1000, 1010],
      5,
      [0, 10, 1000, 2005],
    ],
    ['two idle seconds fill the bucket', [0, 10, 20, 4000, 4010], 5, [0, 10, 1015, 4000, 4010]],
  ])('%s', (_, calls, fn, expected) => {
    expect(starts(OLD, calls, fn, 10_000)).toEqual(expected);
  });

  test('a failed run is repeated 30 s after it ended', () => {
    expect(starts(OLD, [0], 500, 60_000, [0])).toEqual([0, 30_500]);
  });

  test('any later run cancels the retry', () => {
    expect(starts(OLD, [0, 5000], 500, 60_000, [0])).toEqual([0, 5000]);
  });

  test('a retry that finds no token waits until one is there, not longer', () => {
    const config = { ...OLD, minIntervalUs: 10 * S, retryIntervalUs: 2 * S };
    expect(starts(config, [0, 1], 0, 60_000, [1])).toEqual([0, 1, 10_000]);
  });

  test('RetryAfter from outside sets the timer if that is sooner', () => {
    const state = retryAfter(startRunner(OLD, 0), 0, 5 * S);
    expect(wakeAtUs(state)).toBe(5 * S);
    expect(retryAfter(state, 0, 6 * S)).toBe(state);
    expect(timerFired(OLD, state, 5 * S).starts).toBe(1);
  });
});

describe('from 1.34: one run and a cool-down', () => {
  test.each([
    ['an idle runner runs at once', [250], 700, [250]],
    ['a call while it runs waits for run and cool-down', [0, 100], 700, [0, 1700]],
    ['calls in the cool-down make one run at its end', [0, 800, 900, 1600], 700, [0, 1700]],
    ['a call after it runs at once', [0, 1800], 700, [0, 1800]],
    ['never back to back, however long it was idle', [5000, 5000], 0, [5000, 6000]],
  ])('%s', (_, calls, fn, expected) => {
    expect(starts(NEW, calls, fn, 10_000)).toEqual(expected);
  });

  test('a failed run is repeated 30 s after it ended, unless one comes before', () => {
    expect(starts(NEW, [0], 500, 60_000, [0])).toEqual([0, 30_500]);
    expect(starts(NEW, [0, 5000], 500, 60_000, [0])).toEqual([0, 5000]);
  });

  test('a retry does not cut the cool-down short', () => {
    const config = { ...NEW, minIntervalUs: 5 * S, retryIntervalUs: S };
    expect(starts(config, [0], 0, 9000, [0])).toEqual([0, 5000]);
  });

  test('a cool-down wants no timer before there is a token', () => {
    const running = requestRun(NEW, startRunner(NEW, 0), 0);
    expect(wakeAtUs(running)).toBeNull();
    const cooling = runFinished(NEW, running, 100, false);
    expect(wakeAtUs(cooling)).toBe(100 + 3600 * S);
    const waiting = requestRun(NEW, cooling, 200);
    expect(wakeAtUs(waiting)).toBe(100 + S);
    expect(requestRun(NEW, waiting, 300)).toBe(waiting);
    expect(timerFired(NEW, waiting, 300)).toBe(waiting);
    expect(timerFired(NEW, waiting, 100 + S).starts).toBe(2);
  });
});

test.each([
  ['1.33', OLD, [3_600_000, 7_200_005]],
  ['1.34', NEW, [3_600_000, 7_200_005]],
])('%s: nobody asks for an hour, so it runs', (_, config, expected) => {
  expect(starts(config, [], 5, 7_300_000)).toEqual(expected);
});

test('a state of one generation is refused by the other', () => {
  expect(() => requestRun(NEW, startRunner(OLD, 0), 0)).toThrow('algorithm');
});
