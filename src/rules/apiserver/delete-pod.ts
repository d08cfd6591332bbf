import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import type { MinorVersion } from '../machinery/version.ts';

const US_PER_SECOND = 1_000_000;

/** What DELETE reads and writes of a Pod. Instants are µs, grace periods seconds; null is unset. */
export interface DeletablePod {
  readonly nodeName: string;
  readonly phase: string;
  readonly terminationGracePeriodSeconds: number | null;
  readonly finalizers: readonly string[];
  readonly deletionTimestampUs: number | null;
  readonly deletionGracePeriodSeconds: number | null;
  /** 0 up to 1.32 for a Pod; from 1.33 on it starts at 1. */
  readonly generation: number;
}

/** When a Pod is to be gone, and how long that may take; null where nobody has asked for it. */
export interface DeletionFields {
  readonly deletionTimestampUs: number | null;
  readonly deletionGracePeriodSeconds: number | null;
}

/** What the API server makes of a deletion before it is stored. */
export interface BeforeDeleteResult extends DeletionFields {
  /** The object must be updated with these fields. */
  readonly graceful: boolean;
  /** An earlier graceful delete stays in force, nothing changes. Both false: remove the object now. */
  readonly pending: boolean;
  /** The grace period that is left in the DeleteOptions. */
  readonly optionsGracePeriodSeconds: number | null;
  readonly generation: number;
}

/** What a DELETE left of the Pod, and what watchers see of it. */
export interface DeletePodResult {
  /**
   * `unchanged`: no event. `terminating`: waits for the kubelet. `finalizing`: grace 0, but a finalizer holds the
   * object. `removed`: the object is gone.
   */
  readonly outcome: 'unchanged' | 'terminating' | 'finalizing' | 'removed';
  /** What watchers see, in this order. */
  readonly events: readonly ('MODIFIED' | 'DELETED')[];
  /** The object after the request (its last state where it was removed). */
  readonly pod: DeletablePod;
}

/**
 * The grace period (seconds) of a first DELETE: the request's, else the Pod's own, else 0; 0 for a Pod that is not
 * scheduled or finished; 1 where negative. Same in 1.26 … 1.36.
 * Source: pkg/registry/core/pod/strategy.go podStrategy.CheckGracefulDelete
 */
