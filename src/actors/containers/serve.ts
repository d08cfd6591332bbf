import { SITE } from '../../cluster/delay-sites.ts';
import type { EventMap } from '../../cluster/events.ts';
import { type ContainerEvent, T } from '../../cluster/events.ts';
import {
  type AnswerOverdue,
  type Attempt,
  type ConnectionOpened,
  changedAttempt,
  type InService,
  type ResponseReceived,
  type Waiting,
} from '../../cluster/traffic.ts';
import type { Reducer, Step } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import type { EventType } from '../../kernel/ids.ts';
import { append } from '../../kernel/lists.ts';
import { withNumber } from '../../kernel/names.ts';
import type { Micros } from '../../kernel/time.ts';
import { atClient, failed, gaveUp, lost, type Resend, report } from '../clients/failure.ts';
import type { HandledBy } from '../protocol.ts';
import { CLIENT } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import type { ContainerProcess, PodProcesses } from './cells.ts';
import { CELL } from './cells.ts';
import {
  changedConnections,
  closerOf,
  counted,
  cutAt,
  hasRoom,
  isGivenUp,
  isRouteReset,
  least,
  NO_TRAFFIC,
  type PodConnections,
  passes,
  pathOf,
  withOneLess,
  withOneMore,
} from './connections.ts';
import { exitsOf } from './finish.ts';

/** A Pod's side of its connections: who accepts, who answers, and what a closed door says. */

type Served = Step<PodConnections | undefined>;

function pathIn(ctx: Ctx, { client: index }: Attempt, processes: PodProcesses): readonly number[] {
  const { world } = ctx.self;
  const { service, port } = world.clients[index]!;
  return pathOf(world, processes.template, service, port) ?? [];
}

function self<K extends HandledBy<'containers', 'connections'>>(
  ctx: Ctx,
  type: EventType<K, EventMap[K]>,
  pod: number,
  data: EventMap[K],
  delay: Micros,
): Effect {
  return after({
    type,
    actor: ctx.actor,
    kind: CELL.connections,
    object: pod,
    about: pod,
    data,
    delay,
  });
}

/** The first packet of a connection. Nobody at the address: silence, or the network says so. A closed door: a reset. */
export const connectionArrived: Reducer<PodConnections | undefined, Attempt, Self> = (cell, event, ctx) => {
  const attempt = event.data;
  const connections = cell ?? NO_TRAFFIC;
  const processes = ctx.cell(CELL.pod, event.object);
  if (processes === undefined || connections.networkRemoved) return [cell, [nowhere(ctx, attempt)]];
  const path = pathIn(ctx, attempt, processes);
  const closed = path.find((container) => !processes.containers[container]!.accepting);
  if (closed !== undefined) {
    const cause = isStarting(processes.containers[closed]!) ? 'notListening' : 'listenerClosed';
    const detail = { kind: 'connectionRefused', cause, container: closed } as const;
    return [cell, [failed(ctx, attempt, detail, attempt.connectBy)]];
  }
  // The client has given up before it can know that the connection came about.
  if (ctx.now + attempt.way > attempt.connectBy) {
    return [cell, [gaveUp(ctx, attempt, 'slow', attempt.connectBy, path[0])]];
  }
  return admit(ctx, connections, changedAttempt(attempt, { openedAt: ctx.now }), processes, path);
};

function isStarting({ running, hasAccepted }: ContainerProcess): boolean {
  return running && !hasAccepted;
}

/** Lost behind a Pod, it goes to that Pod again. */
function arrivesAgain(ctx: Ctx): Resend {
  return (data, delay) => self(ctx, T.connectionArrived, data.pod, data, delay);
}

function nowhere(ctx: Ctx, attempt: Attempt): Effect {
  const { podGone, podGoneAfter } = ctx.self.world.network;
  if (podGone === 'silence') return lost(ctx, attempt, 'networkRemoved', arrivesAgain(ctx));
  const delay = podGoneAfter + attempt.way;
  if (ctx.now + delay > attempt.connectBy) return gaveUp(ctx, attempt, 'networkRemoved', attempt.connectBy);
  return report(ctx, attempt, { kind: 'hostUnreachable', cause: 'networkRemoved' }, delay);
}

