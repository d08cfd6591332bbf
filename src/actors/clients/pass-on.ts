import { T } from '../../cluster/events.ts';
import type { ServiceRules } from '../../cluster/state.ts';
import { type Attempt, changedAttempt } from '../../cluster/traffic.ts';
import type { RouterInfo, World } from '../../cluster/world.ts';
import { RANGE } from '../../kernel/distribution.ts';
import { after, type SimEvent } from '../../kernel/event.ts';
import { type Key, keyOf } from '../../kernel/names.ts';
import { DATA_PLANE, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** Routers in a row: a connection goes from one to the next, or to a node, whose data plane has the last word. */

/**
 * Whether a router has a say about a Service: all nodes take the connections of one whose policy is Cluster, and those to a ClusterIP,
 * and the data plane picks.
 */
export function chooses({ services }: World, { targets }: RouterInfo, service: number): boolean {
  return targets === 'pods' || (targets === 'nodes' && services[service]!.externalPolicyLocal);
}

/** Which of the nodes that it may send to a router chooses. */
const NODE_CHOICE = keyOf('router node choice');

/** Where a connection goes that this router does not send to a Pod itself; null where it does, and where it has nobody to send to. */
export function passedOn(ctx: Ctx, attempt: Attempt, rules: ServiceRules): SimEvent<Attempt> | null {
  const { world, wiring, router } = ctx.self;
  const own = world.routers[router]!;
  const { entry, service } = world.clients[attempt.client]!;
  const chosen = own.services.includes(service) && chooses(world, own, service);
  if (chosen && rules.internal === 'REJECT') return null;
  const row = entry.kind === 'routers' ? entry.routers : [];
  const next = row[row.indexOf(router) + 1];
  const latency = ctx.fixed(wiring.routerSites(router).latency, attempt.client);
  const onward: Attempt = changedAttempt(attempt, { way: attempt.way + latency });
  const to = { type: T.connectionAttempted, object: 0, about: -1, data: onward, delay: latency } as const;
  if (next !== undefined) return after({ ...to, actor: wiring.router(next), kind: ROUTER.state });
  if (own.targets === 'pods') return null;
  const nodes = chosen ? [...new Set(rules.routedNodes)] : world.nodes.map((_, index) => index);
  const bits =
    nodes.length === 1 ? 0 : ctx.bits(NODE_CHOICE, clientKey(ctx, attempt), attempt.request, attempt.attempt);
  const node = nodes[Math.floor((bits / RANGE) * nodes.length)]!;
  return after({ ...to, actor: wiring.dataPlane(node), kind: DATA_PLANE.node });
}

function clientKey(ctx: Ctx, { client }: Attempt): Key {
  return ctx.actorKey(ctx.self.wiring.client(client));
}
