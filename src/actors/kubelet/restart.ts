import { SITE } from '../../cluster/delay-sites.ts';
import { type ContainerEvent, type ContainerStopped, T } from '../../cluster/events.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, cancel, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { containerBackOff, MAX_BACK_OFF_MS } from '../../rules/container-back-off.ts';
import { containerGraceSeconds } from '../../rules/container-grace-period.ts';
import { preStopBudgetSeconds } from '../../rules/kill-container.ts';
import { requeueDelay } from '../../rules/pod-worker-requeue.ts';
import { CONTAINERS, KUBELET } from '../cell-kinds.ts';
import type { Ctx, Self } from '../wiring.ts';
import { beginProbing, onLife } from './probes.ts';
import { tellReadiness } from './readiness-probe.ts';
import { isToStop, terminate } from './startup.ts';
import { killContainer, stoppedForGood } from './termination.ts';
import {
  awaitGates,
  type ContainerWork,
  containerTransition,
  isBeingKilled,
  NEW_STARTUP,
  nextRelist,
  Timer,
  timerName,
  type Worker,
  withContainer,
} from './worker.ts';

/**
 * A container that failed its startup or its liveness probe is killed, its preStop hook included, and started again, while its Pod
 * goes on. The Pod's worker is busy meanwhile: one container after the other, and a deletion waits until the kill has returned.
 * Source: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions, SyncPod
 */

/** How often a sync that failed is tried again. Source: pkg/kubelet/kubelet.go backOffPeriod (10 s) */
const SYNC_BACK_OFF_SECONDS = 10;

export const containerKillStarted: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  // The sync that kills another container goes on with this one.
  if (worker.containers.some(isBeingKilled)) return [worker, NO_EFFECTS];
  const effects: Effect[] = [];
  return [kill(worker, event.data.container, ctx, effects), effects];
};

function kill(worker: Worker, container: number, ctx: Ctx, effects: Effect[]): Worker {
  const { minor, templates } = ctx.self.world;
  const { containers, terminationGracePeriodSeconds } = templates[worker.pod.template]!;
  const { startup, liveness } = containers[container]!;
  const own = containerGraceSeconds({
    deletionGracePeriodSeconds: null,
    terminationGracePeriodSeconds,
    startupProbeTerminationGracePeriodSeconds: startup?.terminationGracePeriodSeconds ?? null,
    livenessProbeTerminationGracePeriodSeconds: liveness?.terminationGracePeriodSeconds ?? null,
    reason: worker.containers[container]!.condemned!,
  });
  const budget = preStopBudgetSeconds({ containerGraceSeconds: own, graceOverrideSeconds: null, minor });
  const free = { ...worker, containers: withContainer(worker.containers, container, { watched: false }) };
  return killContainer(ctx, free, container, budget, effects);
}

/** The runtime has stopped a container: for good, or only to be started again. */
export const containerStopped: Reducer<Worker, ContainerStopped, Self> = (worker, event, ctx) => {
  if (worker.stage !== 'running') return stoppedForGood(worker, event, ctx);
  const { container, exitCode } = event.data;
  const change = { stage: 'stopped', exitCode, condemned: null } as const;
  const stopped: Worker = { ...worker, containers: withContainer(worker.containers, container, change) };
  if (isToStop(stopped)) return terminate(stopped, ctx);
  const effects: Effect[] = [];
  const next = startAgain(stopped, container, ctx, effects);
  const condemned = next.containers.findIndex((work) => work.condemned !== null);
  return [condemned < 0 ? next : kill(next, condemned, ctx, effects), effects];
};

/**
 * Starts a container again, at once or when its back-off is over. A crash loop is followed up to its longest back-off: from then
 * on it goes on as it did, a few minutes apart.
 */
