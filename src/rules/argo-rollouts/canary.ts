/** How an Argo Rollout shares its replicas between the ReplicaSets of a canary. */

/** One step of a canary. Analyses and experiments are taken to succeed at once: `skipped`. */
export type CanaryStep =
  | { readonly kind: 'setWeight'; readonly weight: number }
  /** Null: until somebody promotes it. */
  | { readonly kind: 'pause'; readonly seconds: number | null }
  | {
      readonly kind: 'setCanaryScale';
      readonly replicas: number | null;
      readonly weight: number | null;
      readonly matchTrafficWeight: boolean;
    }
  | { readonly kind: 'skipped'; readonly what: string };

/** A canary as its sizes are decided by. */
export interface CanaryRollout {
  readonly replicas: number;
  /** How many Pods there may be above `replicas`, and how many of them may be unavailable. */
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly steps: readonly CanaryStep[];
  /** A mesh or an Ingress shares the requests: replicas need not. */
  readonly trafficRouting: boolean;
  readonly stepIndex: number;
  /** The newest revision is the stable one. */
  readonly isStable: boolean;
}

/** One ReplicaSet's sizes. */
export interface CanaryReplicaSet {
  readonly specReplicas: number;
  readonly statusAvailableReplicas: number;
}

/** Its ReplicaSets. `stableRS` is null where it is the new one, or there is none. */
export interface CanaryReplicaSets {
  readonly newRS: CanaryReplicaSet;
  readonly stableRS: CanaryReplicaSet | null;
  readonly otherRSs: readonly CanaryReplicaSet[];
}

/** How many Pods of the new revision a step of a canary wants, and how many of the stable one. */
export interface CanaryReplicas {
  readonly newRS: number;
  readonly stableRS: number;
}

/**
 * The weight that holds at a step: that of the last setWeight up to it, 0 before the first, 100 after the last step.
 *
 * Source: argo-rollouts utils/replicaset/canary.go GetCurrentSetWeight
 */
export function getCurrentSetWeight({
  steps,
  stepIndex,
}: Pick<CanaryRollout, 'steps' | 'stepIndex'>): number {
  if (stepIndex >= steps.length) return 100;
  const step = steps.slice(0, stepIndex + 1).findLast(({ kind }) => kind === 'setWeight');
  return step?.kind === 'setWeight' ? step.weight : 0;
}

/**
 * What sizes the canary: a number of Pods, or a share of them in percent. setCanaryScale counts with traffic routing alone.
 *
 * Source: argo-rollouts utils/replicaset/canary.go GetCanaryReplicasOrWeight, UseSetCanaryScale
 */
export function getCanaryReplicasOrWeight(
  rollout: CanaryRollout,
): { readonly replicas: number } | { readonly weight: number } {
  const { steps, stepIndex, trafficRouting, isStable } = rollout;
  if (isStable) return { weight: 100 };
  const scale = steps.slice(0, stepIndex + 1).findLast(({ kind }) => kind === 'setCanaryScale');
  if (trafficRouting && stepIndex < steps.length && scale?.kind === 'setCanaryScale') {
    const { replicas, weight, matchTrafficWeight } = scale;
    if (!matchTrafficWeight && replicas !== null) return { replicas };
    if (!matchTrafficWeight && weight !== null) return { weight };
  }
  return { weight: getCurrentSetWeight(rollout) };
}

/**
 * The sizes that a step ends with; both are rounded up.
 *
 * Source: argo-rollouts utils/replicaset/canary.go DesiredReplicaCountsForCanary
 */
export function desiredReplicaCountsForCanary(rollout: CanaryRollout, hasStable: boolean): CanaryReplicas {
  const { replicas, trafficRouting } = rollout;
  if (!hasStable) return { newRS: replicas, stableRS: trafficRouting ? replicas : 0 };
  const sized = getCanaryReplicasOrWeight(rollout);
  if ('replicas' in sized) return { newRS: sized.replicas, stableRS: replicas };
  const newRS = Math.ceil((replicas * sized.weight) / 100);
  const stableRS = trafficRouting ? replicas : Math.ceil((replicas * (100 - sized.weight)) / 100);
  return { newRS, stableRS };
}

