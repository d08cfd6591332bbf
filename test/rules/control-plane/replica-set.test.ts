import { describe, expect, test } from 'vitest';
import {
  getPodsToDelete,
  isDeletedBefore,
  sortVictims,
  type VictimPod,
} from '../../../src/rules/apps/pods-to-delete.ts';
import {
  availabilityRecheckUs,
  calculateReplicaSetStatus,
  countTerminatingPods,
  findMinNextPodAvailabilityCheck,
  isPodAvailable,
} from '../../../src/rules/apps/replica-set-status.ts';
import { manageReplicasDiff, slowStartBatch } from '../../../src/rules/apps/slow-start-batch.ts';
import { FEATURE_GATES, featureEnabled, featureStage } from '../../../src/rules/machinery/feature-gates.ts';
import {
  DEFAULT_ITEM_BACKOFF,
  ENDPOINT_SLICE_ITEM_BACKOFF,
  itemBackoffUs,
  KUBE_CONTROLLER_MANAGER_CLIENT,
  kubeletClientLimits,
  newTokenBucket,
  requeueRateLimited,
  takeToken,
  WORK_QUEUE_RETRY,
} from '../../../src/rules/machinery/rate-limiters.ts';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const now = 100 * 24 * HOUR;
const pod: VictimPod = {
  uid: 'b',
  nodeName: 'node-1',
  phase: 'Running',
  ready: true,
  readySinceUs: now - 10 * HOUR,
  createdUs: now - 10 * HOUR,
  podDeletionCost: 0,
  maxContainerRestarts: 0,
  maxSidecarRestarts: 0,
};
const defaults = { nowUs: now, podDeletionCost: true, logarithmicScaleDown: true, minor: 30 };
const at = (hours: number) => ({ readySinceUs: now - hours * HOUR });

describe('which of two Pods a ReplicaSet deletes first', () => {
  test.each([
    [
      'the one without a node, though it is ready',
      { nodeName: '' },
      0,
      { phase: 'Pending', ready: false },
      9,
    ],
    ['a Pending one before an Unknown one', { phase: 'Pending' }, 0, { phase: 'Unknown', ready: false }, 0],
    ['an unready expensive one before a ready cheap one', { ready: false, podDeletionCost: 9 }, 0, {}, 0],
    ['a cheap one, though it has fewer neighbours', { podDeletionCost: -1 }, 1, {}, 2],
    ['the one with more neighbours, though it is ready longer', at(90), 2, at(1), 1],
    ['the one that is ready for 2 h before the one of 5 h', at(2), 1, at(5), 1],
    ['of 5 h and 8 h (the same power of two) the smaller UID', { ...at(8), uid: 'a' }, 1, at(5), 1],
    ['the one whose readiness has no time', { readySinceUs: null, uid: 'z' }, 1, at(1), 1],
    ['the one with more restarts', { maxContainerRestarts: 2 }, 1, { maxContainerRestarts: 1 }, 1],
    ['the newer one', { createdUs: now - HOUR, uid: 'z' }, 1, {}, 1],
  ])('%s', (_row, first, firstRank, second, secondRank) => {
    const a = { pod: { ...pod, ...first }, rank: firstRank };
    const b = { pod: { ...pod, ...second }, rank: secondRank };
    expect([isDeletedBefore(a, b, defaults), isDeletedBefore(b, a, defaults)]).toEqual([true, false]);
  });

  test('restarts of sidecars count from 1.32 on', () => {
    const a = { pod: { ...pod, maxSidecarRestarts: 3 }, rank: 1 };
    const b = { pod, rank: 1 };
    expect(isDeletedBefore(a, b, { ...defaults, minor: 31 })).toBe(false);
    expect(isDeletedBefore(a, b, { ...defaults, minor: 32 })).toBe(true);
  });
  test('without the gate ages are compared as they are', () => {
    const a = { pod: { ...pod, ...at(5), uid: 'z' }, rank: 1 };
    const b = { pod: { ...pod, ...at(8) }, rank: 1 };
    expect(isDeletedBefore(a, b, defaults)).toBe(false);
    expect(isDeletedBefore(a, b, { ...defaults, logarithmicScaleDown: false })).toBe(true);
  });
  test('terminating and finished Pods are no neighbours', () => {
    const pods = [pod, { ...pod, uid: 'c', nodeName: 'node-2' }];
    const related = [
      { nodeName: 'node-1', phase: 'Running', deletionTimestamp: null },
      { nodeName: 'node-1', phase: 'Running', deletionTimestamp: 5 },
      { nodeName: 'node-1', phase: 'Failed', deletionTimestamp: null },
      { nodeName: 'node-2', phase: 'Running', deletionTimestamp: null },
      { nodeName: 'node-2', phase: 'Pending', deletionTimestamp: null },
    ];
    expect(getPodsToDelete(pods, related, 1, defaults).map(({ uid }) => uid)).toEqual(['c']);
  });
  test('when all go, nothing is sorted', () => {
    const pods = [pod, { ...pod, uid: 'c', ready: false }];
    expect(getPodsToDelete(pods, [], 2, defaults)).toEqual(pods);
  });
  test('the sort is right for any length', () => {
    for (const length of [0, 1, 12, 13, 24, 25, 100]) {
      const numbers = Array.from({ length }, (_, index) => (index * 37) % 101);
      expect(sortVictims(numbers, (a, b) => a < b)).toEqual([...numbers].sort((a, b) => a - b));
    }
  });
});

