import {
  deploymentComplete,
  deploymentProgressing,
  deploymentTimedOut,
  requeueStuckDeployment,
  syncRolloutStatus,
} from '../../../src/rules/apps/deployment-progress.ts';
import { getReplicaSetFraction, scaleDeployment } from '../../../src/rules/apps/proportional-scale.ts';
import { oldPodsRunning, scaleDownOldReplicaSetsForRecreate } from '../../../src/rules/apps/recreate.ts';
import {
  cleanupUnhealthyReplicas,
  maxUnavailableOf,
  minAvailableOf,
  newRSNewReplicas,
  reconcileNewReplicaSet,
  reconcileOldReplicaSets,
  resolveFenceposts,
  scaleDownOldReplicaSetsForRollingUpdate,
} from '../../../src/rules/apps/rolling-update.ts';
import type { Adapter } from '../types.ts';
import { byFunction, MINOR, seconds, US, us } from './control-plane-table.ts';

const deployment = (input: any) => ({
  replicas: input.deploymentReplicas ?? input.replicas ?? 0,
  strategyType: input.strategyType ?? 'RollingUpdate',
  maxSurge: input.maxSurge ?? null,
  maxUnavailable: input.maxUnavailable ?? null,
  statusReplicas: input.deploymentStatusReplicas ?? 0,
});

const oldRS = (input: any) => ({
  name: 'foo-v1',
  creationTimestampUs: 0,
  specReplicas: input.oldRSSpecReplicas,
  statusAvailableReplicas: input.oldRSStatusAvailable,
});

const annotatedRS = (rs: any) => ({
  name: rs.name,
  creationTimestampUs: rs.createdAtHour * 3600 * US,
  specReplicas: rs.specReplicas,
  statusAvailableReplicas: rs.statusAvailable,
  desiredReplicasAnnotation: rs.desiredReplicasAnnotation,
  maxReplicasAnnotation: rs.maxReplicasAnnotation,
});

export const rollingAdapters: readonly Adapter[] = [
  byFunction('reconcileNewReplicaSet', (input) => {
    const size = reconcileNewReplicaSet(
      deployment(input),
      input.oldRSSpecReplicas + input.newRSSpecReplicas,
      input.newRSSpecReplicas,
    );
    return { scaled: size !== input.newRSSpecReplicas, newRSSpecReplicas: size };
  }),
  byFunction('reconcileOldReplicaSets', (input) => {
    const newRS = {
      specReplicas: input.newRSSpecReplicas,
      statusAvailableReplicas: input.newRSStatusAvailable,
    };
    const scaled = reconcileOldReplicaSets(deployment(input), [oldRS(input)], newRS);
    return {
      scaled: scaled.scaledDownCount > 0,
      oldRSSpecReplicasTotal_notAssertedByGoTest: scaled.replicaSets[0]?.specReplicas,
    };
  }),
  byFunction('cleanupUnhealthyReplicas', (input) => ({
    cleanupCount: cleanupUnhealthyReplicas([oldRS(input)], input.maxCleanupCount).scaledDownCount,
  })),
  byFunction('scaleDownOldReplicaSetsForRollingUpdate', (input) => {
    const scaled = scaleDownOldReplicaSetsForRollingUpdate(deployment(input), [oldRS(input)], 0);
    return {
      scaledDownNonZero: scaled.scaledDownCount > 0,
      scaledDownCount: scaled.scaledDownCount,
      oldRSSpecReplicas: scaled.replicaSets[0]?.specReplicas,
    };
  }),
  byFunction('ResolveFenceposts', ({ maxSurge, maxUnavailable, desired }) => {
    const fenceposts = resolveFenceposts(maxSurge, maxUnavailable, desired);
    return { ...(fenceposts ?? { surge: 0, unavailable: 0 }), error: fenceposts === null };
  }),
  byFunction('NewRSNewReplicas', (input) => ({
    newRSReplicas: newRSNewReplicas(
      deployment(input),
      input.allRSsSpecReplicas.reduce((sum: number, replicas: number) => sum + replicas, 0),
      input.newRSSpecReplicas,
    ),
  })),
  byFunction('MaxUnavailable', (input) => ({ maxUnavailable: maxUnavailableOf(deployment(input)) })),
  byFunction('MinAvailable', (input) => ({ minAvailable: minAvailableOf(deployment(input)) })),
  byFunction('getReplicaSetFraction', (input) => ({
    fraction: getReplicaSetFraction(
      {
        specReplicas: input.rsSpecReplicas,
        maxReplicasAnnotation:
          input.rsMaxReplicasAnnotation === null ? null : Number(input.rsMaxReplicasAnnotation),
      },
      deployment(input),
      MINOR,
    ),
  })),
  byFunction(
    'DeploymentController.scale',
    (input) => {
      const newRS = input.newRS && annotatedRS(input.newRS);
      const oldRSs = input.oldRSs.map(annotatedRS);
      const sizes = scaleDeployment(deployment(input.deployment), newRS, oldRSs, MINOR);
      return {
        newRSSpecReplicas: newRS && (sizes[newRS.name] ?? newRS.specReplicas),
        oldRSsSpecReplicas: Object.fromEntries(
          oldRSs.map((rs: any) => [rs.name, sizes[rs.name] ?? rs.specReplicas]),
        ),
      };
    },
    // Where the Go test swallows a ReplicaSet's update, its expectation is the size before.
    (actual, expected, { input }) => {
      const ignored: readonly string[] = expected.updatesIgnoredByGoTestFor ?? [];
      const compares = (name: string | undefined): boolean => name !== undefined && !ignored.includes(name);
      return (
        (!compares(input.newRS?.name) || actual.newRSSpecReplicas === expected.newRSSpecReplicas) &&
        Object.entries(expected.oldRSsSpecReplicas).every(
          ([name, size]) => !compares(name) || actual.oldRSsSpecReplicas[name] === size,
        )
      );
    },
  ),
  byFunction('oldPodsRunning', ({ newRS, oldRSs, podsByRSUid }) => ({
    oldPodsRunning: oldPodsRunning(
      oldRSs.map((rs: any) => rs.statusReplicas),
      Object.entries<any>(podsByRSUid).flatMap(([uid, phases]) => (uid === newRS?.uid ? [] : phases)),
    ),
  })),
  byFunction('scaleDownOldReplicaSetsForRecreate', ({ oldRSSpecReplicas }) => ({
    oldRSSpecReplicas: scaleDownOldReplicaSetsForRecreate(oldRSSpecReplicas).specReplicas,
  })),
];

