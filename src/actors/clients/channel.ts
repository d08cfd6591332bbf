import type { ClientInfo, Connecting } from '../../cluster/clients.ts';
import { T } from '../../cluster/events.ts';
import {
  type Attempt,
  type ConnectionOpened,
  changedAttempt,
  type RequestFailed,
  type RequestRetried,
  type ResponseReceived,
} from '../../cluster/traffic.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { arm, cancel, type Effect, put } from '../../kernel/event.ts';
import type { Ctx, Self } from '../wiring.ts';
import { connect, freshAttempt, overKept, self, toSelf } from './attempt.ts';
import { CELL, type Channel, changedChannel, type KeptConnection } from './cells.ts';
import { isClosedByServer, isIdleTooLong } from './pool.ts';

/**
 * HTTP/2: all requests of a client share one connection. While it is being opened they wait for it, and beyond its streams for an answer;
 * once the server has asked for no more (GOAWAY) or has closed it, the next request opens another one, to whichever Pod is chosen then.
 */
export const NO_CHANNEL: Channel = { open: null, streams: 0, opening: null, waiting: [] };

type Multiplexed = Connecting & { kind: 'multiplexed' };

type Next = readonly [Channel, readonly Effect[]];

function channelOf(ctx: Ctx): Channel {
  return ctx.cell(CELL.channel, 0) ?? NO_CHANNEL;
}

function stored([channel, effects]: Next): readonly Effect[] {
  return [...effects, put(CELL.channel, 0, channel)];
}

function isSame(a: RequestRetried | Attempt, b: RequestRetried | Attempt | null): boolean {
  return b !== null && a.request === b.request && a.attempt === b.attempt;
}

export function sendOnChannel(
  ctx: Ctx,
  client: ClientInfo,
  settings: Multiplexed,
  request: RequestRetried,
): readonly Effect[] {
  const before = channelOf(ctx);
  const asked: Channel = changedChannel(before, { waiting: [...before.waiting, request] });
  const [channel, effects] = withoutTimers(ctx, asked, goOn(ctx, client, settings, asked));
  if (!channel.waiting.includes(request)) return stored([channel, effects]);
  return stored([channel, [...effects, giveUpLater(ctx, client, request)]]);
}

/** Sends what waits, as far as the connection takes it; opens one where there is none. */
function goOn(ctx: Ctx, client: ClientInfo, settings: Multiplexed, before: Channel): Next {
  let { open, streams, opening } = before;
  const effects: Effect[] = [];
  if (opening !== null || before.waiting.length === 0) return [before, effects];
  if (open !== null && isOver(ctx, settings, open, streams)) [open, streams] = [null, 0];
  let sent = 0;
  for (const request of before.waiting) {
    const fresh = freshAttempt(ctx, client, request);
    if (open === null) {
      opening = request;
      effects.push(connect(ctx, client, fresh));
      sent++;
      break;
    }
    if (streams >= settings.maxStreams || open.carried >= settings.maxRequests) break;
    // Until now it carried something, or it has been idle since its last answer.
    const idleSince = streams === 0 ? open.idleSince : ctx.now;
    effects.push(overKept(ctx, fresh, { ...open, idleSince }));
    open = { ...open, carried: open.carried + 1 };
    streams++;
    sent++;
  }
  return [{ open, streams, opening, waiting: before.waiting.slice(sent) }, effects];
}

function isOver(ctx: Ctx, settings: Multiplexed, open: KeptConnection, streams: number): boolean {
  if (open.carried >= settings.maxRequests || isClosedByServer(ctx, open)) return true;
  return streams === 0 && isIdleTooLong(ctx, settings.idleTimeout, open);
}

