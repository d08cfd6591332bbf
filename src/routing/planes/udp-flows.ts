import type { EndpointsChange } from '../../rules/proxy/endpoints-change-tracker.ts';
import type { EndpointsMap, ProxyEndpoint } from '../../rules/proxy/endpoints-map.ts';
import {
  conntrackCleanupRequired,
  detectStaleConntrackEntries,
  isStaleUDPFlow,
} from '../../rules/proxy/stale-udp-flows.ts';
import type { PlaneChange, PlaneEndpoint, PlaneScope } from './plane.ts';

/** What becomes of UDP flows when the endpoints of their Service change. */

function proxyEndpoint({ pod, isLocal, ready, serving, terminating }: PlaneEndpoint): ProxyEndpoint {
  const ip = addressOf(pod);
  const nowhere = { nodeName: null, zoneHints: [], nodeHints: [] };
  return { endpoint: `${ip}:1`, ip, port: 1, isLocal, ready, serving, terminating, ...nowhere };
}

function addressOf(pod: number): string {
  return `pod-${pod}`;
}

function mapOf(endpoints: readonly PlaneEndpoint[], name: string): EndpointsMap {
  const servicePort = { namespace: '', name, port: '', protocol: 'UDP' } as const;
  return endpoints.length === 0 ? [] : [{ servicePort, endpoints: endpoints.map(proxyEndpoint) }];
}

/** kube-proxy in iptables and nftables mode: entries of conntrack are deleted after a sync, by version. */
export function kubeProxyCutsFlow(
  pod: number,
  { before, after }: PlaneChange,
  { service, version }: PlaneScope<unknown>,
): boolean {
  const change: EndpointsChange = {
    service: service.name,
    previous: mapOf(before, service.name),
    current: mapOf(after, service.name),
  };
  const flow = `${addressOf(pod)}:1`;
  if (version.minor >= 32)
    return conntrackCleanupRequired([change]) && isStaleUDPFlow(flow, after.map(proxyEndpoint));
  const stale = detectStaleConntrackEntries([change]);
  return (
    stale.newlyActiveUDPServices.length > 0 ||
    stale.deletedUDPEndpoints.some(({ endpoint }) => endpoint === flow)
  );
}
