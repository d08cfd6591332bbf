import type { ServiceInfo } from '../../cluster/world.ts';
import { usesClusterEndpoints, usesLocalEndpoints } from '../../rules/proxy/service-policies.ts';
import type { PlaneEndpoint, PlaneLists } from './plane.ts';

type Select = (endpoints: readonly PlaneEndpoint[], policy: 'Cluster' | 'Local') => readonly PlaneEndpoint[];

/** The lists of a data plane that applies one selection to a Service's endpoints, and the same to those of the node under a policy Local. */
export function selectLists(
  endpoints: readonly PlaneEndpoint[],
  service: ServiceInfo,
  select: Select,
): PlaneLists {
  const all = select(endpoints, 'Cluster');
  const clusterEndpoints = usesClusterEndpoints(service) ? all : null;
  const localEndpoints = usesLocalEndpoints(service)
    ? select(
        endpoints.filter(({ isLocal }) => isLocal),
        'Local',
      )
    : null;
  const lists = [clusterEndpoints, localEndpoints];
  return {
    clusterEndpoints,
    localEndpoints,
    allReachableEndpoints: endpoints.filter((each) => lists.some((list) => list?.includes(each))),
    hasAnyEndpoints: all.length > 0,
  };
}

/** Endpoints that terminate, of those that a node could have sent to before. */
export function terminatingServers(
  endpoints: readonly PlaneEndpoint[],
  service: ServiceInfo,
): readonly PlaneEndpoint[] {
  const everywhere = usesClusterEndpoints(service);
  return endpoints.filter(({ terminating, isLocal }) => terminating && (everywhere || isLocal));
}
