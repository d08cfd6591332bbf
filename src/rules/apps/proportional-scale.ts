import type { MinorVersion } from '../machinery/version.ts';
import {
  byCreationTimestamp,
  maxSurgeOf,
  type RolloutDeployment,
  type RolloutReplicaSet,
} from './rolling-update.ts';

/**
 * A ReplicaSet with the annotations that the Deployment controller stamped at its last scaling; null where missing.
 */
export interface AnnotatedReplicaSet extends RolloutReplicaSet {
  readonly desiredReplicasAnnotation: number | null;
  readonly maxReplicasAnnotation: number | null;
}

/** A Deployment whose size changes while it rolls. */
export interface ScaledDeployment extends RolloutDeployment {
  /** `status.replicas` */
  readonly statusReplicas: number;
}

/**
 * Whether a sync must scale instead of rolling out: an active ReplicaSet was last scaled for another number of
 * replicas.
 * Source: pkg/controller/deployment/sync.go isScalingEvent
 */
export function isScalingEvent(replicas: number, replicaSets: readonly AnnotatedReplicaSet[]): boolean {
  return replicaSets.some(
    ({ specReplicas, desiredReplicasAnnotation }) =>
      specReplicas > 0 && desiredReplicasAnnotation !== null && desiredReplicasAnnotation !== replicas,
  );
}

/**
 * The new `spec.replicas` by ReplicaSet name, for those that a scaling sync changes. One active ReplicaSet takes it
 * all; a saturated new one takes the old ones to 0; in a rolling update the difference is shared out in proportion,
 * the rest going to the largest.
 * Source: pkg/controller/deployment/sync.go scale
 */
export function scaleDeployment(
  deployment: ScaledDeployment,
  newRS: AnnotatedReplicaSet | null,
  oldRSs: readonly AnnotatedReplicaSet[],
  minor: MinorVersion,
): Readonly<Record<string, number>> {
  const only = findActiveOrLatest(newRS, oldRSs);
  if (only !== null) {
    return only.specReplicas === deployment.replicas ? {} : { [only.name]: deployment.replicas };
  }
  const activeOld = oldRSs.filter((rs) => rs.specReplicas > 0);
  if (isSaturated(deployment, newRS)) return Object.fromEntries(activeOld.map((rs) => [rs.name, 0]));
  if (deployment.strategyType !== 'RollingUpdate') return {};

  const active = newRS !== null && newRS.specReplicas > 0 ? [...activeOld, newRS] : activeOld;
  const allowedSize = deployment.replicas > 0 ? deployment.replicas + maxSurgeOf(deployment) : 0;
  const toAdd = allowedSize - active.reduce((total, rs) => total + rs.specReplicas, 0);
  if (toAdd === 0) return {};
  const newerFirst = toAdd > 0 ? -1 : 1;
  active.sort((a, b) => b.specReplicas - a.specReplicas || newerFirst * byCreationTimestamp(a, b));

  const sizes = new Map<string, number>();
  let added = 0;
  for (const rs of active) {
    const proportion = getReplicaSetProportion(rs, deployment, toAdd, added, minor);
    sizes.set(rs.name, rs.specReplicas + proportion);
    added += proportion;
  }
  const [largest] = active;
  if (largest !== undefined) {
    sizes.set(largest.name, Math.max(0, (sizes.get(largest.name) ?? 0) + toAdd - added));
  }
  return Object.fromEntries(
    active
      .filter((rs) => sizes.get(rs.name) !== rs.specReplicas)
      .map((rs) => [rs.name, sizes.get(rs.name) ?? 0]),
  );
}

/**
 * The only active ReplicaSet, or the newest where none is active; null where several are.
 * Source: pkg/controller/deployment/util/deployment_util.go FindActiveOrLatest
 */
export function findActiveOrLatest<RS extends RolloutReplicaSet>(
  newRS: RS | null,
  oldRSs: readonly RS[],
): RS | null {
  const active = [...oldRSs, ...(newRS === null ? [] : [newRS])].filter((rs) => rs.specReplicas > 0);
  if (active.length > 1) return null;
  return active[0] ?? newRS ?? [...oldRSs].sort((a, b) => byCreationTimestamp(b, a))[0] ?? null;
}

/**
 * Whether the new ReplicaSet has all the replicas that the Deployment wants, all available.
 * Source: pkg/controller/deployment/util/deployment_util.go IsSaturated
 */
export function isSaturated(
  deployment: Pick<RolloutDeployment, 'replicas'>,
  newRS: AnnotatedReplicaSet | null,
): boolean {
  return (
    newRS !== null &&
    newRS.specReplicas === deployment.replicas &&
    newRS.desiredReplicasAnnotation === deployment.replicas &&
    newRS.statusAvailableReplicas === deployment.replicas
  );
}

/**
 * One ReplicaSet's share of the replicas to add (or to remove, where negative), of which `replicasAdded` are gone
 * already.
 * Source: pkg/controller/deployment/util/deployment_util.go GetReplicaSetProportion
 */
export function getReplicaSetProportion(
  rs: AnnotatedReplicaSet,
  deployment: ScaledDeployment,
  replicasToAdd: number,
  replicasAdded: number,
  minor: MinorVersion,
): number {
  const allowed = replicasToAdd - replicasAdded;
  if (rs.specReplicas === 0 || replicasToAdd === 0 || allowed === 0) return 0;
  const fraction = getReplicaSetFraction(rs, deployment, minor);
  return replicasToAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

/**
 * By how much one ReplicaSet would grow (or shrink) if it kept its part of the whole, rounded half away from zero.
 * The whole before the scaling is the max-replicas annotation, else `status.replicas`. From 1.32 on an annotation of
 * 0 counts as missing and no whole at all gives 0; before, the division by 0 gave what Go makes of infinity on amd64.
 * Source: pkg/controller/deployment/util/deployment_util.go getReplicaSetFraction
 */
export function getReplicaSetFraction(
  rs: Pick<AnnotatedReplicaSet, 'specReplicas' | 'maxReplicasAnnotation'>,
  deployment: ScaledDeployment,
  minor: MinorVersion,
): number {
  if (deployment.replicas === 0) return 0 - rs.specReplicas;
  const annotated = rs.maxReplicasAnnotation;
  const missing = annotated === null || (minor >= 32 && annotated === 0);
  const before = missing ? deployment.statusReplicas : annotated;
  if (before === 0) return minor >= 32 ? 0 : (-2147483648 - rs.specReplicas) | 0;
  const size = (rs.specReplicas * (deployment.replicas + maxSurgeOf(deployment))) / before;
  return Math.trunc(size + (size < 0 ? -0.5 : 0.5)) - rs.specReplicas;
}
