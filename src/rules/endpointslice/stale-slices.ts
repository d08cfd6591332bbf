/** Generation that stands for "this slice is to be deleted". */
export const DELETION_EXPECTED = -1;

/** `metadata.generation` by slice UID, as the controller's own writes to one Service's slices returned it. */
export type SliceGenerations = Readonly<Record<string, number>>;

/** A slice by its identity and its generation. */
export interface TrackedSlice {
  readonly uid: string;
  readonly generation: number;
}

/**
 * Remembers the answer to the controller's own create or update of a slice.
 * `generations` is undefined for a Service that is not tracked yet.
 * Source: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go EndpointSliceTracker.Update
 */
export function trackSlice(generations: SliceGenerations | undefined, slice: TrackedSlice): SliceGenerations {
  return { ...generations, [slice.uid]: slice.generation };
}

/**
 * Remembers that the controller deleted a slice itself.
 * Source: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go EndpointSliceTracker.ExpectDeletion
 */
export function expectSliceDeletion(
  generations: SliceGenerations | undefined,
  slice: Pick<TrackedSlice, 'uid'>,
): SliceGenerations {
  return { ...generations, [slice.uid]: DELETION_EXPECTED };
}

/**
 * Whether the controller ever wrote this slice (and has not seen it go).
 * Source: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go EndpointSliceTracker.Has
 */
export function hasSlice(
  generations: SliceGenerations | undefined,
  slice: Pick<TrackedSlice, 'uid'>,
): boolean {
  return generations !== undefined && Object.hasOwn(generations, slice.uid);
}

/**
 * Whether a slice event must sync the Service: the slice is unknown, or somebody else wrote a newer generation.
 * The echo of the controller's own write does not.
 * Source: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go EndpointSliceTracker.ShouldSync
 */
export function shouldSyncSlice(generations: SliceGenerations | undefined, slice: TrackedSlice): boolean {
  const tracked = generations?.[slice.uid];
  return tracked === undefined || slice.generation > tracked;
}

/**
 * Whether the informer's slices of a Service are older than the controller's own writes. Such a sync fails and is
 * retried with back-off (at least 1 s), unless another event puts the Service on the queue first. Same in 1.26 …
 * 1.36.
 * Source: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go EndpointSliceTracker.StaleSlices
 */
export function staleSlices(
  generations: SliceGenerations | undefined,
  cachedSlices: readonly TrackedSlice[],
): boolean {
  if (generations === undefined) return false;
  const cached = new Set<string>();
  for (const slice of cachedSlices) {
    cached.add(slice.uid);
    const tracked = generations[slice.uid];
    if (tracked === DELETION_EXPECTED || (tracked !== undefined && tracked > slice.generation)) return true;
  }
  return Object.entries(generations).some(
    ([uid, generation]) => generation !== DELETION_EXPECTED && !cached.has(uid),
  );
}

/**
 * Takes in the DELETED event of a slice. `expected` is false where somebody else deleted a slice that the controller
 * had written: the Service must be synced.
 * Source: staging/src/k8s.io/endpointslice/util/endpointslice_tracker.go EndpointSliceTracker.HandleDeletion
 */
export function handleSliceDeletion(
  generations: SliceGenerations | undefined,
  slice: Pick<TrackedSlice, 'uid'>,
): { readonly generations: SliceGenerations | undefined; readonly expected: boolean } {
  if (generations === undefined) return { generations, expected: true };
  const { [slice.uid]: tracked, ...rest } = generations;
  return { generations: rest, expected: tracked === undefined || tracked === DELETION_EXPECTED };
}
