import type { Endpoint } from '../cluster/state.ts';
import { resolvePodEndpoints } from '../rules/routers/aws.ts';
import { getEndpointsFromSlices, type NginxServicePort } from '../rules/routers/ingress-nginx.ts';

/** Whom a controller registers with its router: a rule of its own, before the router picks. */

export const CONTROLLERS = ['ingressNginx', 'awsLoadBalancerController'] as const;
export type ControllerName = (typeof CONTROLLERS)[number];

const PORT: NginxServicePort = { name: '', targetPort: 80 };

/** A server is known by its address: here the number of its Pod. */
function nginxServers(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const slice = {
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    endpoints: endpoints.map(({ pod, ready }) => ({ addresses: [String(pod)], ready, zoneHints: [] })),
  };
  const servers = new Set(
    getEndpointsFromSlices({ type: 'ClusterIP' }, PORT, 'TCP', '', [slice]).map(({ address }) => address),
  );
  return endpoints.filter(({ pod }) => servers.has(String(pod)));
}

/**
 * Its nodes are Ready: a node that is lost takes its endpoints out of the slices. What serves has containers that are ready, and so has
 * what a readiness gate alone holds up.
 */
function podTargets(endpoints: readonly Endpoint[], held: ReadonlySet<number>): readonly Endpoint[] {
  const targets = endpoints.map((endpoint) => ({
    endpoint,
    ready: endpoint.ready,
    terminating: endpoint.terminating,
    containersReady: endpoint.serving || held.has(endpoint.pod),
    nodeReady: 'True' as const,
  }));
  return resolvePodEndpoints(targets, true).map(({ endpoint }) => endpoint);
}

type Registration = (endpoints: readonly Endpoint[], held: ReadonlySet<number>) => readonly Endpoint[];

const REGISTERED: Readonly<Record<ControllerName, Registration>> = {
  ingressNginx: nginxServers,
  awsLoadBalancerController: podTargets,
};

/** Those of a Service's endpoints that the controller registers; all of them where none is named. */
export function registered(
  controller: ControllerName | null,
  endpoints: readonly Endpoint[],
  held: ReadonlySet<number>,
): readonly Endpoint[] {
  return controller === null ? endpoints : REGISTERED[controller](endpoints, held);
}
