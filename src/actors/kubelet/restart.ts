import { SITE } from '../../cluster/delay-sites.ts';
import { type ContainerEvent, type ContainerStopped, T } from '../../cluster/events.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { RANGE } from '../../kernel/distribution.ts';
import { after, cancel, type Effect, NO_EFFECTS, type Outbox } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { keyOf } from '../../kernel/names.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { containerBackOff, MAX_BACK_OFF_MS } from '../../rules/kubelet/container-back-off.ts';
import {
  type ContainerKillReason,
  containerGraceSeconds,
} from '../../rules/kubelet/container-grace-period.ts';
import { preStopBudgetSeconds } from '../../rules/kubelet/kill-container.ts';
import { requeueDelay } from '../../rules/kubelet/pod-worker-requeue.ts';
import { containerShouldRestart } from '../../rules/kubelet/restart-container.ts';
import { CONTAINERS } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import { beginProbing, onLife } from './probes.ts';
import { tellReadiness } from './readiness-probe.ts';
import { isToStop, terminate } from './startup.ts';
import { killContainer, stoppedForGood } from './termination.ts';
import {
  awaitGates,
  type ContainerWork,
  changedWorker,
  infoOf,
  isInSync,
  NEW_STARTUP,
  nextRelist,
  Timer,
  timerName,
  type Worker,
  withContainer,
} from './worker.ts';

/**
 * A container that failed its startup or its liveness probe is killed, its preStop hook included, and started again, while its Pod
 * goes on. One sync kills them, one after the other, and then starts them; a deletion waits until it is over.
 * Source: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions, SyncPod
 */

/** How long the syncs of a container in back-off are apart. */
const RETRY = keyOf('kubelet retry interval');

/** How often a sync that failed is tried again. Source: pkg/kubelet/kubelet.go backOffPeriod (10 s) */
const SYNC_BACK_OFF_SECONDS = 10;

function changed(worker: Worker, container: number, fields: Partial<ContainerWork>): Worker {
  return changedWorker(worker, { containers: withContainer(worker.containers, container, fields) });
}

export const containerKillStarted: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const { stage, condemned } = worker.containers[container]!;
  if (worker.stage !== 'running' || stage !== 'running' || condemned === null) return [worker, NO_EFFECTS];
  const due = changed(worker, container, { life: 'nothing' });
  // It follows the one that is being killed.
  if (worker.containers.some(isInSync)) return [due, NO_EFFECTS];
  const effects: Effect[] = [];
  return [kill(due, container, condemned, ctx, effects), effects];
};

function kill(
  worker: Worker,
  container: number,
  reason: ContainerKillReason,
  ctx: Ctx,
  outbox: Outbox,
): Worker {
  const { minor, templates } = ctx.self.world;
  const { containers, terminationGracePeriodSeconds } = templates[worker.pod.template]!;
  const { startup, liveness } = containers[container]!;
  const own = containerGraceSeconds({
    deletionGracePeriodSeconds: null,
    terminationGracePeriodSeconds,
    startupProbeTerminationGracePeriodSeconds: startup?.terminationGracePeriodSeconds ?? null,
    livenessProbeTerminationGracePeriodSeconds: liveness?.terminationGracePeriodSeconds ?? null,
    reason,
  });
  const budget = preStopBudgetSeconds({ containerGraceSeconds: own, graceOverrideSeconds: null, minor });
  return killContainer(ctx, worker, container, budget, outbox);
}

/** The runtime has stopped a container: for good, or only to be started again. */
export const containerStopped: Reducer<Worker, ContainerStopped, Self> = (worker, event, ctx) => {
  if (worker.stage !== 'running') return stoppedForGood(worker, event, ctx);
  const { container, exitCode } = event.data;
  const { restartPolicy, containers } = ctx.self.world.templates[worker.pod.template]!;
  if (!containers[container]!.sidecar && !containerShouldRestart(restartPolicy, exitCode))
    return endedForGood(worker, container, exitCode, ctx);
  const byItself = worker.containers[container]!.stage === 'running';
  // A probe finds nothing to ask before the new container runs, and a hook that goes on ends with the old one.
  const over = byItself ? [Timer.readiness, Timer.hookEnd, Timer.life] : [Timer.readiness, Timer.hookEnd];
  const effects: Effect[] = over.map((timer) =>
    cancel({
      timer: timerName(container, timer),
      actor: ctx.actor,
      kind: CELL.worker,
      object: worker.pod.index,
    }),
  );
  const killed = { stage: 'killed', exitCode, condemned: null, probing: 'notYet' } as const;
  // Unlike a kill of its own, the sync that starts the container again knows of this end: its back-off counts from here.
  const knownExitMs = ctx.now / MICROS_PER_MS;
  const change = byItself ? ({ ...killed, life: 'nothing', knownExitMs } as const) : killed;
  let next: Worker = changedWorker(changed(worker, container, change), { syncedAt: ctx.now });
  const also = next.containers.findIndex(({ condemned, life }) => condemned !== null && life === 'nothing');
  if (also >= 0) return [kill(next, also, next.containers[also]!.condemned!, ctx, effects), effects];
  next.containers.forEach(({ stage, life }, index) => {
    if (stage === 'killed' && life === 'nothing') next = startAgain(next, index, ctx, effects);
  });
  return isToStop(next) ? followedBy(terminate(next, ctx), effects) : [next, effects];
};

/**
 * A container that is not started again. Once none of the regular ones is left, the Pod has ended: what still runs beside them is
 * stopped, and the kubelet reports the phase.
 * Source: pkg/kubelet/pod_workers.go podWorkerLoop (SyncPod returns that the Pod is terminal)
 */