export function checkGracefulDelete(
  pod: Pick<DeletablePod, 'nodeName' | 'phase' | 'terminationGracePeriodSeconds'>,
  requestedGracePeriodSeconds: number | null,
): number {
  if (pod.nodeName === '' || isPodPhaseTerminal(pod.phase)) return 0;
  const seconds = requestedGracePeriodSeconds ?? pod.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

/**
 * What a DELETE does to the two deletion fields. A later DELETE may only shorten: the requested grace is compared
 * with the stored one, not with the time that is left. Up to 1.32 a shortened deadline may lie in the past; from 1.33
 * on it is moved to now, and a grace period other than 0 becomes 1.
 * Source: staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go BeforeDelete
 */
export function beforeDelete(
  pod: Omit<DeletablePod, 'finalizers'>,
  requestedGracePeriodSeconds: number | null,
  nowUs: number,
  minor: MinorVersion,
): BeforeDeleteResult {
  const requested = negativeIsOne(requestedGracePeriodSeconds);
  const stored = negativeIsOne(pod.deletionGracePeriodSeconds);
  const { generation, deletionTimestampUs } = pod;
  if (deletionTimestampUs === null) {
    const grace = checkGracefulDelete(pod, requested);
    return {
      graceful: true,
      pending: false,
      deletionTimestampUs: nowUs + grace * US_PER_SECOND,
      deletionGracePeriodSeconds: grace,
      optionsGracePeriodSeconds: grace,
      generation: generation > 0 ? generation + 1 : generation,
    };
  }
  // Also repairs a delete that failed between its two storage operations.
  if (stored === null || stored === 0) {
    return {
      graceful: false,
      pending: false,
      deletionTimestampUs,
      deletionGracePeriodSeconds: stored,
      optionsGracePeriodSeconds: requested,
      generation,
    };
  }
  if (requested === null || requested >= stored) {
    return {
      graceful: false,
      pending: true,
      deletionTimestampUs,
      deletionGracePeriodSeconds: stored,
      optionsGracePeriodSeconds: requested ?? stored,
      generation,
    };
  }
  const shortenedUs = deletionTimestampUs + (requested - stored) * US_PER_SECOND;
  const clamped = minor >= 33 && shortenedUs < nowUs;
  return {
    graceful: true,
    pending: false,
    deletionTimestampUs: clamped ? nowUs : shortenedUs,
    deletionGracePeriodSeconds: clamped && requested !== 0 ? 1 : requested,
    optionsGracePeriodSeconds: requested,
    generation,
  };
}

/**
 * A DELETE as the store carries it out. Grace 0 is two storage operations, so watchers get MODIFIED and then DELETED;
 * a finalizer keeps the object with grace 0 until an update removes the last one.
 * Source: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go Store.Delete,
 * updateForGracefulDeletionAndFinalizers
 */
export function deletePod(
  pod: DeletablePod,
  requestedGracePeriodSeconds: number | null,
  nowUs: number,
  minor: MinorVersion,
): DeletePodResult {
  const before = beforeDelete(pod, requestedGracePeriodSeconds, nowUs, minor);
  if (before.pending) return { outcome: 'unchanged', events: [], pod };
  const held = pod.finalizers.length > 0;
  if (before.graceful) {
    const { deletionTimestampUs, deletionGracePeriodSeconds, generation } = before;
    const after = { ...pod, deletionTimestampUs, deletionGracePeriodSeconds, generation };
    if ((before.optionsGracePeriodSeconds ?? 0) > 0) {
      return { outcome: 'terminating', events: ['MODIFIED'], pod: after };
    }
    return held
      ? { outcome: 'finalizing', events: ['MODIFIED'], pod: after }
      : { outcome: 'removed', events: ['MODIFIED', 'DELETED'], pod: after };
  }
  if (!held) return { outcome: 'removed', events: ['DELETED'], pod };
  const after = markAsDeleting(pod, nowUs);
  const same =
    after.deletionTimestampUs === pod.deletionTimestampUs &&
    after.deletionGracePeriodSeconds === pod.deletionGracePeriodSeconds;
  return { outcome: 'finalizing', events: same ? [] : ['MODIFIED'], pod: after };
}

/**
 * Whether an update removes the object: it takes away the last finalizer of one whose grace period is already 0.
 * Source: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go ShouldDeleteDuringUpdate
 */
export function shouldDeleteDuringUpdate(
  existing: Pick<DeletablePod, 'deletionGracePeriodSeconds'>,
  updated: Pick<DeletablePod, 'finalizers'>,
): boolean {
  return updated.finalizers.length === 0 && existing.deletionGracePeriodSeconds === 0;
}

/**
 * An instant (µs) as the API shows it: whole seconds, the fraction dropped. So every reader sees a deadline up to 1 s
 * early.
 * Source: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/time.go Time.MarshalJSON
 */
export function apiTimestampUs(instantUs: number): number {
  return Math.floor(instantUs / US_PER_SECOND) * US_PER_SECOND;
}

/**
 * The field (`uid`, `resourceVersion`) in which a DELETE's preconditions miss the object, for a 409, or null where
 * they hold.
 * Source: staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go BeforeDelete
 */
export function failedPrecondition(
  preconditions: { readonly uid?: string; readonly resourceVersion?: string },
  object: { readonly uid: string; readonly resourceVersion: string },
): 'uid' | 'resourceVersion' | null {
  if (preconditions.uid !== undefined && preconditions.uid !== object.uid) return 'uid';
  const { resourceVersion } = preconditions;
  return resourceVersion !== undefined && resourceVersion !== object.resourceVersion
    ? 'resourceVersion'
    : null;
}

function markAsDeleting(pod: DeletablePod, nowUs: number): DeletablePod {
  const { deletionTimestampUs } = pod;
  const deadlineUs = deletionTimestampUs === null ? nowUs : Math.min(deletionTimestampUs, nowUs);
  return { ...pod, deletionTimestampUs: deadlineUs, deletionGracePeriodSeconds: 0 };
}

function negativeIsOne(seconds: number | null): number | null {
  return seconds !== null && seconds < 0 ? 1 : seconds;
}
