import type { MinorVersion } from '../machinery/version.ts';

/** A Service as its spec says it, as far as its traffic policies go. */
export interface ServicePolicySpec {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly internalTrafficPolicy?: 'Cluster' | 'Local' | undefined;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local' | '' | undefined;
  readonly externalIPs?: readonly string[] | undefined;
}

/** One entry of `status.loadBalancer.ingress`. */
export interface LoadBalancerIngress {
  readonly ip?: string | undefined;
  readonly ipMode?: 'VIP' | 'Proxy' | undefined;
}

/** The addresses besides the cluster IP at which one port of a Service can be reached. */
export interface ServicePortAddresses {
  /** 0: none. */
  readonly nodePort?: number | undefined;
  readonly loadBalancerVIPs?: readonly string[] | undefined;
  readonly externalIPs?: readonly string[] | undefined;
}

/** What decides which endpoint lists a port of a Service needs on a node. */
export interface ServiceTrafficPolicies {
  readonly internalPolicyLocal: boolean;
  readonly externalPolicyLocal: boolean;
  readonly externallyAccessible: boolean;
}

/**
 * Whether kube-proxy ignores a Service altogether: headless ones and ExternalName ones have no rules.
 *
 * Source: pkg/proxy/util/utils.go ShouldSkipService
 */
export function shouldSkipService(type: ServicePolicySpec['type'], clusterIP: string): boolean {
  return clusterIP === '' || clusterIP === 'None' || type === 'ExternalName';
}

/**
 * Whether traffic to the cluster IP may only go to endpoints of the node where it enters the proxy.
 *
 * Source: pkg/api/v1/service/util.go InternalPolicyLocal
 */
export function internalPolicyLocal(service: ServicePolicySpec): boolean {
  return service.internalTrafficPolicy === 'Local';
}

/**
 * Whether traffic from outside may only go to endpoints of the node where it enters the proxy.
 * A Service that nothing outside can reach has no external policy, whatever the field holds.
 *
 * Source: pkg/api/v1/service/util.go ExternalPolicyLocal
 */
export function externalPolicyLocal(service: ServicePolicySpec): boolean {
  const hasExternalTraffic =
    service.type === 'LoadBalancer' ||
    service.type === 'NodePort' ||
    (service.type === 'ClusterIP' && (service.externalIPs?.length ?? 0) > 0);
  return hasExternalTraffic && service.externalTrafficPolicy === 'Local';
}

/**
 * Whether a Service gets a health-check node port, which tells its load balancer which nodes have local
 * endpoints.
 *
 * Source: pkg/api/v1/service/util.go NeedsHealthCheck
 */
export function needsHealthCheck(service: ServicePolicySpec): boolean {
  return service.type === 'LoadBalancer' && externalPolicyLocal(service);
}

/**
 * The load balancer addresses that kube-proxy answers for itself. It leaves out those whose
 * mode is `Proxy`: that traffic has to pass the load balancer even when it starts in the cluster.
 *
 * Versions: the mode exists from 1.29 behind the gate LoadBalancerIPMode (on by default from 1.30).
 *
 * Source: pkg/proxy/serviceport.go newBaseServiceInfo (loadBalancerVIPs)
 */
export function loadBalancerVIPs(
  ingress: readonly LoadBalancerIngress[],
  minor: MinorVersion,
  gates: { readonly LoadBalancerIPMode?: boolean | undefined } = {},
): string[] {
  const honoursMode = minor >= 32 || (minor >= 29 && (gates.LoadBalancerIPMode ?? minor >= 30));
  const addresses: string[] = [];
  for (const { ip, ipMode } of ingress) {
    if (ip === undefined || ip === '') continue;
    if (honoursMode && ipMode === 'Proxy') continue;
    addresses.push(ip);
  }
  return addresses;
}

/**
 * Whether a port of a Service can be reached at an address other than the cluster IP.
 *
 * Source: pkg/proxy/serviceport.go ExternallyAccessible
 */
export function externallyAccessible(port: ServicePortAddresses): boolean {
  return (
    (port.nodePort ?? 0) !== 0 ||
    (port.loadBalancerVIPs?.length ?? 0) > 0 ||
    (port.externalIPs?.length ?? 0) > 0
  );
}

/**
 * Whether any traffic to the port may go to endpoints of the whole cluster. External addresses always count:
 * with `externalTrafficPolicy: Local`, Pods and the node itself still use the cluster list through them.
 *
 * Source: pkg/proxy/serviceport.go UsesClusterEndpoints
 */
export function usesClusterEndpoints(policies: ServiceTrafficPolicies): boolean {
  return !policies.internalPolicyLocal || policies.externallyAccessible;
}

/**
 * Whether any traffic to the port is confined to endpoints of the node.
 *
 * Source: pkg/proxy/serviceport.go UsesLocalEndpoints
 */
export function usesLocalEndpoints(policies: ServiceTrafficPolicies): boolean {
  return policies.internalPolicyLocal || (policies.externalPolicyLocal && policies.externallyAccessible);
}
