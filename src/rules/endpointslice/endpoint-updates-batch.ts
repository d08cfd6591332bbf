/** Least delay of a sync that an EndpointSlice event asks for: 1 s. */
export const ENDPOINT_SLICE_CHANGE_MIN_SYNC_DELAY_US = 1_000_000;

/**
 * When the sync that a Pod event asks for becomes due. `--endpointslice-updates-batch-period` is a fixed window from
 * the first event: the delaying queue keeps the earliest due time, so later events do not extend it. Times are µs.
 * `pendingDueUs` is the due time that the Service already has, or null.
 * Source: pkg/controller/endpointslice/endpointslice_controller.go queueServiceForPod;
 * client-go/util/workqueue/delaying_queue.go insert
 */
export function batchedSyncDueUs(
  pendingDueUs: number | null,
  eventUs: number,
  endpointUpdatesBatchPeriodUs: number,
): number {
  const dueUs = eventUs + Math.max(0, endpointUpdatesBatchPeriodUs);
  return pendingDueUs === null ? dueUs : Math.min(pendingDueUs, dueUs);
}

/**
 * The delay of a sync that an event of one of the Service's slices asks for: the batch period, but at least 1 s.
 * Source: pkg/controller/endpointslice/endpointslice_controller.go queueServiceForEndpointSlice
 */
export function sliceEventSyncDelayUs(endpointUpdatesBatchPeriodUs: number): number {
  return Math.max(ENDPOINT_SLICE_CHANGE_MIN_SYNC_DELAY_US, endpointUpdatesBatchPeriodUs);
}

/**
 * The times (µs) at which a Service is synced, given its Pod events in order and a worker that is always free.
 * An event at the very instant of a sync opens the next window.
 * Source: pkg/controller/endpointslice/endpointslice_controller.go queueServiceForPod
 */
export function batchedSyncTimesUs(
  eventTimesUs: readonly number[],
  endpointUpdatesBatchPeriodUs: number,
): readonly number[] {
  const syncs: number[] = [];
  let pendingDueUs: number | null = null;
  for (const eventUs of eventTimesUs) {
    if (pendingDueUs !== null && pendingDueUs <= eventUs) {
      syncs.push(pendingDueUs);
      pendingDueUs = null;
    }
    pendingDueUs = batchedSyncDueUs(pendingDueUs, eventUs, endpointUpdatesBatchPeriodUs);
  }
  return pendingDueUs === null ? syncs : [...syncs, pendingDueUs];
}
