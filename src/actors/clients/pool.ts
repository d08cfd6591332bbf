import type { Connecting } from '../../cluster/clients.ts';
import type { ResponseReceived } from '../../cluster/traffic.ts';
import type { Micros } from '../../kernel/time.ts';
import { cellsOf } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** Connections that a client keeps for its next requests. The one used last is used first, as most clients do. */

export interface ClientState {
  /** The connection that was used last. */
  readonly kept: KeptConnection | null;
  readonly keptCount: number;
}

export interface KeptConnection {
  readonly pod: number;
  readonly node: number;
  /** Actor that chose the Pod. */
  readonly router: number;
  /** One way to the Pod. */
  readonly way: Micros;
  /** Requests that it has carried. */
  readonly carried: number;
  /** When it arrived at the Pod. */
  readonly openedAt: Micros;
  /** When its last answer left the Pod. */
  readonly idleSince: Micros;
  /** When that answer arrived. */
  readonly usedAt: Micros;
  /** After how long the server closes it while it carries nothing. */
  readonly keptFor: Micros;
  /** The one that was used before it. */
  readonly next: KeptConnection | null;
}

export interface ClientCells {
  readonly state: ClientState;
  /** When a Pod's server closed what it had, in order. */
  readonly closed: readonly Micros[];
}

export const CELL = cellsOf<'client', ClientCells>('client');

export const NO_CONNECTIONS: ClientState = { kept: null, keptCount: 0 };

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
  if (!settings.multiplexed) return [{ kept: kept.next, keptCount: keptCount - 1 }, kept];
  return [{ kept: { ...kept, carried: kept.carried + 1 }, keptCount }, kept];
}

/** What the server sent before it closed is computed from when it was sent: it is under way for `way`. */
function isKnownClosed(ctx: Ctx, { idleTimeout, maxRequests }: KeepAlive, kept: KeptConnection): boolean {
  if (kept.carried >= maxRequests || ctx.now - kept.usedAt >= idleTimeout) return true;
  if (ctx.now >= kept.idleSince + kept.keptFor + kept.way) return true;
  const closedAt = ctx.cell(CELL.closed, kept.pod)?.find((at) => at >= kept.openedAt);
  return closedAt !== undefined && ctx.now >= closedAt + kept.way;
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
  if (settings.multiplexed) {
    const { kept } = state;
    if (kept !== null && !isKnownClosed(ctx, settings, kept)) {
      const same = kept.pod === pod && kept.router === router;
      return same ? { kept: { ...kept, idleSince: answeredAt, usedAt: ctx.now }, keptCount: 1 } : state;
    }
  }
  const others = settings.multiplexed ? NO_CONNECTIONS : withRoom(ctx, settings, state);
  if (others.keptCount >= settings.pool) return others;
  const carried = attempt.carried + 1;
  const next = others.kept;
  const times = { openedAt, idleSince: answeredAt, usedAt: ctx.now, keptFor };
  const kept = { pod, node, router, way, carried, ...times, next };
  return { kept, keptCount: others.keptCount + 1 };
}

/** A full pool without those that are closed by now. */
function withRoom(ctx: Ctx, settings: KeepAlive, state: ClientState): ClientState {
  if (state.keptCount < settings.pool) return state;
  const open: KeptConnection[] = [];
  for (let at = state.kept; at !== null; at = at.next) if (!isKnownClosed(ctx, settings, at)) open.push(at);
  if (open.length === state.keptCount) return state;
  let kept: KeptConnection | null = null;
  for (const connection of open.reverse()) kept = { ...connection, next: kept };
  return { kept, keptCount: open.length };
}
