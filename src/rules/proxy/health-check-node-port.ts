import type { MinorVersion } from '../machinery/version.ts';

/** What a health check asks of one kube-proxy at an instant. */
export interface ProxyHealth {
  /** When the oldest change that no sync has applied yet came in, in ms; null: none waits. */
  readonly oldestPendingQueuedAtMs: number | null;
  readonly nowMs: number;
  /** Twice `syncPeriod`: 60,000 by default. */
  readonly healthTimeoutMs: number;
}

/** What decides whether a load balancer may use a node. */
export interface NodeEligibility {
  readonly deletionTimestamp: boolean;
  readonly taintKeys: readonly string[];
}

const TO_BE_DELETED_TAINT = 'ToBeDeletedByClusterAutoscaler';

/**
 * Whether kube-proxy counts as healthy: no change has waited for as long as the timeout.
 *
 * Source: pkg/proxy/healthcheck/proxy_health.go isHealthy
 */
export function proxyHealthy(health: ProxyHealth): boolean {
  if (health.oldestPendingQueuedAtMs === null) return true;
  return health.nowMs - health.oldestPendingQueuedAtMs < health.healthTimeoutMs;
}

/**
 * Whether a node may still get traffic of load balancers that ask `/healthz`: it is neither being deleted nor
 * about to be removed by the cluster autoscaler.
 *
 * Source: pkg/proxy/healthcheck/proxy_health.go SyncNode
 */
export function nodeEligible(node: NodeEligibility): boolean {
  return !node.deletionTimestamp && !node.taintKeys.includes(TO_BE_DELETED_TAINT);
}

/**
 * Answer of kube-proxy's own `/healthz` (port 10256), which load balancers ask for Services with
 * `externalTrafficPolicy: Cluster`.
 *
 * Versions: the node's eligibility counts from 1.31, in 1.28 … 1.30 behind the gate
 * KubeProxyDrainingTerminatingNodes (on by default in 1.30).
 *
 * Source: pkg/proxy/healthcheck/proxy_health.go healthzHandler.ServeHTTP
 */
export function healthzStatus(
  health: ProxyHealth,
  node: NodeEligibility,
  minor: MinorVersion,
  gates: { readonly KubeProxyDrainingTerminatingNodes?: boolean | undefined } = {},
): 200 | 503 {
  const asksNode = minor >= 31 || (minor >= 28 && (gates.KubeProxyDrainingTerminatingNodes ?? minor >= 30));
  return proxyHealthy(health) && (!asksNode || nodeEligible(node)) ? 200 : 503;
}

/**
 * Answer of a Service's health-check node port (`externalTrafficPolicy: Local`). Terminating endpoints do not
 * count: a node whose only Pod terminates answers 503 while its rules still send to that Pod. The count is
 * that of the last sync, so the answer lags the slice as the rules do. The node's eligibility plays no part.
 *
 * Versions: the health of kube-proxy itself counts from 1.27.
 *
 * Source: pkg/proxy/healthcheck/service_health.go hcHandler.ServeHTTP
 */
export function healthCheckNodePortStatus(
  localReadyEndpointIPs: number,
  isProxyHealthy: boolean,
  minor: MinorVersion,
): 200 | 503 {
  return localReadyEndpointIPs > 0 && (isProxyHealthy || minor < 27) ? 200 : 503;
}
