/** A toleration of a Pod. Unset: '' and null. */
export interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
  /** How long a taint NoExecute is tolerated; null for ever. */
  readonly tolerationSeconds: number | null;
}

/** The taints of a node that says itself that it is not ready, and of one that is not heard of. */
export const NODE_TAINTS = {
  notReady: 'node.kubernetes.io/not-ready',
  unreachable: 'node.kubernetes.io/unreachable',
} as const;

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
