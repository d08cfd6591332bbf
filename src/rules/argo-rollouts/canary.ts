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
  /** With it the stable ReplicaSet shrinks as requests move away from it. */
  readonly dynamicStableScale: boolean;
  /** The share of the requests that the stable ReplicaSet gets now, in percent. */
  readonly stableWeight: number;
  /** With traffic routing: each ReplicaSet that is not empty has so many Pods at least; 1 where nothing is said. */
  readonly minPodsPerReplicaSet: number;
  readonly stepIndex: number;
  /** The newest revision is the stable one. */
  readonly isStable: boolean;
}

/** One ReplicaSet's sizes. */
export interface CanaryReplicaSet {
  readonly specReplicas: number;
  readonly statusReplicas: number;
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
 * The sizes that come closest to a weight: together all replicas, or one more where maxSurge lets it. Of two that are as close the larger
 * canary; between 1 and 99 percent neither is empty, where there are two Pods.
 *
 * Source: argo-rollouts utils/replicaset/canary.go approximateWeightedCanaryStableReplicaCounts
 */
export function approximateWeightedCanaryStableReplicaCounts(
  replicas: number,
  weight: number,
  maxSurge: number,
): CanaryReplicas {
  if (replicas === 0) return { newRS: 0, stableRS: 0 };
  const ceiling = Math.ceil((replicas * weight) / 100);
  const floor = Math.floor((replicas * weight) / 100);
  const isTied = (total: number) => (total * (weight / 100)) % 1 === 0.5;
  const zeroAllowed = weight === 100 || weight === 0 || (replicas === 1 && maxSurge === 0);
  const options: { readonly canary: number; readonly total: number }[] = [];
  if (ceiling < replicas || zeroAllowed) options.push({ canary: ceiling, total: replicas });
  const floorAllowed = floor !== 0 || zeroAllowed;
  if (!isTied(replicas) && floorAllowed) options.push({ canary: floor, total: replicas });
  if (maxSurge > 0) {
    options.push({ canary: ceiling, total: replicas + 1 });
    if (!isTied(replicas + 1) && floorAllowed) options.push({ canary: floor, total: replicas + 1 });
  }
  const delta = ({ canary, total }: (typeof options)[number]) => Math.abs((canary * 100) / total - weight);
  const [first = { canary: 0, total: replicas }, ...others] = options;
  const best = others.reduce((a, b) => (delta(b) < delta(a) ? b : a), first);
  return { newRS: best.canary, stableRS: best.total - best.canary };
}

/**
 * The sizes beside a mesh or an Ingress that shares the requests: the canary's by its weight or as setCanaryScale says, the stable
 * ReplicaSet whole. With dynamicStableScale the stable one follows what is sent to it, or what soon will be, whichever is more.
 *
 * Source: argo-rollouts utils/replicaset/canary.go CalculateReplicaCountsForTrafficRoutedCanary, CheckMinPodsPerReplicaSet
 */
export function calculateReplicaCountsForTrafficRoutedCanary(rollout: CanaryRollout): CanaryReplicas {
  const { replicas, dynamicStableScale, stableWeight, minPodsPerReplicaSet } = rollout;
  const atLeast = (count: number) => (count === 0 ? 0 : Math.max(count, minPodsPerReplicaSet));
  const ofWeight = (weight: number) => Math.ceil((weight * replicas) / 100);
  const sized = getCanaryReplicasOrWeight(rollout);
  const weight = 'weight' in sized ? sized.weight : 0;
  const canary = 'weight' in sized ? atLeast(ofWeight(weight)) : sized.replicas;
  if (!dynamicStableScale) return { newRS: canary, stableRS: replicas };
  const stable = Math.max(ofWeight(100 - weight), ofWeight(stableWeight));
  return { newRS: atLeast(canary), stableRS: atLeast(stable) };
}

/**
 * Whether a step's sizes are reached: the canary's Pods are available, the stable ReplicaSet's are there, and without traffic routing
 * those of older revisions are gone.
 *
 * Source: argo-rollouts utils/replicaset/canary.go AtDesiredReplicaCountsForCanary
 */
export function atDesiredReplicaCountsForCanary(rollout: CanaryRollout, sets: CanaryReplicaSets): boolean {
  const { newRS, stableRS, otherRSs } = sets;
  const { trafficRouting, dynamicStableScale } = rollout;
  const desired = calculateReplicaCountsForCanary(rollout, sets);
  if (newRS.specReplicas !== desired.newRS || newRS.statusAvailableReplicas !== desired.newRS) return false;
  const isCreated =
    stableRS === null ||
    (stableRS.specReplicas === desired.stableRS && stableRS.statusReplicas === desired.stableRS);
  if (!(trafficRouting && dynamicStableScale) && !isCreated) return false;
  return trafficRouting || otherRSs.every(({ statusAvailableReplicas }) => statusAvailableReplicas === 0);
}

/**
 * The sizes after one sync.
 *
 * Source: argo-rollouts utils/replicaset/replicaset.go NewRSNewReplicas; rollout/canary.go reconcileCanaryStableReplicaSet
 */
export function calculateReplicaCountsForCanary(
  rollout: CanaryRollout,
  sets: CanaryReplicaSets,
): CanaryReplicas {
  return rollout.trafficRouting
    ? calculateReplicaCountsForTrafficRoutedCanary(rollout)
    : calculateReplicaCountsForBasicCanary(rollout, sets);
}

/**
 * The sizes after one sync where Services share the requests by Pods: up as far as maxSurge lets it, the stable ReplicaSet first; then
 * the one that is to shrink down as far as maxUnavailable lets it.
 *
 * Source: argo-rollouts utils/replicaset/canary.go CalculateReplicaCountsForBasicCanary
 */
export function calculateReplicaCountsForBasicCanary(
  rollout: CanaryRollout,
  { newRS, stableRS, otherRSs }: CanaryReplicaSets,
): CanaryReplicas {
  const { replicas, maxSurge } = rollout;
  const sized = getCanaryReplicasOrWeight(rollout);
  const weight = 'weight' in sized ? sized.weight : 0;
  const desired =
    stableRS === null
      ? { newRS: replicas, stableRS: 0 }
      : approximateWeightedCanaryStableReplicaCounts(replicas, weight, maxSurge);
  const others = otherRSs.reduce((sum, { specReplicas }) => sum + specReplicas, 0);
  const before = { newRS: newRS.specReplicas, stableRS: stableRS?.specReplicas ?? 0 };
  const most = replicas + maxSurge;
  const grown = growBy(most - others - before.newRS - before.stableRS, before, desired);
  // Those of older revisions go first.
  if (others > 0) return grown;
  const isIncreasing = desired.newRS >= before.newRS;
  const counted =
    getReplicasForScaleDown(newRS, !isIncreasing) +
    (stableRS === null ? 0 : getReplicasForScaleDown(stableRS, isIncreasing));
  const least = replicas - rollout.maxUnavailable;
  const spare = counted - least;
  if (spare <= 0) return grown;
  const shrunk = (count: number, size: number, wanted: number) =>
    size > wanted ? Math.max(wanted, size - spare) : count;
  if (!isIncreasing) {
    const drained = shrunk(grown.newRS, before.newRS, desired.newRS);
    const [canary, stable] = withinLimits(
      { set: newRS, count: drained },
      { set: stableRS, count: grown.stableRS },
      most,
      least,
    );
    return { newRS: canary, stableRS: stable };
  }
  if (stableRS === null) return grown;
  const drained = shrunk(grown.stableRS, before.stableRS, desired.stableRS);
  const [stable, canary] = withinLimits(
    { set: stableRS, count: drained },
    { set: newRS, count: grown.newRS },
    most,
    least,
  );
  return { newRS: canary, stableRS: stable };
}

function growBy(room: number, before: CanaryReplicas, desired: CanaryReplicas): CanaryReplicas {
  const forStable = Math.min(Math.max(0, room), Math.max(0, desired.stableRS - before.stableRS));
  const forNew = Math.min(Math.max(0, room - forStable), Math.max(0, desired.newRS - before.newRS));
  return { newRS: before.newRS + forNew, stableRS: before.stableRS + forStable };
}

interface Counted {
  readonly set: CanaryReplicaSet | null;
  readonly count: number;
}

/**
 * The two sizes kept within maxSurge, and within maxUnavailable as far as what goes for it was available: first of the one that is not
 * drained, then of the drained one. Source: argo-rollouts utils/replicaset/canary.go adjustReplicaWithinLimits
 */
function withinLimits(
  drained: Counted,
  adjusted: Counted,
  most: number,
  least: number,
): readonly [drained: number, adjusted: number] {
  if (adjusted.set === null) return [drained.count, adjusted.count];
  const over = Math.max(0, adjusted.count + drained.count - most);
  const count = adjusted.count - over;
  const { statusAvailableReplicas } = adjusted.set;
  const available =
    Math.min(drained.set?.statusAvailableReplicas ?? 0, drained.count) +
    Math.min(statusAvailableReplicas, count);
  const lost = Math.max(0, statusAvailableReplicas - count);
  const kept = count + Math.min(lost, Math.max(0, least - available));
  return [drained.count - Math.max(0, kept + drained.count - most), kept];
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