function endedForGood(
  worker: Worker,
  container: number,
  exitCode: number,
  ctx: Ctx,
): readonly [Worker, readonly Effect[]] {
  const { containers } = ctx.self.world.templates[worker.pod.template]!;
  const effects: Effect[] = [Timer.readiness, Timer.life].map((timer) =>
    cancel({
      timer: timerName(container, timer),
      actor: ctx.actor,
      kind: CELL.worker,
      object: worker.pod.index,
    }),
  );
  const change = { stage: 'stopped', exitCode, condemned: null, ready: false, life: 'nothing' } as const;
  const ended: Worker = changedWorker(changed(worker, container, change), { syncedAt: ctx.now });
  const over = containers.every(
    ({ sidecar }, index) => sidecar || ended.containers[index]!.stage === 'stopped',
  );
  if (over) return followedBy(terminate(ended, ctx), effects);
  const [told, patches] = tellReadiness(ended, ctx);
  return [told, [...effects, ...patches]];
}

function followedBy(
  [worker, more]: readonly [Worker, readonly Effect[]],
  effects: readonly Effect[],
): readonly [Worker, readonly Effect[]] {
  return [worker, [...effects, ...more]];
}

/**
 * Starts a container again, at once or when its back-off is over. A crash loop is followed up to its longest back-off: from then
 * on it goes on as it did, a few minutes apart.
 */
function startAgain(worker: Worker, container: number, ctx: Ctx, outbox: Outbox): Worker {
  const { knownExitMs, backOff } = worker.containers[container]!;
  const nowMs = ctx.now / MICROS_PER_MS;
  const { waitsUntilMs, entry } = containerBackOff({ exitedMs: knownExitMs, nowMs, entry: backOff });
  const site = SITE['runtime.startContainer'];
  if (waitsUntilMs === null) {
    outbox.push(onLife(worker, container, T.containerRestarted, 0, ctx, site));
    const change = { stage: 'restarting', knownExitMs: nowMs, backOff: entry, life: 'restart' } as const;
    return changed(worker, container, change);
  }
  const [told, patches] = tellReadiness(changed(worker, container, { ready: false }), ctx);
  append(outbox, patches);
  const { backOffMs } = backOff!;
  if (backOffMs >= MAX_BACK_OFF_MS) return told;
  outbox.push(
    onLife(
      worker,
      container,
      T.containerRestarted,
      retriedAfter(backOffMs, worker, container, ctx),
      ctx,
      site,
    ),
  );
  // The syncs that follow know of this exit, and wait from then on.
  const startsAtMs = nowMs + backOffMs;
  const later = containerBackOff({ exitedMs: nowMs, nowMs: startsAtMs, entry: backOff }).entry;
  return changed(told, container, { knownExitMs: nowMs, backOff: later, life: 'restart' });
}

/** How long it takes from a failed sync until one that finds the back-off over. */
function retriedAfter(backOffMs: number, worker: Worker, container: number, ctx: Ctx): Micros {
  const { minor, kubelet } = ctx.self.world;
  const backOffSeconds = backOffMs / 1000;
  const { minSeconds, maxSeconds } = requeueDelay({
    phaseTransition: false,
    syncError: { backoffSecondsFromNow: backOffSeconds },
    backOffPeriodSeconds: SYNC_BACK_OFF_SECONDS,
    resyncIntervalSeconds: kubelet.syncFrequency / MICROS_PER_SECOND,
    minor,
  });
  const { restarts } = worker.containers[container]!;
  const bits = ctx.bits(
    RETRY,
    ctx.objectKey(worker.pod.index),
    infoOf(worker, container, ctx).drawKey,
    restarts,
  );
  const every = minSeconds + (bits / RANGE) * (maxSeconds - minSeconds);
  return Math.ceil(Math.ceil(backOffSeconds / every) * every * MICROS_PER_SECOND);
}

/** A new container in the place of the old one: nothing is known of it yet. What came for the Pod meanwhile is done now. */
export const containerRestarted: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const { world, wiring, node } = ctx.self;
  const pod = event.object;
  const { template } = worker.pod;
  const { restarts, readiness } = worker.containers[container]!;
  const synced = ctx.now + world.templates[template]!.containers[container]!.postStart;
  const change = {
    ...NEW_STARTUP,
    // The worker of its readiness probe goes on counting.
    readiness: { ...readiness, result: NEW_STARTUP.readiness.result },
    stage: 'running',
    startedAt: ctx.now,
    restarts: restarts + 1,
    life: 'nothing',
  } as const;
  const next: Worker = changedWorker(changed(worker, container, change), { syncedAt: synced });
  const data = { container, template };
  const effects: Effect[] = [
    after({
      type: T.containerStarted,
      actor: wiring.containers(node),
      kind: CONTAINERS.pod,
      object: pod,
      about: pod,
      data,
    }),
  ];
  if (isToStop(next)) return followedBy(terminate(next, ctx), effects);
  const relist = ctx.fixed(SITE['kubelet.plegRelist'], -1);
  const wait = (world.minor >= 36 ? synced + relist : nextRelist(ctx, synced, relist)) - ctx.now;
  effects.push(onLife(next, container, T.restartObserved, wait, ctx));
  return [changed(next, container, { life: 'observation' }), effects];
};

/** The runtime status shows the new container. */
export const restartObserved: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const seen = changedWorker(changed(worker, container, { ready: false, life: 'nothing' }), {
    syncedAt: ctx.now,
  });
  const effects: Effect[] = [];
  const probing = beginProbing(seen, container, ctx, effects);
  const [told, patches] = tellReadiness(awaitGates(probing, ctx, effects), ctx);
  return [told, [...effects, ...patches]];
};
