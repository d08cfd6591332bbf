/** What the controller remembers of a Service between two syncs. Times are µs. */
export interface TriggerTimeState {
  readonly lastServiceTriggerTimeUs: number;
  readonly lastPodTriggerTimesUs: Readonly<Record<string, number>>;
}

/** What of a Pod the time of a change is read off. */
export interface TriggerTimePod {
  readonly name: string;
  /** `lastTransitionTime` of the Ready condition; null where the condition or its time is missing. */
  readonly readyLastTransitionUs: number | null;
}

/**
 * The annotation `endpoints.kubernetes.io/last-change-trigger-time` of a sync, from which kube-proxy's network
 * programming latency is measured: the oldest changed readiness transition, or the Service's creation the first time;
 * null removes the annotation. A deletionTimestamp is no trigger, so the latency metric does not see terminations.
 * `state` is undefined for a Service that was never synced (or was deleted since).
 * Source: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go
 * TriggerTimeTracker.ComputeEndpointLastChangeTriggerTime
 */
export function computeEndpointLastChangeTriggerTime(
  state: TriggerTimeState | undefined,
  serviceCreatedUs: number,
  pods: readonly TriggerTimePod[],
): { readonly state: TriggerTimeState; readonly triggerTimeUs: number | null } {
  const podTimesUs: Record<string, number> = {};
  let oldestChangeUs: number | null = null;
  const changed = (timeUs: number, lastUs: number | undefined): void => {
    if (lastUs !== undefined && timeUs <= lastUs) return;
    oldestChangeUs = oldestChangeUs === null ? timeUs : Math.min(oldestChangeUs, timeUs);
  };
  for (const pod of pods) {
    if (pod.readyLastTransitionUs === null) continue;
    podTimesUs[pod.name] = pod.readyLastTransitionUs;
    changed(pod.readyLastTransitionUs, state?.lastPodTriggerTimesUs[pod.name]);
  }
  changed(serviceCreatedUs, state?.lastServiceTriggerTimeUs);
  return {
    state: { lastServiceTriggerTimeUs: serviceCreatedUs, lastPodTriggerTimesUs: podTimesUs },
    triggerTimeUs: state === undefined ? serviceCreatedUs : oldestChangeUs,
  };
}
