import { describe, expect, test } from 'vitest';
import {
  deploymentComplete,
  deploymentProgressing,
  deploymentTimedOut,
  requeueStuckDeployment,
  syncRolloutStatus,
} from '../../../src/rules/apps/deployment-progress.ts';
import {
  findActiveOrLatest,
  getReplicaSetFraction,
  isScalingEvent,
  scaleDeployment,
} from '../../../src/rules/apps/proportional-scale.ts';
import { recreateStep } from '../../../src/rules/apps/recreate.ts';
import {
  cleanupUnhealthyReplicas,
  maxSurgeOf,
  maxUnavailableOf,
  minAvailableOf,
  newRSNewReplicas,
  reconcileNewReplicaSet,
  reconcileOldReplicaSets,
  resolveFenceposts,
} from '../../../src/rules/apps/rolling-update.ts';

const SECOND = 1_000_000;
const rolling = (
  replicas: number,
  maxSurge: number | string = '25%',
  maxUnavailable: number | string = '25%',
) => ({
  replicas,
  strategyType: 'RollingUpdate' as const,
  maxSurge,
  maxUnavailable,
  statusReplicas: replicas,
});
const rs = (name: string, age: number, specReplicas: number, statusAvailableReplicas = specReplicas) => ({
  name,
  creationTimestampUs: -age,
  specReplicas,
  statusAvailableReplicas,
  desiredReplicasAnnotation: null as number | null,
  maxReplicasAnnotation: null as number | null,
});
const sizes = (sets: readonly { readonly name: string; readonly specReplicas: number }[]) =>
  sets.map(({ name, specReplicas }) => `${name}=${specReplicas}`).join(' ');

describe('surge and unavailability', () => {
  test.each([
    ['25 % of 1: one more, none missing', '25%', '25%', 1, 1, 0],
    ['25 % of 5: surge rounds up, unavailable down', '25%', '25%', 5, 2, 1],
    ['0 and 0 %: one may be missing', 0, '0%', 5, 0, 1],
    ['nothing given: one may be missing', null, null, 5, 0, 1],
    ['30 % of 0: one may be missing', '30%', '30%', 0, 0, 1],
  ])('%s', (_row, maxSurge, maxUnavailable, replicas, surge, unavailable) => {
    expect(resolveFenceposts(maxSurge, maxUnavailable, replicas)).toEqual({ surge, unavailable });
  });
  test('a number in quotes is no percentage', () => {
    expect(resolveFenceposts('1', '25%', 4)).toBeNull();
  });
  test('unavailability is capped at the replicas, and Recreate has neither', () => {
    expect([maxUnavailableOf(rolling(3, 1, 9)), minAvailableOf(rolling(3, 1, 9))]).toEqual([3, 0]);
    const recreate = { ...rolling(3), strategyType: 'Recreate' as const };
    expect([maxSurgeOf(recreate), maxUnavailableOf(recreate), minAvailableOf(recreate)]).toEqual([0, 0, 0]);
  });
});

describe('the first sync of a rollout with the defaults, all old Pods available', () => {
  test.each([
    [1, 1, 1],
    [2, 1, 2],
    [4, 1, 3],
    [5, 2, 4],
    [10, 3, 8],
    [20, 5, 15],
  ])('%i replicas: %i new, %i old', (replicas, newSize, oldSize) => {
    const deployment = rolling(replicas);
    expect(newRSNewReplicas(deployment, replicas, 0)).toBe(newSize);
    const created = { specReplicas: newSize, statusAvailableReplicas: 0 };
    const scaled = reconcileOldReplicaSets(deployment, [rs('old', 1, replicas)], created);
    expect(scaled.replicaSets[0]?.specReplicas).toBe(oldSize);
  });
});

describe('one sync of a rolling update', () => {
  test.each([
    ['fills the room', rolling(10, 2, 0), 10, 4, 6],
    ['never exceeds the replicas', rolling(10, 5, 0), 9, 8, 10],
    ['shrinks a new ReplicaSet that is too large', rolling(3), 9, 8, 3],
    ['stays where there is no room', rolling(10, 1, 0), 11, 4, 4],
  ])('the new ReplicaSet %s', (_row, deployment, all, size, expected) => {
    expect(reconcileNewReplicaSet(deployment, all, size)).toBe(expected);
  });
  test('takes unavailable old Pods first, oldest ReplicaSet first', () => {
    const olds = [rs('b', 1, 5, 5), rs('a', 2, 5, 3)];
    const scaled = reconcileOldReplicaSets(rolling(10, 0, 3), olds, {
      specReplicas: 0,
      statusAvailableReplicas: 0,
    });
    expect([sizes(scaled.replicaSets), scaled.scaledDownCount]).toEqual(['a=2 b=5', 3]);
  });
  test('takes none while the new Pods are not available', () => {
    const scaled = reconcileOldReplicaSets(rolling(4, 1, 0), [rs('a', 1, 4)], {
      specReplicas: 1,
      statusAvailableReplicas: 0,
    });
    expect([sizes(scaled.replicaSets), scaled.scaledDownCount]).toEqual(['a=4', 0]);
  });
  test('gives up where a stale status has more available than specified, keeping what it wrote', () => {
    const cleaned = cleanupUnhealthyReplicas([rs('a', 3, 2, 1), rs('b', 2, 1, 2), rs('c', 1, 2, 0)], 9);
    expect([sizes(cleaned.replicaSets), cleaned.failed]).toEqual(['a=1 b=1 c=2', true]);
  });
});