/** A request that waits in the client has its timeout, too. */
function giveUpLater(ctx: Ctx, client: ClientInfo, request: RequestRetried): Effect {
  const attempt = freshAttempt(ctx, client, request);
  const data: RequestFailed = {
    attempt,
    kind: 'requestTimeout',
    cause: 'slow',
    container: -1,
    decidedAt: attempt.answerBy,
    missing: null,
  };
  return arm({
    timer: request.request,
    type: T.requestFailed,
    actor: ctx.actor,
    kind: CELL.state,
    object: 0,
    about: -1,
    data,
    delay: Math.max(0, attempt.answerBy - ctx.now),
  });
}

function noLonger(ctx: Ctx, { request }: RequestRetried): Effect {
  return cancel({ timer: request, actor: ctx.actor, kind: CELL.state, object: 0 });
}

/** Those that waited before and no longer do have been sent, and are given up by whoever has them now. */
function withoutTimers(ctx: Ctx, before: Channel, [channel, effects]: Next): Next {
  const left = before.waiting.slice(0, before.waiting.length - channel.waiting.length);
  return [channel, [...left.map((request) => noLonger(ctx, request)), ...effects]];
}

/** The server has accepted the connection: what has waited for it goes over it. */
export const connectionOpened: Reducer<Channel, ConnectionOpened, Self> = (before, event, ctx) => {
  const { attempt, node, keptFor } = event.data;
  const client = self(ctx);
  const { connection } = client;
  if (connection.kind !== 'multiplexed' || !isSame(attempt, before.opening)) return [before, []];
  const { pod, router, way, openedAt } = attempt;
  const { now } = ctx;
  const open: KeptConnection = {
    pod,
    node,
    router,
    way,
    carried: 1,
    openedAt,
    idleSince: now,
    usedAt: now,
    keptFor,
    next: null,
  };
  const opened: Channel = changedChannel(before, { open, streams: 1, opening: null });
  return withoutTimers(ctx, opened, goOn(ctx, client, connection, opened));
};

function isOn(open: KeptConnection | null, { pod, openedAt }: Attempt): open is KeptConnection {
  return open !== null && open.pod === pod && open.openedAt === openedAt;
}

export function answered(
  ctx: Ctx,
  client: ClientInfo,
  settings: Multiplexed,
  { attempt, answeredAt }: ResponseReceived,
): readonly Effect[] {
  const before = channelOf(ctx);
  if (!isOn(before.open, attempt)) return [];
  const open = { ...before.open, idleSince: answeredAt, usedAt: ctx.now };
  const next: Channel = changedChannel(before, { open, streams: before.streams - 1 });
  return stored(withoutTimers(ctx, next, goOn(ctx, client, settings, next)));
}

export function unanswered(
  ctx: Ctx,
  client: ClientInfo,
  settings: Multiplexed,
  failure: RequestFailed,
): readonly Effect[] {
  const before = channelOf(ctx);
  const { attempt } = failure;
  if (isOn(before.open, attempt)) {
    const next: Channel = changedChannel(before, { streams: before.streams - 1 });
    return stored(withoutTimers(ctx, next, goOn(ctx, client, settings, next)));
  }
  if (isSame(attempt, before.opening)) return stored(notOpened(ctx, client, settings, before, failure));
  const waiting = before.waiting.filter((one) => !isSame(one, attempt));
  return waiting.length === before.waiting.length ? [] : stored([changedChannel(before, { waiting }), []]);
}

/** No connection came about: whoever waited for it fails like the one that opened it. If only that one gave up, the next one opens another. */
function notOpened(
  ctx: Ctx,
  client: ClientInfo,
  settings: Multiplexed,
  before: Channel,
  failure: RequestFailed,
): Next {
  if (failure.kind === 'requestTimeout') {
    const next: Channel = changedChannel(before, { opening: null });
    return withoutTimers(ctx, next, goOn(ctx, client, settings, next));
  }
  const { router, pod } = failure.attempt;
  const effects = before.waiting.flatMap((request) => {
    const data = { ...failure, attempt: changedAttempt(freshAttempt(ctx, client, request), { router, pod }) };
    return [noLonger(ctx, request), toSelf(ctx, T.requestFailed, data, 0)];
  });
  return [changedChannel(before, { opening: null, waiting: [] }), effects];
}
