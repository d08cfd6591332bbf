import { describe, expect, test } from 'vitest';
import {
  apiTimestampUs,
  beforeDelete,
  checkGracefulDelete,
  deletePod,
  failedPrecondition,
  shouldDeleteDuringUpdate,
} from '../../../src/rules/apiserver/delete-pod.ts';
import {
  buildDisruptedPodMap,
  countHealthyPods,
  disruptionsAllowed,
  getExpectedPodCount,
} from '../../../src/rules/policy/disruption-budget.ts';
import {
  afterEvictionDelete,
  decideEviction,
  type EvictionBudget,
} from '../../../src/rules/policy/evict-pod.ts';

const SECOND = 1_000_000;
const pod = {
  nodeName: 'node-1',
  phase: 'Running',
  terminationGracePeriodSeconds: 30,
  finalizers: [],
  deletionTimestampUs: null,
  deletionGracePeriodSeconds: null,
  generation: 1,
};
const deleted = { ...pod, deletionTimestampUs: 60 * SECOND, deletionGracePeriodSeconds: 60 };

describe('the grace period of a DELETE', () => {
  test.each([
    ['the Pod’s own without a request', pod, null, 30],
    ['the request’s where there is one', pod, 5, 5],
    ['0 for a Pod without a node', { ...pod, nodeName: '' }, 5, 0],
    ['0 for a finished Pod', { ...pod, phase: 'Failed' }, 5, 0],
    ['1 where negative', { ...pod, terminationGracePeriodSeconds: -5 }, null, 1],
    ['0 where nobody says', { ...pod, terminationGracePeriodSeconds: null }, null, 0],
  ])('%s', (_row, subject, requested, expected) => {
    expect(checkGracefulDelete(subject, requested)).toBe(expected);
  });
});

describe('a second DELETE of a Pod that was deleted at 0 s with 60 s', () => {
  test.each([
    ['without a grace period changes nothing', null, 10, 30, 'unchanged', 60, 60],
    ['with as much as stored changes nothing', 60, 10, 30, 'unchanged', 60, 60],
    ['with more than is left, but less than stored, shortens', 55, 10, 30, 'terminating', 55, 55],
    ['that would end in the past is left there by 1.32', 20, 50, 32, 'terminating', 20, 20],
    ['that would end in the past ends now, with 1 s, from 1.33 on', 20, 50, 33, 'terminating', 50, 1],
    ['with 0 removes it', 0, 10, 33, 'removed', 10, 0],
    ['with a negative grace period means 1 s', -7, 0, 30, 'terminating', 1, 1],
  ])('%s', (_row, requested, nowSeconds, minor, outcome, deadlineSeconds, grace) => {
    const result = deletePod(deleted, requested, nowSeconds * SECOND, minor);
    expect(result.outcome).toBe(outcome);
    expect(result.pod.deletionTimestampUs).toBe(deadlineSeconds * SECOND);
    expect(result.pod.deletionGracePeriodSeconds).toBe(grace);
  });
});

