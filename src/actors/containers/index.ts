import { SITE } from '../../cluster/delay-sites.ts';
import type { EventMap } from '../../cluster/events.ts';
import {
  type ContainerEvent,
  type ContainerExited,
  type ContainerStarted,
  type ContainerStopped,
  type HookEffect,
  type StopSignal,
  T,
} from '../../cluster/events.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, cancel, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import type { EventType, SiteId } from '../../kernel/ids.ts';
import { append } from '../../kernel/lists.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { terminatedState } from '../../rules/kubelet/kill-container.ts';
import { defineActor } from '../define-actor.ts';
import type { Ctx, Self } from '../wiring.ts';
import {
  CELL,
  type ContainerProcess,
  type ContainersCells,
  changedProcess,
  type PodProcesses,
} from './cells.ts';
import { onEnded, onFinishing, onListenerClosed } from './close.ts';
import { goesOnFor } from './finish.ts';
import { answerToWaiting, tellWaiting } from './hook-waits.ts';
import { nodeLost } from './node-lost.ts';
import { change, infoOf, NOT_RUNNING, probeFinds, toKubelet } from './processes.ts';
import { failsForGood, onOver, onSignalled, onStarted, readinessFlapped } from './readiness-flaps.ts';
import { connectionsReset } from './route-reset.ts';
import {
  answerOverdue,
  connectionArrived,
  podNetworkRemoved,
  requestArrived,
  requestServed,
} from './serve.ts';

/** The containers of one node: the processes in them, and the runtime that signals them. */

export function runningProcesses(template: number, containers: number): PodProcesses {
  const found: ContainerProcess = changedProcess(NOT_RUNNING, {
    running: true,
    accepting: true,
    hasAccepted: true,
  });
  return { template, containers: Array.from({ length: containers }, () => found) };
}

/** Names of timers: a container's SIGKILL has its number, what its process does next has this much more. */
const OWN_TIMERS = 128;

/** What the process does next by itself; a process that has ended does nothing more. */
function later<K extends 'listenerOpened' | 'closingDue' | 'listenerClosed' | 'exitDue' | 'containerExited'>(
  ctx: Ctx,
  type: EventType<K, EventMap[K]>,
  pod: PodProcesses,
  object: number,
  data: EventMap[K],
  delay: Micros,
  site?: SiteId,
): Effect {
  const name = OWN_TIMERS + data.container;
  const { drawKey: transition } = infoOf(ctx, pod, data.container);
  return arm({
    timer: name,
    type,
    actor: ctx.actor,
    kind: CELL.pod,
    object,
    about: object,
    data,
    delay,
    site,
    transition,
  });
}

const containerStarted: Reducer<PodProcesses | undefined, ContainerStarted, Self> = (pod, event, ctx) => {
  const { container, template } = event.data;
  const object = event.object;
  const known = pod ?? notStarted(template, ctx.self.world.templates[template]!.containers.length);
  const effect = later(
    ctx,
    T.listenerOpened,
    known,
    object,
    { container },
    infoOf(ctx, known, container).app.startup,
    SITE['app.start'],
  );
  const first = known.containers[container]!.exitCode === null;
  const { unready, effects } = onStarted(ctx, known, object, container, first);
  const started = change(known, container, changedProcess(NOT_RUNNING, { running: true, unready }));
  return [started, [effect, ...effects]];
};

function notStarted(template: number, containers: number): PodProcesses {
  return { template, containers: Array.from({ length: containers }, () => NOT_RUNNING) };
}

const listenerOpened: Reducer<PodProcesses, ContainerEvent, Self> = (pod, event, ctx) => {
  const { container } = event.data;
  const found = pod.containers[container]!;
  const stopping = found.signalled && !infoOf(ctx, pod, container).app.ignoresSignal;
  if (!found.running || stopping) return [pod, NO_EFFECTS];
  const opened = { accepting: true, hasAccepted: true };
  const effects = probeFinds(ctx, pod, event.object, container, true);
  if (!found.signalled) append(effects, comesToItsEnd(ctx, pod, event.object, container));
  return [change(pod, container, opened), effects];
};