/** A request over a connection that was there before. */
export const requestArrived: Reducer<PodConnections | undefined, Attempt, Self> = (cell, event, ctx) => {
  const attempt = event.data;
  const connections = cell ?? NO_TRAFFIC;
  const processes = ctx.cell(CELL.pod, event.object);
  if (processes === undefined || connections.networkRemoved)
    return [cell, [gaveUp(ctx, attempt, 'networkRemoved', attempt.answerBy)]];
  const path = pathIn(ctx, attempt, processes);
  if (isRouteReset(connections, attempt)) {
    const detail = { kind: 'staleConnection', cause: 'routeRemoved' } as const;
    return [cell, [failed(ctx, attempt, detail, attempt.answerBy)]];
  }
  const ended = path.find((container) => !processes.containers[container]!.running);
  const idle = ctx.now - attempt.idleSince;
  const timedOut = idle >= least(ctx.self.world, processes.template, path, (app) => app.keepAliveTimeout);
  const closer = closerOf(connections.idleClosed, path, attempt.openedAt);
  if (ended === undefined && closer < 0 && !timedOut)
    return admit(ctx, connections, attempt, processes, path);
  const cause = ended === undefined ? 'idleClosed' : 'exited';
  const container = ended ?? (closer < 0 ? (path[0] ?? -1) : closer);
  const detail = { kind: 'staleConnection', cause, container } as const;
  return [cell, [failed(ctx, attempt, detail, attempt.answerBy)]];
};

/** A busy app lets it wait, as long as there is room for it. */
function admit(
  ctx: Ctx,
  connections: PodConnections,
  attempt: Attempt,
  { template }: PodProcesses,
  path: readonly number[],
): Served {
  const { world } = ctx.self;
  if (hasRoom(world, template, path, connections.busy)) {
    return begin(ctx, connections, { attempt, arrivedAt: ctx.now }, template, path);
  }
  if (attempt.carried === 0 && !hasBacklog(ctx, connections, template, path)) {
    return [connections, [lost(ctx, attempt, 'backlogFull', arrivesAgain(ctx))]];
  }
  const waiting: Waiting = { attempt, arrivedAt: ctx.now };
  const overdue: AnswerOverdue = { inService: null, waiting };
  const wait = Math.max(0, attempt.answerBy - attempt.way - ctx.now);
  return [
    changedConnections(connections, { waiting: [...connections.waiting, waiting], arrivedAt: ctx.now }),
    [self(ctx, T.answerOverdue, attempt.pod, overdue, wait)],
  ];
}

/** Whether each container on the path that is busy takes one more connection to those that wait for it, whichever client they are of. */
function hasBacklog(
  ctx: Ctx,
  { waiting, busy }: PodConnections,
  template: number,
  path: readonly number[],
): boolean {
  const { world } = ctx.self;
  const { containers } = world.templates[template]!;
  return path.every((container) => {
    const { backlog, concurrency } = containers[container]!.app.traffic;
    if ((busy[container] ?? 0) < concurrency) return true;
    let before = 0;
    for (const { attempt } of waiting) if (passes(world, template, attempt.client, container)) before++;
    return before < backlog;
  });
}

/** A new connection brings its request with the end of its handshake, one way there and back; the kernel keeps it until the app accepts. */
function begin(
  ctx: Ctx,
  connections: PodConnections,
  { attempt, arrivedAt }: Waiting,
  template: number,
  path: readonly number[],
): readonly [PodConnections, Effect[]] {
  const acceptedAt =
    attempt.carried > 0 ? ctx.now : Math.max(ctx.now, arrivedAt + untilAccepted(ctx, attempt));
  const inService: InService = {
    attempt,
    admittedAt: ctx.now,
    acceptedAt,
    endsAt: acceptedAt + attempt.duration,
  };
  const effects = [self(ctx, T.requestServed, attempt.pod, inService, inService.endsAt - ctx.now)];
  const { connection } = ctx.self.world.clients[attempt.client]!;
  if (connection.kind === 'multiplexed' && attempt.carried === 0)
    effects.unshift(opened(ctx, attempt, template, path, acceptedAt - ctx.now));
  if (isGivenUp(inService)) {
    const overdue: AnswerOverdue = { inService, waiting: null };
    const last = Math.max(0, attempt.answerBy - attempt.way - ctx.now);
    effects.push(self(ctx, T.answerOverdue, attempt.pod, overdue, last));
  }
  const busy = counted(ctx.self.world, template, path, connections.busy, 1);
  return [withOneMore(connections, inService, busy, arrivedAt, ctx.now), effects];
}

/** Tells the client that others may use the connection, too. */
function opened(
  ctx: Ctx,
  attempt: Attempt,
  template: number,
  path: readonly number[],
  delay: Micros,
): Effect {
  const { world, wiring, node } = ctx.self;
  const keptFor = least(world, template, path, (app) => app.keepAliveTimeout);
  const { client, pod, way } = attempt;
  const data: ConnectionOpened = { attempt, node, keptFor };
  const to = { actor: wiring.client(client), kind: CLIENT.channel, object: 0, about: pod };
  return after({ ...to, type: T.connectionOpened, data, delay: delay + way });
}

