/** What becomes of the claims (PersistentVolumeClaims) of a StatefulSet's Pods. */

/** `persistentVolumeClaimRetentionPolicy`. */
export interface ClaimRetentionPolicy {
  readonly whenScaled: 'Retain' | 'Delete';
  readonly whenDeleted: 'Retain' | 'Delete';
}

/**
 * Which owner references a claim has to have so that it goes with its Pod, or with the set. `condemned`: the ordinal is beyond
 * those that the set wants.
 * Source: pkg/controller/statefulset/stateful_set_utils.go isClaimOwnerUpToDate
 */
export function claimOwners(
  policy: ClaimRetentionPolicy,
  condemned: boolean,
): { readonly needsPodOwnerRef: boolean; readonly needsSetOwnerRef: boolean } {
  const needsPodOwnerRef = policy.whenScaled === 'Delete' && condemned;
  return { needsPodOwnerRef, needsSetOwnerRef: policy.whenDeleted === 'Delete' && !needsPodOwnerRef };
}

/**
 * Whether the claims of an ordinal keep a new Pod of it waiting: they still go with a Pod of its name that is gone. The sync ends there, and
 * without an error, so that nothing brings the set back by itself.
 * Source: pkg/controller/statefulset/stateful_pod_control.go PodClaimIsStale; stateful_set_control.go processReplica
 */
export function podClaimIsStale(
  { whenScaled }: ClaimRetentionPolicy,
  /** The Pod that they go with; null: they go with none, or there are none. */
  ownerPod: number | null,
  /** The Pod that there is; null: it is to be created. */
  pod: number | null,
): boolean {
  return whenScaled === 'Delete' && ownerPod !== null && ownerPod !== pod;
}