describe('the availability of Pods', () => {
  const ready = { ready: true, readyLastTransitionUs: 10 * SECOND };
  test.each([
    ['at the last instant of minReadySeconds: not yet in 1.33', ready, 5, 15 * SECOND, 33, false],
    ['at the last instant of minReadySeconds: from 1.34 on', ready, 5, 15 * SECOND, 34, true],
    ['a microsecond later in 1.33', ready, 5, 15 * SECOND + 1, 33, true],
    ['at once without minReadySeconds', { ...ready, readyLastTransitionUs: null }, 0, 0, 30, true],
    ['never without a transition time', { ...ready, readyLastTransitionUs: null }, 5, 99 * SECOND, 30, false],
    ['never while unready', { ...ready, ready: false }, 0, 99 * SECOND, 30, false],
  ])('%s', (_row, subject, minReadySeconds, nowUs, minor, expected) => {
    expect(isPodAvailable(subject, minReadySeconds, nowUs, minor)).toBe(expected);
  });

  const labelled = { ...ready, labels: { app: 'web', 'pod-template-hash': '1' } };
  const rs = { minReadySeconds: 5, templateLabels: { app: 'web', 'pod-template-hash': '1' } };
  test('a status counts active Pods; terminating ones are reported from 1.35 on', () => {
    const pods = [labelled, { ...labelled, ready: false, labels: { app: 'web' } }];
    const status = { replicas: 2, fullyLabeledReplicas: 1, readyReplicas: 1, availableReplicas: 0 };
    expect(calculateReplicaSetStatus(pods, ['x'], rs, 12 * SECOND, 34)).toEqual({
      ...status,
      terminatingReplicas: null,
    });
    expect(calculateReplicaSetStatus(pods, ['x'], rs, 12 * SECOND, 35)).toEqual({
      ...status,
      terminatingReplicas: 1,
    });
  });
  test('a finished Pod is not terminating', () => {
    const phases = ['Running', 'Pending', 'Succeeded'];
    expect(countTerminatingPods(phases.map((phase) => ({ phase, deletionTimestamp: 5 })))).toBe(2);
    expect(countTerminatingPods([{ phase: 'Running', deletionTimestamp: null }])).toBe(0);
  });
  test('the next look is for the Pod that is due first', () => {
    const later = { ready: true, readyLastTransitionUs: 12 * SECOND };
    expect(findMinNextPodAvailabilityCheck([later, ready], 5, 13 * SECOND)).toEqual({
      waitUs: 2 * SECOND,
      pod: ready,
    });
    expect(findMinNextPodAvailabilityCheck([later, ready], 5, 17 * SECOND)).toBeNull();
  });
  test('the recheck is a full minReadySeconds up to 1.33, and exact from 1.34 on', () => {
    const status = { readyReplicas: 1, availableReplicas: 0 };
    expect(availabilityRecheckUs(status, 1, [ready], 5, 12 * SECOND, 33)).toBe(5 * SECOND);
    expect(availabilityRecheckUs(status, 2, [ready], 5, 12 * SECOND, 33)).toBeNull();
    expect(availabilityRecheckUs(status, 2, [ready], 5, 12 * SECOND, 34)).toBe(3 * SECOND);
    expect(
      availabilityRecheckUs({ readyReplicas: 1, availableReplicas: 1 }, 1, [ready], 5, 0, 34),
    ).toBeNull();
  });
});

describe('batches of creates', () => {
  test.each([
    ['10 that succeed take 1, 2, 4 and 3', 10, 10, { successes: 10, calls: 10, error: false }],
    ['the batch with the first failure is the last', 10, 2, { successes: 2, calls: 3, error: true }],
    ['none to do', 0, 0, { successes: 0, calls: 0, error: false }],
  ])('%s', (_row, count, good, expected) => {
    expect(slowStartBatch(count, 1, (call) => call < good)).toEqual(expected);
  });
  test('a sync creates or deletes 500 at most', () => {
    expect([manageReplicasDiff(900, 0), manageReplicasDiff(0, 900), manageReplicasDiff(3, 5)]).toEqual([
      500, -500, -2,
    ]);
  });
});

