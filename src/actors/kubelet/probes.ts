import { SITE } from '../../cluster/delay-sites.ts';
import { type ContainerEvent, type ProbeTargetChanged, T } from '../../cluster/events.ts';
import { Transition } from '../../cluster/state.ts';
import type { ProbeInfo } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { arm, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import { KUBELET } from '../cell-kinds.ts';
import type { Ctx, Self } from '../wiring.ts';
import {
  awaitGates,
  containerTransition,
  isReady,
  nextRelist,
  patchStatus,
  Timer,
  timerName,
  type Worker,
  withContainer,
} from './worker.ts';

/**
 * Readiness probes. One that keeps giving the same result changes nothing, so it is a phase to compute with; only ticks
 * that may change the result are events. Readiness probes go on while a Pod terminates.
 * Source: pkg/kubelet/prober/worker.go doProbe
 */

/** The probe whose attempts go on now: the startup probe until it has succeeded, and then the readiness probe. */
function probeOf(worker: Worker, container: number, ctx: Ctx): ProbeInfo | null {
  const { startup, readiness } = ctx.self.world.templates[worker.pod.template]!.containers[container]!;
  return startup !== null && !worker.containers[container]!.started ? startup : readiness;
}

/** From this minor on an attempt that a sync triggers starts the period anew. */
const TICKER_RESTARTS_FROM = 32;

/** First attempts, when the containers are seen running: at once, or at the first tick after the initial delay. */
export function startProbing(worker: Worker, ctx: Ctx): readonly [Worker, readonly Effect[]] {
  const effects: Effect[] = [];
  let next = worker;
  worker.containers.forEach((work, container) => {
    const probe = probeOf(worker, container, ctx);
    if (probe === null) return;
    const due = work.probeOrigin + probe.initialDelay;
    const wait = due <= ctx.now ? 0 : nextTick(worker, container, probe, due, ctx) - ctx.now;
    effects.push(attempt(worker, container, wait, ctx));
    const probeOrigin = wait === 0 ? restartedTicker(work.probeOrigin, ctx.now, ctx) : work.probeOrigin;
    const change = { probing: 'first', probeOrigin } as const;
    next = { ...next, containers: withContainer(next.containers, container, change) };
  });
  return [next, effects];
}

function restartedTicker(before: Micros, attemptedAt: Micros, ctx: Ctx): Micros {
  return ctx.self.world.minor >= TICKER_RESTARTS_FROM ? attemptedAt : before;
}

/**
 * A result that is new to the kubelet makes the Pod's worker sync, and a sync waits for the next relist. The Failure that stands
 * for a container before its first answer is such a result, too.
 * Source: pkg/kubelet/kubelet.go syncLoopIteration, handleProbeSync; pkg/kubelet/prober/worker.go doProbe
 */
function syncAfterResult(worker: Worker, ctx: Ctx): Worker {
  if (worker.stage !== 'running') return worker;
  const since = Math.max(ctx.now, worker.syncedAt);
  return { ...worker, syncedAt: nextRelist(ctx, since, ctx.fixed(SITE['kubelet.plegRelist'], 0)) };
}

function attempt(worker: Worker, container: number, wait: Micros, ctx: Ctx): Effect {
  const pod = worker.pod.index;
  const data: ContainerEvent = { container };
  const site = SITE['kubelet.probe'];
  const name = timerName(container, Timer.probe);
  return arm(
    name,
    T.readinessProbed,
    ctx.actor,
    KUBELET.worker,
    pod,
    pod,
    data,
    wait,
    site,
    containerTransition(container),
  );
}

/**
 * The next attempt: at the next tick, or at a sync before it, since every sync of a container that is not Ready triggers one.
 * Source: pkg/kubelet/prober/prober_manager.go UpdatePodStatus
 */
function nextAttempt(
  worker: Worker,
  container: number,
  probe: ProbeInfo,
  syncAt: Micros | null,
  ctx: Ctx,
): readonly [Worker, Effect] {
  const tick = nextTick(worker, container, probe, ctx.now + 1, ctx);
  if (syncAt === null || syncAt >= tick) return [worker, attempt(worker, container, tick - ctx.now, ctx)];
  const probeOrigin = restartedTicker(worker.containers[container]!.probeOrigin, syncAt, ctx);
  const containers = withContainer(worker.containers, container, { probeOrigin });
  return [{ ...worker, containers }, attempt(worker, container, syncAt - ctx.now, ctx)];
}

/** The first tick at or after `at`. */
function nextTick(worker: Worker, container: number, probe: ProbeInfo, at: Micros, ctx: Ctx): Micros {
  const { probeOrigin } = worker.containers[container]!;
  const pod = worker.pod.index;
  const origin =
    probeOrigin === Number.NEGATIVE_INFINITY
      ? ctx.bits(SITE['kubelet.probe'], pod, containerTransition(container), 0) % probe.period
      : probeOrigin;
  return origin + Math.ceil((at - origin) / probe.period) * probe.period;
}

/** The app changed: the next tick may find something new. */
export const probeTargetChanged: Reducer<Worker, ProbeTargetChanged, Self> = (worker, event, ctx) => {
  const { container, succeeds } = event.data;
  const work = worker.containers[container]!;
  const probe = probeOf(worker, container, ctx);
  if (probe === null || work.stage === 'stopped') return [worker, NO_EFFECTS];
  const wakes = work.probing === 'idle' && succeeds !== work.ready;
  const probing = wakes ? 'due' : work.probing;
  const containers = withContainer(worker.containers, container, { probeSucceeds: succeeds, probing });
  const next: Worker = { ...worker, containers };
  if (!wakes) return [next, NO_EFFECTS];
  const tick = nextTick(worker, container, probe, ctx.now, ctx);
  return [next, [attempt(next, container, tick - ctx.now, ctx)]];
};

/**
 * Readiness as it is now goes to the API server, unless an earlier status of the Pod is still on its way: the status manager
 * sends one after the other, and what is newest by then. The kubelet's own watch shows that the earlier one has arrived.
 * Source: pkg/kubelet/status/status_manager.go syncBatch, syncPod
 */
export function tellReadiness(worker: Worker, ctx: Ctx): readonly [Worker, readonly Effect[]] {
  const { pod, sentReady } = worker;
  const ready = isReady(worker);
  const onItsWay = pod.phase === 'Pending' || pod.ready !== sentReady;
  if (ready === sentReady || onItsWay) return [worker, NO_EFFECTS];
  const patch = patchStatus(ctx, pod, { ready }, ready ? Transition.ready : Transition.notReady);
  return [{ ...worker, sentReady: ready }, [patch]];
}

/** A probe's answer. The result flips after as many equal answers in a row as its threshold says. */
export const readinessProbed: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const work = worker.containers[container]!;
  const probe = probeOf(worker, container, ctx);
  if (probe === null) return [worker, NO_EFFECTS];
  if (isStarting(worker, container, ctx)) return startupProbed(worker, container, probe, ctx);
  const { probeSucceeds } = work;
  const streak = probeSucceeds === work.ready ? 0 : work.probeStreak + 1;
  const flips = streak >= (probeSucceeds ? probe.successThreshold : probe.failureThreshold);
  const ready = flips ? probeSucceeds : work.ready;
  // A container that is not Ready is probed on until it is; one that is Ready and answers needs no tick that finds nothing.
  const idle = ready && probeSucceeds;
  const change = { ready, probeStreak: flips ? 0 : streak, probing: idle ? 'idle' : 'due' } as const;
  let next: Worker = { ...worker, containers: withContainer(worker.containers, container, change) };
  if (work.probing === 'first') next = syncAfterResult(next, ctx);
  const triggeredAt = work.probing === 'first' && next.stage === 'running' ? next.syncedAt : null;
  if (ready !== work.ready) next = syncAfterResult(next, ctx);
  const effects: Effect[] = [];
  const stopping = worker.stage !== 'running';
  // A terminating container whose probe fails stays as it is: nothing brings it back.
  if (!idle && !(stopping && !ready && !probeSucceeds)) {
    const [retried, retry] = nextAttempt(next, container, probe, triggeredAt, ctx);
    next = retried;
    effects.push(retry);
  }
  const [told, patch] = tellReadiness(awaitGates(next, ctx, effects), ctx);
  return [told, [...effects, ...patch]];
};