/** The work of a process that does not go on for ever. */
function comesToItsEnd(ctx: Ctx, pod: PodProcesses, object: number, container: number): Effect[] {
  const { completes } = infoOf(ctx, pod, container).app;
  if (completes === null) return [];
  const data: ContainerExited = { container, exitCode: completes.exitCode };
  return [later(ctx, T.containerExited, pod, object, data, completes.after)];
}

const hookEffect: Reducer<PodProcesses, HookEffect, Self> = (pod, event, ctx) => {
  const { container, effect } = event.data;
  const found = pod.containers[container]!;
  if (!found.running) return [pod, NO_EFFECTS];
  if (effect === 'awaitClosing') return [pod, answerToWaiting(ctx, pod, event.object, container)];
  if (effect === 'failReadiness')
    return [failsForGood(pod, container), probeFinds(ctx, pod, event.object, container, false)];
  if (!found.accepting) return [pod, NO_EFFECTS];
  // No timer: a stop signal at this very instant must not put it off.
  return [
    pod,
    [
      after({
        type: T.listenerClosed,
        actor: ctx.actor,
        kind: CELL.pod,
        object: event.object,
        about: event.object,
        data: { container },
      }),
    ],
  ];
};

/** The runtime sends the stop signal once and waits; then it kills. A timeout of 0 kills at once. */
const stopSignal: Reducer<PodProcesses, StopSignal, Self> = (pod, event, ctx) => {
  const { container, timeoutSeconds } = event.data;
  const object = event.object;
  const found = pod.containers[container]!;
  if (!found.running) {
    const stopped: ContainerStopped = { container, exitCode: found.exitCode ?? 0 };
    return [pod, [toKubelet(ctx, T.containerStopped, object, stopped)]];
  }
  const profile = infoOf(ctx, pod, container).app;
  const timeout = Math.max(0, timeoutSeconds) * MICROS_PER_SECOND;
  const data: ContainerEvent = { container };
  const effects: Effect[] = [
    arm({
      timer: container,
      type: T.sigkill,
      actor: ctx.actor,
      kind: CELL.pod,
      object,
      about: object,
      data,
      delay: timeout,
    }),
  ];
  let next = pod;
  if (timeout > 0) append(effects, onSignalled(ctx, pod, object, container));
  if (!profile.ignoresSignal && timeout > 0) {
    if (profile.failsReadiness) {
      append(effects, probeFinds(ctx, pod, object, container, false));
      next = failsForGood(pod, container);
    }
    effects.push(
      found.accepting ? closes(ctx, pod, object, container) : exitAfterDrain(ctx, pod, object, container),
    );
  }
  return [change(next, container, { signalled: true }), effects];
};

function closes(ctx: Ctx, pod: PodProcesses, object: number, container: number): Effect {
  const { keepAccepting, keptOpenByRequests, idlePoll } = infoOf(ctx, pod, container).app;
  return keptOpenByRequests || idlePoll !== null
    ? later(ctx, T.closingDue, pod, object, { container }, keepAccepting)
    : later(ctx, T.listenerClosed, pod, object, { container }, keepAccepting);
}

function exitAfterDrain(ctx: Ctx, pod: PodProcesses, object: number, container: number): Effect {
  const { drain, exitCode, traffic } = infoOf(ctx, pod, container).app;
  const site = SITE['app.exit'];
  // Without a described drain, what is in flight says how long that takes.
  if (!traffic.drainDescribed && ctx.self.world.clients.length > 0)
    return later(ctx, T.exitDue, pod, object, { container }, drain, site);
  return later(ctx, T.containerExited, pod, object, { container, exitCode }, drain, site);
}