describe('client-side throttling', () => {
  test('of 32 requests at once, 30 go, then one every 50 ms', () => {
    let bucket = newTokenBucket(KUBE_CONTROLLER_MANAGER_CLIENT, 0);
    const waits = Array.from({ length: 32 }, () => {
      const taken = takeToken(bucket, KUBE_CONTROLLER_MANAGER_CLIENT, 0);
      bucket = taken.bucket;
      return taken.waitUs;
    });
    expect(waits.slice(28)).toEqual([0, 0, 50_000, 100_000]);
    expect(takeToken(bucket, KUBE_CONTROLLER_MANAGER_CLIENT, 150_000).waitUs).toBe(0);
    expect(takeToken(bucket, KUBE_CONTROLLER_MANAGER_CLIENT, 149_999).waitUs).toBe(1);
  });
  test('a bucket never holds more than its burst', () => {
    const limits = { qps: 1, burst: 1 };
    const { bucket } = takeToken(newTokenBucket(limits, 0), limits, 3600 * SECOND);
    expect(takeToken(bucket, limits, 3600 * SECOND).waitUs).toBe(SECOND);
  });
  test('a kubelet has 5/10 in 1.26 and 50/100 from 1.27 on', () => {
    expect([kubeletClientLimits(26), kubeletClientLimits(27)]).toEqual([
      { qps: 5, burst: 10 },
      { qps: 50, burst: 100 },
    ]);
  });
});

describe('retries of a work queue', () => {
  test.each([
    ['the first retry of an EndpointSlice sync waits 1 s', 0, ENDPOINT_SLICE_ITEM_BACKOFF, SECOND],
    ['the fourth 8 s', 3, ENDPOINT_SLICE_ITEM_BACKOFF, 8 * SECOND],
    ['the back-off ends at 1000 s', 14, ENDPOINT_SLICE_ITEM_BACKOFF, 1000 * SECOND],
    ['other controllers start at 5 ms', 0, DEFAULT_ITEM_BACKOFF, 5_000],
  ])('%s', (_row, failures, backoff, expected) => {
    expect(itemBackoffUs(failures, backoff)).toBe(expected);
  });
  test('the shared bucket is waited for where it is slower', () => {
    const dry = { microTokens: -500_000, lastUs: 0 };
    expect(requeueRateLimited(0, DEFAULT_ITEM_BACKOFF, dry, 0)).toMatchObject({
      delayUs: 150_000,
      failures: 1,
    });
    const full = newTokenBucket(WORK_QUEUE_RETRY, 0);
    expect(requeueRateLimited(0, DEFAULT_ITEM_BACKOFF, full, 0).delayUs).toBe(5_000);
  });
  test('a key is dropped after 15 retries, unless there is no limit', () => {
    const bucket = newTokenBucket(WORK_QUEUE_RETRY, 0);
    expect(requeueRateLimited(14, ENDPOINT_SLICE_ITEM_BACKOFF, bucket, 0).delayUs).toBe(1000 * SECOND);
    expect(requeueRateLimited(15, ENDPOINT_SLICE_ITEM_BACKOFF, bucket, 0)).toMatchObject({
      delayUs: null,
      failures: 0,
    });
    expect(requeueRateLimited(99, DEFAULT_ITEM_BACKOFF, bucket, 0).delayUs).toBe(1000 * SECOND);
  });
});

describe('feature gates', () => {
  test.each([
    ['preStop sleep is unknown in 1.28', 'PodLifecycleSleepAction', 28, 'absent', false],
    ['preStop sleep is off in 1.29', 'PodLifecycleSleepAction', 29, 'alpha', false],
    ['preStop sleep is on from 1.30', 'PodLifecycleSleepAction', 30, 'beta', true],
    ['native sidecars are on from 1.29', 'SidecarContainers', 29, 'beta', true],
    ['stop signals are off in 1.36', 'ContainerStopSignals', 36, 'alpha', false],
    ['terminating endpoints are used in 1.26', 'ProxyTerminatingEndpoints', 26, 'beta', true],
    ['a gate that went keeps its behaviour', 'TopologyAwareHints', 36, 'removed', true],
  ] as const)('%s', (_row, gate, minor, stage, enabled) => {
    expect([featureStage(gate, minor), featureEnabled(gate, minor)]).toEqual([stage, enabled]);
  });
  test('the flag counts before GA, and not before the gate exists', () => {
    const off = { PodLifecycleSleepAction: false };
    expect([30, 34].map((minor) => featureEnabled('PodLifecycleSleepAction', minor, off))).toEqual([
      false,
      true,
    ]);
    const on = { PodLifecycleSleepAction: true };
    expect([28, 29].map((minor) => featureEnabled('PodLifecycleSleepAction', minor, on))).toEqual([
      false,
      true,
    ]);
  });
  test('the list is in alphabetical order', () => {
    expect([...FEATURE_GATES].sort()).toEqual(FEATURE_GATES);
  });
});
