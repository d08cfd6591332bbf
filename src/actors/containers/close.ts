import { keepsConnections } from '../../cluster/clients.ts';
import { T } from '../../cluster/events.ts';
import type { Attempt, ConnectionsClosed, FailureCause, InService, Waiting } from '../../cluster/traffic.ts';
import { after, type Effect, put } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { cutOff, failed } from '../clients/failure.ts';
import { CLIENT } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';
import type { PodProcesses } from './cells.ts';
import { CELL } from './cells.ts';
import {
  changedConnections,
  counted,
  inFlight,
  isUnaccepted,
  type PodConnections,
  passes,
  pathOf,
} from './connections.ts';
import { connectionsOf, exitsOf } from './finish.ts';
import { beginWaiting } from './serve.ts';

/** What becomes of a Pod's connections when a container stops accepting, and when it ends. Without clients: nothing. */

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
  const closesIdle = traffic.closesIdle && !traffic.goAway;
  const idleClosed = closesIdle ? withPlace(before.idleClosed, container, ctx.now) : before.idleClosed;
  const [rest, effects] = traffic.losesBacklog
    ? withoutBacklog(ctx, before, processes, container)
    : [before, []];
  effects.push(put(CELL.connections, pod, changedConnections(rest, { idleClosed })));
  if (traffic.closesIdle || traffic.goAway) append(effects, closings(ctx, processes, pod, container));
  return effects;
}

function withPlace<V>(list: readonly V[], place: number, value: V): readonly V[] {
  const next = list.slice();
  next[place] = value;
  return next;
}

/** Resets what the kernel has taken and the app has not accepted: for want of room, or because it has not come round to it. */
function withoutBacklog(
  ctx: Ctx,
  before: PodConnections,
  processes: PodProcesses,
  container: number,
): readonly [PodConnections, Effect[]] {
  const passing = ({ attempt }: { readonly attempt: Attempt }) =>
    passes(ctx.self.world, processes.template, attempt.client, container);
  const refused = before.waiting.filter((one) => one.attempt.carried === 0 && passing(one));
  const unaccepted = inFlight(ctx.self.world, before, processes.template, ctx.now).filter(
    (one) => isUnaccepted(one, ctx.now) && passing(one),
  );
  const lost: readonly Waiting[] = [
    ...refused,
    ...unaccepted.map(({ attempt, admittedAt }) => ({ attempt, arrivedAt: admittedAt })),
  ];
  const effects = lost.map(({ attempt, arrivedAt }) => {
    const detail = { kind: 'connectionReset', cause: 'backlogLost', container } as const;
    return failed(ctx, attempt, { ...detail, missing: ctx.now - arrivedAt }, attempt.answerBy);
  });
  const resets = withPlace(before.resets, container, ctx.now);
  const serving = before.serving - unaccepted.length;
  const busy = withoutThese(ctx, processes, before.busy, unaccepted);
  const waiting = before.waiting.filter((one) => !refused.includes(one));
  const [next, begun] = beginWaiting(
    ctx,
    changedConnections(before, { resets, serving, busy, waiting }),
    processes,
  );
  return [next, [...effects, ...begun]];
}

/** Tells every client that keeps connections to the Pod. Its own connections know how long that takes to arrive. */
function closings(ctx: Ctx, processes: PodProcesses, pod: number, container: number): Effect[] {
  const { world, wiring } = ctx.self;
  const data: ConnectionsClosed = { at: ctx.now };
  return world.clients.flatMap((info, client) =>
    keepsConnections(info) && passes(world, processes.template, client, container)
      ? [
          after({
            type: T.connectionsClosed,
            actor: wiring.client(client),
            kind: CLIENT.closed,
            object: pod,
            about: pod,
            data,
          }),
        ]
      : [],
  );
}

/** The container exits as soon as nothing is in flight any more: it closes its idle connections, and the others after their answers. */
export function onFinishing(
  ctx: Ctx,
  processes: PodProcesses,
  pod: number,
  container: number,
): readonly Effect[] {
  const before = connectionsOf(ctx, pod);
  const next = changedConnections(before, { idleClosed: withPlace(before.idleClosed, container, ctx.now) });
  return [
    ...closings(ctx, processes, pod, container),
    put(CELL.connections, pod, next),
    ...exitsOf(ctx, processes, pod, next),
  ];
}

/** The container has ended: the kernel closes its connections, and what was in flight on them is cut. */
export function onEnded(
  ctx: Ctx,
  processes: PodProcesses,
  pod: number,
  container: number,
  cause: 'exited' | 'killed',
): readonly Effect[] {
  if (ctx.self.world.clients.length === 0) return [];
  const before = connectionsOf(ctx, pod);
  const effects = closings(ctx, processes, pod, container);
  const passing = ({ attempt }: { readonly attempt: Attempt }) =>
    passes(ctx.self.world, processes.template, attempt.client, container);
  for (const one of before.waiting.filter(passing)) {
    const kind = one.attempt.carried === 0 ? 'connectionReset' : 'requestCut';
    effects.push(cutOff(ctx, one.attempt, { kind, cause, container }));
  }
  const waiting = before.waiting.filter((one) => !passing(one));
  const ended: InService[] = [];
  for (const one of inFlight(ctx.self.world, before, processes.template, ctx.now)) {
    if (!passing(one) || one.endsAt <= ctx.now) continue;
    ended.push(one);
    if (one.attempt.answerBy - one.attempt.way > ctx.now) effects.push(cut(ctx, one, container, cause));
  }
  const serving = before.serving - ended.length;
  const busy = withoutThese(ctx, processes, before.busy, ended);
  const cuts = withPlace(before.cuts, container, ctx.now);
  const idleClosed = withPlace(before.idleClosed, container, ctx.now);
  const [next, begun] = beginWaiting(
    ctx,
    changedConnections(before, { waiting, serving, busy, cuts, idleClosed }),
    processes,
  );
  append(effects, begun);
  effects.push(put(CELL.connections, pod, next));
  append(effects, exitsOf(ctx, processes, pod, next));
  return effects;
}

/** Who works on how many requests without these. */
export function withoutThese(
  ctx: Ctx,
  { template }: PodProcesses,
  busy: readonly number[],
  these: readonly InService[],
): readonly number[] {
  const { world } = ctx.self;
  let next = busy;
  for (const { attempt } of these) {
    const { service, port } = world.clients[attempt.client]!;
    next = counted(world, template, pathOf(world, template, service, port) ?? [], next, -1);
  }
  return next;
}

function cut(
  ctx: Ctx,
  { attempt, acceptedAt, endsAt }: InService,
  container: number,
  cause: FailureCause,
): Effect {
  const kind = ctx.now < acceptedAt ? 'connectionReset' : 'requestCut';
  const detail = { kind, cause, container, missing: endsAt - ctx.now } as const;
  return cutOff(ctx, attempt, detail);
}