/** It closes now, or goes on for as long as whoever sends makes it. */
const closingDue: Reducer<PodProcesses, ContainerEvent, Self> = (pod, event, ctx) => {
  const { object, data } = event;
  const { running, accepting } = pod.containers[data.container]!;
  if (!running || !accepting) return [pod, NO_EFFECTS];
  const more = goesOnFor(ctx, pod, object, data.container);
  const type = more > 0 ? T.closingDue : T.listenerClosed;
  return [pod, [later<'closingDue' | 'listenerClosed'>(ctx, type, pod, object, data, more)]];
};

const listenerClosed: Reducer<PodProcesses, ContainerEvent, Self> = (pod, event, ctx) => {
  const { container } = event.data;
  const found = pod.containers[container]!;
  if (!found.running || !found.accepting) return [pod, NO_EFFECTS];
  const effects = probeFinds(ctx, pod, event.object, container, false);
  append(effects, tellWaiting(ctx, pod, event.object, container, 'completed'));
  if (found.signalled) effects.push(exitAfterDrain(ctx, pod, event.object, container));
  append(effects, onListenerClosed(ctx, pod, event.object, container));
  return [change(pod, container, { accepting: false }), effects];
};

/** The last request in flight ends it, or the end of its own patience; SIGKILL may come first. */
const exitDue: Reducer<PodProcesses, ContainerEvent, Self> = (pod, event, ctx) => {
  const { object, data } = event;
  const { container } = data;
  if (!pod.containers[container]!.running) return [pod, NO_EFFECTS];
  const finishing = change(pod, container, { finishing: true });
  const effects = onFinishing(ctx, finishing, object, container);
  const { exitCode, traffic } = infoOf(ctx, pod, container).app;
  if (traffic.maxDrain === Number.POSITIVE_INFINITY) return [finishing, effects];
  const limit = later(ctx, T.containerExited, pod, object, { container, exitCode }, traffic.maxDrain);
  return [finishing, [...effects, limit]];
};

const containerExited: Reducer<PodProcesses, ContainerExited, Self> = (pod, event, ctx) =>
  ends(pod, event.object, event.data.container, event.data.exitCode, false, ctx);

const sigkill: Reducer<PodProcesses, ContainerEvent, Self> = (pod, event, ctx) =>
  ends(pod, event.object, event.data.container, 0, true, ctx);

function ends(
  pod: PodProcesses,
  object: number,
  container: number,
  ownExitCode: number,
  sigkilled: boolean,
  ctx: Ctx,
): readonly [PodProcesses, readonly Effect[]] {
  const found = pod.containers[container]!;
  if (!found.running) return [pod, NO_EFFECTS];
  const { exitCode } = terminatedState({ sigkilled, ownExitCode });
  const stopped: ContainerStopped = { container, exitCode };
  const effects: Effect[] = [
    cancel({ timer: container, actor: ctx.actor, kind: CELL.pod, object }),
    cancel({ timer: OWN_TIMERS + container, actor: ctx.actor, kind: CELL.pod, object }),
    ...onOver(ctx, pod, object, container),
    toKubelet(
      ctx,
      T.containerStopped,
      object,
      stopped,
      SITE['runtime.containerExit'],
      infoOf(ctx, pod, container).drawKey,
    ),
  ];
  if (found.accepting) {
    append(effects, probeFinds(ctx, pod, object, container, false));
    append(effects, tellWaiting(ctx, pod, object, container, 'failed'));
  }
  const ended = change(pod, container, { running: false, accepting: false, exitCode, sigkilled });
  append(effects, onEnded(ctx, ended, object, container, sigkilled ? 'killed' : 'exited'));
  return [ended, effects];
}

export const containers = defineActor<'containers', ContainersCells>('containers', {
  pod: {
    containerStarted,
    listenerOpened,
    hookEffect,
    readinessFlapped,
    stopSignal,
    closingDue,
    listenerClosed,
    exitDue,
    containerExited,
    sigkill,
  },
  connections: {
    connectionArrived,
    requestArrived,
    requestServed,
    answerOverdue,
    podNetworkRemoved,
    connectionsReset,
  },
  node: { nodeLost },
});
