/** `--max-graceful-termination-sec`. Source: cluster-autoscaler/config/flags/flags.go */
export const MAX_GRACEFUL_TERMINATION_SECONDS = 600;
/** `--node-delete-delay-after-taint`. Source: cluster-autoscaler/config/flags/flags.go */
export const NODE_DELETE_DELAY_AFTER_TAINT_SECONDS = 5;
/** `--max-pod-eviction-time`. Source: cluster-autoscaler/config/flags/flags.go */
export const MAX_POD_EVICTION_SECONDS = 120;
/** An eviction that was refused is asked for again after this long. Source: cluster-autoscaler/core/scaledown/actuation/drain.go EvictionRetryTime */
export const EVICTION_RETRY_SECONDS = 10;
/** Beyond the longest grace period it waits so long for Pods to go. Source: cluster-autoscaler/core/scaledown/actuation/drain.go PodEvictionHeadroom */
export const POD_EVICTION_HEADROOM_SECONDS = 30;

/** A Pod of a node that is to be removed, as cluster-autoscaler looks at it. */
export interface RemovablePod {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** The kind of its controller; `none` for a bare Pod. */
  readonly owner: string;
  readonly hasEmptyDir: boolean;
  /** The annotation cluster-autoscaler.kubernetes.io/safe-to-evict; null where it is absent. */
  readonly safeToEvict: boolean | null;
}

/** Why a Pod keeps cluster-autoscaler from removing its node. */
export type NodeBlocker = 'notSafeToEvict' | 'unmanaged' | 'localStorage';

/**
 * Whether a Pod keeps its node: it says so; nobody would make it again; or it has local storage, with `--skip-nodes-with-local-storage`
 * as by default. null: it does not.
 * Source: cluster-autoscaler/simulator/drainability/rules/rules.go Default
 */
export function nodeBlocker(
  { phase, owner, hasEmptyDir, safeToEvict }: RemovablePod,
  skipNodesWithLocalStorage: boolean,
): NodeBlocker | null {
  if (owner === 'DaemonSet' || phase === 'Succeeded' || phase === 'Failed' || safeToEvict === true)
    return null;
  if (safeToEvict === false) return 'notSafeToEvict';
  if (owner === 'none') return 'unmanaged';
  return hasEmptyDir && skipNodesWithLocalStorage ? 'localStorage' : null;
}

/**
 * The grace period that cluster-autoscaler names in every eviction: the Pod's own, but no more than its limit.
 * Source: cluster-autoscaler/core/scaledown/actuation/drain.go evictPod
 */
export function clusterAutoscalerGraceSeconds(
  terminationGracePeriodSeconds: number,
  maxGracefulTerminationSeconds: number,
): number {
  return Math.min(terminationGracePeriodSeconds, maxGracefulTerminationSeconds);
}
