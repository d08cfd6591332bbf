import type { Endpoint, ProgrammedRules, ServiceRules } from '../cluster/state.ts';
import type { ComposedState } from './compose.ts';
import type { Routes, ServiceRoutes } from './routes.ts';
import { terminatingPods } from './views.ts';

/** What a router holds, made of what came out of its parts. */
export type InForce = Pick<ComposedState, 'routes' | 'excluded'>;

const NO_ROUTES: ServiceRoutes = { endpoints: [], targets: [], sessions: null };

function podsOf(endpoints: readonly Endpoint[]): readonly number[] {
  return endpoints.map(({ pod }) => pod);
}

/** What a health check knows an endpoint by. */
export type TargetOf = (service: number, endpoint: Endpoint) => number;

function serviceRules(
  service: number,
  routes: ServiceRoutes,
  excluded: InForce['excluded'],
  targetOf: TargetOf,
): ServiceRules {
  const used = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
    endpoints.filter((endpoint) => excluded[targetOf(service, endpoint)] === undefined);
  const targets = used(routes.targets);
  // A session may name a Pod that nobody new is sent to.
  const sessions = used(routes.sessions ?? []);
  const others = sessions.filter(({ pod }) => !targets.some((target) => target.pod === pod));
  const reachable = [...targets, ...others].sort((a, b) => a.pod - b.pod);
  const verdict = targets.length > 0 ? 'DNAT' : 'REJECT';
  const pods = podsOf(targets);
  return {
    service,
    internal: verdict,
    external: verdict,
    internalPods: pods,
    externalPods: pods,
    externalFromInside: verdict,
    externalPodsFromInside: pods,
    healthCheck: null,
    routed: podsOf(reachable),
    sent: podsOf(reachable),
    routedNodes: reachable.map(({ node }) => node),
    terminating: terminatingPods(routes.endpoints),
    waiting: [],
  };
}

/** A router's rules; of Services whose routes are what they were, those of `before`. */
export function rulesOf(
  inForce: InForce,
  before: { readonly inForce: InForce; readonly rules: ProgrammedRules } | null,
  targetOf: TargetOf,
): ProgrammedRules {
  const { routes, excluded } = inForce;
  const sameExclusions = before !== null && before.inForce.excluded === excluded;
  return {
    services: routes.services.map((own, service) =>
      sameExclusions && before.inForce.routes.services[service] === own
        ? before.rules.services[service]!
        : serviceRules(service, own ?? NO_ROUTES, excluded, targetOf),
    ),
  };
}

/** A router that has been at rest: what it picks is in force. */
export function steadyRules(routes: Routes): ProgrammedRules {
  return rulesOf({ routes, excluded: {} }, null, () => -1);
}
