import type { Endpoint } from '../cluster/state.ts';

/** What a router sends to, as it travels from its watch through its parts. */
export interface ServiceRoutes {
  /** All endpoints of the Service that the router was told of, by Pod. */
  readonly endpoints: readonly Endpoint[];
  /** Those that a new connection may be sent to. */
  readonly targets: readonly Endpoint[];
  /** Those that a client with a session may be sent to; null where sessions make no difference. */
  readonly sessions: readonly Endpoint[] | null;
}

export interface Routes {
  /** By the number of the Service; null for one that the router does not serve. */
  readonly services: readonly (ServiceRoutes | null)[];
}

const NO_ENDPOINTS: readonly Endpoint[] = [];
export const NO_ROUTES: Routes = { services: [] };

export function targetsOf(routes: Routes, service: number): readonly Endpoint[] {
  return routes.services[service]?.targets ?? NO_ENDPOINTS;
}

/** These routes with one Service's as `newer` has them. */
export function withService(routes: Routes, newer: Routes, service: number): Routes {
  const services = routes.services.slice();
  services[service] = newer.services[service] ?? null;
  return { services };
}

/** Services whose targets, sessions or endpoints differ between two versions. */
export function changedServices(before: Routes, after: Routes): readonly number[] {
  const changed: number[] = [];
  const count = Math.max(before.services.length, after.services.length);
  for (let service = 0; service < count; service++) {
    if ((before.services[service] ?? null) !== (after.services[service] ?? null)) changed.push(service);
  }
  return changed;
}