describe('scaling in the middle of a rollout', () => {
  const annotated = (name: string, age: number, size: number, max: number) => ({
    ...rs(name, age, size, 0),
    desiredReplicasAnnotation: max,
    maxReplicasAnnotation: max,
  });
  test.each([
    [
      'shares 5 → 10 in proportion',
      rolling(10, 0, 0),
      annotated('new', 1, 2, 5),
      [annotated('old', 2, 3, 5)],
      { old: 6, new: 4 },
    ],
    [
      'gives the rest to the newest of equal ones',
      rolling(4, 0, 0),
      annotated('new', 1, 1, 3),
      [annotated('old', 2, 1, 3), annotated('older', 3, 1, 3)],
      { new: 2 },
    ],
    [
      'takes from the oldest of equal ones',
      rolling(2, 0, 0),
      annotated('new', 1, 1, 3),
      [annotated('old', 2, 1, 3), annotated('older', 3, 1, 3)],
      { older: 0 },
    ],
    [
      'scales the only active one',
      rolling(7, 0, 0),
      annotated('new', 1, 5, 5),
      [annotated('old', 2, 0, 5)],
      { new: 7 },
    ],
    [
      'revives the newest where none is active',
      rolling(2, 0, 0),
      null,
      [annotated('older', 3, 0, 2), annotated('old', 2, 0, 2)],
      { old: 2 },
    ],
    [
      'ends the old ones where the new one is saturated',
      rolling(2, 1, 1),
      { ...annotated('new', 1, 2, 2), statusAvailableReplicas: 2 },
      [annotated('old', 2, 1, 2)],
      { old: 0 },
    ],
    [
      'takes all to 0',
      rolling(0, 0, 0),
      annotated('new', 1, 2, 5),
      [annotated('old', 2, 3, 5)],
      { old: 0, new: 0 },
    ],
  ])('%s', (_row, deployment, newRS, oldRSs, expected) => {
    expect(scaleDeployment(deployment, newRS, oldRSs, 30)).toEqual(expected);
  });
  test('a max-replicas annotation of 0 counts as missing from 1.32 on', () => {
    const set = { specReplicas: 50, maxReplicasAnnotation: 0 };
    expect(getReplicaSetFraction(set, { ...rolling(120, 0, 1), statusReplicas: 100 }, 32)).toBe(10);
    expect(
      getReplicaSetFraction(
        { ...set, maxReplicasAnnotation: null },
        { ...rolling(9), statusReplicas: 0 },
        32,
      ),
    ).toBe(0);
    expect(getReplicaSetFraction(set, { ...rolling(120, 0, 1), statusReplicas: 100 }, 31)).toBeGreaterThan(
      1e9,
    );
  });
  test('is told by the annotation of an active ReplicaSet', () => {
    expect(isScalingEvent(5, [annotated('a', 1, 3, 5)])).toBe(false);
    expect(isScalingEvent(6, [annotated('a', 1, 3, 5)])).toBe(true);
    expect(isScalingEvent(6, [annotated('a', 1, 0, 5)])).toBe(false);
  });
});

describe('one sync of Recreate', () => {
  test.each([
    ['scales the old down first', [3], [3], ['Running'], 'scaleDownOld'],
    ['waits while the status still has replicas', [0], [1], [], 'wait'],
    ['waits for a Pod that is still terminating', [0], [0], ['Running'], 'wait'],
    ['waits for a Pod of unknown phase', [0], [0], ['Unknown'], 'wait'],
    ['goes on once all are finished', [0], [0], ['Succeeded', 'Failed'], 'scaleUpNew'],
  ])('%s', (_row, specs, statuses, phases, expected) => {
    expect(recreateStep(specs, statuses, phases)).toBe(expected);
  });
});

