/** When an Argo Rollout is through. */

/**
 * Whether `kubectl argo rollouts status` says Healthy: the newest revision is the stable one, all of it is available, and the
 * controller has seen the spec. Old ReplicaSets may keep their Pods for scaleDownDelaySeconds then.
 *
 * Source: argo-rollouts utils/conditions/conditions.go RolloutHealthy
 */
export function rolloutHealthy(
  replicas: number,
  status: {
    readonly updatedReplicas: number;
    readonly availableReplicas: number;
    readonly observedGeneration: number;
  },
  revisions: { readonly stable: string; readonly current: string },
  generation: number,
): boolean {
  return (
    revisions.stable === revisions.current &&
    status.updatedReplicas === replicas &&
    status.availableReplicas >= replicas &&
    status.observedGeneration >= generation
  );
}
