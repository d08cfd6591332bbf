import { T } from '../../cluster/events.ts';
import type { Attempt, ConnectionsClosed, FailureCause, InService } from '../../cluster/traffic.ts';
import { after, type Effect, put } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import { CLIENT, CONTAINERS } from '../cell-kinds.ts';
import type { PodProcesses } from '../containers.ts';
import type { Ctx } from '../wiring.ts';
import { NO_TRAFFIC, type PodConnections, pathOf, wasCut } from './connections.ts';
import { failed, report } from './failure.ts';

/** What becomes of a Pod's connections when a container stops accepting, and when it ends. Without clients: nothing. */

function passes(ctx: Ctx, processes: PodProcesses, client: number, container: number): boolean {
  const { world } = ctx.self;
  const { service, port } = world.clients[client]!;
  return pathOf(world, processes.template, service, port)?.includes(container) ?? false;
}

function connectionsOf(ctx: Ctx, pod: number): PodConnections {
  return ctx.cell<PodConnections>(CONTAINERS.connections, pod) ?? NO_TRAFFIC;
}

/** The container's listener is closed: its accept backlog is reset, idle connections are closed or asked to carry no more. */
export function onListenerClosed(
  ctx: Ctx,
  processes: PodProcesses,
  pod: number,
  container: number,
): readonly Effect[] {
  const { world } = ctx.self;
  if (world.clients.length === 0) return [];
  const { traffic } = world.templates[processes.template]!.containers[container]!.app;
  const before = connectionsOf(ctx, pod);
  const isLost = ({ client, carried }: Attempt) =>
    traffic.losesBacklog && carried === 0 && passes(ctx, processes, client, container);
  const effects: Effect[] = before.waiting
    .filter(({ attempt }) => isLost(attempt))
    .map(({ attempt, arrivedAt }) => {
      const detail = { kind: 'connectionReset', cause: 'backlogLost', container } as const;
      return failed(ctx, attempt, { ...detail, missing: ctx.now - arrivedAt }, attempt.answerBy);
    });
  const waiting =
    effects.length === 0 ? before.waiting : before.waiting.filter(({ attempt }) => !isLost(attempt));
  const closesIdle = traffic.closesIdle && !traffic.goAway;
  const idleClosedAt = closesIdle ? (before.idleClosedAt ?? ctx.now) : before.idleClosedAt;
  effects.push(put<PodConnections>(CONTAINERS.connections, pod, { ...before, waiting, idleClosedAt }));
  if (traffic.closesIdle || traffic.goAway) effects.push(...closings(ctx, processes, pod, container));
  return effects;
}

/** Tells every client that keeps connections to the Pod. Its own connections know how long that takes to arrive. */
function closings(ctx: Ctx, processes: PodProcesses, pod: number, container: number): Effect[] {
  const { world, wiring } = ctx.self;
  const data: ConnectionsClosed = { at: ctx.now };
  return world.clients.flatMap(({ connection }, client) =>
    connection.kind === 'keepAlive' && passes(ctx, processes, client, container)
      ? [after(T.connectionsClosed, wiring.client(client), CLIENT.closed, pod, pod, data, 0)]
      : [],
  );
}

/** How a container ended, as far as its connections go. */
export interface Ending {
  readonly cause: 'exited' | 'killed';
  /** Until when what is in flight is still finished; now where the process cuts it. */
  readonly until: Micros;
}

/** The container has ended: the kernel closes its connections, and what was in flight on them is cut. */
export function onEnded(
  ctx: Ctx,
  processes: PodProcesses,
  pod: number,
  container: number,
  { cause, until }: Ending,
): readonly Effect[] {
  if (ctx.self.world.clients.length === 0) return [];
  const before = connectionsOf(ctx, pod);
  const effects = closings(ctx, processes, pod, container);
  const passing = ({ attempt }: { readonly attempt: Attempt }) =>
    passes(ctx, processes, attempt.client, container);
  for (const one of before.waiting.filter(passing)) {
    const kind = one.attempt.carried === 0 ? 'connectionReset' : 'requestCut';
    effects.push(failed(ctx, one.attempt, { kind, cause, container }, one.attempt.answerBy));
  }
  const waiting = before.waiting.filter((one) => !passing(one));
  let { serving } = before;
  for (const one of inFlight(ctx, before, processes)) {
    if (!passing(one) || one.endsAt <= until) continue;
    serving--;
    if (one.attempt.answerBy - one.attempt.way > until) effects.push(cut(ctx, one, container, cause, until));
  }
  const cuts = before.cuts.slice();
  cuts[container] = { from: ctx.now, at: until };
  effects.push(put<PodConnections>(CONTAINERS.connections, pod, { ...before, waiting, serving, cuts }));
  return effects;
}

/** What the app really works on: neither finished nor cut before. */
function inFlight(ctx: Ctx, connections: PodConnections, { template }: PodProcesses): InService[] {
  const { world } = ctx.self;
  const found: InService[] = [];
  for (let at = connections.listed; at !== null; at = at.next) {
    const { service, port } = world.clients[at.inService.attempt.client]!;
    const path = pathOf(world, template, service, port) ?? [];
    if (at.inService.endsAt >= ctx.now && !wasCut(connections, path, at.inService)) found.push(at.inService);
  }
  return found;
}

function cut(
  ctx: Ctx,
  { attempt, requestAt, endsAt }: InService,
  container: number,
  cause: FailureCause,
  at: Micros,
): Effect {
  const kind = at < requestAt ? 'connectionReset' : 'requestCut';
  const detail = { kind, cause, container, missing: endsAt - at } as const;
  return report(ctx, attempt, detail, at - ctx.now + attempt.way);
}
