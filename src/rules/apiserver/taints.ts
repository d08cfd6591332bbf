import type { Toleration } from './tolerations.ts';

/** What keeps Pods off a node that do not tolerate it. */
export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

/** The taint NoSchedule that stands for `spec.unschedulable`: who tolerates it is put on a cordoned node all the same. */
export const UNSCHEDULABLE_TAINT: Taint = {
  key: 'node.kubernetes.io/unschedulable',
  value: '',
  effect: 'NoSchedule',
};

/** The taints NoSchedule of a node that cluster-autoscaler or Karpenter takes away. */
export const DISRUPTION_TAINTS = ['ToBeDeletedByClusterAutoscaler', 'karpenter.sh/disrupted'] as const;

/**
 * Whether a toleration matches a taint: an empty effect matches every one, an empty key with Exists everything.
 *
 * Source: staging/src/k8s.io/api/core/v1/toleration.go Toleration.ToleratesTaint
 */
export function toleratesTaint({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === taint.value;
}

/**
 * The first taint of these effects that no toleration matches; null where all are tolerated.
 *
 * Source: staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go FindMatchingUntoleratedTaint
 */
export function findMatchingUntoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly TaintEffect[],
): Taint | null {
  const isTolerated = (taint: Taint) => tolerations.some((each) => toleratesTaint(each, taint));
  return taints.find((taint) => effects.includes(taint.effect) && !isTolerated(taint)) ?? null;
}

/**
 * How long after the taints NoExecute of its node a Pod is deleted: at once where one is not tolerated, else after the least of what the
 * tolerations say that match, of each taint the first. Null: never.
 *
 * Source: pkg/controller/tainteviction/taint_eviction.go Controller.processPodOnNode, getMinTolerationTime
 */
export function evictionDelaySeconds(
  tolerations: readonly Toleration[],
  taints: readonly Taint[],
): number | null {
  let least: number | null = null;
  for (const taint of taints) {
    if (taint.effect !== 'NoExecute') continue;
    const used = tolerations.find((toleration) => toleratesTaint(toleration, taint));
    if (used === undefined) return 0;
    if (used.tolerationSeconds === null) continue;
    const seconds = Math.max(0, used.tolerationSeconds);
    least = least === null ? seconds : Math.min(least, seconds);
  }
  return least;
}

/**
 * A node's taints after some were added and others removed: one of the same key and effect is replaced, and one that is removed without
 * an effect goes with all of its effects. The same list where nothing changes.
 *
 * Source: pkg/util/taints/taints.go AddOrUpdateTaint, DeleteTaint, DeleteTaintsByKey
 */
export function changedTaints(
  taints: readonly Taint[],
  adds: readonly Taint[],
  removes: readonly { readonly key: string; readonly effect: TaintEffect | null }[],
): readonly Taint[] {
  const goes = ({ key, effect }: Taint) =>
    [...removes, ...adds].some((each) => each.key === key && (each.effect ?? effect) === effect);
  const next = [...taints.filter((taint) => !goes(taint)), ...adds];
  const isSame = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect && a.value === b.value;
  const same =
    next.length === taints.length && taints.every((taint) => next.some((each) => isSame(each, taint)));
  return same ? taints : next;
}
