import type { Endpoint } from '../cluster/state.ts';
import { type SelectionRule, selectEndpoints } from '../rules/routers/select-endpoints.ts';
import type { Routes, ServiceRoutes } from './routes.ts';

/** Who may be picked, decided before any delay: a router's parts carry what this chose. */

/** The routes of one Service under a selection rule. `endpoints` are those of its EndpointSlices, in any order. */
export function pickService(rule: SelectionRule, endpoints: readonly Endpoint[]): ServiceRoutes {
  const byPod = [...endpoints].sort((a, b) => a.pod - b.pod);
  return { endpoints: byPod, targets: selectEndpoints(rule, byPod), sessions: null };
}

/** Routes of the Services that a router serves. */
export function pickRoutes(
  rule: SelectionRule,
  services: readonly number[],
  count: number,
  endpointsOf: (service: number) => readonly Endpoint[],
  before: Routes | null,
  changed: readonly number[],
): Routes {
  return {
    services: Array.from({ length: count }, (_, service) => {
      if (!services.includes(service)) return null;
      const known = before?.services[service];
      if (known !== undefined && known !== null && !changed.includes(service)) return known;
      return pickService(rule, endpointsOf(service));
    }),
  };
}
