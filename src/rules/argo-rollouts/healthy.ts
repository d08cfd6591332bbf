/** When an Argo Rollout is through. */

/** What of its status says so. */
export interface HealthyStatus {
  /** Pods of all its ReplicaSets. */
  readonly replicas: number;
  readonly updatedReplicas: number;
  /** Of a canary those of all its ReplicaSets, of a blue-green Rollout those of the active one. */
  readonly availableReplicas: number;
  readonly observedGeneration: number;
}

/**
 * Whether `kubectl argo rollouts status` says Healthy: all of the newest revision is available, and the controller has seen the spec. Of a
 * canary the newest revision is the stable one, and older Pods are gone; of a blue-green Rollout the Services select the newest one,
 * and older Pods may be kept for scaleDownDelaySeconds.
 *
 * Source: argo-rollouts utils/conditions/conditions.go RolloutHealthy
 */
export function rolloutHealthy(
  replicas: number,
  status: HealthyStatus,
  strategy:
    | { readonly type: 'canary'; readonly isStable: boolean }
    | { readonly type: 'blueGreen'; readonly isSelected: boolean },
  generation: number,
): boolean {
  const through =
    strategy.type === 'canary' ? strategy.isStable && status.replicas === replicas : strategy.isSelected;
  return (
    through &&
    status.updatedReplicas === replicas &&
    status.availableReplicas === replicas &&
    status.observedGeneration >= generation
  );
}

/**
 * Whether a canary's newest revision becomes the stable one: all of it is available, and no step is left.
 *
 * Source: argo-rollouts rollout/sync.go shouldFullPromote
 */
export function shouldFullPromote(
  replicas: number,
  newRS: { readonly statusAvailableReplicas: number },
  { steps, stepIndex }: { readonly steps: number; readonly stepIndex: number },
): boolean {
  return newRS.statusAvailableReplicas === replicas && stepIndex >= steps;
}
