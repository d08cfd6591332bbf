import type { Observation, ObservedPod } from './observation.ts';
import type { Recording } from './recording.ts';

/**
 * How long Pods had been as they were when they were stopped. A kubelet that has synced a Pod within the last second waits for a relist
 * before it tears the Pod down, so it matters whether a recorder waited, or took the Pod that had just become Ready.
 */
export class SteadyPods {
  /** When each was Ready, µs since 1970: the one that one repetition saw made may be the one that another stops. */
  private readonly readyAtUs = new Map<string, number>();

  take({ replacements }: Observation, t0Us: unknown): void {
    if (typeof t0Us !== 'number') return;
    for (const { name, moments } of replacements) {
      if (moments.readyMs !== undefined) this.readyAtUs.set(name, t0Us + moments.readyMs * 1000);
    }
  }

  /** The observation with what is known. `quietMs` of a `meta`: the recorder waited so long for nothing to change. */
  told(observation: Observation, { meta: { t0Us, quietMs } }: Recording): Observation {
    const pods = observation.pods.map((pod): ObservedPod => {
      const readyAt = this.readyAtUs.get(pod.name);
      const stoppedAtMs = pod.moments.stoppedAtMs ?? 0;
      if (readyAt !== undefined && typeof t0Us === 'number' && t0Us + stoppedAtMs * 1000 > readyAt)
        return { ...pod, steadyMs: (t0Us - readyAt) / 1000 + stoppedAtMs };
      return typeof quietMs === 'number' ? { ...pod, steadyMs: quietMs } : pod;
    });
    return { ...observation, pods };
  }
}