function untilAccepted(ctx: Ctx, { client, request, attempt, pod, way }: Attempt): Micros {
  return (
    2 * way +
    ctx.fixed(
      SITE['app.accept'],
      pod,
      withNumber(ctx.actorKey(ctx.self.wiring.client(client)), request),
      attempt,
    )
  );
}

/** The app has finished a request: it answers, and begins with the next one that waits. */
export const requestServed: Reducer<PodConnections, InService, Self> = (cell, event, ctx) => {
  const inService = event.data;
  const processes = ctx.cell(CELL.pod, event.object)!;
  const path = pathIn(ctx, inService.attempt, processes);
  if (cutAt(cell, path, inService) !== null) return [cell, NO_EFFECTS];
  const effects: Effect[] = isGivenUp(inService)
    ? []
    : [answer(ctx, cell, processes, path, inService.attempt)];
  const rest = withOneLess(cell, counted(ctx.self.world, processes.template, path, cell.busy, -1));
  if (rest.waiting.length === 0) {
    append(effects, exitsOf(ctx, processes, event.object, rest));
    return [rest, effects];
  }
  const [next, more] = beginWaiting(ctx, rest, processes);
  return [next, [...effects, ...more, ...exitsOf(ctx, processes, event.object, next)]];
};

/** Begins with those that wait, as far as there is room. */
export function beginWaiting(
  ctx: Ctx,
  connections: PodConnections,
  processes: PodProcesses,
): readonly [PodConnections, Effect[]] {
  let next = connections;
  const effects: Effect[] = [];
  for (const waiting of connections.waiting) {
    const path = pathIn(ctx, waiting.attempt, processes);
    if (!hasRoom(ctx.self.world, processes.template, path, next.busy)) continue;
    const others = next.waiting.filter((one) => one !== waiting);
    const [begun, more] = begin(
      ctx,
      changedConnections(next, { waiting: others }),
      waiting,
      processes.template,
      path,
    );
    next = begun;
    append(effects, more);
  }
  return [next, effects];
}

function answer(
  ctx: Ctx,
  connections: PodConnections,
  processes: PodProcesses,
  path: readonly number[],
  attempt: Attempt,
): Effect {
  const { world, wiring, node } = ctx.self;
  const { containers } = world.templates[processes.template]!;
  const closes =
    closerOf(connections.idleClosed, path, attempt.openedAt) >= 0 ||
    path.some((index) => {
      const { running, signalled } = processes.containers[index]!;
      return !running || (signalled && containers[index]!.app.traffic.sendsClose);
    });
  const keptFor = least(world, processes.template, path, (app) => app.keepAliveTimeout);
  const atHome = atClient(attempt);
  const data: ResponseReceived = { attempt: atHome, node, answeredAt: ctx.now, closes, keptFor };
  const { pod, way } = atHome;
  return after({
    type: T.responseReceived,
    actor: wiring.client(attempt.client),
    kind: CLIENT.state,
    object: 0,
    about: pod,
    data,
    delay: way,
  });
}

/** From now on an answer would come too late, so the client will give up whatever happens here. */
export const answerOverdue: Reducer<PodConnections, AnswerOverdue, Self> = (cell, event, ctx) => {
  const { inService, waiting } = event.data;
  const processes = ctx.cell(CELL.pod, event.object)!;
  const { attempt } = (inService ?? waiting)!;
  const path = pathIn(ctx, attempt, processes);
  const delay = Math.max(0, attempt.answerBy - ctx.now);
  const detail = { kind: 'requestTimeout', cause: 'slow', container: path[0] ?? -1 } as const;
  if (inService !== null) {
    const cut = cutAt(cell, path, inService);
    if (cut !== null && cut < ctx.now) return [cell, NO_EFFECTS];
    const missing = inService.endsAt + attempt.way - attempt.answerBy;
    return [cell, [report(ctx, attempt, { ...detail, missing }, delay)]];
  }
  if (!cell.waiting.includes(waiting!)) return [cell, NO_EFFECTS];
  const others = changedConnections(cell, { waiting: cell.waiting.filter((other) => other !== waiting) });
  const effects = [report(ctx, attempt, detail, delay), ...exitsOf(ctx, processes, event.object, others)];
  return [others, effects];
};

export const podNetworkRemoved: Reducer<PodConnections | undefined, ContainerEvent | null, Self> = (cell) => [
  { ...(cell ?? NO_TRAFFIC), networkRemoved: true },
  NO_EFFECTS,
];
