import { type ReadinessFlapped, T } from '../../cluster/events.ts';
import type { ReadinessFlap, World } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, cancel, type Effect, NO_EFFECTS, type SimEvent } from '../../kernel/event.ts';
import type { ActorId, PodIndex } from '../../kernel/ids.ts';
import { append } from '../../kernel/lists.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ctx, Self, Wiring } from '../wiring.ts';
import { CELL, type PodProcesses } from './cells.ts';
import { change, healthChecksFind, infoOf, toKubelet } from './processes.ts';

/**
 * Times in which an app says that it is not ready, though it serves: counted from the start of the run or from its stop signal. Those
 * that an app is told of are bits of a number, as is its own doing at the end: it is ready while none is set.
 */
const AT_ITS_END = 1 << 30;

/** Names of timers: beyond those of what processes do by themselves. */
const TIMERS = 512;
const TIMERS_PER_CONTAINER = 32;

function timerOf(container: number, flap: number): number {
  return TIMERS + container * TIMERS_PER_CONTAINER + flap;
}

/** What a run begins with: the flaps of Pods that are there. */
export function flapping({ pods, templates }: World, wiring: Wiring): readonly SimEvent[] {
  const flaps = templates.map(({ containers }) => containers.some(({ app }) => app.flaps.length > 0));
  return pods.flatMap(({ template, node }, pod) => {
    if (!flaps[template]) return [];
    const to = { actor: wiring.containers(node), object: pod };
    return templates[template]!.containers.flatMap(({ app }, container) =>
      app.flaps.flatMap((flap, index) => (flap.since === 'start' ? both(to, container, index, flap, 0) : [])),
    );
  });
}

interface Address {
  readonly actor: ActorId<'containers'>;
  readonly object: PodIndex;
}

/** Beginning and end of a flap, as far as they are still to come. */
function both(
  to: Address,
  container: number,
  flap: number,
  { at, for: length }: ReadinessFlap,
  now: Micros,
): readonly SimEvent[] {
  const event = (succeeds: boolean, delay: Micros): SimEvent => {
    const data: ReadinessFlapped = { container, flap, succeeds };
    return after({ ...to, kind: CELL.pod, about: to.object, type: T.readinessFlapped, data, delay });
  };
  return [
    ...(at > now || now === 0 ? [event(false, at - now)] : []),
    ...(at + length > now ? [event(true, at + length - now)] : []),
  ];
}

/** A process starts: those of the run that it falls into, and, where it is the container's first, those to come. */
export function onStarted(
  ctx: Ctx,
  pod: PodProcesses,
  object: number,
  container: number,
  first: boolean,
): { readonly unready: number; readonly effects: readonly Effect[] } {
  const { flaps } = infoOf(ctx, pod, container).app;
  if (flaps.length === 0) return { unready: 0, effects: NO_EFFECTS };
  const to = { actor: ctx.actor, object };
  let unready = 0;
  const effects: Effect[] = [];
  flaps.forEach((flap, index) => {
    if (flap.since !== 'start') return;
    if (flap.at <= ctx.now && ctx.now < flap.at + flap.for) unready |= 1 << index;
    if (first) append(effects, both(to, container, index, flap, ctx.now));
  });
  if (unready !== 0) effects.push(tellKubelet(ctx, object, container, false));
  return { unready, effects };
}

function tellKubelet(ctx: Ctx, object: number, container: number, succeeds: boolean): Effect {
  return toKubelet(ctx, T.probeTargetChanged, object, { container, succeeds, only: 'readiness' });
}

/** The stop signal: flaps that count from it begin to count. */
export function onSignalled(
  ctx: Ctx,
  pod: PodProcesses,
  object: number,
  container: number,
): readonly Effect[] {
  return infoOf(ctx, pod, container).app.flaps.flatMap(({ since, at }, flap) =>
    since === 'stopSignal' ? [timed(ctx, object, { container, flap, succeeds: false }, at)] : [],
  );
}

function timed(ctx: Ctx, object: number, data: ReadinessFlapped, delay: Micros): Effect {
  const timer = timerOf(data.container, data.flap);
  const to = { actor: ctx.actor, kind: CELL.pod, object, about: object };
  return arm({ ...to, timer, type: T.readinessFlapped, data, delay });
}

/** The process has ended. */
export function onOver(ctx: Ctx, pod: PodProcesses, object: number, container: number): readonly Effect[] {
  return infoOf(ctx, pod, container).app.flaps.flatMap(({ since }, flap) =>
    since === 'stopSignal'
      ? [cancel({ timer: timerOf(container, flap), actor: ctx.actor, kind: CELL.pod, object })]
      : [],
  );
}

/** It fails its readiness from now on until it has ended. */
export function failsForGood(pod: PodProcesses, container: number): PodProcesses {
  return change(pod, container, { unready: pod.containers[container]!.unready | AT_ITS_END });
}

export const readinessFlapped: Reducer<PodProcesses, ReadinessFlapped, Self> = (pod, event, ctx) => {
  const { container, flap, succeeds } = event.data;
  const { object } = event;
  const before = pod?.containers[container];
  if (before === undefined || !before.running) return [pod, NO_EFFECTS];
  const bit = 1 << flap;
  const unready = succeeds ? before.unready & ~bit : before.unready | bit;
  if (unready === before.unready) return [pod, NO_EFFECTS];
  const { since, for: length } = infoOf(ctx, pod, container).app.flaps[flap]!;
  const effects: Effect[] = [];
  if (!succeeds && since === 'stopSignal')
    effects.push(timed(ctx, object, { container, flap, succeeds: true }, length));
  if ((unready === 0) !== (before.unready === 0)) {
    effects.push(tellKubelet(ctx, object, container, unready === 0));
    if (before.accepting) append(effects, healthChecksFind(ctx, pod, object, unready === 0));
  }
  return [change(pod, container, { unready }), effects];
};
