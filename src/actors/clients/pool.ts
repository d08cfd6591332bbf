import type { Connecting } from '../../cluster/clients.ts';
import type { ResponseReceived } from '../../cluster/traffic.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ctx } from '../wiring.ts';
import { CELL, type ClientState, type KeptConnection } from './cells.ts';

/** Connections that a client keeps for its next requests. The one used last is used first, as most clients do. */

export const NO_CONNECTIONS: ClientState = { kept: null, keptCount: 0, ended: false };

type KeepAlive = Connecting & { kind: 'keepAlive' };

/** Takes the connection that was used last of those that the client does not know to be closed; the closed ones are dropped. */
export function takeKept(
  ctx: Ctx,
  settings: KeepAlive,
  state: ClientState,
): readonly [ClientState, KeptConnection | null] {
  let { kept, keptCount } = state;
  while (kept !== null && isKnownClosed(ctx, settings, kept)) {
    kept = kept.next;
    keptCount--;
  }
  if (kept === null) return [keptCount === state.keptCount ? state : NO_CONNECTIONS, null];
  return [{ kept: kept.next, keptCount: keptCount - 1, ended: false }, kept];
}

function isKnownClosed(ctx: Ctx, { idleTimeout, maxRequests }: KeepAlive, kept: KeptConnection): boolean {
  return kept.carried >= maxRequests || isIdleTooLong(ctx, idleTimeout, kept) || isClosedByServer(ctx, kept);
}

/** The client has closed it for carrying nothing, or has heard that the server did. */
export function isIdleTooLong(ctx: Ctx, idleTimeout: Micros, kept: KeptConnection): boolean {
  return ctx.now - kept.usedAt >= idleTimeout || ctx.now >= kept.idleSince + kept.keptFor + kept.way;
}

/** What the server sent before it closed is computed from when it was sent: it is under way for `way`. */
export function isClosedByServer(ctx: Ctx, { pod, openedAt, way }: KeptConnection): boolean {
  const closedAt = ctx.cell(CELL.closed, pod)?.find((at) => at >= openedAt);
  return closedAt !== undefined && ctx.now >= closedAt + way;
}

/** Keeps the connection of an answer, unless the server closes it or enough are kept. */
export function keep(
  ctx: Ctx,
  settings: KeepAlive,
  state: ClientState,
  { attempt, node, answeredAt, closes, keptFor }: ResponseReceived,
): ClientState {
  const { pod, router, way, openedAt } = attempt;
  if (closes) return state;
  const others = withRoom(ctx, settings, state);
  if (others.keptCount >= settings.pool) return others;
  const kept: KeptConnection = {
    pod,
    node,
    router,
    way,
    carried: attempt.carried + 1,
    openedAt,
    idleSince: answeredAt,
    usedAt: ctx.now,
    keptFor,
    next: others.kept,
  };
  return { kept, keptCount: others.keptCount + 1, ended: false };
}

/** A full pool without those that are closed by now. */
function withRoom(ctx: Ctx, settings: KeepAlive, state: ClientState): ClientState {
  if (state.keptCount < settings.pool) return state;
  const open: KeptConnection[] = [];
  for (let at = state.kept; at !== null; at = at.next) if (!isKnownClosed(ctx, settings, at)) open.push(at);
  if (open.length === state.keptCount) return state;
  let kept: KeptConnection | null = null;
  for (const connection of open.reverse()) kept = { ...connection, next: kept };
  return { kept, keptCount: open.length, ended: false };
}
