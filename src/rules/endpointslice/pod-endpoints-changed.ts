import { labelsEqual } from '../machinery/match-label-selector.ts';

/** The part of a Pod whose change may reach its Services. */
export interface ChangedPod {
  readonly resourceVersion?: string;
  readonly deletionTimestamp: number | string | null;
  readonly ready: boolean;
  readonly podIPs: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly hostname?: string;
  readonly subdomain?: string;
}

/** Whether an update of a Pod concerns its Services. */
export interface PodEndpointsChange {
  /** An endpoint of the Pod may have to be written anew. */
  readonly podChanged: boolean;
  /** The Pod may have joined or left a Service. */
  readonly labelsChanged: boolean;
}

/**
 * Whether a Pod update concerns its endpoints. Phase, node name, restarts and annotations do not. Two updates of a
 * terminating Pod always count as a change: upstream compares the pointers of the two deletionTimestamps, which are
 * never the same. Same in 1.26 … 1.36.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go podEndpointsChanged
 */
export function podEndpointsChanged(oldPod: ChangedPod, newPod: ChangedPod): PodEndpointsChange {
  const labelsChanged =
    !labelsEqual(oldPod.labels, newPod.labels) ||
    (oldPod.hostname ?? '') !== (newPod.hostname ?? '') ||
    (oldPod.subdomain ?? '') !== (newPod.subdomain ?? '');
  const podChanged =
    oldPod.deletionTimestamp !== null ||
    newPod.deletionTimestamp !== null ||
    oldPod.ready !== newPod.ready ||
    oldPod.podIPs.length !== newPod.podIPs.length ||
    oldPod.podIPs.some((podIP, index) => podIP !== newPod.podIPs[index]);
  return { podChanged, labelsChanged };
}

/**
 * Whether an update event of a Pod is a resync of the informer (same resourceVersion), which is dropped before any
 * other test.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go GetServicesToUpdateOnPodChange
 */
export function isPodResync(oldPod: ChangedPod, newPod: ChangedPod): boolean {
  return oldPod.resourceVersion !== undefined && oldPod.resourceVersion === newPod.resourceVersion;
}
