import { SITE } from '../../cluster/delay-sites.ts';
import { type ContainerEvent, type ProbeTargetChanged, T } from '../../cluster/events.ts';
import type { ProbeInfo } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { arm, type Effect, NO_EFFECTS, type Outbox } from '../../kernel/event.ts';
import type { SiteId } from '../../kernel/ids.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ContainerKillReason } from '../../rules/kubelet/container-grace-period.ts';
import { isContainerReady } from '../../rules/kubelet/container-readiness.ts';
import { countProbeResult } from '../../rules/kubelet/probe-worker.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import { nextTick, probedFrom } from './probe-ticks.ts';
import { attempt, beginReadiness, probeStatus, tellReadiness } from './readiness-probe.ts';
import {
  awaitGates,
  changedContainer,
  changedWorker,
  infoOf,
  NEW_LIVENESS,
  syncAfterResult,
  Timer,
  timerName,
  type Worker,
  withContainer,
} from './worker.ts';

/**
 * Which probes of a container run when: the startup probe until it has succeeded, then readiness and liveness. A startup or a
 * liveness probe that fails has the container killed and started again (`restart.ts`). Syncs trigger readiness probes alone: the
 * other two wait for their ticks, which count from the admission of the Pod, so a startup probe delays a start to its first tick.
 * Source: pkg/kubelet/prober/worker.go run, doProbe; pkg/kubelet/prober/prober_manager.go UpdatePodStatus
 */

/** A container is seen running, by the sync of this instant: its probes begin. One without any is Ready. */
export function beginProbing(worker: Worker, container: number, ctx: Ctx, outbox: Outbox): Worker {
  const { startup } = infoOf(worker, container, ctx);
  if (startup === null) return hasStarted(worker, container, ctx.now, ctx, outbox);
  return watch(worker, container, startup, T.startupProbed, ctx, outbox);
}

/** From now on the container counts as started; a sync at `syncAt` tells its readiness probe so, if there is one. */
function hasStarted(
  worker: Worker,
  container: number,
  syncAt: Micros | null,
  ctx: Ctx,
  outbox: Outbox,
): Worker {
  const info = infoOf(worker, container, ctx);
  const { readiness, liveness } = info;
  const started = changedContainer(worker.containers[container]!, { started: true });
  const ready = isContainerReady(probeStatus(started, info), ctx.self.world.minor);
  const probing = readiness === null ? 'idle' : started.probing;
  const change = { started: true, survival: NEW_LIVENESS, ready, probing } as const;
  let next: Worker = changedWorker(worker, {
    containers: withContainer(worker.containers, container, change),
  });
  if (readiness !== null) next = beginReadiness(next, container, syncAt, readiness, ctx, outbox);
  if (liveness !== null && !next.containers[container]!.probeSucceeds)
    next = watch(next, container, liveness, T.livenessProbed, ctx, outbox);
  return next;
}

/** The next tick of a probe that may have the container killed. */
function watch(
  worker: Worker,
  container: number,
  probe: ProbeInfo,
  type: typeof T.startupProbed | typeof T.livenessProbed,
  ctx: Ctx,
  outbox: Outbox,
): Worker {
  const from = Math.max(ctx.now + 1, probedFrom(worker.containers[container]!.startedAt, probe, ctx));
  const at = nextTick(worker, container, probe, worker.admittedAt, from, ctx);
  outbox.push(onLife(worker, container, type, at - ctx.now, ctx, SITE['kubelet.probe']));
  return changedWorker(worker, {
    containers: withContainer(worker.containers, container, { life: 'probe' }),
  });
}

type OnLife =
  | typeof T.startupProbed
  | typeof T.livenessProbed
  | typeof T.containerKillStarted
  | typeof T.containerRestarted
  | typeof T.restartObserved;

