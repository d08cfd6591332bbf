/** A Pod whose deadline is so long over is not waited for. Source: karpenter pkg/utils/pod/scheduling.go IsStuckTerminating */
export const STUCK_TERMINATING_SECONDS = 60;
/** The waits after refused evictions: the first, doubled each time up to the longest. Source: karpenter pkg/controllers/node/termination/terminator/eviction.go */
export const KARPENTER_EVICTION_BACKOFF = { baseUs: 100_000, maxUs: 10_000_000 } as const;

/** A Pod of a node that Karpenter drains. */
export interface KarpenterPod {
  readonly terminal: boolean;
  readonly daemon: boolean;
  readonly critical: boolean;
  /** The annotation karpenter.sh/do-not-disrupt: "true". */
  readonly doNotDisrupt: boolean;
  /** It tolerates the taint karpenter.sh/disrupted. */
  readonly toleratesDisruption: boolean;
  readonly terminationGracePeriodSeconds: number;
  /** When its grace period is over; null where it is not deleted. */
  readonly deletionDeadlineUs: number | null;
}

/**
 * Whether a drain waits for a Pod: not for one that has ended, tolerates the drain, or is stuck.
 * Source: karpenter pkg/utils/pod/scheduling.go IsWaitingEviction, IsDrainable
 */
export function isDrainable(
  { terminal, toleratesDisruption, deletionDeadlineUs }: KarpenterPod,
  nowUs: number,
): boolean {
  const stuck =
    deletionDeadlineUs !== null && nowUs > deletionDeadlineUs + STUCK_TERMINATING_SECONDS * 1_000_000;
  return !terminal && !toleratesDisruption && !stuck;
}

/**
 * In which group a Pod is drained, from 0: the rest, daemons, critical ones, critical daemons. A group begins once the one before it is
 * gone.
 * Source: karpenter pkg/controllers/node/termination/terminator/terminator.go groupPodsByPriority
 */
export function drainGroup({ critical, daemon }: Pick<KarpenterPod, 'critical' | 'daemon'>): number {
  return (critical ? 2 : 0) + (daemon ? 1 : 0);
}

/**
 * The Pods that are evicted now: those of the first group that is not gone, but for those that must not be disrupted or go already.
 * Source: karpenter pkg/controllers/node/termination/terminator/terminator.go Drain; pkg/utils/pod/scheduling.go IsEvictable
 */
export function podsToEvict<P extends KarpenterPod>(pods: readonly P[], nowUs: number): readonly P[] {
  const waited = pods.filter((pod) => isDrainable(pod, nowUs));
  const group = waited
    .map(drainGroup)
    .reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  return waited.filter(
    (pod) => drainGroup(pod) === group && !pod.doNotDisrupt && pod.deletionDeadlineUs === null,
  );
}

/**
 * When a Pod of a node that goes at a deadline is deleted past every budget and annotation: just so early that it has its grace period.
 * Source: karpenter pkg/controllers/node/termination/terminator/terminator.go DeleteExpiringPods, podDeleteTimeWithGracePeriod
 */
export function expiringAtUs(
  { terminationGracePeriodSeconds }: Pick<KarpenterPod, 'terminationGracePeriodSeconds'>,
  nodeDeadlineUs: number,
): number {
  return nodeDeadlineUs - terminationGracePeriodSeconds * 1_000_000;
}

/**
 * The grace period of that DELETE: what is left to the node, in whole seconds, and at least 1.
 * Source: karpenter pkg/controllers/node/termination/terminator/terminator.go DeleteExpiringPods
 */
export function expiringGraceSeconds(nodeDeadlineUs: number, nowUs: number): number {
  return Math.max(Math.trunc((nodeDeadlineUs - nowUs) / 1_000_000), 1);
}

/**
 * Whether a Pod keeps its node from being disrupted at all: it says so, and its NodePool sets no terminationGracePeriod.
 * Source: karpenter pkg/controllers/state/statenode.go ValidatePodsDisruptable
 */
export function blocksDisruption(
  {
    doNotDisrupt,
    terminal,
    deletionDeadlineUs,
  }: Pick<KarpenterPod, 'doNotDisrupt' | 'terminal' | 'deletionDeadlineUs'>,
  hasTerminationGracePeriod: boolean,
): boolean {
  return doNotDisrupt && !terminal && deletionDeadlineUs === null && !hasTerminationGracePeriod;
}

/**
 * How many nodes of so many a disruption budget lets go at a time; percentages round up.
 * Source: karpenter pkg/apis/v1/nodepool.go Budget.GetAllowedDisruptions
 */
export function allowedDisruptions(budget: number | string, nodes: number): number {
  if (typeof budget === 'number') return budget;
  return Math.ceil((Number.parseFloat(budget) * nodes) / 100);
}
