import { type EndpointSliceObserved, type RouterUpdated, T } from '../cluster/events.ts';
import type { ProgrammedRules, ServiceRules } from '../cluster/state.ts';
import type { RouterInfo, World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { NO_EFFECTS, send } from '../kernel/event.ts';
import { connectionAttempted } from './clients/decide.ts';
import { defineActor } from './define-actor.ts';
import { endpointsOf, terminatingPods } from './kube-proxy/program.ts';
import type { SliceView } from './kube-proxy/views.ts';

type Slices = RouterUpdated['view'];

import { cellsOf } from './protocol.ts';
import type { Self } from './wiring.ts';

/**
 * A router other than kube-proxy (an ingress controller, a cloud load balancer, a mesh): it watches EndpointSlices itself and
 * routes by a new version after a lag of its own. What happens inside it is that lag and nothing else.
 */
export interface RouterState {
  /** What has arrived. */
  readonly pending: SliceView;
  readonly rules: ProgrammedRules;
}

export interface RouterCells {
  readonly state: RouterState;
}

export const CELL = cellsOf<'router', RouterCells>('router');

export function steadyRouter(world: World, router: RouterInfo, view: SliceView): RouterState {
  return { pending: view, rules: routesOf(world, router, view) };
}

function routesOf(world: World, router: RouterInfo, view: Slices): ProgrammedRules {
  return { services: world.services.map((_, service) => serviceRoutes(router, service, view)) };
}

function serviceRoutes(router: RouterInfo, service: number, view: Slices): ServiceRules {
  const endpoints = router.services.includes(service) ? endpointsOf(view, service) : [];
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const usable =
    ready.length > 0 || !router.terminatingFallback
      ? ready
      : endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
  usable.sort((a, b) => a.pod - b.pod);
  const routed = usable.map((endpoint) => endpoint.pod);
  const verdict = routed.length > 0 ? 'DNAT' : 'REJECT';
  return {
    service,
    internal: verdict,
    external: verdict,
    internalPods: routed,
    externalPods: routed,
    externalFromInside: verdict,
    externalPodsFromInside: routed,
    healthCheck: null,
    routed,
    routedNodes: usable.map((endpoint) => endpoint.node),
    terminating: terminatingPods(endpoints),
  };
}

const endpointSliceObserved: Reducer<RouterState, EndpointSliceObserved, Self> = (state, event, ctx) => {
  const router = ctx.self.world.routers[ctx.self.router]!;
  const { slice } = event.data;
  const pending = state.pending.with(slice);
  if (pending === state.pending) return [state, NO_EFFECTS];
  if (!router.services.includes(slice.service)) return [{ ...state, pending }, NO_EFFECTS];
  const data: RouterUpdated = { view: pending };
  const { about, transition } = event;
  // Versions are taken over in their order, whatever each one's lag.
  const { link } = ctx.self;
  const updated = send({
    type: T.routerUpdated,
    actor: ctx.actor,
    kind: CELL.state,
    object: 0,
    about,
    data,
    link,
    site: ctx.self.wiring.routerSites(ctx.self.router).lag,
    transition,
  });
  return [{ ...state, pending }, [updated]];
};

const routerUpdated: Reducer<RouterState, RouterUpdated, Self> = (state, event, ctx) => {
  const { world, router } = ctx.self;
  return [{ ...state, rules: routesOf(world, world.routers[router]!, event.data.view) }, NO_EFFECTS];
};

export const routerBehaviour = defineActor<'router', RouterCells>('router', {
  state: { endpointSliceObserved, routerUpdated, connectionAttempted },
});
