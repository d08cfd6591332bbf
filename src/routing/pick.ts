import type { Endpoint } from '../cluster/state.ts';
import { type SelectionRule, selectEndpoints } from '../rules/routers/select-endpoints.ts';
import { type ControllerName, registered } from './controllers.ts';
import type { Routes, ServiceRoutes } from './routes.ts';
import { endpointsOf, type SliceView } from './views.ts';

/** Who may be picked, decided before any delay: a router's parts carry what this chose. */

/** The routes of one Service under a selection rule. `endpoints` are those of its EndpointSlices, in any order. */
export function pickService(
  rule: SelectionRule,
  endpoints: readonly Endpoint[],
  controller: ControllerName | null = null,
  held: Held = NOBODY,
): ServiceRoutes {
  const byPod = [...endpoints].sort((a, b) => a.pod - b.pod);
  const known = registered(controller, byPod, held);
  const asReady =
    held.size === 0
      ? known
      : known.map((each) => (isHeld(held, each) ? { ...each, ready: true, serving: true } : each));
  return { endpoints: byPod, targets: selectEndpoints(rule, asReady), sessions: null };
}

/** Pods that a readiness gate alone keeps from being Ready: whoever sets the gate has to send to them first. */
export type Held = ReadonlySet<number>;
const NOBODY: Held = new Set();

function isHeld(held: Held, { pod, terminating }: Endpoint): boolean {
  return !terminating && held.has(pod);
}

/** Whom a router picks from, and of which of all Services. */
export interface Picking {
  readonly rule: SelectionRule;
  /** Who registers endpoints with it; null: it reads them itself. */
  readonly controller: ControllerName | null;
  readonly services: readonly number[];
  /** How many Services there are. */
  readonly count: number;
}

/** The routes of a view; those of Services that have not changed are the ones `before` has. */
export function pickRoutes(
  { rule, controller, services, count }: Picking,
  view: SliceView,
  before: Routes | null,
  changed: readonly number[],
  held: Held = NOBODY,
): Routes {
  return {
    services: Array.from({ length: count }, (_, service) => {
      if (!services.includes(service)) return null;
      const known = before?.services[service] ?? null;
      return known !== null && !changed.includes(service)
        ? known
        : pickService(rule, endpointsOf(view, service), controller, held);
    }),
  };
}
