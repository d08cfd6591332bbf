/** When the Services of a blue-green Argo Rollout go over to its new revision. */

export interface BlueGreenReplicaSet {
  readonly specReplicas: number;
  readonly statusAvailableReplicas: number;
}

/**
 * The size of the new ReplicaSet: that of the preview until its promotion, where one is named, else all replicas.
 *
 * Source: argo-rollouts utils/replicaset/replicaset.go NewRSNewReplicas
 */
export function newRSNewReplicasForBlueGreen(
  replicas: number,
  previewReplicaCount: number | null,
  state: { readonly isActive: boolean; readonly scaleUpPreview: boolean },
): number {
  return previewReplicaCount === null || state.isActive || state.scaleUpPreview
    ? replicas
    : previewReplicaCount;
}

/**
 * Whether the new ReplicaSet is as large as it is to be before the promotion, and all of it available.
 *
 * Source: argo-rollouts utils/replicaset/replicaset.go ReadyForPause
 */
export function readyForPause(
  { specReplicas, statusAvailableReplicas }: BlueGreenReplicaSet,
  wanted: number,
): boolean {
  return specReplicas === wanted && statusAvailableReplicas === wanted;
}
