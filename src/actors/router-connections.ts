import { keepsConnections } from '../cluster/clients.ts';
import { T } from '../cluster/events.ts';
import type { ProgrammedRules } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import { after, type Effect, NO_EFFECTS } from '../kernel/event.ts';
import type { InForce } from '../routing/program.ts';
import type { SliceView } from '../routing/views.ts';
import { CLIENT, CONTAINERS } from './protocol.ts';
import type { Ctx } from './wiring.ts';

/** What becomes of connections that are open when a router lets go of a Pod. */

/** What a router holds, before and after a change. */
interface Holding {
  readonly pending: SliceView;
  readonly inForce: InForce;
  readonly rules: ProgrammedRules;
}

/** A Pod that a router no longer sends to, and the node that it runs on. */
interface LetGo {
  readonly pod: number;
  readonly node: number;
}

function letGoOf(before: ProgrammedRules, after: ProgrammedRules): readonly LetGo[] {
  return before.services.flatMap(({ routed, routedNodes }, service) => {
    const left = after.services[service]!.routed;
    return routed.flatMap((pod, index) => (left.includes(pod) ? [] : [{ pod, node: routedNodes[index]! }]));
  });
}

/** What becomes of open connections: a removal drains or cuts them as the router has it, the end of a drain cuts them. */
export function cuts(before: Holding, after: Holding, ctx: Ctx): readonly Effect[] {
  const { world, router } = ctx.self;
  if (world.clients.length === 0) return NO_EFFECTS;
  const { established } = world.routers[router]!;
  const removed = established === 'kept' ? [] : letGoOf(before.rules, after.rules);
  const drained = drainedNow(before, after, world);
  return [
    ...removed.flatMap((each) => (established === 'cut' ? cut(ctx, each) : closed(ctx, each))),
    ...drained.flatMap((each) => cut(ctx, each)),
  ];
}

/** Pods whose drain ends with this change. */
function drainedNow(before: Holding, after: Holding, world: World): readonly LetGo[] {
  const { excluded } = after.inForce;
  if (excluded === before.inForce.excluded) return [];
  const pods = Object.keys(excluded).map(Number);
  const ended = pods.filter((pod) => excluded[pod] === 'all' && before.inForce.excluded[pod] !== 'all');
  const known = [...before.pending.slices, ...after.pending.slices].flatMap(
    (slice) => slice?.endpoints ?? [],
  );
  return ended.flatMap((pod) => {
    const node = known.find((each) => each.pod === pod)?.node ?? world.pods[pod]?.node;
    return node === undefined ? [] : [{ pod, node }];
  });
}

/** Clients that come through this router use what they keep open to the Pod no more. */
function closed(ctx: Ctx, { pod }: LetGo): readonly Effect[] {
  const { world, wiring, router } = ctx.self;
  return world.clients.flatMap((info, client) => {
    const { entry } = info;
    const passes = entry.kind === 'routers' && entry.routers.includes(router) && keepsConnections(info);
    if (!passes) return [];
    const to = { actor: wiring.client(client), kind: CLIENT.closed, object: pod, about: pod };
    return [after({ ...to, type: T.connectionsClosed, data: { at: ctx.now } })];
  });
}

/** The same, and what is in flight over them ends. */
function cut(ctx: Ctx, letGo: LetGo): readonly Effect[] {
  const { pod, node } = letGo;
  const to = {
    actor: ctx.self.wiring.containers(node),
    kind: CONTAINERS.connections,
    object: pod,
    about: pod,
  };
  return [...closed(ctx, letGo), after({ ...to, type: T.connectionsReset, data: { router: ctx.actor } })];
}
