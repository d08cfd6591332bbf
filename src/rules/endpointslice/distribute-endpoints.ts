/** `--max-endpoints-per-slice` by default. */
export const MAX_ENDPOINTS_PER_SLICE = 100;

/** How the endpoints of one port mapping move between slices. `toUpdate` also holds slices that run empty. */
export interface Distribution<S, E> {
  readonly toCreate: readonly (readonly E[])[];
  readonly toUpdate: readonly { readonly slice: S; readonly endpoints: readonly E[] }[];
  readonly unchanged: readonly S[];
}

/**
 * Distributes the endpoints of one port mapping over slices: endpoints stay where they are; new ones go to slices that are
 * written anyway (fullest first), else to the one untouched slice that they fit best in, else to new slices.
 * `keyOf` says which endpoint is which over time, `same` whether two versions of one need no write.
 * Upstream takes endpoints and equally full slices in the random order of Go's maps; here both keep the order of the input.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping, getSliceToFill
 */
export function distributeEndpoints<S extends { readonly endpoints: readonly E[] }, E, K>(
  existing: readonly S[],
  desired: readonly E[],
  keyOf: (endpoint: E) => K,
  same: (a: E, b: E) => boolean,
  maxEndpointsPerSlice: number = MAX_ENDPOINTS_PER_SLICE,
): Distribution<S, E> {
  const wanted = new Map<K, E>();
  for (const endpoint of desired) wanted.set(keyOf(endpoint), endpoint);
  const kept = existing.map((slice) => keepDesired(slice, wanted, keyOf, same));
  let unchanged = kept.filter(({ changed }) => !changed).map(({ slice }) => slice);

  const left = [...wanted.values()];
  const filled = (endpoints: readonly E[]): readonly E[] => [
    ...endpoints,
    ...left.splice(0, Math.max(0, maxEndpointsPerSlice - endpoints.length)),
  ];
  const empty = kept.filter(({ changed, endpoints }) => changed && endpoints.length === 0);
  const toUpdate = kept
    .filter(({ changed, endpoints }) => changed && endpoints.length > 0)
    .sort((a, b) => b.endpoints.length - a.endpoints.length)
    .map(({ slice, endpoints }) => ({ slice, endpoints: filled(endpoints) }));
  const toCreate: (readonly E[])[] = [];
  while (left.length > 0) {
    const fitting =
      left.length < maxEndpointsPerSlice ? bestFit(unchanged, left.length, maxEndpointsPerSlice) : null;
    if (fitting === null) {
      toCreate.push(filled([]));
    } else {
      unchanged = unchanged.filter((slice) => slice !== fitting);
      toUpdate.push({ slice: fitting, endpoints: filled(fitting.endpoints) });
    }
  }
  return {
    toCreate,
    toUpdate: [...toUpdate, ...empty.map(({ slice }) => ({ slice, endpoints: [] }))],
    unchanged,
  };
}

/** Takes the endpoints that the slice keeps out of `wanted`. */
function keepDesired<S extends { readonly endpoints: readonly E[] }, E, K>(
  slice: S,
  wanted: Map<K, E>,
  keyOf: (endpoint: E) => K,
  same: (a: E, b: E) => boolean,
): { readonly slice: S; readonly endpoints: readonly E[]; readonly changed: boolean } {
  const endpoints: E[] = [];
  let changed = false;
  for (const endpoint of slice.endpoints) {
    const key = keyOf(endpoint);
    const got = wanted.get(key);
    if (got === undefined) continue;
    endpoints.push(got);
    changed ||= !same(got, endpoint);
    wanted.delete(key);
  }
  return { slice, endpoints, changed: changed || endpoints.length !== slice.endpoints.length };
}

/** The slice that is closest to full once `count` endpoints are added; an empty slice is never taken, as upstream asks for less than the maximum left. */
function bestFit<S extends { readonly endpoints: readonly unknown[] }>(
  slices: readonly S[],
  count: number,
  max: number,
): S | null {
  let best: S | null = null;
  let bestLeft = max;
  for (const slice of slices) {
    const left = max - (count + slice.endpoints.length);
    if (left < 0 || left >= bestLeft) continue;
    best = slice;
    bestLeft = left;
  }
  return best;
}
