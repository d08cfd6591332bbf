import type { ObservedConditions } from './select-endpoints.ts';

/** The states of Cilium's backends, and who gets new connections. */

export type BackendState = 'Active' | 'Terminating' | 'TerminatingNotServing' | 'Maintenance';

/**
 * The state of an endpoint's backend (`serving: null` counts as serving). Older agents (up to 1.18.0) had no TerminatingNotServing:
 * they dropped such a backend.
 * Source: cilium pkg/loadbalancer/reflectors/conversions.go convertEndpoints
 */
export function backendState({ ready, serving, terminating }: ObservedConditions): BackendState {
  if (ready !== false) return 'Active';
  if (terminating !== true) return 'Maintenance';
  return serving === false ? 'TerminatingNotServing' : 'Terminating';
}

export interface CiliumEndpoint extends ObservedConditions {
  readonly zoneHints?: readonly string[] | undefined;
}

export interface CiliumBackends<E> {
  /** Whom a new connection can get. */
  readonly newConnections: readonly E[];
  /** Whose established connections go on: all that are in the slice. */
  readonly keptForEstablished: readonly E[];
}

/** Hints count when every endpoint that does not terminate has some and one is meant for the zone. */
function zoneRouting(endpoints: readonly CiliumEndpoint[], zone: string): boolean {
  const staying = endpoints.filter(({ terminating }) => terminating !== true);
  if (zone === '' || staying.length === 0) return false;
  return (
    staying.every(({ zoneHints = [] }) => zoneHints.length > 0) &&
    staying.some(({ zoneHints = [] }) => zoneHints.includes(zone))
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
): CiliumBackends<E> {
  const here = zoneRouting(endpoints, zone)
    ? endpoints.filter(({ zoneHints = [] }) => zoneHints.includes(zone))
    : endpoints;
  const active = here.filter((each) => backendState(each) === 'Active');
  const newConnections =
    active.length > 0 ? active : here.filter((each) => backendState(each) === 'Terminating');
  return { newConnections, keptForEstablished: endpoints };
}
