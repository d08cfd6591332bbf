import type { MinorVersion } from '../machinery/version.ts';

/** For which zones and nodes an endpoint is meant. */
export interface ReconciledHints {
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
}

/** What of an endpoint its hints depend on. */
export interface HintedEndpoint {
  /** Null or absent counts as not ready. */
  readonly ready?: boolean | null;
  readonly zone?: string | null;
  readonly nodeName?: string | null;
  readonly hints?: ReconciledHints | null;
}

/** A slice whose endpoints get hints. */
export interface HintedSlice<E extends HintedEndpoint> {
  readonly name?: string;
  readonly endpoints: readonly E[];
}

/** The slices of one sync: to create, to update, and with nothing to write. `U` are endpoints that are left alone. */
export interface HintedSlices<E extends HintedEndpoint, U extends HintedEndpoint = E> {
  readonly toCreate: readonly HintedSlice<E>[];
  readonly toUpdate: readonly HintedSlice<E>[];
  readonly unchanged: readonly HintedSlice<U>[];
}

type HintKind = 'none' | 'zone' | 'zoneAndNode';

/**
 * Which hints a `trafficDistribution` asks for. PreferClose since 1.30 (on by default 1.31), PreferSameZone and
 * PreferSameNode since 1.33 (on by default 1.34); whether the field is stored at all is the API server's gate. An
 * unknown value means no hints.
 * Source: staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go ReconcileHints
 */
function hintKind(trafficDistribution: string | null, minor: MinorVersion): HintKind {
  if (minor < 30) return 'none';
  if (trafficDistribution === 'PreferClose') return 'zone';
  if (minor < 33) return 'none';
  if (trafficDistribution === 'PreferSameZone') return 'zone';
  return trafficDistribution === 'PreferSameNode' ? 'zoneAndNode' : 'none';
}

/**
 * The hints of one endpoint: its own zone, and its own node for PreferSameNode. Null where there is nothing to hint
 * at. Endpoints that are not ready (so all terminating ones) keep what they have, which is nothing once their
 * conditions were rewritten.
 * Versions: PreferClose from 1.30, PreferSameZone and PreferSameNode from 1.33.
 * Source: staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go preferCloseHeuristic.update
 */
export function endpointHints(
  endpoint: HintedEndpoint,
  trafficDistribution: string | null,
  minor: MinorVersion,
): ReconciledHints | null {
  const kind = hintKind(trafficDistribution, minor);
  if (kind === 'none') return null;
  if (endpoint.ready !== true) return endpoint.hints ?? null;
  const zone = endpoint.zone ?? null;
  const node = kind === 'zoneAndNode' ? (endpoint.nodeName ?? null) : null;
  if (zone === null && node === null) return null;
  return { forZones: zone === null ? [] : [zone], forNodes: node === null ? [] : [node] };
}

/**
 * Puts the hints on the slices of one sync. A slice that had no other change but wrong hints moves from `unchanged`
 * to `toUpdate`, behind those that were there.
 * Source: staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go ReconcileHints
 */
export function reconcileHints<E extends HintedEndpoint>(
  slices: HintedSlices<E>,
  trafficDistribution: string | null,
  minor: MinorVersion,
): HintedSlices<E & { readonly hints: ReconciledHints | null }, E> {
  const wrong = (endpoint: HintedEndpoint): boolean => {
    const hints = endpoint.hints ?? null;
    if (hintKind(trafficDistribution, minor) === 'none') return hints !== null;
    return !sameHints(hints, endpointHints(endpoint, trafficDistribution, minor));
  };
  const update = (slice: HintedSlice<E>): HintedSlice<E & { readonly hints: ReconciledHints | null }> => ({
    ...slice,
    endpoints: slice.endpoints.map((endpoint) => ({
      ...endpoint,
      hints: endpointHints(endpoint, trafficDistribution, minor),
    })),
  });
  const moved = slices.unchanged.filter((slice) => slice.endpoints.some(wrong));
  return {
    toCreate: slices.toCreate.map(update),
    toUpdate: [...slices.toUpdate, ...moved].map(update),
    unchanged: slices.unchanged.filter((slice) => !moved.includes(slice)),
  };
}

/** Hints with empty lists are as good as none. */
function sameHints(a: ReconciledHints | null, b: ReconciledHints | null): boolean {
  return sameList(a?.forZones ?? [], b?.forZones ?? []) && sameList(a?.forNodes ?? [], b?.forNodes ?? []);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
