import {
  type EndpointSliceObserved,
  type NodeAnswers,
  type PodObserved,
  type RouterTimer,
  type RoutesChanged,
  type ServiceObserved,
  T,
  type TargetAnswers,
} from '../cluster/events.ts';
import type { ProgrammedRules } from '../cluster/state.ts';
import type { RequestFailed } from '../cluster/traffic.ts';
import type { RouterInfo, World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, type SimEvent } from '../kernel/event.ts';
import { keyOf, NO_KEY } from '../kernel/names.ts';
import {
  type ComposedOutput,
  type ComposedPart,
  type ComposedState,
  type ContextOf,
  probeChanged,
  routesArrived,
  startRouter,
  timerEnded,
} from '../routing/compose.ts';
import type { PartContext } from '../routing/part.ts';
import { type Picking, pickRoutes } from '../routing/pick.ts';
import { withPod, withService } from '../routing/pod-view.ts';
import { type InForce, rulesOf, steadyRules, type TargetOf } from '../routing/program.ts';
import { partOf } from '../routing/registry.ts';
import type { Routes } from '../routing/routes.ts';
import type { SliceView } from '../routing/views.ts';
import { connectionAttempted } from './clients/decide.ts';
import { chooses } from './clients/pass-on.ts';
import { goOnAfter } from './clients/proxy.ts';
import { defineActor } from './define-actor.ts';
import { cellsOf } from './protocol.ts';
import { cuts } from './router-connections.ts';
import { type Gates, looked, NO_GATES, podSeen, withNextLook } from './router-gates.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * A router other than the data plane of a node (an ingress controller, a cloud load balancer, a mesh): it watches EndpointSlices, or the
 * Pods themselves, picks whom it may send to, and routes by that once the change has come through its parts.
 */
export interface RouterState {
  /** What has arrived, and whom the router picks of it. */
  readonly pending: SliceView;
  readonly picked: Routes;
  /** Its parts; null until something arrives. */
  readonly composed: ComposedState | null;
  /** When each of its parts' timers ends, by part and key; an event of a timer that was armed anew finds another time here. */
  readonly timers: Readonly<Record<string, number>>;
  /** What it routes by. */
  readonly inForce: InForce;
  readonly rules: ProgrammedRules;
  /** Readiness gates that it sets; null where it sets none. */
  readonly gates: Gates | null;
}

export interface RouterCells {
  readonly state: RouterState;
}

export const CELL = cellsOf<'router', RouterCells>('router');

export function steadyRouter(world: World, router: RouterInfo, view: SliceView): RouterState {
  const picked = pickRoutes(pickingOf(world, router), view, null, []);
  const inForce = { routes: picked, excluded: {} };
  const gates = router.gatesEvery === null ? null : NO_GATES;
  return { pending: view, picked, composed: null, timers: {}, inForce, rules: steadyRules(picked), gates };
}

function pickingOf(world: World, router: RouterInfo): Picking {
  const own = router.services.filter((service) => chooses(world, router, service));
  return { rule: router.pick, controller: router.controller, services: own, count: world.services.length };
}

const parts = new WeakMap<RouterInfo, readonly ComposedPart[]>();

/** A router's parts with what they do; a world holds plain data. */
function partsOf(router: RouterInfo): readonly ComposedPart[] {
  let known = parts.get(router);
  if (known === undefined) {
    known = router.parts.map(({ kind, name, config }) => ({
      kind,
      name,
      part: partOf(kind),
      config,
      sites: {},
    }));
    parts.set(router, known);
  }
  return known;
}

/** Of several instances the slowest counts, so a delay is the longest of their draws. */
function contexts(ctx: Ctx, router: RouterInfo, event: SimEvent): ContextOf {
  const { about, transition } = event;
  const ownSites = ctx.self.wiring.routerSites(ctx.self.router).parts;
  return (part): PartContext => {
    const sites = ownSites[part]!;
    const clocks = keyOf(`${router.parts[part]!.name} clocks`);
    return {
      nowUs: ctx.now,
      instances: router.instances,
      delayUs(name) {
        let longest = 0;
        for (let instance = 0; instance < router.instances; instance++) {
          longest = Math.max(longest, ctx.fixed(sites[name]!, about, transition, instance));
        }
        return longest;
      },
      phase: (index) => ctx.bits(clocks, NO_KEY, index),
    };
  };
}

type Fed = readonly [ComposedState, readonly ComposedOutput[]];