describe('what watchers see of a DELETE', () => {
  const held = { ...pod, finalizers: ['example.com/hold'] };
  test.each([
    ['a graceful one: MODIFIED', pod, null, 'terminating', 'MODIFIED'],
    ['a forced one: MODIFIED, then DELETED', pod, 0, 'removed', 'MODIFIED DELETED'],
    ['an unscheduled Pod: as forced', { ...pod, nodeName: '' }, null, 'removed', 'MODIFIED DELETED'],
    ['forced, with a finalizer: MODIFIED only', held, 0, 'finalizing', 'MODIFIED'],
    [
      'again, once grace is 0: DELETED',
      { ...deleted, deletionGracePeriodSeconds: 0 },
      null,
      'removed',
      'DELETED',
    ],
    [
      'again, held and at grace 0: nothing',
      { ...held, deletionTimestampUs: 0, deletionGracePeriodSeconds: 0 },
      0,
      'finalizing',
      '',
    ],
  ])('%s', (_row, subject, requested, outcome, events) => {
    const result = deletePod(subject, requested, 5 * SECOND, 30);
    expect(result.outcome).toBe(outcome);
    expect(result.events.join(' ')).toBe(events);
  });
  test('the generation grows with the first DELETE only, and only where there is one', () => {
    expect(beforeDelete(pod, null, 0, 33).generation).toBe(2);
    expect(beforeDelete({ ...pod, generation: 0 }, null, 0, 32).generation).toBe(0);
    expect(beforeDelete(deleted, 10, 0, 33).generation).toBe(1);
  });
  test('removing the last finalizer deletes at grace 0 only', () => {
    expect(shouldDeleteDuringUpdate({ deletionGracePeriodSeconds: 0 }, { finalizers: [] })).toBe(true);
    expect(shouldDeleteDuringUpdate({ deletionGracePeriodSeconds: 30 }, { finalizers: [] })).toBe(false);
    expect(shouldDeleteDuringUpdate({ deletionGracePeriodSeconds: 0 }, { finalizers: ['a'] })).toBe(false);
  });
  test('timestamps lose their fraction, preconditions must hold', () => {
    expect(apiTimestampUs(30_999_999)).toBe(30 * SECOND);
    const object = { uid: 'u', resourceVersion: '7' };
    expect(failedPrecondition({ uid: 'v' }, object)).toBe('uid');
    expect(failedPrecondition({ uid: 'u', resourceVersion: '6' }, object)).toBe('resourceVersion');
    expect(failedPrecondition({ uid: 'u' }, object)).toBeNull();
  });
});

describe('an eviction', () => {
  const running = { name: 'web-1-0', phase: 'Running', deletionTimestamp: null, ready: true };
  const budget: EvictionBudget = {
    name: 'web',
    generation: 1,
    unhealthyPodEvictionPolicy: null,
    status: {
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      disruptedPods: {},
    },
  };
  const empty: EvictionBudget = {
    ...budget,
    status: { ...budget.status, disruptionsAllowed: 0, currentHealthy: 2 },
  };
  const lagging: EvictionBudget = { ...budget, generation: 2 };
  const always: EvictionBudget = {
    ...empty,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
    status: { ...empty.status, currentHealthy: 1 },
  };
  const verdict = (
    subject: typeof running,
    budgets: readonly EvictionBudget[],
    minor = 30,
  ): number | 'delete' => {
    const decision = decideEviction(subject, budgets, 5, minor);
    return decision.kind === 'delete' ? 'delete' : decision.refusal.code;
  };
  const unready = { ...running, ready: false };
  test.each([
    ['goes ahead without a budget', running, [], 30, 'delete'],
    ['goes ahead within the budget', running, [budget], 30, 'delete'],
    ['is refused when none is left', running, [empty], 30, 429],
    ['is refused while the budget’s controller lags', running, [lagging], 30, 429],
    ['is refused where two budgets match', running, [budget, budget], 30, 500],
    ['ignores the budget for a pending Pod', { ...running, phase: 'Pending' }, [empty], 30, 'delete'],
    ['spares the budget for an unready Pod while enough are healthy', unready, [empty], 30, 'delete'],
    [
      'of an unready Pod is refused while too few are healthy',
      unready,
      [{ ...always, unhealthyPodEvictionPolicy: null }],
      30,
      429,
    ],
    ['of an unready Pod passes under AlwaysAllow from 1.27 on', unready, [always], 27, 'delete'],
    ['of an unready Pod does not in 1.26', unready, [always], 26, 429],
  ] as const)('%s', (_row, subject, budgets, minor, expected) => {
    expect(verdict(subject, budgets, minor)).toBe(expected);
  });
  test.each([
    ['is told that two budgets match', running, [budget, budget], 'more than one PodDisruptionBudget'],
    ['is told that none is left', running, [empty], 'violate the pod'],
  ] as const)('that is refused %s', (_row, subject, budgets, message) => {
    expect(decideEviction(subject, budgets, 5, 30)).toMatchObject({
      refusal: { message: expect.stringContaining(message) },
    });
  });
  test('of an unready Pod is refused where the budget asks for nobody, and nothing is left of it', () => {
    const status = { ...empty.status, currentHealthy: 0, desiredHealthy: 0 };
    expect(verdict(unready, [{ ...empty, status }])).toBe(429);
  });
  test.each([
    [
      'within the budget: takes from it, and deletes whatever the Pod has become',
      running,
      budget,
      false,
      true,
    ],
    ['beside the budget: takes nothing, and deletes only the Pod that was read', unready, empty, true, false],
  ] as const)('%s', (_row, subject, of, pinsResourceVersion, takes) => {
    const decision = decideEviction(subject, [of], 5, 30);
    expect(decision).toMatchObject({
      kind: 'delete',
      ignoresBudget: false,
      pinsResourceVersion,
      budgetName: 'web',
    });
    expect(decision.kind === 'delete' && decision.budgetStatus !== null).toBe(takes);
  });
  test('takes one disruption and names the Pod before the delete', () => {
    expect(decideEviction(running, [budget], 5, 30)).toMatchObject({
      budgetStatus: { disruptionsAllowed: 0, disruptedPods: { 'web-1-0': 5 } },
    });
  });
  test('says how many Pods the budget lacks, and asks for patience only while its controller lags', () => {
    expect(decideEviction(running, [empty], 5, 30)).toMatchObject({
      refusal: {
        cause: 'The disruption budget web needs 2 healthy pods and has 2 currently',
        retryAfterSeconds: null,
      },
    });
    expect(decideEviction(running, [lagging], 5, 30)).toMatchObject({ refusal: { retryAfterSeconds: 10 } });
  });
  test('on conflict: a pending Pod is read again 20 times, an unready one becomes a 429', () => {
    const pending = decideEviction({ ...running, phase: 'Pending' }, [], 5, 30);
    const spared = decideEviction(unready, [empty], 5, 30);
    if (pending.kind !== 'delete' || spared.kind !== 'delete') throw new Error('both must be allowed');
    expect(afterEvictionDelete(pending, 'conflict', false, 19)).toBe('retry');
    expect(afterEvictionDelete(pending, 'conflict', false, 20)).toBe('error');
    expect(afterEvictionDelete(pending, 'conflict', true, 1)).toBe('error');
    expect(afterEvictionDelete(spared, 'conflict', false, 1)).toBe('tooManyRequests');
    expect(afterEvictionDelete(spared, 'deleted', false, 1)).toBe('success');
  });
});

