import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import type { MinorVersion } from '../machinery/version.ts';

/** What decides whether the kubelet lets go of a Pod. */
export interface PodToFinalize {
  readonly deletionTimestampSet: boolean;
  /** The API's image of a static Pod. */
  readonly mirrorPod: boolean;
  /** Phase that the API holds after the kubelet's last patch. */
  readonly phase: string;
  /** The worker has finished the termination; up to 1.26: all resources of the Pod were found reclaimed. */
  readonly podIsFinished: boolean;
}

/**
 * Whether the kubelet sends the DELETE with gracePeriodSeconds 0 that ends a Pod's object: somebody deleted it, it is no
 * mirror, the API already has a terminal phase, and the worker has finished.
 *
 * Versions: up to 1.26 the phase does not matter.
 *
 * Source: pkg/kubelet/status/status_manager.go canBeDeleted
 */
export function canBeDeleted(pod: PodToFinalize, minor: MinorVersion): boolean {
  if (!pod.deletionTimestampSet || pod.mirrorPod) return false;
  if (minor >= 27 && !isPodPhaseTerminal(pod.phase)) return false;
  return pod.podIsFinished;
}

/**
 * What the status manager asks of the API, in order, for one Pod whose status is to be written.
 *
 * Source: pkg/kubelet/status/status_manager.go syncPod
 */
export function syncPodActions(
  pod: PodToFinalize & { readonly statusChanged: boolean },
  minor: MinorVersion,
): readonly ('get' | 'patch' | 'delete')[] {
  const patch = pod.statusChanged ? (['patch'] as const) : [];
  const end = canBeDeleted(pod, minor) ? (['delete'] as const) : [];
  return ['get', ...patch, ...end];
}
