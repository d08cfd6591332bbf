import type { MinorVersion } from '../machinery/version.ts';

/** Which limit a node has passed. */
export type EvictionThreshold = 'soft' | 'hard' | 'localStorageLimit';

/**
 * The grace in seconds that a kubelet eviction asks for. Over a hard threshold or a container's storage limit there is next
 * to none; over a soft one evictionMaxPodGracePeriod counts.
 *
 * Versions: hard is 0 up to 1.29 (which the worker takes for "unset", so the Pod gets all of its own grace) and 1 from
 * 1.30. Soft may exceed the Pod's own grace up to 1.31; from 1.32 it is the smaller of the two.
 *
 * Source: pkg/kubelet/eviction/eviction_manager.go synchronize, localStorageEviction
 */
export function evictionGraceOverrideSeconds(input: {
  readonly threshold: EvictionThreshold;
  readonly evictionMaxPodGracePeriodSeconds: number;
  readonly terminationGracePeriodSeconds: number | null;
  readonly minor: MinorVersion;
}): number {
  if (input.threshold !== 'soft') return input.minor >= 30 ? 1 : 0;
  const { evictionMaxPodGracePeriodSeconds: maximum, terminationGracePeriodSeconds: own } = input;
  return input.minor >= 32 && own !== null ? Math.min(maximum, own) : maximum;
}
