/** A toleration of a Pod. Unset: '' and null. */
export interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
  /** How long a taint NoExecute is tolerated; null for ever. */
  readonly tolerationSeconds: number | null;
}

/** The taints NoExecute of a node that says itself that it is not ready, and of one that is not heard of. */
export const NODE_TAINTS = {
  notReady: 'node.kubernetes.io/not-ready',
  unreachable: 'node.kubernetes.io/unreachable',
} as const;

/** The taints NoSchedule of a node that cluster-autoscaler or Karpenter takes away. */
export const DISRUPTION_TAINTS = ['ToBeDeletedByClusterAutoscaler', 'karpenter.sh/disrupted'] as const;

/** `--default-not-ready-toleration-seconds` and `--default-unreachable-toleration-seconds`. */
export const DEFAULT_TOLERATION_SECONDS = 300;

/**
 * The tolerations that admission stores: for each of the two taints of a node that is gone, 300 s where the Pod says nothing of
 * its own about it. A toleration without a key or without an effect says something about each.
 *
 * Source: plugin/pkg/admission/defaulttolerationseconds/admission.go Plugin.Admit
 */
export function withDefaultTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const missing = Object.values(NODE_TAINTS).filter(
    (taint) =>
      !tolerations.some(
        ({ key, effect }) => (key === taint || key === '') && (effect === 'NoExecute' || effect === ''),
      ),
  );
  const added = missing.map((key) => ({
    key,
    operator: 'Exists',
    value: '',
    effect: 'NoExecute',
    tolerationSeconds: DEFAULT_TOLERATION_SECONDS,
  }));
  return [...tolerations, ...added];
}

/**
 * Whether a toleration matches a taint NoExecute without a value, as the two of a node that is gone are.
 *
 * Source: staging/src/k8s.io/api/core/v1/toleration.go Toleration.ToleratesTaint
 */
export function toleratesNoExecute(toleration: Toleration, taint: string): boolean {
  const { key, operator, value, effect } = toleration;
  if (effect !== '' && effect !== 'NoExecute') return false;
  if (key !== '' && key !== taint) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === '';
}

/**
 * Whether some toleration matches a taint NoSchedule, whatever its value: only such Pods are still put on its node.
 *
 * Source: staging/src/k8s.io/api/core/v1/toleration.go Toleration.ToleratesTaint
 */
export function toleratesNoSchedule(tolerations: readonly Toleration[], taint: string): boolean {
  return tolerations.some(({ key, operator, effect }) => {
    if (effect !== '' && effect !== 'NoSchedule') return false;
    return operator === 'Exists' ? key === '' || key === taint : key === taint;
  });
}

/**
 * How long after a taint NoExecute a Pod is deleted: at once where no toleration matches it, else after what the first one that
 * matches says. Null: never.
 *
 * Source: pkg/controller/tainteviction/taint_eviction.go Controller.processPodOnNode, getMinTolerationTime
 */
export function evictionDelaySeconds(tolerations: readonly Toleration[], taint: string): number | null {
  const used = tolerations.find((toleration) => toleratesNoExecute(toleration, taint));
  if (used === undefined) return 0;
  return used.tolerationSeconds === null ? null : Math.max(0, used.tolerationSeconds);
}
