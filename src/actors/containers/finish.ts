import { type ContainerExited, T } from '../../cluster/events.ts';
import { after, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ctx } from '../wiring.ts';
import { CELL, type PodProcesses } from './cells.ts';
import { inFlight, NO_TRAFFIC, type PodConnections, passes } from './connections.ts';

/**
 * The end of a process whose drain nobody described: the requests in flight say how long that takes. It exits with the last of them,
 * or when its own patience is over; SIGKILL may come first.
 */

export function connectionsOf(ctx: Ctx, pod: number): PodConnections {
  return ctx.cell(CELL.connections, pod) ?? NO_TRAFFIC;
}

function hasWork(
  ctx: Ctx,
  connections: PodConnections,
  { template }: PodProcesses,
  container: number,
): boolean {
  const { world } = ctx.self;
  const { now } = ctx;
  if (connections.serving === 0 && connections.waiting.length === 0) return false;
  const passing = ({ attempt }: { readonly attempt: { readonly client: number } }) =>
    passes(world, template, attempt.client, container);
  if (connections.waiting.some(passing)) return true;
  return inFlight(world, connections, template, now).some((one) => one.endsAt > now && passing(one));
}

/**
 * How much longer a process that was to stop accepting goes on: until no request has come for its time, or until its next look, where
 * one is in flight.
 */
export function goesOnFor(ctx: Ctx, processes: PodProcesses, pod: number, container: number): Micros {
  const { app } = ctx.self.world.templates[processes.template]!.containers[container]!;
  const { keepAccepting, keptOpenByRequests, idlePoll } = app;
  const connections = connectionsOf(ctx, pod);
  if (idlePoll !== null && hasWork(ctx, connections, processes, container)) return idlePoll;
  return keptOpenByRequests ? Math.max(0, connections.arrivedAt + keepAccepting - ctx.now) : 0;
}

/** The exits of those that only waited for their requests, once `connections` holds none of them any more. */
export function exitsOf(
  ctx: Ctx,
  processes: PodProcesses,
  pod: number,
  connections: PodConnections,
): readonly Effect[] {
  if (!processes.containers.some(({ finishing, running }) => finishing && running)) return NO_EFFECTS;
  const { containers } = ctx.self.world.templates[processes.template]!;
  return processes.containers.flatMap(({ finishing, running }, container) => {
    if (!finishing || !running || hasWork(ctx, connections, processes, container)) return [];
    const data: ContainerExited = { container, exitCode: containers[container]!.app.exitCode };
    const { actor } = ctx;
    return [after({ type: T.containerExited, actor, kind: CELL.pod, object: pod, about: pod, data })];
  });
}
