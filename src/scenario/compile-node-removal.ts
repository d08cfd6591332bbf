import type { Issue } from '../cluster/issue.ts';
import type { NodeRemoval } from '../cluster/node-removal.ts';
import { allowedDisruptions } from '../rules/node-autoscaling/karpenter.ts';
import { micros } from '../schema/delay-input.ts';
import type { ActionSettings } from './actions.ts';

/** Nodes that cluster-autoscaler or Karpenter takes away. */

type Removal = Extract<
  ActionSettings,
  { readonly type: 'clusterAutoscalerScaleDown' | 'karpenterDisruption' }
>;

/** `of`: how many nodes the cluster has. */
export function compileNodeRemoval(
  action: Removal,
  nodes: readonly number[],
  of: number,
  path: readonly (string | number)[],
  issues: Issue[],
): NodeRemoval[] {
  const base = { type: 'removeNodes', at: micros(action.at), nodes } as const;
  if (action.type === 'clusterAutoscalerScaleDown')
    return [
      {
        ...base,
        by: 'clusterAutoscaler',
        atOnce: action.maxDrainParallelism,
        maxGracefulTerminationSeconds: action.maxGracefulTerminationSec,
        maxPodEvictionTime: micros(action.maxPodEvictionTime),
        nodeDeleteDelayAfterTaint: micros(action.nodeDeleteDelayAfterTaint),
        skipNodesWithLocalStorage: action.skipNodesWithLocalStorage,
      },
    ];
  const { budget, terminationGracePeriod } = action;
  const atOnce = allowedDisruptions(budget, of);
  if (atOnce === 0)
    issues.push({
      code: 'noDisruptionAllowed',
      path: [...path, 'budget'],
      message: `A disruption budget of ${budget} lets Karpenter take no node of ${of} away.`,
      value: budget,
      rule: 'A budget of 0 blocks every disruption (karpenter NodePool spec.disruption.budgets).',
      fix: "Let at least one node go: budget: 1, or '10%'.",
    });
  const grace = terminationGracePeriod === undefined ? null : micros(terminationGracePeriod);
  return [{ ...base, by: 'karpenter', atOnce, terminationGracePeriod: grace }];
}
