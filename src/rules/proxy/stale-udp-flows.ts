import type { EndpointsChange } from './endpoints-change-tracker.ts';
import type { EndpointsMap, ProxyEndpoint, ServicePortName } from './endpoints-map.ts';
import { servicePortKey } from './endpoints-map.ts';

/** What kube-proxy deletes from conntrack after a sync, up to 1.31. */
export interface StaleConntrackEntries {
  /** Entries of these endpoints, as their old flows would go on to them for good. */
  readonly deletedUDPEndpoints: readonly {
    readonly servicePort: ServicePortName;
    readonly endpoint: string;
  }[];
  /** All entries of these Services, as they hold flows to nowhere. */
  readonly newlyActiveUDPServices: readonly ServicePortName[];
}

/**
 * Which UDP flows kube-proxy cuts after a sync: those to every endpoint that was ready and is now gone, not
 * ready or no longer (or newly) local, and those of a Service port that had no ready endpoint and now has
 * one.
 *
 * Versions: up to 1.31; later see conntrackCleanupRequired.
 *
 * Source: pkg/proxy/endpoints.go detectStaleConntrackEntries
 */
export function detectStaleConntrackEntries(changes: readonly EndpointsChange[]): StaleConntrackEntries {
  const deletedUDPEndpoints: { servicePort: ServicePortName; endpoint: string }[] = [];
  const newlyActiveUDPServices: ServicePortName[] = [];
  for (const { previous, current } of changes) {
    for (const { servicePort, endpoints } of previous) {
      if (servicePort.protocol !== 'UDP') continue;
      const now = endpointsOf(current, servicePort);
      for (const old of endpoints) {
        if (!old.ready || now.some((endpoint) => isSame(endpoint, old))) continue;
        deletedUDPEndpoints.push({ servicePort, endpoint: old.endpoint });
      }
    }
    for (const { servicePort, endpoints } of current) {
      if (servicePort.protocol !== 'UDP' || !endpoints.some((endpoint) => endpoint.ready)) continue;
      const before = endpointsOf(previous, servicePort);
      if (!before.some((endpoint) => endpoint.ready)) newlyActiveUDPServices.push(servicePort);
    }
  }
  return { deletedUDPEndpoints, newlyActiveUDPServices };
}

/**
 * Whether a sync is followed by a comparison of all UDP flows with the rules: any changed Service has, or
 * had, a UDP port.
 *
 * Versions: from 1.32.
 *
 * Source: pkg/proxy/endpointschangetracker.go EndpointsMap.Update (ConntrackCleanupRequired)
 */
export function conntrackCleanupRequired(changes: readonly EndpointsChange[]): boolean {
  const hasUDP = (map: EndpointsMap) => map.some(({ servicePort }) => servicePort.protocol === 'UDP');
  return changes.some(({ previous, current }) => hasUDP(previous) || hasUDP(current));
}

/**
 * Whether that comparison cuts a UDP flow to an endpoint (`ip:port`) of a Service port: it does unless the
 * endpoint is still serving, so flows to a terminating Pod go on while it serves. A Service port without any
 * serving endpoint is skipped.
 *
 * Versions: from 1.32.
 *
 * Source: pkg/proxy/conntrack/cleanup.go CleanStaleEntries
 */
export function isStaleUDPFlow(flowEndpoint: string, endpoints: readonly ProxyEndpoint[]): boolean {
  let anyServing = false;
  for (const { serving, endpoint } of endpoints) {
    if (!serving) continue;
    if (endpoint === flowEndpoint) return false;
    anyServing = true;
  }
  return anyServing;
}

function endpointsOf(map: EndpointsMap, servicePort: ServicePortName): readonly ProxyEndpoint[] {
  const key = servicePortKey(servicePort);
  return map.find((entry) => servicePortKey(entry.servicePort) === key)?.endpoints ?? [];
}

function isSame(left: ProxyEndpoint, right: ProxyEndpoint): boolean {
  return left.endpoint === right.endpoint && left.isLocal === right.isLocal && left.ready === right.ready;
}