/** Takes over what the parts have made of an event: their timers, and news for what is in force. */
function follow(
  state: RouterState,
  event: SimEvent,
  ctx: Ctx,
  [composed, outputs]: Fed,
): readonly [RouterState, readonly Effect[]] {
  if (outputs.length === 0) return [{ ...state, composed }, NO_EFFECTS];
  const { about, transition } = event;
  const composedParts = partsOf(ctx.self.world.routers[ctx.self.router]!);
  const to = { actor: ctx.actor, kind: CELL.state, object: 0, about, transition };
  const timers: Record<string, number> = { ...state.timers };
  const effects = outputs.flatMap((output): readonly Effect[] => {
    switch (output.kind) {
      case 'changed':
        return [after({ ...to, type: T.routesChanged, data: { cause: output.cause, wakes: null } })];
      case 'cancel':
        delete timers[`${output.part}/${output.key}`];
        return [];
      case 'arm': {
        const { part, key, atUs } = output;
        // One that is armed for that instant already wakes it.
        if (timers[`${part}/${key}`] === atUs) return [];
        timers[`${part}/${key}`] = atUs;
        const delay = atUs - ctx.now;
        const wakes = { part, key };
        const { cause } = composedParts[part]!.part;
        return part === composedParts.length - 1
          ? [after({ ...to, type: T.routesChanged, data: { cause, wakes }, delay })]
          : [after({ ...to, type: T.routerTimer, data: wakes, delay })];
      }
      default:
        return output satisfies never;
    }
  });
  return [{ ...state, composed, timers }, effects];
}

function started(state: RouterState, router: RouterInfo, contextOf: ContextOf): ComposedState {
  return state.composed ?? startRouter(partsOf(router), state.picked, contextOf);
}

/** A node's health check of one Service, by number: each Service has a port of its own there. */
function nodeTarget({ nodes }: World, service: number, node: number): number {
  return service * nodes.length + node;
}

function targetOf(world: World, { targets }: RouterInfo): TargetOf {
  return targets === 'pods' ? (_, { pod }) => pod : (service, { node }) => nodeTarget(world, service, node);
}

function probed(
  state: RouterState,
  target: number,
  answer: TargetAnswers['answer'],
  event: SimEvent,
  ctx: Ctx,
): readonly [RouterState, readonly Effect[]] {
  const router = ctx.self.world.routers[ctx.self.router]!;
  const contextOf = contexts(ctx, router, event);
  const composed = started(state, router, contextOf);
  const fed = probeChanged(partsOf(router), composed, { kind: 'probe', target, answer }, contextOf);
  return follow(state, event, ctx, fed);
}

const targetAnswers: Reducer<RouterState, TargetAnswers, Self> = (state, event, ctx) =>
  probed(state, event.about, event.data.answer, event, ctx);

/**
 * Where targets are nodes, a connection reaches whom its node sends it to; where the node has nobody left, it is lost there, as long as
 * the node is still chosen: so the node's latest Pods stay.
 */
const nodeAnswers: Reducer<RouterState, NodeAnswers, Self> = (state, event, ctx) => {
  const { world } = ctx.self;
  const router = world.routers[ctx.self.router]!;
  const { service, node, endpoints, answer } = event.data;
  const before = state.picked.services[service] ?? null;
  if (before === null) return [state, NO_EFFECTS];
  const target = nodeTarget(world, service, node);
  if (endpoints.length === 0) return probed(state, target, answer, event, ctx);
  const others = before.targets.filter((endpoint) => endpoint.node !== node);
  const targets = [...others, ...endpoints].sort((a, b) => a.pod - b.pod);
  const services = state.picked.services.with(service, { endpoints: targets, targets, sessions: null });
  const contextOf = contexts(ctx, router, event);
  const composed = started(state, router, contextOf);
  const fed = routesArrived(partsOf(router), composed, { services }, contextOf);
  const [next, effects] = follow({ ...state, picked: { services } }, event, ctx, fed);
  const [heard, more] = probed(next, target, answer, event, ctx);
  return [heard, [...effects, ...more]];
};

const endpointSliceObserved: Reducer<RouterState, EndpointSliceObserved, Self> = (state, event, ctx) => {
  const { world } = ctx.self;
  const router = world.routers[ctx.self.router]!;
  const { slice } = event.data;
  const pending = state.pending.with(slice);
  if (pending === state.pending) return [state, NO_EFFECTS];
  if (!router.services.includes(slice.service)) return [{ ...state, pending }, NO_EFFECTS];
  return state.gates === null
    ? arrived(state, pending, [slice.service], event, ctx)
    : reconciled(state, pending, [slice.service], event, ctx);
};

/** Its watch of Pods, where it reads those, or sets their readiness gates. */
const podObserved: Reducer<RouterState, PodObserved, Self> = (state, event, ctx) => {
  const { world } = ctx.self;
  const { pod } = event.data;
  if (state.gates !== null) return lookAgain({ ...state, gates: podSeen(state.gates, pod) }, ctx);
  const { services } = world.templates[pod.template]!;
  const own = services.filter((service) => world.routers[ctx.self.router]!.services.includes(service));
  const pending = withPod(world, state.pending, pod, own);
  return pending === state.pending ? [state, NO_EFFECTS] : arrived(state, pending, own, event, ctx);
};

const gatesLookedAt: Reducer<RouterState, null, Self> = (state, event, ctx) =>
  state.gates?.nextLookAt === ctx.now
    ? reconciled(state, state.pending, [], event, ctx)
    : [state, NO_EFFECTS];

