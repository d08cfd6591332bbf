import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';

/** The states of a Pod's worker; it only ever goes forward. */
export type PodWorkType = 'SyncPod' | 'SyncTerminatingPod' | 'SyncTerminatedPod';

/** What an update tells a Pod's worker. */
export interface PodWorkerUpdate {
  readonly updateType: 'create' | 'update' | 'sync' | 'kill';
  readonly deletionTimestampSet: boolean;
  readonly phase: string;
  /** Known from the runtime only; the API has no such Pod. */
  readonly isRuntimePod: boolean;
}

/**
 * Whether an update starts the termination of a Pod that is not terminating yet: found in the runtime only, deleted,
 * already in a terminal phase, or asked to be killed (eviction, node shutdown, preemption, removal).
 *
 * Source: pkg/kubelet/pod_workers.go UpdatePod
 */
export function startsTermination(update: PodWorkerUpdate): boolean {
  return (
    update.isRuntimePod ||
    update.deletionTimestampSet ||
    isPodPhaseTerminal(update.phase) ||
    update.updateType === 'kill'
  );
}

/**
 * What a Pod's worker does next.
 *
 * Source: pkg/kubelet/pod_workers.go podSyncStatus.WorkType
 */
export function podWorkType(status: {
  readonly terminationRequested: boolean;
  /** All containers were stopped. */
  readonly terminated: boolean;
}): PodWorkType {
  if (status.terminated) return 'SyncTerminatedPod';
  return status.terminationRequested ? 'SyncTerminatingPod' : 'SyncPod';
}

/**
 * Whether the worker must wait, before it acts, for a runtime status newer than the end of its last sync. It does unless
 * the runtime was listed after that sync. Times in milliseconds of one clock; null: it never synced.
 *
 * Source: pkg/kubelet/pod_workers.go podWorkerLoop; pkg/kubelet/container/cache.go GetNewerThan
 */
export function waitsForNewerRuntimeStatus(input: {
  readonly lastSyncEndMs: number | null;
  readonly lastRelistMs: number;
}): boolean {
  return input.lastSyncEndMs !== null && input.lastRelistMs <= input.lastSyncEndMs;
}