describe('a PodDisruptionBudget', () => {
  test.each([
    ['maxUnavailable 25 % of 7 rounds up to 2', { maxUnavailable: '25%', minAvailable: null }, 7, 7, 5],
    ['minAvailable 50 % of 7 rounds up to 4', { maxUnavailable: null, minAvailable: '50%' }, 7, 7, 4],
    [
      'an integer minAvailable counts the Pods that match',
      { maxUnavailable: null, minAvailable: 2 },
      7,
      9,
      2,
    ],
    ['maxUnavailable beyond the scale asks for none', { maxUnavailable: 9, minAvailable: null }, 7, 7, 0],
  ])('%s', (_row, spec, scale, expectedCount, desiredHealthy) => {
    expect(getExpectedPodCount(spec, 9, scale)).toEqual({ expectedCount, desiredHealthy });
  });
  test('a malformed percentage gives nothing', () => {
    expect(getExpectedPodCount({ maxUnavailable: 'half', minAvailable: null }, 1, 1)).toBeNull();
  });
  test('terminating, unready and just evicted Pods are not healthy', () => {
    const pods = [
      { name: 'a', deletionTimestamp: null, ready: true },
      { name: 'b', deletionTimestamp: 9, ready: true },
      { name: 'c', deletionTimestamp: null, ready: false },
      { name: 'd', deletionTimestamp: null, ready: true },
    ];
    expect(countHealthyPods(pods, { d: 0 }, 119 * SECOND)).toBe(1);
    expect(countHealthyPods(pods, { d: 0 }, 120 * SECOND)).toBe(2);
    expect(buildDisruptedPodMap(pods, { b: 5, d: 7 }, 10)).toEqual({
      disruptedPods: { d: 7 },
      recheckUs: 120 * SECOND + 7,
    });
    expect(buildDisruptedPodMap(pods, { d: 0 }, 121 * SECOND)).toEqual({
      disruptedPods: {},
      recheckUs: null,
    });
  });
  test('allows what is healthy beyond what must be', () => {
    expect(disruptionsAllowed(5, 3, 5)).toBe(2);
    expect(disruptionsAllowed(2, 3, 5)).toBe(0);
    expect(disruptionsAllowed(2, 0, 0)).toBe(0);
  });
});