const FAR_LATER_SEC = 1e9;

const progressing = (conditions: readonly any[]) => {
  const row = conditions.find(({ type }) => type === 'Progressing');
  if (row === undefined) return null;
  return {
    status: row.status,
    reason: row.reason ?? '',
    lastUpdateUs: us(row.lastUpdateTimeSec) ?? 0,
    lastTransitionUs: us(row.lastTransitionTimeSec) ?? 0,
  };
};

const statusCounts = (row: any) => ({
  replicas: row.replicas,
  updatedReplicas: row.updatedReplicas,
  readyReplicas: row.readyReplicas ?? 0,
  availableReplicas: row.availableReplicas,
});

const progressDeployment = (row: any) => ({
  replicas: row.replicas,
  progressDeadlineSeconds: row.progressDeadlineSeconds,
  status: statusCounts(row.status),
  progressing: progressing(row.status.conditions),
});

const progressRS = (rs: any) => ({
  statusReplicas: rs.statusReplicas,
  statusReadyReplicas: 0,
  statusAvailableReplicas: rs.statusAvailable,
});

export const progressAdapters: readonly Adapter[] = [
  byFunction('DeploymentComplete', (input) => ({
    complete: deploymentComplete(
      input.desired,
      {
        replicas: input.statusReplicas,
        updatedReplicas: input.statusUpdatedReplicas,
        availableReplicas: input.statusAvailableReplicas,
      },
      input.generation,
      input.observedGeneration,
    ),
  })),
  byFunction('DeploymentProgressing', ({ oldStatus, newStatus }) => ({
    progressing: deploymentProgressing(oldStatus, newStatus),
  })),
  byFunction('DeploymentTimedOut', (input) => ({
    timedOut: deploymentTimedOut(
      input.progressDeadlineSeconds,
      { reason: input.conditionReason, lastUpdateUs: us(input.lastUpdateTimeSec) ?? 0 },
      us(input.nowSec) ?? 0,
    ),
  })),
  byFunction('requeueStuckDeployment', (input) => {
    const { remainingUs, requeue } = requeueStuckDeployment(
      progressDeployment(input.deployment),
      statusCounts(input.newStatus),
      us(input.nowSec) ?? 0,
    );
    return {
      returnedAfterSec: seconds(remainingUs),
      requeue: typeof requeue === 'string' ? requeue : 'addAfter(returned+1s)',
    };
  }),
  byFunction(
    'syncRolloutStatus',
    ({ deployment: row, otherRSs, newRS }) => ({
      progressingCondition: syncRolloutStatus(
        progressDeployment(row),
        otherRSs.map(progressRS),
        newRS && progressRS(newRS),
        FAR_LATER_SEC * US,
      ).progressing,
    }),
    ({ progressingCondition: actual }, { progressingCondition: expected }) =>
      expected === null
        ? actual === null
        : actual?.status === expected.status && actual?.reason === expected.reason,
  ),
];
