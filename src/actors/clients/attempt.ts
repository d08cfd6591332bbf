import type { ClientInfo } from '../../cluster/clients.ts';
import type { EventMap } from '../../cluster/events.ts';
import { T } from '../../cluster/events.ts';
import { type Attempt, changedAttempt, type RequestRetried } from '../../cluster/traffic.ts';
import { RANGE, sample } from '../../kernel/distribution.ts';
import { after, type Effect } from '../../kernel/event.ts';
import type { EventType } from '../../kernel/ids.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import type { Micros } from '../../kernel/time.ts';
import type { HandledBy } from '../protocol.ts';
import { CONTAINERS, DATA_PLANE, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';
import { CELL, type KeptConnection } from './cells.ts';

/** One try of a request, and the two ways to send it: over a new connection, or over one that is there. */

const Draw = {
  latency: keyOf('client latency'),
  duration: keyOf('client duration'),
  entry: keyOf('client entry'),
} as const;

export function self(ctx: Ctx): ClientInfo {
  return ctx.self.world.clients[ctx.self.client]!;
}

/** One way to where its connections enter. */
function way(ctx: Ctx, { latency }: ClientInfo): Micros {
  return latency.kind === 'constant' ? latency.micros : sample(latency, ctx.bits(Draw.latency, NO_KEY));
}

export function toSelf<K extends HandledBy<'client', 'state'>>(
  ctx: Ctx,
  type: EventType<K, EventMap[K]>,
  data: EventMap[K],
  delay: Micros,
): Effect {
  return after({ type, actor: ctx.actor, kind: CELL.state, object: 0, about: -1, data, delay });
}

/** A request that is sent now for the `attempt`th time. It is the same whenever it is made. */
export function freshAttempt(
  ctx: Ctx,
  client: ClientInfo,
  { request, attempt, startedAt }: RequestRetried,
): Attempt {
  const answerBy = startedAt + client.requestTimeout;
  const datagrams = client.protocol === 'UDP';
  return {
    client: ctx.self.client,
    request,
    attempt,
    startedAt,
    sentAt: ctx.now,
    connectBy: datagrams ? answerBy : Math.min(answerBy, ctx.now + client.connectTimeout),
    answerBy,
    duration: sample(client.duration, ctx.bits(Draw.duration, NO_KEY, request)),
    way: way(ctx, client),
    router: -1,
    pod: -1,
    resent: 0,
    carried: datagrams ? 1 : 0,
    openedAt: -1,
    idleSince: -1,
    proxied: null,
  };
}

export function overKept(ctx: Ctx, fresh: Attempt, kept: KeptConnection): Effect {
  const { pod, node, router, way: far, carried, openedAt, idleSince } = kept;
  return after({
    type: T.requestArrived,
    actor: ctx.self.wiring.containers(node),
    kind: CONTAINERS.connections,
    object: pod,
    about: pod,
    data: changedAttempt(fresh, { way: far, router, pod, carried, openedAt, idleSince }),
    delay: far,
  });
}

export function connect(ctx: Ctx, { entry }: ClientInfo, attempt: Attempt): Effect {
  const { wiring } = ctx.self;
  const { way: near } = attempt;
  if (entry.kind === 'routers') {
    return after({
      type: T.connectionAttempted,
      actor: wiring.router(entry.routers[0]!),
      kind: ROUTER.state,
      object: 0,
      about: -1,
      data: attempt,
      delay: near,
    });
  }
  const { nodes } = entry;
  const bits = nodes.length === 1 ? 0 : ctx.bits(Draw.entry, NO_KEY, attempt.request, attempt.attempt);
  const node = nodes[Math.floor((bits / RANGE) * nodes.length)]!;
  return after({
    type: T.connectionAttempted,
    actor: wiring.dataPlane(node),
    kind: DATA_PLANE.node,
    object: 0,
    about: -1,
    data: attempt,
    delay: near,
  });
}
