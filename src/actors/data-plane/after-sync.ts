import { type NodeAnswers, T } from '../../cluster/events.ts';
import type { ProgrammedRules } from '../../cluster/state.ts';
import { after, type Effect, NO_EFFECTS, put, type SimEvent } from '../../kernel/event.ts';
import { endpointsAt, scopeOf } from '../../routing/planes/program.ts';
import { endpointsOf, type SliceView } from '../../routing/views.ts';
import { CONTAINERS, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';
import { CELL, sharedOf } from './cells.ts';

/** What others notice when a sync has changed what a node's kernel holds: connections, flows, and routers that ask the node. */

/** What it no longer holds, open connections through it included. */
export function resetsOf(
  ctx: Ctx,
  { transition }: SimEvent,
  view: SliceView,
  before: ProgrammedRules,
  now: ProgrammedRules,
): readonly Effect[] {
  const { world, wiring } = ctx.self;
  if (world.clients.length === 0 || !sharedOf(world).plane.resets(world.dataPlane.config)) return NO_EFFECTS;
  return now.services.flatMap((rules, service) => {
    const was = before.services[service]!;
    if (rules === was) return [];
    const isHeld = (pod: number) => rules.routed.includes(pod) || rules.waiting.includes(pod);
    const dropped = [...was.routed, ...was.waiting].filter((pod) => !isHeld(pod));
    return endpointsOf(view, service)
      .filter(({ pod }) => dropped.includes(pod))
      .map(({ pod, node }) => {
        const to = { actor: wiring.containers(node), kind: CONTAINERS.connections, object: pod, about: pod };
        return after({ ...to, type: T.connectionsReset, data: { router: ctx.actor }, transition });
      });
  });
}

/** Entries of conntrack that are deleted after a sync, or sockets that are closed: the flow's next packet is routed anew. */
export function forgottenFlows(
  ctx: Ctx,
  { before, after }: { readonly before: SliceView; readonly after: SliceView },
): readonly Effect[] {
  const { world, node } = ctx.self;
  const { plane, hasFlows } = sharedOf(world);
  if (!hasFlows) return NO_EFFECTS;
  const changed = after.changedServices(before);
  return world.clients.flatMap(({ service }, client) => {
    const flow = ctx.cell(CELL.flow, client) ?? null;
    if (flow === null || !changed.includes(service)) return [];
    const change = {
      before: endpointsAt(world, service, before, node),
      after: endpointsAt(world, service, after, node),
    };
    const isCut = plane.cutsFlow(flow.pod, change, scopeOf(world, service, node));
    return isCut ? [put(CELL.flow, client, null)] : [];
  });
}

/** What routers in front of the nodes find: whom this one sends connections from outside to, and what its health check says. */
export function nodeAnswersOf(
  ctx: Ctx,
  { about, transition }: SimEvent,
  view: SliceView,
  before: ProgrammedRules,
  now: ProgrammedRules,
): readonly Effect[] {
  const { wiring, node } = ctx.self;
  if (!wiring.hasNodeRouters) return NO_EFFECTS;
  return now.services.flatMap((rules, service) => {
    if (rules === before.services[service]) return [];
    const endpoints = endpointsOf(view, service).filter(({ pod }) => rules.externalPods.includes(pod));
    const answer = rules.healthCheck === 503 ? 'refused' : 'answered';
    const data: NodeAnswers = { service, node, endpoints, answer };
    return wiring
      .nodeRouters(service)
      .map((actor) =>
        after({ type: T.nodeAnswers, actor, kind: ROUTER.state, object: 0, about, data, transition }),
      );
  });
}
