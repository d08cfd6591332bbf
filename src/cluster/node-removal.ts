import type { NodeIndex } from '../kernel/ids.ts';
import type { Micros } from '../kernel/time.ts';

/** Nodes that an autoscaler takes away. */

/** Who takes a node away. */
export type NodeAutoscaler = 'clusterAutoscaler' | 'karpenter';

interface RemovalBase {
  readonly type: 'removeNodes';
  readonly at: Micros;
  readonly nodes: readonly NodeIndex[];
  /** So many are drained at a time. */
  readonly atOnce: number;
}
export interface ClusterAutoscalerRemoval extends RemovalBase {
  readonly by: 'clusterAutoscaler';
  readonly maxGracefulTerminationSeconds: number;
  readonly maxPodEvictionTime: Micros;
  readonly nodeDeleteDelayAfterTaint: Micros;
  readonly skipNodesWithLocalStorage: boolean;
}
export interface KarpenterRemoval extends RemovalBase {
  readonly by: 'karpenter';
  /** The NodePool's; null: it waits for ever. */
  readonly terminationGracePeriod: Micros | null;
}
export type NodeRemoval = ClusterAutoscalerRemoval | KarpenterRemoval;

/** How it went. `kept`: it could not be drained in time. */
export interface NodeRemovalEnded {
  readonly node: NodeIndex;
  readonly outcome: 'removed' | 'refused' | 'kept';
  readonly why: string | null;
}
