/**
 * A ReplicaSet as the Deployment controller's cache has it. `creationTimestampUs` and `name` give the order: oldest
 * first.
 */
export interface RolloutReplicaSet {
  readonly name: string;
  readonly creationTimestampUs: number;
  readonly specReplicas: number;
  /** `status.availableReplicas`, which may be older than `spec`. */
  readonly statusAvailableReplicas: number;
}

/** What of a Deployment a rollout is decided by. */
export interface RolloutDeployment {
  readonly replicas: number;
  readonly strategyType: 'RollingUpdate' | 'Recreate';
  /** Absolute number or percentage; null counts as 0. */
  readonly maxSurge: number | string | null;
  readonly maxUnavailable: number | string | null;
}

/** ReplicaSets after a sync, and how far it got. */
export interface ScaledReplicaSets<RS extends RolloutReplicaSet> {
  /** In the order in which they were visited, with their new `specReplicas`. */
  readonly replicaSets: readonly RS[];
  readonly scaledDownCount: number;
  /** The step broke off with an error; what it had written before stays written. */
  readonly failed: boolean;
}

/**
 * A number as it is, or a percentage of `total` rounded up or down; null where the text is not a percentage.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go GetScaledValueFromIntOrPercent
 */
export function scaledValue(
  intOrPercent: number | string,
  total: number,
  rounding: 'up' | 'down',
): number | null {
  if (typeof intOrPercent === 'number') return intOrPercent;
  if (!/^[+-]?\d+%$/.test(intOrPercent)) return null;
  const exact = (Number(intOrPercent.slice(0, -1)) * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

/**
 * maxSurge rounded up and maxUnavailable rounded down, both of `desired`. If both come out as 0, maxUnavailable is 1,
 * even for 0 replicas. Null where a percentage is malformed.
 * Source: pkg/controller/deployment/util/deployment_util.go ResolveFenceposts
 */
export function resolveFenceposts(
  maxSurge: number | string | null,
  maxUnavailable: number | string | null,
  desired: number,
): { readonly surge: number; readonly unavailable: number } | null {
  const surge = scaledValue(maxSurge ?? 0, desired, 'up');
  const unavailable = scaledValue(maxUnavailable ?? 0, desired, 'down');
  if (surge === null || unavailable === null) return null;
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable };
}

/**
 * How many Pods a rollout may be above `replicas`; 0 for Recreate.
 * Source: pkg/controller/deployment/util/deployment_util.go MaxSurge
 */
export function maxSurgeOf(deployment: RolloutDeployment): number {
  if (deployment.strategyType !== 'RollingUpdate') return 0;
  return resolveFenceposts(deployment.maxSurge, deployment.maxUnavailable, deployment.replicas)?.surge ?? 0;
}

/**
 * How many Pods may be unavailable during a rollout: at most `replicas`; 0 for Recreate.
 * Source: pkg/controller/deployment/util/deployment_util.go MaxUnavailable
 */
export function maxUnavailableOf(deployment: RolloutDeployment): number {
  const { replicas, strategyType, maxSurge, maxUnavailable } = deployment;
  if (strategyType !== 'RollingUpdate' || replicas === 0) return 0;
  return Math.min(replicas, resolveFenceposts(maxSurge, maxUnavailable, replicas)?.unavailable ?? 0);
}

/**
 * How many Pods a rolling update keeps available; 0 for Recreate.
 * Source: pkg/controller/deployment/util/deployment_util.go MinAvailable
 */
export function minAvailableOf(deployment: RolloutDeployment): number {
  if (deployment.strategyType !== 'RollingUpdate') return 0;
  return deployment.replicas - maxUnavailableOf(deployment);
}

/**
 * The size that the new ReplicaSet may grow to. `allSpecReplicas` is the sum of `spec.replicas` of all ReplicaSets:
 * Pods that are still terminating are in none, so there can be more Pods than replicas + maxSurge.
 * Source: pkg/controller/deployment/util/deployment_util.go NewRSNewReplicas
 */
export function newRSNewReplicas(
  deployment: RolloutDeployment,
  allSpecReplicas: number,
  newRSSpecReplicas: number,
): number {
  if (deployment.strategyType === 'Recreate') return deployment.replicas;
  const surge = scaledValue(deployment.maxSurge ?? 0, deployment.replicas, 'up') ?? 0;
  const room = deployment.replicas + surge - allSpecReplicas;
  if (room <= 0) return newRSSpecReplicas;
  return newRSSpecReplicas + Math.min(room, deployment.replicas - newRSSpecReplicas);
}

/**
 * The new ReplicaSet's size after one sync. Where it differs from the present one, the sync ends and no old
 * ReplicaSet is touched.
 * Source: pkg/controller/deployment/rolling.go reconcileNewReplicaSet
 */
export function reconcileNewReplicaSet(
  deployment: RolloutDeployment,
  allSpecReplicas: number,
  newRSSpecReplicas: number,
): number {
  if (newRSSpecReplicas >= deployment.replicas) return deployment.replicas;
  return newRSNewReplicas(deployment, allSpecReplicas, newRSSpecReplicas);
}

/**
 * The old ReplicaSets after one sync: first those Pods go that are not available anyway, then as many as minAvailable
 * allows.
 * Source: pkg/controller/deployment/rolling.go reconcileOldReplicaSets
 */
export function reconcileOldReplicaSets<RS extends RolloutReplicaSet>(
  deployment: RolloutDeployment,
  oldRSs: readonly RS[],
  newRS: Pick<RolloutReplicaSet, 'specReplicas' | 'statusAvailableReplicas'>,
): ScaledReplicaSets<RS> {
  const active = oldRSs.filter((rs) => rs.specReplicas > 0);
  const unscaled = { replicaSets: active, scaledDownCount: 0, failed: false };
  if (active.length === 0) return unscaled;
  const allPodsCount = sum(oldRSs, (rs) => rs.specReplicas) + newRS.specReplicas;
  const minAvailable = deployment.replicas - maxUnavailableOf(deployment);
  const newRSUnavailable = newRS.specReplicas - newRS.statusAvailableReplicas;
  const maxScaledDown = allPodsCount - minAvailable - newRSUnavailable;
  if (maxScaledDown <= 0) return unscaled;
  const cleaned = cleanupUnhealthyReplicas(active, maxScaledDown);
  if (cleaned.failed) return cleaned;
  const scaled = scaleDownOldReplicaSetsForRollingUpdate(
    deployment,
    cleaned.replicaSets,
    newRS.statusAvailableReplicas,
  );
  return { ...scaled, scaledDownCount: cleaned.scaledDownCount + scaled.scaledDownCount };
}

/**
 * Takes up to `maxCleanupCount` unavailable Pods off the old ReplicaSets, oldest first. It trusts that a ReplicaSet
 * deletes its unready Pods first. A stale status with more available than specified makes the step fail.
 * Source: pkg/controller/deployment/rolling.go cleanupUnhealthyReplicas
 */
export function cleanupUnhealthyReplicas<RS extends RolloutReplicaSet>(
  oldRSs: readonly RS[],
  maxCleanupCount: number,
): ScaledReplicaSets<RS> {
  const replicaSets = [...oldRSs].sort(byCreationTimestamp);
  let scaledDownCount = 0;
  for (const [index, rs] of replicaSets.entries()) {
    if (scaledDownCount >= maxCleanupCount) break;
    if (rs.specReplicas === 0) continue;
    const unhealthy = rs.specReplicas - rs.statusAvailableReplicas;
    if (unhealthy < 0) return { replicaSets, scaledDownCount, failed: true };
    const count = Math.min(maxCleanupCount - scaledDownCount, unhealthy);
    replicaSets[index] = { ...rs, specReplicas: rs.specReplicas - count };
    scaledDownCount += count;
  }
  return { replicaSets, scaledDownCount, failed: false };
}

/**
 * Takes as many Pods off the old ReplicaSets, oldest first, as are available beyond minAvailable. What an earlier
 * clean-up took is not deducted. `newRSAvailableReplicas` counts as available, too.
 * Source: pkg/controller/deployment/rolling.go scaleDownOldReplicaSetsForRollingUpdate
 */
export function scaleDownOldReplicaSetsForRollingUpdate<RS extends RolloutReplicaSet>(
  deployment: RolloutDeployment,
  oldRSs: readonly RS[],
  newRSAvailableReplicas: number,
): ScaledReplicaSets<RS> {
  const minAvailable = deployment.replicas - maxUnavailableOf(deployment);
  const available = sum(oldRSs, (rs) => rs.statusAvailableReplicas) + newRSAvailableReplicas;
  if (available <= minAvailable) return { replicaSets: oldRSs, scaledDownCount: 0, failed: false };
  const replicaSets = [...oldRSs].sort(byCreationTimestamp);
  let scaledDownCount = 0;
  for (const [index, rs] of replicaSets.entries()) {
    const count = Math.min(rs.specReplicas, available - minAvailable - scaledDownCount);
    replicaSets[index] = { ...rs, specReplicas: rs.specReplicas - count };
    scaledDownCount += count;
  }
  return { replicaSets, scaledDownCount, failed: false };
}

/**
 * Oldest first, by name where the creation times (whole seconds in the API) are equal.
 * Source: pkg/controller/controller_utils.go ReplicaSetsByCreationTimestamp
 */
export function byCreationTimestamp(
  a: Pick<RolloutReplicaSet, 'name' | 'creationTimestampUs'>,
  b: Pick<RolloutReplicaSet, 'name' | 'creationTimestampUs'>,
): number {
  if (a.creationTimestampUs !== b.creationTimestampUs) return a.creationTimestampUs - b.creationTimestampUs;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
