import type { MinorVersion } from '../machinery/version.ts';
import type { ProxyEndpointSlice, ProxySliceEndpoint } from './endpoints-changed.ts';
import { readConditions } from './endpoints-changed.ts';

/** A Service's port, by its names. */
export interface ServicePortName {
  readonly namespace: string;
  readonly name: string;
  readonly port: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** One endpoint of one Service port as one node's kube-proxy sees it. */
export interface ProxyEndpoint {
  /** Address and port, as in `10.0.0.1:80` or `[fd00::1]:80`. */
  readonly endpoint: string;
  readonly ip: string;
  readonly port: number;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string | null;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** A Service's port with its endpoints. */
export interface ServicePortEndpoints {
  readonly servicePort: ServicePortName;
  readonly endpoints: readonly ProxyEndpoint[];
}

/** Endpoints by Service port; Service ports without any endpoint are absent. */
export type EndpointsMap = readonly ServicePortEndpoints[];

/** Which kube-proxy looks at slices: one node has one for each IP family. */
export interface EndpointsView {
  readonly nodeName: string;
  readonly ipFamily: 'IPv4' | 'IPv6';
  readonly minor: MinorVersion;
}

/** Whether a node is the proxy's own; a proxy that does not know its node's name has no local endpoints. */
function isLocal(view: EndpointsView, nodeName: string | null): boolean {
  return view.nodeName !== '' && nodeName === view.nodeName;
}

/**
 * The endpoints of a Service by port from its slices. Ports without a name or number, endpoints without an
 * address and addresses of the other IP family are left out. Of several addresses the first counts.
 *
 * One address and port in several slices makes one endpoint. Versions: up to 1.35 the first one seen stays
 * unless a later one is local; from 1.36 a later one replaces it unless it terminates, so a running Pod that
 * got the address of a terminating one wins. Kubernetes sees slices in no defined order; here it is the order
 * of `slices`.
 *
 * Source: pkg/proxy/endpointslicecache.go endpointInfoByServicePort, addEndpoints,
 * endpointsMapFromEndpointInfo
 */
export function endpointsMapFromSlices(
  service: { readonly namespace: string; readonly name: string },
  slices: readonly ProxyEndpointSlice[],
  view: EndpointsView,
): EndpointsMap {
  const byPort = new Map<string, { servicePort: ServicePortName; set: Map<string, ProxyEndpoint> }>();
  for (const slice of slices) {
    for (const { name, port, protocol } of slice.ports) {
      if (name === null || name === undefined || !port) continue;
      const servicePort: ServicePortName = {
        namespace: service.namespace,
        name: service.name,
        port: name,
        protocol: protocol ?? 'TCP',
      };
      const key = servicePortKey(servicePort);
      const entry = byPort.get(key) ?? { servicePort, set: new Map() };
      byPort.set(key, entry);
      for (const endpoint of slice.endpoints) addEndpoint(entry.set, endpoint, port, view);
    }
  }
  const map: ServicePortEndpoints[] = [];
  for (const { servicePort, set } of byPort.values()) {
    if (set.size === 0) continue;
    map.push({ servicePort, endpoints: [...set.values()].sort(byEndpoint) });
  }
  return map;
}

function addEndpoint(
  set: Map<string, ProxyEndpoint>,
  endpoint: ProxySliceEndpoint,
  port: number,
  view: EndpointsView,
): void {
  const ip = endpoint.addresses[0];
  if (ip === undefined) return;
  const isIPv6 = ip.includes(':');
  if (isIPv6 !== (view.ipFamily === 'IPv6')) return;
  const key = isIPv6 ? `[${ip}]:${port}` : `${ip}:${port}`;
  const nodeName = endpoint.nodeName ?? null;
  const local = isLocal(view, nodeName);
  const { ready, serving, terminating } = readConditions(endpoint.conditions);
  const replaces = view.minor >= 36 ? !terminating : local;
  if (set.has(key) && !replaces) return;
  set.set(key, {
    endpoint: key,
    ip,
    port,
    isLocal: local,
    ready,
    serving,
    terminating,
    nodeName,
    zoneHints: endpoint.hints?.forZones?.map((zone) => zone.name) ?? [],
    nodeHints: endpoint.hints?.forNodes?.map((node) => node.name) ?? [],
  });
}

function byEndpoint(left: ProxyEndpoint, right: ProxyEndpoint): number {
  return left.endpoint < right.endpoint ? -1 : left.endpoint > right.endpoint ? 1 : 0;
}

/**
 * A Service port as one string: `namespace/name:port/protocol`.
 *
 * Source: pkg/proxy/types.go ServicePortName (the key; the spelling is ours)
 */
export function servicePortKey(servicePort: ServicePortName): string {
  return `${servicePort.namespace}/${servicePort.name}:${servicePort.port}/${servicePort.protocol}`;
}

/**
 * Whether an endpoint counts for the health-check node port of its Service: it is ready and on the proxy's node.
 *
 * Source: pkg/proxy/endpointschangetracker.go getLocalReadyEndpointIPs
 */
export function isLocalReady({ ready, isLocal: local }: Pick<ProxyEndpoint, 'ready' | 'isLocal'>): boolean {
  return ready && local;
}

/**
 * The distinct addresses of local ready endpoints by Service (`namespace/name`). Services without any are
 * absent.
 *
 * Source: pkg/proxy/endpointschangetracker.go getLocalReadyEndpointIPs
 */
export function localReadyEndpointIPs(map: EndpointsMap): Readonly<Record<string, readonly string[]>> {
  const ips: Record<string, string[]> = {};
  for (const { servicePort, endpoints } of map) {
    const service = `${servicePort.namespace}/${servicePort.name}`;
    for (const endpoint of endpoints) {
      if (!isLocalReady(endpoint)) continue;
      const { ip } = endpoint;
      const known = ips[service];
      if (known === undefined) ips[service] = [ip];
      else if (!known.includes(ip)) known.push(ip);
    }
  }
  return ips;
}

/**
 * How many local ready endpoint addresses each Service (`namespace/name`) has on the node: what its
 * health-check node port reports. Terminating endpoints never count, though rules may still send to them.
 *
 * Source: pkg/proxy/endpointschangetracker.go LocalReadyEndpoints
 */
export function localReadyEndpoints(map: EndpointsMap): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [service, ips] of Object.entries(localReadyEndpointIPs(map))) counts[service] = ips.length;
  return counts;
}
