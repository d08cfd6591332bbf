import type { ClientInfo } from '../../cluster/clients.ts';
import type { EventMap } from '../../cluster/events.ts';
import { T } from '../../cluster/events.ts';
import { triesAgain } from '../../cluster/retry.ts';
import type {
  Attempt,
  ConnectionsClosed,
  RequestFailed,
  RequestRetried,
  RequestSent,
  ResponseReceived,
} from '../../cluster/traffic.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { RANGE, sample } from '../../kernel/distribution.ts';
import { after, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import type { EventType } from '../../kernel/ids.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { defineActor } from '../define-actor.ts';
import type { HandledBy } from '../protocol.ts';
import { CONTAINERS, DATA_PLANE, ROUTER } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL, type ClientCells, type ClientState, keep, takeKept } from './pool.ts';

/** A client: it begins requests, learns how they end, and tries again where its rule says so. All that a request needs travels with it. */

/** What a client draws by itself. */
const Draw = {
  latency: keyOf('client latency'),
  duration: keyOf('client duration'),
  gap: keyOf('client gap'),
  pause: keyOf('client pause'),
  entry: keyOf('client entry'),
  phase: keyOf('client phase'),
} as const;

/** What a worker's request takes at least, even if it is refused on its own node: our estimate of a few system calls. */
const SHORTEST_TURN = 100;

function self(ctx: Ctx): ClientInfo {
  return ctx.self.world.clients[ctx.self.client]!;
}

/** One way to where its connections enter. */
function way(ctx: Ctx, { latency }: ClientInfo): Micros {
  return latency.kind === 'constant' ? latency.micros : sample(latency, ctx.bits(Draw.latency, NO_KEY));
}

function toSelf<K extends HandledBy<'client', 'state'>>(
  ctx: Ctx,
  type: EventType<K, EventMap[K]>,
  data: EventMap[K],
  delay: Micros,
): Effect {
  return after({ type, actor: ctx.actor, kind: CELL.state, object: 0, about: -1, data, delay });
}

const clientStarted: Reducer<ClientState, null, Self> = (state, _event, ctx) => {
  const { load } = self(ctx);
  if (load.kind === 'rate') {
    const first = arrival(ctx, self(ctx), 0, ctx.now);
    return [state, first < self(ctx).stopsAt ? [sentLater(ctx, 0, first)] : NO_EFFECTS];
  }
  return [state, Array.from({ length: load.workers }, (_, worker) => sentLater(ctx, worker, ctx.now))];
};

function sentLater(ctx: Ctx, request: number, at: Micros): Effect {
  const data: RequestSent = { client: ctx.self.client, request };
  return toSelf(ctx, T.requestSent, data, at - ctx.now);
}

/** When a client with a rate begins request number `request`, the one before it having begun at `before`. */
function arrival(ctx: Ctx, { load, startsAt }: ClientInfo, request: number, before: Micros): Micros {
  if (load.kind !== 'rate') return before;
  const { perSecond, gaps, atStart } = load;
  if (gaps === null) {
    const phase = atStart ? 0 : ctx.bits(Draw.phase, NO_KEY) / RANGE;
    return startsAt + Math.floor(((request + phase) * MICROS_PER_SECOND) / perSecond);
  }
  if (request === 0 && atStart) return startsAt;
  return before + Math.round(sample(gaps, ctx.bits(Draw.gap, NO_KEY, request)) / perSecond);
}

const requestSent: Reducer<ClientState, RequestSent, Self> = (state, event, ctx) => {
  const client = self(ctx);
  const { request } = event.data;
  const [next, attempt] = tryOnce(ctx, client, state, { ...event.data, attempt: 1, startedAt: ctx.now });
  if (client.load.kind !== 'rate') return [next, [attempt]];
  const at = arrival(ctx, client, request + 1, ctx.now);
  return [next, at < client.stopsAt ? [sentLater(ctx, request + 1, at), attempt] : [attempt]];
};

const requestRetried: Reducer<ClientState, RequestRetried, Self> = (state, event, ctx) => {
  const [next, effect] = tryOnce(ctx, self(ctx), state, event.data);
  return [next, [effect]];
};

/** Sends a request over a kept connection, or over a new one where none is kept. */
function tryOnce(
  ctx: Ctx,
  client: ClientInfo,
  state: ClientState,
  { request, attempt, startedAt }: RequestRetried,
): readonly [ClientState, Effect] {
  const { connection } = client;
  const answerBy = startedAt + client.requestTimeout;
  const datagrams = client.protocol === 'UDP';
  const fresh: Attempt = {
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
  };
  if (connection.kind !== 'keepAlive') return [state, connect(ctx, client, fresh)];
  const [rest, kept] = takeKept(ctx, connection, state);
  if (kept === null) return [rest, connect(ctx, client, fresh)];
  const { pod, node, router, way: far, carried, openedAt, idleSince } = kept;
  const over: Attempt = { ...fresh, way: far, router, pod, carried, openedAt, idleSince };
  const to = ctx.self.wiring.containers(node);
  return [
    rest,
    after({
      type: T.requestArrived,
      actor: to,
      kind: CONTAINERS.connections,
      object: pod,
      about: pod,
      data: over,
      delay: far,
    }),
  ];
}

function connect(ctx: Ctx, { entry }: ClientInfo, attempt: Attempt): Effect {
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

const responseReceived: Reducer<ClientState, ResponseReceived, Self> = (state, event, ctx) => {
  const { connection } = self(ctx);
  const next = connection.kind === 'keepAlive' ? keep(ctx, connection, state, event.data) : state;
  return [next, nextTurn(ctx, event.data.attempt)];
};

const requestFailed: Reducer<ClientState, RequestFailed, Self> = (state, event, ctx) => {
  const client = self(ctx);
  const { request, attempt, startedAt } = event.data.attempt;
  if (!triesAgain(client, event.data, ctx.now)) return [state, nextTurn(ctx, event.data.attempt)];
  const data: RequestRetried = { client: ctx.self.client, request, attempt: attempt + 1, startedAt };
  return [state, [toSelf(ctx, T.requestRetried, data, client.retry.backoff)]];
};

/** One of a number of workers goes on with its next request. Requests of worker w are w, w + workers, w + 2 × workers … */
function nextTurn(ctx: Ctx, { request, startedAt }: Attempt): readonly Effect[] {
  const { load, stopsAt } = self(ctx);
  if (load.kind === 'rate') return NO_EFFECTS;
  const next = request + load.workers;
  const pause = sample(load.pause, ctx.bits(Draw.pause, NO_KEY, next));
  const at = Math.max(ctx.now + pause, startedAt + SHORTEST_TURN);
  return at < stopsAt ? [sentLater(ctx, next, at)] : NO_EFFECTS;
}

/** What was opened before a closing is over then; a container that was restarted may close once more. */
const connectionsClosed: Reducer<readonly Micros[] | undefined, ConnectionsClosed, Self> = (
  closings,
  event,
) => [[...(closings ?? []), event.data.at], NO_EFFECTS];

export const clientBehaviour = defineActor<'client', ClientCells>('client', {
  state: { clientStarted, requestSent, requestRetried, responseReceived, requestFailed },
  closed: { connectionsClosed },
});