function startAgain(worker: Worker, container: number, ctx: Ctx, effects: Effect[]): Worker {
  const work = worker.containers[container]!;
  const nowMs = ctx.now / MICROS_PER_MS;
  const decision = containerBackOff({ exitedMs: work.knownExitMs, nowMs, entry: work.backOff });
  const site = SITE['runtime.startContainer'];
  const { index } = worker.pod;
  // A probe finds nothing to ask before the new container runs.
  effects.push(cancel(timerName(container, Timer.readiness), ctx.actor, KUBELET.worker, index));
  const change: Partial<ContainerWork> = {
    knownExitMs: nowMs,
    restarts: work.restarts + 1,
    watched: true,
    probing: 'notYet',
  };
  const changed = (fields: Partial<ContainerWork>): Worker => ({
    ...worker,
    containers: withContainer(worker.containers, container, fields),
  });
  if (decision.waitsUntilMs === null) {
    effects.push(onLife(worker, container, T.containerRestarted, 0, ctx, site));
    return changed({ ...change, backOff: decision.entry });
  }
  const [told, patches] = tellReadiness(changed({ ready: false, probing: 'notYet' }), ctx);
  effects.push(...patches);
  if (work.backOff!.backOffMs >= MAX_BACK_OFF_MS) return told;
  // The next sync knows of this exit, and waits from then on.
  const startsAtMs = nowMs + work.backOff!.backOffMs;
  const wait = syncedFrom(work.backOff!.backOffMs / 1000, worker, container, ctx);
  const { entry } = containerBackOff({ exitedMs: nowMs, nowMs: startsAtMs, entry: work.backOff });
  effects.push(onLife(worker, container, T.containerRestarted, wait, ctx, site));
  return { ...told, containers: withContainer(told.containers, container, { ...change, backOff: entry }) };
}

/** How long it takes from a failed sync until one that finds the back-off over. */
function syncedFrom(backOffSeconds: number, worker: Worker, container: number, ctx: Ctx): Micros {
  const { minor, kubelet } = ctx.self.world;
  const { minSeconds, maxSeconds } = requeueDelay({
    phaseTransition: false,
    syncError: { backoffSecondsFromNow: backOffSeconds },
    backOffPeriodSeconds: SYNC_BACK_OFF_SECONDS,
    resyncIntervalSeconds: kubelet.syncFrequency / MICROS_PER_SECOND,
    minor,
  });
  const { restarts } = worker.containers[container]!;
  const share =
    ctx.bits(SITE['kubelet.podWorker'], worker.pod.index, containerTransition(container), restarts) / 2 ** 32;
  const every = minSeconds + share * (maxSeconds - minSeconds);
  return Math.ceil(Math.ceil(backOffSeconds / every) * every * MICROS_PER_SECOND);
}

/** A new container in the place of the old one: nothing is known of it yet. */
export const containerRestarted: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const { world, wiring, node } = ctx.self;
  const pod = event.object;
  const { template } = worker.pod;
  const change = { ...NEW_STARTUP, stage: 'running', since: ctx.now, watched: true } as const;
  const next: Worker = { ...worker, containers: withContainer(worker.containers, container, change) };
  const data = { container, template };
  const relist = ctx.fixed(SITE['kubelet.plegRelist'], 0);
  const synced = ctx.now + world.templates[template]!.containers[container]!.postStart;
  const wait = (world.minor >= 36 ? synced + relist : nextRelist(ctx, synced, relist)) - ctx.now;
  return [
    next,
    [
      after(T.containerStarted, wiring.containers(node), CONTAINERS.pod, pod, pod, data, 0),
      onLife(next, container, T.restartObserved, wait, ctx),
    ],
  ];
};

/** The runtime status shows the new container. */
export const restartObserved: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const { readiness, startup } = ctx.self.world.templates[worker.pod.template]!.containers[container]!;
  const unprobed = readiness === null && startup === null;
  const change = { ready: unprobed, watched: false } as const;
  const seen: Worker = {
    ...worker,
    syncedAt: ctx.now,
    containers: withContainer(worker.containers, container, change),
  };
  const effects: Effect[] = [];
  const probing = beginProbing(seen, container, ctx, effects);
  const [told, patches] = tellReadiness(awaitGates(probing, ctx, effects), ctx);
  return [told, [...effects, ...patches]];
};
