import { type PodWorkType, podWorkType, startsTermination } from './pod-worker.ts';

const MINIMUM_TIMEOUT_SECONDS = 10;

/**
 * After how many seconds the one who asks for a Pod's death (eviction, node shutdown, preemption) stops waiting for it and
 * reports a timeout; the kill itself goes on. One and a half times the grace in whole seconds, at least 10.
 * `graceOverrideSeconds` null: the Pod's own terminationGracePeriodSeconds counts.
 *
 * Source: pkg/kubelet/pod_workers.go killPodNow
 */
export function killPodTimeoutSeconds(input: {
  readonly graceOverrideSeconds: number | null;
  readonly terminationGracePeriodSeconds: number | null;
}): number {
  const grace = input.graceOverrideSeconds ?? input.terminationGracePeriodSeconds ?? 0;
  return Math.max(grace + Math.trunc(grace / 2), MINIMUM_TIMEOUT_SECONDS);
}

/** What killing a Pod asked of its worker, and whether somebody waited in vain. */
export interface KillPodNow {
  readonly timedOut: boolean;
  /** What the worker is given to do, in order. */
  readonly updates: readonly { readonly updateType: 'kill' | 'sync'; readonly workType: PodWorkType }[];
}

/**
 * Kills a running Pod through its worker: one kill update, and a second round once all containers are stopped, which takes
 * `stopMs`.
 *
 * Source: pkg/kubelet/pod_workers.go killPodNow, podWorkerLoop
 */
export function killPodNow(input: {
  readonly graceOverrideSeconds: number | null;
  readonly terminationGracePeriodSeconds: number | null;
  readonly stopMs: number;
}): KillPodNow {
  const kill = {
    updateType: 'kill',
    deletionTimestampSet: false,
    phase: 'Running',
    isRuntimePod: false,
  } as const;
  const terminationRequested = startsTermination(kill);
  return {
    timedOut: input.stopMs > killPodTimeoutSeconds(input) * 1000,
    updates: [
      { updateType: 'kill', workType: podWorkType({ terminationRequested, terminated: false }) },
      { updateType: 'sync', workType: podWorkType({ terminationRequested, terminated: true }) },
    ],
  };
}