function isStarting(worker: Worker, container: number, ctx: Ctx): boolean {
  const { startup } = ctx.self.world.templates[worker.pod.template]!.containers[container]!;
  return startup !== null && !worker.containers[container]!.started;
}

/** A startup probe's answer: once it succeeds, the readiness probe begins with the sync that this brings about. */
function startupProbed(
  worker: Worker,
  container: number,
  probe: ProbeInfo,
  ctx: Ctx,
): readonly [Worker, readonly Effect[]] {
  const work = worker.containers[container]!;
  if (!work.probeSucceeds) {
    if (worker.stage !== 'running') return [worker, NO_EFFECTS];
    const [next, retry] = nextAttempt(worker, container, probe, null, ctx);
    return [next, [retry]];
  }
  const { readiness } = ctx.self.world.templates[worker.pod.template]!.containers[container]!;
  const change = {
    started: true,
    ready: readiness === null,
    probing: readiness === null ? 'idle' : 'first',
  } as const;
  const started = { ...worker, containers: withContainer(worker.containers, container, change) };
  const synced = syncAfterResult(started, ctx);
  const effects: Effect[] = [];
  if (readiness === null) {
    const [told, patch] = tellReadiness(awaitGates(synced, ctx, effects), ctx);
    return [told, [...effects, ...patch]];
  }
  return [synced, [attempt(synced, container, Math.max(0, synced.syncedAt - ctx.now), ctx)]];
}

/** The Pod's readiness gates are True. */
export const readinessGatesSet: Reducer<Worker, null, Self> = (worker, _event, ctx) => {
  if (worker.gates === 'set') return [worker, NO_EFFECTS];
  return tellReadiness({ ...worker, gates: 'set' }, ctx);
};