/**
 * Whether a step's sizes are reached, in Pods that are available.
 *
 * Source: argo-rollouts utils/replicaset/canary.go AtDesiredReplicaCountsForCanary
 */
export function atDesiredReplicaCountsForCanary(rollout: CanaryRollout, sets: CanaryReplicaSets): boolean {
  const { newRS, stableRS, otherRSs } = sets;
  const desired = desiredReplicaCountsForCanary(rollout, stableRS !== null);
  const isAt = ({ specReplicas, statusAvailableReplicas }: CanaryReplicaSet, count: number) =>
    specReplicas === count && statusAvailableReplicas === count;
  if (!isAt(newRS, desired.newRS)) return false;
  if (stableRS !== null && !isAt(stableRS, desired.stableRS)) return false;
  return otherRSs.every(({ statusAvailableReplicas }) => statusAvailableReplicas === 0);
}

/**
 * The sizes after one sync: up as far as maxSurge lets it, the stable ReplicaSet first; down as far as maxUnavailable lets it, the
 * canary first. Where weight and rest both round up, one Pod more is allowed.
 *
 * Source: argo-rollouts utils/replicaset/canary.go CalculateReplicaCountsForCanary
 */
export function calculateReplicaCountsForCanary(
  rollout: CanaryRollout,
  { newRS, stableRS, otherRSs }: CanaryReplicaSets,
): CanaryReplicas {
  const sized = getCanaryReplicasOrWeight(rollout);
  const { replicas, trafficRouting } = rollout;
  const desired = desiredReplicaCountsForCanary(rollout, stableRS !== null);
  if ('replicas' in sized || trafficRouting) return { newRS: desired.newRS, stableRS: replicas };
  const others = otherRSs.reduce((sum, { specReplicas }) => sum + specReplicas, 0);
  const before = { newRS: newRS.specReplicas, stableRS: stableRS?.specReplicas ?? 0 };
  const extra = (replicas * sized.weight) % 100 === 0 ? 0 : 1;
  const room = replicas + rollout.maxSurge + extra - others - before.newRS - before.stableRS;
  const grown = growBy(room, before, desired);
  // Those of older revisions go first.
  if (others > 0) return grown;
  const isIncreasing = desired.newRS >= before.newRS;
  const counted =
    getReplicasForScaleDown(newRS, !isIncreasing) +
    (stableRS === null ? 0 : getReplicasForScaleDown(stableRS, isIncreasing));
  const spare = counted - (replicas - rollout.maxUnavailable);
  if (spare <= 0) return grown;
  const newDown = Math.min(spare, Math.max(0, before.newRS - desired.newRS));
  const stableDown = Math.min(spare - newDown, Math.max(0, before.stableRS - desired.stableRS));
  return {
    newRS: newDown > 0 ? before.newRS - newDown : grown.newRS,
    stableRS: stableDown > 0 ? before.stableRS - stableDown : grown.stableRS,
  };
}

function growBy(room: number, before: CanaryReplicas, desired: CanaryReplicas): CanaryReplicas {
  const forStable = Math.min(Math.max(0, room), Math.max(0, desired.stableRS - before.stableRS));
  const forNew = Math.min(Math.max(0, room - forStable), Math.max(0, desired.newRS - before.newRS));
  return { newRS: before.newRS + forNew, stableRS: before.stableRS + forStable };
}

/**
 * What of a ReplicaSet counts when others are to be scaled down: its available Pods, or all that it wants where it does not matter
 * whether they are available.
 *
 * Source: argo-rollouts utils/replicaset/canary.go GetReplicasForScaleDown
 */
export function getReplicasForScaleDown(
  { specReplicas, statusAvailableReplicas }: CanaryReplicaSet,
  ignoreAvailability: boolean,
): number {
  return ignoreAvailability ? specReplicas : Math.min(specReplicas, statusAvailableReplicas);
}