/** The timer on which a container's life hangs: its startup or liveness probe, then its kill, then its restart. */
export function onLife(
  worker: Worker,
  container: number,
  type: OnLife,
  wait: Micros,
  ctx: Ctx,
  site?: SiteId,
): Effect {
  const pod = worker.pod.index;
  const name = timerName(container, Timer.life);
  const data: ContainerEvent = { container };
  const { drawKey: transition } = infoOf(worker, container, ctx);
  return arm({
    timer: name,
    type,
    actor: ctx.actor,
    kind: CELL.worker,
    object: pod,
    about: pod,
    data,
    delay: wait,
    site,
    transition,
  });
}

export const startupProbed: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const { startup } = infoOf(worker, container, ctx);
  const counted = counts(worker, container, startup!, 'startup', ctx);
  const { result } = counted.containers[container]!.survival;
  if (result === 'Failure') return condemn(counted, container, 'StartupProbe', ctx);
  const effects: Effect[] = [];
  if (result !== 'Success')
    return [watch(counted, container, startup!, T.startupProbed, ctx, effects), effects];
  const synced = syncAfterResult(counted, ctx);
  const syncAt = synced.stage === 'running' ? synced.syncedAt : null;
  const started = hasStarted(synced, container, syncAt, ctx, effects);
  const [told, patches] = tellReadiness(awaitGates(started, ctx, effects), ctx);
  return [told, [...effects, ...patches]];
};

export const livenessProbed: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const { liveness } = infoOf(worker, container, ctx);
  const counted = counts(worker, container, liveness!, 'liveness', ctx);
  const { survival, probeSucceeds } = counted.containers[container]!;
  if (survival.result === 'Failure') return condemn(counted, container, 'LivenessProbe', ctx);
  // While it goes on succeeding no tick finds anything.
  if (probeSucceeds) return [counted, NO_EFFECTS];
  const effects: Effect[] = [];
  return [watch(counted, container, liveness!, T.livenessProbed, ctx, effects), effects];
};

function counts(
  worker: Worker,
  container: number,
  { failureThreshold, successThreshold }: ProbeInfo,
  probeType: 'startup' | 'liveness',
  ctx: Ctx,
): Worker {
  const { survival, probeSucceeds } = worker.containers[container]!;
  const { minor } = ctx.self.world;
  const probe = { probeType, failureThreshold, successThreshold, minor };
  const counted = countProbeResult(survival, probeSucceeds ? 'Success' : 'Failure', probe);
  const change = { survival: counted, life: 'nothing' } as const;
  const containers = withContainer(worker.containers, container, change);
  return changedWorker(worker, { containers });
}

/** The Pod's next sync will kill the container; one that is being stopped has none. */
function condemn(
  worker: Worker,
  container: number,
  condemned: ContainerKillReason,
  ctx: Ctx,
): readonly [Worker, readonly Effect[]] {
  if (worker.stage !== 'running') return [worker, NO_EFFECTS];
  const synced = syncAfterResult(worker, ctx);
  const containers = withContainer(synced.containers, container, { condemned, life: 'kill' });
  const kill = onLife(worker, container, T.containerKillStarted, synced.syncedAt - ctx.now, ctx);
  return [changedWorker(synced, { containers }), [kill]];
}

/** The app changed: the next tick may find something new. */
export const probeTargetChanged: Reducer<Worker, ProbeTargetChanged, Self> = (worker, event, ctx) => {
  const { container, succeeds, only } = event.data;
  const work = worker.containers[container]!;
  if (work.stage === 'stopped') return [worker, NO_EFFECTS];
  const { readiness } = infoOf(worker, container, ctx);
  const probeSucceeds = only === undefined ? succeeds : work.probeSucceeds;
  const unready = only === undefined ? work.unready : !succeeds;
  const isReady = probeSucceeds && !unready;
  const wakes = readiness !== null && work.probing === 'idle' && isReady !== work.ready;
  const change = { probeSucceeds, unready, probing: wakes ? 'due' : work.probing } as const;
  const next: Worker = changedWorker(worker, {
    containers: withContainer(worker.containers, container, change),
  });
  if (!wakes) return [next, NO_EFFECTS];
  const tick = nextTick(worker, container, readiness, work.probeOrigin, ctx.now, ctx);
  return [next, [attempt(next, container, tick - ctx.now, ctx)]];
};
