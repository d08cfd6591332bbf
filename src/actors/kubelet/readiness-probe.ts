import { SITE } from '../../cluster/delay-sites.ts';
import { type ContainerEvent, T } from '../../cluster/events.ts';
import { Transition } from '../../cluster/state.ts';
import type { ContainerInfo, ProbeInfo } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { arm, type Effect, NO_EFFECTS, type Outbox } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import {
  type ContainerProbeStatus,
  isContainerReady,
  syncTriggersReadinessProbe,
} from '../../rules/kubelet/container-readiness.ts';
import { tickerStartAfterTriggerUs } from '../../rules/kubelet/probe-ticker.ts';
import { countProbeResult } from '../../rules/kubelet/probe-worker.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import { nextTick, probedFrom } from './probe-ticks.ts';
import {
  awaitGates,
  type ContainerWork,
  changedContainer,
  changedWorker,
  infoOf,
  patchStatus,
  readinessOf,
  routersHaveSet,
  syncAfterResult,
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

function restartedTicker(before: Micros, attemptedAt: Micros, ctx: Ctx): Micros {
  const { minor } = ctx.self.world;
  return tickerStartAfterTriggerUs({ tickerStartUs: before, triggeredAtUs: attemptedAt, minor });
}

/** A container as a sync of its Pod sees it; what is being stopped still counts as running. */
export function probeStatus(
  { stage, started, survival, readiness }: ContainerWork,
  info: ContainerInfo,
): ContainerProbeStatus {
  return {
    running: stage !== 'waiting' && stage !== 'killed' && stage !== 'restarting',
    startupProbe: info.startup !== null,
    startupResult: info.startup === null ? null : started ? 'Success' : survival.result,
    readinessProbe: info.readiness !== null,
    readinessResult: info.readiness === null ? null : readiness.result,
  };
}

/**
 * The first attempt at a container that has started: a sync at `syncAt` triggers one at once. Where the initial delay is not over
 * by then, nothing comes of it but a new period. Without a sync the next tick is the first attempt.
 */
export function beginReadiness(
  worker: Worker,
  container: number,
  syncAt: Micros | null,
  probe: ProbeInfo,
  ctx: Ctx,
  outbox: Outbox,
): Worker {
  const { probeOrigin, startedAt } = worker.containers[container]!;
  const from = probedFrom(startedAt, probe, ctx);
  const origin = syncAt === null ? probeOrigin : restartedTicker(probeOrigin, syncAt, ctx);
  const atOnce = syncAt !== null && from <= syncAt;
  const at = atOnce
    ? syncAt
    : nextTick(worker, container, probe, origin, Math.max(from, syncAt ?? ctx.now), ctx);
  outbox.push(attempt(worker, container, at - ctx.now, ctx));
  const change = { probing: 'first', probeOrigin: origin } as const;
  return changedWorker(worker, { containers: withContainer(worker.containers, container, change) });
}

export function attempt(worker: Worker, container: number, wait: Micros, ctx: Ctx): Effect {
  const pod = worker.pod.index;
  const data: ContainerEvent = { container };
  const site = SITE['kubelet.probe'];
  const name = timerName(container, Timer.readiness);
  return arm({
    timer: name,
    type: T.readinessProbed,
    actor: ctx.actor,
    kind: CELL.worker,
    object: pod,
    about: pod,
    data,
    delay: wait,
    site,
    transition: infoOf(worker, container, ctx).drawKey,
  });
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
  const { probeOrigin } = worker.containers[container]!;
  const tick = nextTick(worker, container, probe, probeOrigin, ctx.now + 1, ctx);
  if (syncAt === null || syncAt >= tick) return [worker, attempt(worker, container, tick - ctx.now, ctx)];
  const change = { probeOrigin: restartedTicker(probeOrigin, syncAt, ctx) };
  const containers = withContainer(worker.containers, container, change);
  return [changedWorker(worker, { containers }), attempt(worker, container, syncAt - ctx.now, ctx)];
}

/**
 * Readiness as it is now goes to the API server, unless an earlier status of the Pod is still on its way: the status manager
 * sends one after the other, and what is newest by then. The kubelet's own watch shows that the earlier one has arrived.
 * Source: pkg/kubelet/status/status_manager.go syncBatch, syncPod
 */
export function tellReadiness(worker: Worker, ctx: Ctx): readonly [Worker, readonly Effect[]] {
  const { pod, sentReady, sentContainersReady } = worker;
  const readiness = readinessOf(worker, ctx);
  const { ready, containersReady = sentContainersReady } = readiness;
  if (ready === sentReady && containersReady === sentContainersReady) return [worker, NO_EFFECTS];
  const isGated = readiness.containersReady !== undefined;
  const onItsWay =
    pod.phase === 'Pending' ||
    pod.ready !== sentReady ||
    (isGated && pod.containersReady !== sentContainersReady);
  if (onItsWay) return [worker, NO_EFFECTS];
  const patch = patchStatus(ctx, pod, readiness, ready ? Transition.ready : Transition.notReady);
  return [changedWorker(worker, { sentReady: ready, sentContainersReady: containersReady }), [patch]];
}

/** A probe's answer. The result flips after as many equal answers in a row as its threshold says. */
export const readinessProbed: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const work = worker.containers[container]!;
  const { world } = ctx.self;
  const info = world.templates[worker.pod.template]!.containers[container]!;
  const { readiness: probe } = info;
  if (probe === null) return [worker, NO_EFFECTS];
  const succeeds = work.probeSucceeds && !work.unready;
  const { failureThreshold, successThreshold } = probe;
  const counts = { probeType: 'readiness', failureThreshold, successThreshold, minor: world.minor } as const;
  const readiness = countProbeResult(work.readiness, succeeds ? 'Success' : 'Failure', counts);
  const status = probeStatus(changedContainer(work, { readiness }), info);
  const ready = isContainerReady(status, world.minor);
  // A container that is not Ready is probed on until it is; one that is Ready and answers needs no tick that finds nothing.
  const stopping = worker.stage !== 'running';
  // A terminating container whose probe fails stays as it is, until its app changes.
  const settled = stopping && !ready && !succeeds;
  const idle = (ready && succeeds) || settled;
  const change = { ready, readiness, probing: idle ? 'idle' : 'due' } as const;
  let next: Worker = changedWorker(worker, {
    containers: withContainer(worker.containers, container, change),
  });
  if (work.probing === 'first') next = syncAfterResult(next, ctx);
  const synced = work.probing === 'first' && next.stage === 'running';
  const triggers = synced && syncTriggersReadinessProbe(status, world.minor);
  const triggeredAt = triggers ? next.syncedAt : null;
  if (ready !== work.ready) next = syncAfterResult(next, ctx);
  const effects: Effect[] = [];
  if (!idle) {
    const [retried, retry] = nextAttempt(next, container, probe, triggeredAt, ctx);
    next = retried;
    effects.push(retry);
  }
  const [told, patch] = tellReadiness(awaitGates(next, ctx, effects), ctx);
  return [told, [...effects, ...patch]];
};

/** Somebody has set the gates that no router sets, or a sync finds that all are True. */
export const readinessGatesSet: Reducer<Worker, null, Self> = (worker, _event, ctx) => {
  if (worker.gates === 'set') return [worker, NO_EFFECTS];
  const gates = routersHaveSet(worker, ctx) ? 'set' : 'ofRouters';
  return tellReadiness(changedWorker(worker, { gates }), ctx);
};
