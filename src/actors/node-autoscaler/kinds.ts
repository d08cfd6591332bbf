import type { NodeAutoscaler, NodeRemoval } from '../../cluster/node-removal.ts';
import { clusterAutoscaler } from './cluster-autoscaler.ts';
import { karpenter } from './karpenter.ts';
import type { AutoscalerRules } from './kind.ts';

/** Everyone who takes nodes away. */
const KINDS: { readonly [K in NodeAutoscaler]: AutoscalerRules<Extract<NodeRemoval, { readonly by: K }>> } = {
  clusterAutoscaler,
  karpenter,
};

export const NODE_AUTOSCALERS = Object.keys(KINDS) as readonly NodeAutoscaler[];

/** What one that takes nodes away decides; a removal is only ever given to its own. */
export function rulesOf({ by }: NodeRemoval): AutoscalerRules {
  return KINDS[by];
}
