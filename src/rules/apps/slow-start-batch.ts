/** Size of the first batch of creates. */
export const SLOW_START_INITIAL_BATCH_SIZE = 1;
/** Most Pods that a ReplicaSet creates or deletes in one sync. */
export const BURST_REPLICAS = 500;

/**
 * The size of the next batch of creates: 1, 2, 4, 8 … Each batch is sent at once and waited for. `previousBatchSize`
 * is 0 at the start; the answer is 0 when nothing remains.
 * Source: pkg/controller/replicaset/replica_set.go slowStartBatch
 */
export function nextSlowStartBatch(
  previousBatchSize: number,
  remaining: number,
  initialBatchSize: number = SLOW_START_INITIAL_BATCH_SIZE,
): number {
  return Math.min(remaining, previousBatchSize === 0 ? initialBatchSize : 2 * previousBatchSize);
}

/**
 * Runs `count` calls in batches; a batch with a failed call is the last one. `succeeds` answers for the call of that
 * index, from 0.
 * Source: pkg/controller/replicaset/replica_set.go slowStartBatch
 */
export function slowStartBatch(
  count: number,
  initialBatchSize: number,
  succeeds: (call: number) => boolean,
): { readonly successes: number; readonly calls: number; readonly error: boolean } {
  let calls = 0;
  let successes = 0;
  let batchSize = nextSlowStartBatch(0, count, initialBatchSize);
  while (batchSize > 0) {
    const end = calls + batchSize;
    for (; calls < end; calls++) if (succeeds(calls)) successes++;
    if (successes < calls) return { successes, calls, error: true };
    batchSize = nextSlowStartBatch(batchSize, count - calls, initialBatchSize);
  }
  return { successes, calls, error: false };
}

/**
 * How many Pods one sync of a ReplicaSet creates (positive) or deletes (negative): the difference, at most 500.
 * `activePods` excludes terminating and finished Pods, so a replacement is created while the old Pod is still
 * shutting down.
 * Source: pkg/controller/replicaset/replica_set.go manageReplicas
 */
export function manageReplicasDiff(specReplicas: number, activePods: number): number {
  return Math.max(-BURST_REPLICAS, Math.min(BURST_REPLICAS, specReplicas - activePods));
}
