import type { ClientInfo } from '../../cluster/clients.ts';
import type { ClientEnded } from '../../cluster/events.ts';
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
import { type Effect, NO_EFFECTS, put } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { defineActor } from '../define-actor.ts';
import type { Ctx, Self } from '../wiring.ts';
import { connect, freshAttempt, overKept, self, toSelf } from './attempt.ts';
import { CELL, type ClientCells, type ClientState } from './cells.ts';
import { answered, connectionOpened, NO_CHANNEL, sendOnChannel, unanswered } from './channel.ts';
import { keep, NO_CONNECTIONS, takeKept } from './pool.ts';

/** A client: it begins requests, learns how they end, and tries again where its rule says so. All that a request needs travels with it. */

/** What a client draws by itself. */
const Draw = {
  gap: keyOf('client gap'),
  pause: keyOf('client pause'),
  phase: keyOf('client phase'),
} as const;

/** What a worker's request takes at least, even if it is refused on its own node: our estimate of a few system calls. */
const SHORTEST_TURN = 100;

const clientStarted: Reducer<ClientState, null, Self> = (state, _event, ctx) => {
  const { load } = self(ctx);
  if (load.kind === 'rate') {
    const first = arrival(ctx, self(ctx), 0, ctx.now);
    return [state, first < self(ctx).stopsAt ? [sentLater(ctx, 0, first)] : NO_EFFECTS];
  }
  return [state, Array.from({ length: load.workers }, (_, worker) => sentLater(ctx, worker, ctx.now))];
};

/** Nothing to do: requests look at the time themselves. The event keeps the run going until then. */
const clientStopped: Reducer<ClientState, null, Self> = (state) => [state, NO_EFFECTS];

/** It sends nothing more, and hears of nothing that it has open. */
const clientEnded: Reducer<ClientState, ClientEnded, Self> = () => [
  { ...NO_CONNECTIONS, ended: true },
  [put(CELL.channel, 0, NO_CHANNEL)],
];

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
  if (state.ended) return [state, NO_EFFECTS];
  const client = self(ctx);
  const { request } = event.data;
  const first: RequestRetried = { client: event.data.client, request, attempt: 1, startedAt: ctx.now };
  const [next, effects] = tryOnce(ctx, client, state, first);
  if (client.load.kind !== 'rate') return [next, effects];
  const at = arrival(ctx, client, request + 1, ctx.now);
  return [next, at < client.stopsAt ? [sentLater(ctx, request + 1, at), ...effects] : effects];
};

const requestRetried: Reducer<ClientState, RequestRetried, Self> = (state, event, ctx) =>
  state.ended ? [state, NO_EFFECTS] : tryOnce(ctx, self(ctx), state, event.data);

/** Sends a request over a kept connection, or over a new one where none is kept. */
function tryOnce(
  ctx: Ctx,
  client: ClientInfo,
  state: ClientState,
  request: RequestRetried,
): readonly [ClientState, readonly Effect[]] {
  const { connection } = client;
  if (connection.kind === 'multiplexed') return [state, sendOnChannel(ctx, client, connection, request)];
  const fresh = freshAttempt(ctx, client, request);
  if (connection.kind !== 'keepAlive') return [state, [connect(ctx, client, fresh)]];
  const [rest, kept] = takeKept(ctx, connection, state);
  return [rest, [kept === null ? connect(ctx, client, fresh) : overKept(ctx, fresh, kept)]];
}

const responseReceived: Reducer<ClientState, ResponseReceived, Self> = (state, event, ctx) => {
  if (state.ended) return [state, NO_EFFECTS];
  const client = self(ctx);
  const { connection } = client;
  const next = connection.kind === 'keepAlive' ? keep(ctx, connection, state, event.data) : state;
  const turn = nextTurn(ctx, event.data.attempt);
  if (connection.kind !== 'multiplexed') return [next, turn];
  return [next, [...answered(ctx, client, connection, event.data), ...turn]];
};

const requestFailed: Reducer<ClientState, RequestFailed, Self> = (state, event, ctx) => {
  if (state.ended) return [state, NO_EFFECTS];
  const client = self(ctx);
  const { connection } = client;
  const { request, attempt, startedAt } = event.data.attempt;
  const effects: Effect[] =
    connection.kind === 'multiplexed' ? [...unanswered(ctx, client, connection, event.data)] : [];
  if (triesAgain(client, event.data, ctx.now)) {
    const data: RequestRetried = { client: ctx.self.client, request, attempt: attempt + 1, startedAt };
    effects.push(toSelf(ctx, T.requestRetried, data, client.retry.backoff));
  } else append(effects, nextTurn(ctx, event.data.attempt));
  return [state, effects];
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
  state: {
    clientStarted,
    clientStopped,
    clientEnded,
    requestSent,
    requestRetried,
    responseReceived,
    requestFailed,
  },
  closed: { connectionsClosed },
  channel: { connectionOpened },
});
