import { SITE } from '../../cluster/delay-sites.ts';
import { type PodObserved, T } from '../../cluster/events.ts';
import { type PodObject, Transition } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, cancel, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { startsTermination } from '../../rules/kubelet/pod-worker.ts';
import { probesWhileTerminating } from '../../rules/kubelet/sync-terminating-pod.ts';
import { CONTAINERS } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import { deleteWhenTerminal } from './last-sync.ts';
import { beginProbing } from './probes.ts';
import { tellReadiness } from './readiness-probe.ts';
import { beginStart, endStart } from './starts.ts';
import {
  awaitGates,
  type ContainerWork,
  changedContainer,
  changedWorker,
  gatesAtStart,
  isInSync,
  NEW_STARTUP,
  nextRelist,
  nextSync,
  patchStatus,
  readinessOf,
  STEADY,
  Timer,
  takeGates,
  timerName,
  type Worker,
} from './worker.ts';

/** What the kubelet learns from its watch, and how it starts a Pod. */

/** A worker as it is when the run begins: its Pod runs, is Ready, and was last synced at some time in its resync period. */
export function steadyWorker(pod: PodObject, containers: number): Worker {
  return {
    pod,
    stage: 'running',
    admittedAt: Number.NEGATIVE_INFINITY,
    syncedAt: Number.NEGATIVE_INFINITY,
    graceSeconds: 0,
    kill: null,
    hookBudgetSeconds: 0,
    waitsFor: [],
    containers: Array.from({ length: containers }, () => steadyContainer),
    gates: 'set',
    goneAt: null,
    sentReady: true,
    sentContainersReady: true,
  };
}

const unstarted: ContainerWork = {
  stage: 'waiting',
  startedAt: 0,
  since: 0,
  remainingSeconds: 0,
  exitCode: 0,
  ...NEW_STARTUP,
  ready: false,
  probing: 'notYet',
  probeOrigin: Number.NEGATIVE_INFINITY,
  condemned: null,
  life: 'nothing',
  restarts: 0,
  knownExitMs: null,
  backOff: null,
};

const steadyContainer: ContainerWork = changedContainer(unstarted, {
  ...STEADY,
  stage: 'running',
  ready: true,
  probing: 'idle',
});

export const podObserved: Reducer<Worker | undefined, PodObserved, Self> = (worker, event, ctx) => {
  const { pod } = event.data;
  if (worker === undefined) return pod.gone ? [worker, NO_EFFECTS] : admit(pod, ctx);
  const next: Worker = changedWorker(worker, { pod });
  if (worker.stage === 'running' && isToStop(next)) return terminate(next, ctx);
  const effects: Effect[] = [];
  const [told, patches] = tellReadiness(takeGates(next, ctx, effects), ctx);
  const [last, deletion] = deleteWhenTerminal(ctx, told);
  append(effects, [...patches, ...deletion]);
  return [last, effects];
};

/** Whether the Pod's worker has to stop it as soon as it is free. */
export function isToStop({ pod, kill }: Worker): boolean {
  const { deletionTimestamp, phase, gone } = pod;
  return startsTermination({
    // A Pod that is gone is removed, which is a kill.
    updateType: kill !== null || gone ? 'kill' : 'update',
    deletionTimestampSet: deletionTimestamp !== null,
    phase,
    isRuntimePod: false,
  });
}

/**
 * The worker turns to stopping the Pod, once a sync that kills and restarts a container has come to its end.
 * Source: pkg/kubelet/pod_workers.go podWorkerLoop; pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod (not cancelled)
 */
export function terminate(worker: Worker, ctx: Ctx): readonly [Worker, readonly Effect[]] {
  if (worker.containers.some(isInSync)) return [worker, NO_EFFECTS];
  const wait = nextSync(worker, ctx) - ctx.now;
  const pod = worker.pod.index;
  const site = SITE['kubelet.podWorker'];
  const effects: Effect[] = [];
  const { containers } = ctx.self.world.templates[worker.pod.template]!;
  const kept = worker.containers.map((work, container) => {
    if (work.life === 'nothing') return work;
    // What a sidecar's probe still finds may make it ready; nothing is killed or started for it any more.
    const probeType = work.started ? 'liveness' : 'startup';
    if (work.life === 'probe' && probesWhileTerminating(probeType, containers[container]!.sidecar))
      return work;
    effects.push(
      cancel({ timer: timerName(container, Timer.life), actor: ctx.actor, kind: CELL.worker, object: pod }),
    );
    return changedContainer(work, { life: 'nothing' as const });
  });
  const stop = after({
    type: T.podKillStarted,
    actor: ctx.actor,
    kind: CELL.worker,
    object: pod,
    about: pod,
    data: null,
    delay: wait,
    site,
    transition: Transition.terminating,
  });
  effects.push(stop);
  return [changedWorker(worker, { stage: 'terminating', containers: kept }), effects];
}

/**
 * A kubelet whose node shuts down rejects what is new: phase Failed, reason NodeShutdown.
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go Admit; pkg/kubelet/kubelet.go rejectPod
 */