/** The controller looks at its Pods' gates and at the slices: those of `changed` Services, and where it registers others than before. */
function reconciled(
  state: RouterState,
  pending: SliceView,
  changed: readonly number[],
  event: SimEvent,
  ctx: Ctx,
): readonly [RouterState, readonly Effect[]] {
  const { world, router } = ctx.self;
  const before = state.gates!;
  const [gates, writes] = looked(before, state.rules, ctx);
  const isSame = gates.held.size === before.held.size && [...gates.held].every((pod) => before.held.has(pod));
  const services = isSame ? changed : world.routers[router]!.services;
  const looking = { ...state, gates };
  const [next, effects] =
    services.length === 0 ? [looking, NO_EFFECTS] : arrived(looking, pending, services, event, ctx);
  const [last, look] = lookAgain(next, ctx);
  return [last, [...writes, ...effects, ...look]];
}

function lookAgain(state: RouterState, ctx: Ctx): readonly [RouterState, readonly Effect[]] {
  if (state.gates === null) return [state, NO_EFFECTS];
  const [gates, look] = withNextLook(state.gates, state.rules, ctx);
  return gates === state.gates ? [state, look] : [{ ...state, gates }, look];
}

/** Its watch of Services, where it reads Pods and finds theirs itself. */
const serviceObserved: Reducer<RouterState, ServiceObserved, Self> = (state, event, ctx) => {
  const { service } = event.data;
  const pending = withService(ctx.self.world, state.pending, service);
  return arrived(state, pending, [service.index], event, ctx);
};

/** What it watches is new for these Services: from the top through its parts. */
function arrived(
  state: RouterState,
  pending: SliceView,
  services: readonly number[],
  event: SimEvent,
  ctx: Ctx,
): readonly [RouterState, readonly Effect[]] {
  const { world } = ctx.self;
  const router = world.routers[ctx.self.router]!;
  const contextOf = contexts(ctx, router, event);
  const composed = started(state, router, contextOf);
  const picked = pickRoutes(pickingOf(world, router), pending, state.picked, services, state.gates?.held);
  const fed = routesArrived(partsOf(router), composed, picked, contextOf);
  return follow({ ...state, pending, picked }, event, ctx, fed);
}

/** Lets a part wake; null where its timer was armed anew or cancelled since. */
function woken(state: RouterState, { part, key }: RouterTimer, event: SimEvent, ctx: Ctx): Fed | null {
  if (state.timers[`${part}/${key}`] !== ctx.now || state.composed === null) return null;
  const router = ctx.self.world.routers[ctx.self.router]!;
  return timerEnded(partsOf(router), state.composed, part, key, contexts(ctx, router, event));
}

function withoutTimer(state: RouterState, { part, key }: RouterTimer): RouterState {
  const { [`${part}/${key}`]: _, ...timers } = state.timers;
  return { ...state, timers };
}

const routerTimer: Reducer<RouterState, RouterTimer, Self> = (state, event, ctx) => {
  const fed = woken(state, event.data, event, ctx);
  return fed === null ? [state, NO_EFFECTS] : follow(withoutTimer(state, event.data), event, ctx, fed);
};

/** What came out below is in force. The last part wakes with this event, so that its routes change in it. */
const routesChanged: Reducer<RouterState, RoutesChanged, Self> = (state, event, ctx) => {
  const { wakes } = event.data;
  if (wakes === null) {
    const now = taken(state, state.composed!, ctx);
    const [last, look] = lookAgain(now, ctx);
    return [last, [...cuts(state, now, ctx), ...look]];
  }
  const fed = woken(state, wakes, event, ctx);
  if (fed === null) return [state, NO_EFFECTS];
  const [composed, outputs] = fed;
  const others = outputs.filter(({ kind }) => kind !== 'changed');
  const [next, effects] = follow(withoutTimer(state, wakes), event, ctx, [composed, others]);
  const now = taken(next, composed, ctx);
  const [last, look] = lookAgain(now, ctx);
  return [last, [...effects, ...cuts(state, now, ctx), ...look]];
};

function taken(state: RouterState, { routes, excluded }: ComposedState, { self }: Ctx): RouterState {
  const { world, router } = self;
  const inForce = { routes, excluded };
  return { ...state, inForce, rules: rulesOf(inForce, state, targetOf(world, world.routers[router]!)) };
}

const tryFailed: Reducer<RouterState, RequestFailed, Self> = (state, event, ctx) =>
  goOnAfter(state, event, ctx, connectionAttempted);

export const routerBehaviour = defineActor<'router', RouterCells>('router', {
  state: {
    endpointSliceObserved,
    podObserved,
    serviceObserved,
    targetAnswers,
    nodeAnswers,
    routerTimer,
    gatesLookedAt,
    routesChanged,
    connectionAttempted,
    tryFailed,
  },
});
