import { SITE } from '../../cluster/delay-sites.ts';
import { type PatchPodStatus, T } from '../../cluster/events.ts';
import { type PodObject, Transition } from '../../cluster/state.ts';
import { after, type Effect, send } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import { API, KUBELET } from '../cell-kinds.ts';
import type { Ctx } from '../wiring.ts';

/** What one Pod's worker in a kubelet knows and is doing. */
export interface Worker {
  /** The Pod as its watch last delivered it. */
  readonly pod: PodObject;
  readonly stage: 'starting' | 'running' | 'terminating' | 'terminated' | 'finished';
  /** End of its latest sync before the start of the run or since, or of one that waits for a relist: a teardown needs a runtime status that is newer. */
  readonly syncedAt: Micros;
  /** The effective grace period in seconds; 0 until termination begins. */
  readonly graceSeconds: number;
  /** What a preStop hook may take of it, in seconds; up to 1.27 a forced deletion leaves a hook none. */
  readonly hookBudgetSeconds: number;
  /** Set where the kubelet itself stops the Pod: by eviction, or because its node shuts down. */
  readonly kill: { readonly graceOverrideSeconds: number | null } | null;
  readonly containers: readonly ContainerWork[];
  /** Whether the Pod's readiness gates are True; `awaited` once its containers are ready and somebody is about to set them. */
  readonly gates: 'notSet' | 'awaited' | 'set';
  /** The status that it last sent, whether or not it has arrived. */
  readonly sentReady: boolean;
}

export interface ContainerWork {
  readonly stage: 'waiting' | 'running' | 'hook' | 'turn' | 'stopping' | 'stopped';
  /** When its hook started, or since when it waits for its turn. */
  readonly since: Micros;
  /** What is left of its grace, in seconds. */
  readonly remainingSeconds: number;
  readonly exitCode: number;
  /** Its startup probe has succeeded, or it has none. */
  readonly started: boolean;
  /** Result of its readiness probe; true without one while it runs. */
  readonly ready: boolean;
  /** Whether a probe would succeed now. */
  readonly probeSucceeds: boolean;
  /** Equal results in a row that differ from `ready`. */
  readonly probeStreak: number;
  /** Whether a tick is due: `notYet` before probing has begun, `first` before the first answer, `idle` while the result cannot change. */
  readonly probing: 'notYet' | 'first' | 'idle' | 'due';
  /** A tick its probe's period is counted from. */
  readonly probeOrigin: Micros;
}

/** Names of a worker's timers: a few for each container. */
export const TIMERS_PER_CONTAINER = 3;
export const Timer = { hookEnd: 0, graceEnd: 1, probe: 2 } as const;
/** Names the start of a Pod, which is not a container's: beyond the timers of as many containers as a Pod can have here. */
export const START_TIMER = 255;
export function timerName(container: number, timer: number): number {
  return container * TIMERS_PER_CONTAINER + timer;
}

/** Keys the draws of one container's steps, apart from those of the Pod. */
export function containerTransition(container: number): number {
  return 32 + container;
}

/**
 * When the relist of the container runtime that begins after `since` is over. Relists follow each other at the relist
 * period plus their own duration, from a phase that is drawn for each node.
 * Source: pkg/kubelet/pleg/generic.go GenericPLEG.Start (the next relist is timed from the end of the one before)
 */
export function nextRelist(ctx: Ctx, since: Micros, relistDuration: Micros): Micros {
  const period = ctx.self.world.kubelet.plegRelistPeriod + relistDuration;
  const phase = ctx.bits(SITE['kubelet.plegRelist'], 0, 0, 0) % period;
  const relists = Math.max(0, Math.ceil((since - phase) / period));
  return phase + relists * period + relistDuration;
}

/** When the latest relist that was over at `now` began. */
export function latestRelist(ctx: Ctx, now: Micros, relistDuration: Micros): Micros {
  const period = ctx.self.world.kubelet.plegRelistPeriod + relistDuration;
  const phase = ctx.bits(SITE['kubelet.plegRelist'], 0, 0, 0) % period;
  return phase + Math.floor((now - relistDuration - phase) / period) * period;
}

/**
 * The status manager's patch: it arrives at the API server after one delay for its reading and writing, and after those before it.
 * Source: pkg/kubelet/status/status_manager.go syncBatch
 */
export function patchStatus(ctx: Ctx, pod: PodObject, patch: PatchPodStatus, transition: Transition): Effect {
  const { wiring, node } = ctx.self;
  const { index } = pod;
  const site = SITE['kubelet.statusManager'];
  const link = wiring.podStatus(node);
  return send(T.patchPodStatus, wiring.apiServer, API.pod, index, index, patch, link, site, transition);
}

export function isReady(worker: Pick<Worker, 'containers' | 'gates'>): boolean {
  return worker.gates === 'set' && containersReady(worker);
}

export function containersReady(worker: Pick<Worker, 'containers'>): boolean {
  return worker.containers.every((container) => container.ready);
}

/** Whoever sets the readiness gates does so some time after the containers are ready. */
export function awaitGates(worker: Worker, ctx: Ctx, effects: Effect[]): Worker {
  if (worker.gates !== 'notSet' || !containersReady(worker)) return worker;
  const { index } = worker.pod;
  const site = SITE['readinessGate.set'];
  effects.push(
    after(T.readinessGatesSet, ctx.actor, KUBELET.worker, index, index, null, 0, site, Transition.ready),
  );
  return { ...worker, gates: 'awaited' };
}

/** `containers` with one replaced. */
export function withContainer(
  containers: readonly ContainerWork[],
  index: number,
  change: Partial<ContainerWork>,
): readonly ContainerWork[] {
  const next = containers.slice();
  next[index] = { ...containers[index]!, ...change };
  return next;
}