function admit(pod: PodObject, ctx: Ctx): readonly [Worker, readonly Effect[]] {
  if (ctx.cell(CELL.node, 0) === undefined) return startPod(pod, ctx);
  const { containers } = ctx.self.world.templates[pod.template]!;
  const stopped = containers.map(() => changedContainer(unstarted, { stage: 'stopped' }));
  const rejected = changedWorker(newWorker(pod, stopped, ctx), { stage: 'terminated', goneAt: ctx.now });
  return [rejected, [patchStatus(ctx, pod, { phase: 'Failed', ready: false }, Transition.terminal)]];
}

function newWorker(pod: PodObject, containers: readonly ContainerWork[], ctx: Ctx): Worker {
  return {
    pod,
    stage: 'starting',
    admittedAt: ctx.now,
    syncedAt: ctx.now,
    graceSeconds: 0,
    kill: null,
    hookBudgetSeconds: 0,
    waitsFor: [],
    containers,
    gates: gatesAtStart(ctx.self.world.templates[pod.template]!),
    goneAt: null,
    sentReady: false,
    sentContainersReady: false,
  };
}

function startPod(pod: PodObject, ctx: Ctx): readonly [Worker, readonly Effect[]] {
  const { containers, imagePull } = ctx.self.world.templates[pod.template]!;
  const worker = newWorker(
    pod,
    containers.map(() => changedContainer(unstarted, { probeOrigin: ctx.now })),
    ctx,
  );
  if (imagePull === 0) return [worker, createContainers(ctx, pod)];
  const { index } = pod;
  return [
    worker,
    [
      after({
        type: T.podImagesPulled,
        actor: ctx.actor,
        kind: CELL.worker,
        object: index,
        about: index,
        data: null,
        delay: imagePull,
      }),
    ],
  ];
}

/** Pulling waits for a registry, and costs the node next to nothing; what follows it does. */
export const podImagesPulled: Reducer<Worker, null, Self> = (worker, _event, ctx) => [
  worker,
  createContainers(ctx, worker.pod),
];

function createContainers(ctx: Ctx, { index, template }: PodObject): readonly Effect[] {
  const { containers } = ctx.self.world.templates[template]!;
  let alone = ctx.fixed(SITE['kubelet.startPod'], index, Transition.started);
  for (const { drawKey } of containers.slice(1))
    alone += ctx.fixed(SITE['runtime.startContainer'], index, drawKey);
  return beginStart(ctx, index, alone);
}

/**
 * The first sync is through: every container runs. From 1.36 the kubelet asks the runtime at once; before, its status is
 * what the next relist shows. A Pod that was deleted or killed meanwhile is stopped only now.
 * Source: pkg/kubelet/kubelet.go SyncPod; pkg/kubelet/pleg/generic.go
 */
export const podStarted: Reducer<Worker, null, Self> = (worker, event, ctx) => {
  const { world, wiring, node } = ctx.self;
  const pod = event.object;
  const { template } = worker.pod;
  // The sync goes on until the postStart hooks have returned.
  const synced = world.templates[template]!.containers.reduce((at, each) => at + each.postStart, ctx.now);
  const started: Worker = changedWorker(worker, {
    stage: 'running',
    syncedAt: synced,
    containers: worker.containers.map((container) =>
      changedContainer(container, {
        stage: 'running',
        startedAt: ctx.now,
      }),
    ),
  });
  const effects: Effect[] = started.containers.map((_, container) =>
    after({
      type: T.containerStarted,
      actor: wiring.containers(node),
      kind: CONTAINERS.pod,
      object: pod,
      about: pod,
      data: { container, template },
    }),
  );
  append(effects, endStart(ctx, pod));
  if (isToStop(worker)) {
    const [next, more] = terminate(started, ctx);
    return [next, [...effects, ...more]];
  }
  const relist = ctx.fixed(SITE['kubelet.plegRelist'], -1);
  const wait = (world.minor >= 36 ? synced + relist : nextRelist(ctx, synced, relist)) - ctx.now;
  effects.push(
    after({
      type: T.podRunningObserved,
      actor: ctx.actor,
      kind: CELL.worker,
      object: pod,
      about: pod,
      data: null,
      delay: wait,
    }),
  );
  return [started, effects];
};

/** The runtime status shows the containers: phase Running, an IP, readiness of those without a probe; probing begins. */
export const podRunningObserved: Reducer<Worker, null, Self> = (worker, _event, ctx) => {
  if (worker.stage !== 'running') return [worker, NO_EFFECTS];
  const effects: Effect[] = [];
  let next: Worker = changedWorker(worker, { syncedAt: ctx.now });
  for (let container = 0; container < worker.containers.length; container++)
    next = beginProbing(next, container, ctx, effects);
  next = awaitGates(next, ctx, effects);
  const readiness = readinessOf(next, ctx);
  const { ready, containersReady = false } = readiness;
  const status = patchStatus(
    ctx,
    worker.pod,
    { phase: 'Running', hasIP: true, ...readiness },
    Transition.started,
  );
  const sent = changedWorker(next, { sentReady: ready, sentContainersReady: containersReady });
  return [sent, [status, ...effects]];
};