describe('the progress of a rollout', () => {
  const counts = (
    replicas: number,
    updatedReplicas: number,
    readyReplicas: number,
    availableReplicas: number,
  ) => ({
    replicas,
    updatedReplicas,
    readyReplicas,
    availableReplicas,
  });
  test.each([
    ['more updated Pods', counts(4, 3, 4, 4), true],
    ['an old Pod gone', counts(3, 2, 4, 4), true],
    ['a Pod more ready', counts(4, 2, 5, 4), true],
    ['a Pod more available', counts(4, 2, 4, 5), true],
    ['fewer ready Pods', counts(4, 2, 3, 3), false],
    ['fewer updated Pods', counts(4, 1, 4, 4), false],
  ])('%s', (_row, newStatus, expected) => {
    expect(deploymentProgressing(counts(4, 2, 4, 4), newStatus)).toBe(expected);
  });
  test('is complete when all are updated, available and observed, and none is old', () => {
    expect(deploymentComplete(3, counts(3, 3, 3, 3), 2, 2)).toBe(true);
    expect(deploymentComplete(3, counts(3, 3, 3, 3), 3, 2)).toBe(false);
    expect(deploymentComplete(3, counts(4, 3, 4, 4), 2, 2)).toBe(false);
    expect(deploymentComplete(3, counts(3, 3, 3, 2), 2, 2)).toBe(false);
  });

  const condition = {
    status: 'True' as const,
    reason: 'ReplicaSetUpdated',
    lastUpdateUs: 10 * SECOND,
    lastTransitionUs: 0,
  };
  test('runs out of time strictly after the deadline', () => {
    expect(deploymentTimedOut(60, condition, 70 * SECOND)).toBe(false);
    expect(deploymentTimedOut(60, condition, 70 * SECOND + 1)).toBe(true);
    expect(deploymentTimedOut(null, condition, 99 * SECOND)).toBe(false);
    expect(deploymentTimedOut(60, { ...condition, reason: 'NewReplicaSetAvailable' }, 99 * SECOND)).toBe(
      false,
    );
  });
  const stuck = { replicas: 3, progressDeadlineSeconds: 60, progressing: condition };
  test.each([
    ['1 s after the deadline', stuck, 40 * SECOND, { afterUs: 31 * SECOND }],
    ['at once where less than 1 s is left', stuck, 69 * SECOND + 1, 'rateLimitedNow'],
    ['never without a deadline', { ...stuck, progressDeadlineSeconds: 2_147_483_647 }, 0, 'none'],
    [
      'never once it timed out',
      { ...stuck, progressing: { ...condition, reason: 'ProgressDeadlineExceeded' } },
      0,
      'none',
    ],
  ])('a stuck one is looked at again %s', (_row, deployment, nowUs, expected) => {
    expect(requeueStuckDeployment(deployment, counts(3, 3, 1, 1), nowUs).requeue).toEqual(expected);
  });

  const set = (replicas: number) => ({
    statusReplicas: replicas,
    statusReadyReplicas: replicas,
    statusAvailableReplicas: replicas,
  });
  const deployment = { ...stuck, status: counts(3, 2, 3, 3) };
  test.each([
    ['becomes NewReplicaSetAvailable when complete', deployment, [set(0)], 'NewReplicaSetAvailable', 0],
    [
      'is touched by progress, keeping its transition',
      { ...deployment, status: counts(5, 3, 3, 3) },
      [set(1)],
      'ReplicaSetUpdated',
      0,
    ],
    [
      'turns False when out of time',
      { ...deployment, status: counts(4, 3, 4, 4) },
      [set(1)],
      'ProgressDeadlineExceeded',
      99 * SECOND,
    ],
    [
      'of a finished rollout stays',
      { ...deployment, progressing: { ...condition, reason: 'NewReplicaSetAvailable' } },
      [set(0)],
      'NewReplicaSetAvailable',
      0,
    ],
  ])('the condition %s', (_row, subject, olds, reason, lastTransitionUs) => {
    expect(syncRolloutStatus(subject, olds, set(3), 99 * SECOND).progressing).toMatchObject({
      reason,
      lastTransitionUs,
    });
  });
  test('the condition goes away without a deadline', () => {
    expect(
      syncRolloutStatus({ ...deployment, progressDeadlineSeconds: null }, [], set(3), 0).progressing,
    ).toBeNull();
  });
});

describe('the one ReplicaSet to scale', () => {
  test.each([
    ['the old one, where only that has replicas', rs('new', 1, 0), [rs('old', 2, 3)], 'old'],
    ['the new one, where only that has replicas', rs('new', 1, 3), [rs('old', 2, 0)], 'new'],
    ['the new one, where none has any', rs('new', 1, 0), [rs('old', 2, 0)], 'new'],
    ['the youngest old one, where there is no new one', null, [rs('old', 3, 0), rs('young', 2, 0)], 'young'],
    ['none, where two have replicas', rs('new', 1, 1), [rs('old', 2, 3)], undefined],
    ['none, where there is none', null, [], undefined],
  ])('is %s', (_, newRS, oldRSs, expected) => {
    expect(findActiveOrLatest(newRS, oldRSs)?.name).toBe(expected);
  });
});
