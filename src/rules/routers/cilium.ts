import type { ObservedConditions } from './select-endpoints.ts';

/** The states of Cilium's backends, and who gets new connections. */

/** A version of Cilium: 1.18.2 is minor 18, patch 2; without a patch it is the first of its minor version. */
export interface CiliumVersion {
  readonly minor: number;
  readonly patch: number;
}

/** Oldest minor version of Cilium that falls back to terminating backends. */
const OLDEST = 14;

/**
 * Reads a version of Cilium (`1.19`, `v1.18.2`); null where the text is none, or older than 1.14.
 * Source: none; ours
 */
export function parseCiliumVersion(text: string): CiliumVersion | null {
  const match = /^v?1\.(\d{1,3})(?:\.(\d+))?(?:[-+].*)?$/.exec(text.trim());
  if (match === null || Number(match[1]) < OLDEST) return null;
  return { minor: Number(match[1]), patch: Number(match[2] ?? 0) };
}

/**
 * How often what came of EndpointSlices is handed on, in ms; 0: each event passes at once.
 *
 * Versions: none up to 1.17; 500 ms in 1.19, and from 1.20 by default (`lb-reflector-wait-time`). An earlier commit had 100 ms, which is
 * taken for 1.18.
 * Source: cilium pkg/loadbalancer/config.go (LBReflectorWaitTime); pkg/loadbalancer/reflectors/k8s.go
 */
export function reflectorWaitMs({ minor }: CiliumVersion): number {
  if (minor >= 19) return 500;
  return minor === 18 ? 100 : 0;
}

/**
 * Whether a terminating backend that does not serve keeps its connections.
 *
 * Versions: from 1.18.1; before, it was dropped from the maps, so that a readiness probe that failed during preStop cut what was open.
 * Source: cilium pkg/loadbalancer/reflectors/conversions.go convertEndpoints; cilium pulls 40969 and 42708
 */
export function keepsNotServing({ minor, patch }: CiliumVersion): boolean {
  return minor >= 19 || (minor === 18 && patch >= 1);
}

/**
 * Whether a terminating backend without hints leaves routing by zone alone. Such a backend is then no longer among those of its Service,
 * and what is open to it is reset.
 *
 * Versions: from 1.20.1; before, one terminating Pod, which has no hints, switched the routing by zone off for its Service.
 * Source: cilium pkg/loadbalancer/writer/writer.go SelectBackends; cilium pull 45947, issue 48348
 */
export function ignoresTerminatingHints({ minor, patch }: CiliumVersion): boolean {
  return minor > 20 || (minor === 20 && patch >= 1);
}

/** What Cilium's map says of a backend. */
export type BackendState = 'Active' | 'Terminating' | 'TerminatingNotServing' | 'Maintenance';

/**
 * The state of an endpoint's backend (`serving: null` counts as serving).
 * Source: cilium pkg/loadbalancer/reflectors/conversions.go convertEndpoints
 */
export function backendState({ ready, serving, terminating }: ObservedConditions): BackendState {
  if (ready !== false) return 'Active';
  if (terminating !== true) return 'Maintenance';
  return serving === false ? 'TerminatingNotServing' : 'Terminating';
}

export interface CiliumEndpoint extends ObservedConditions {
  readonly zoneHints?: readonly string[] | null | undefined;
}

const NEWEST: CiliumVersion = { minor: 20, patch: 1 };

/** Whom new connections go to, and who keeps those that are open. */
export interface CiliumBackends<E> {
  /** Whom a new connection can get. */
  readonly newConnections: readonly E[];
  /** Whose established connections go on: all that are in the slice; but see keepsNotServing and ignoresTerminatingHints. */
  readonly keptForEstablished: readonly E[];
}

/** Hints count when every endpoint (from 1.20.1 on: that does not terminate) has some and one is meant for the zone. */
function zoneRouting(endpoints: readonly CiliumEndpoint[], zone: string, version: CiliumVersion): boolean {
  const staying = ignoresTerminatingHints(version)
    ? endpoints.filter(({ terminating }) => terminating !== true)
    : endpoints;
  if (zone === '' || staying.length === 0) return false;
  return (
    staying.every(({ zoneHints }) => (zoneHints ?? []).length > 0) &&
    staying.some(({ zoneHints }) => zoneHints?.includes(zone))
  );
}

/**
 * Who gets new connections: active backends; where there is none, terminating ones that serve. `zone`: the node's, where the Service
 * asks for topology-aware routing; '' elsewhere.
 * Source: cilium pkg/loadbalancer/reconciler/bpf_reconciler.go; pkg/loadbalancer/writer/writer.go SelectBackends
 */
export function ciliumBackends<E extends CiliumEndpoint>(
  endpoints: readonly E[],
  zone: string,
  version: CiliumVersion = NEWEST,
): CiliumBackends<E> {
  const isHere = ({ zoneHints }: E): boolean => zoneHints?.includes(zone) === true;
  const byZone = zoneRouting(endpoints, zone, version);
  const here = byZone ? endpoints.filter(isHere) : endpoints;
  const active = here.filter((each) => backendState(each) === 'Active');
  const newConnections =
    active.length > 0 ? active : here.filter((each) => backendState(each) === 'Terminating');
  const dropped = (each: E): boolean => {
    if (byZone && each.terminating === true && !isHere(each)) return true;
    return !keepsNotServing(version) && each.ready === false && each.serving === false;
  };
  return { newConnections, keptForEstablished: endpoints.filter((each) => !dropped(each)) };
}
