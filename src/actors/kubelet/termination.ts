import { SITE } from '../../cluster/delay-sites.ts';
import {
  type ContainerEvent,
  type ContainerStopped,
  type DeletePod,
  type PreStopEnded,
  T,
} from '../../cluster/events.ts';
import { Transition } from '../../cluster/state.ts';
import type { ContainerInfo, HookInfo, TemplateInfo } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, cancel, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { canBeDeleted } from '../../rules/kubelet/can-be-deleted.ts';
import { containerGraceSeconds } from '../../rules/kubelet/container-grace-period.ts';
import { calculateEffectiveGracePeriod } from '../../rules/kubelet/effective-grace-period.ts';
import {
  preStopBudgetSeconds,
  preStopRuns,
  remainingGraceSeconds,
  stopTimeoutSeconds,
} from '../../rules/kubelet/kill-container.ts';
import { sidecarsWaitForTurn } from '../../rules/kubelet/termination-order.ts';
import { API, CONTAINERS, KUBELET } from '../cell-kinds.ts';
import type { Ctx, Self } from '../wiring.ts';
import {
  type ContainerWork,
  containerTransition,
  nextRelist,
  patchStatus,
  Timer,
  timerName,
  type Worker,
  withContainer,
} from './worker.ts';

/** Stopping a Pod's containers: hooks, turns, signals, and what is told to the API server afterwards. */

/** A kill for a failed probe runs a hook of its own in a search for another preStop. */
function hookOf(ctx: Ctx, worker: Worker, index: number): HookInfo | null {
  const { hook, restartHook } = template(ctx, worker).containers[index]!;
  return worker.stage === 'running' ? restartHook : hook;
}

function template(ctx: Ctx, worker: Worker): TemplateInfo {
  return ctx.self.world.templates[worker.pod.template]!;
}

/** The worker starts to stop the Pod: every container by itself, all hooks at the same instant. */
export const podKillStarted: Reducer<Worker, null, Self> = (worker, _event, ctx) => {
  if (worker.stage !== 'terminating') return [worker, NO_EFFECTS];
  const { minor } = ctx.self.world;
  const { containers, terminationGracePeriodSeconds } = template(ctx, worker);
  const { deletionGracePeriodSeconds } = worker.pod;
  const { graceSeconds } = calculateEffectiveGracePeriod({
    previousGraceSeconds: 0,
    deletionGracePeriodSeconds,
    graceOverrideSeconds: worker.kill?.graceOverrideSeconds ?? null,
    terminationGracePeriodSeconds,
    minor,
  });
  const own = containerGraceSeconds({
    deletionGracePeriodSeconds,
    terminationGracePeriodSeconds,
    startupProbeTerminationGracePeriodSeconds: null,
    livenessProbeTerminationGracePeriodSeconds: null,
    reason: 'Unknown',
  });
  const budget = preStopBudgetSeconds({
    containerGraceSeconds: own,
    graceOverrideSeconds: graceSeconds,
    minor,
  });
  const effects: Effect[] = [];
  let next: Worker = { ...worker, graceSeconds, hookBudgetSeconds: budget };
  containers.forEach((_, index) => {
    next =
      next.containers[index]!.stage === 'running'
        ? killContainer(ctx, next, index, budget, effects)
        : { ...next, containers: withContainer(next.containers, index, { stage: 'stopped' }) };
  });
  stopSandboxAfterAll(ctx, next, effects);
  return [next, effects];
};

/** Begins to kill a running container: its hook first, where it has one and there is time for it. */
export function killContainer(
  ctx: Ctx,
  worker: Worker,
  index: number,
  budgetSeconds: number,
  effects: Effect[],
): Worker {
  const pod = worker.pod.index;
  if (!preStopRuns({ hasPreStop: hookOf(ctx, worker, index) !== null, budgetSeconds })) {
    const atOnce = ctx.fixed(SITE['runtime.stopSignalAtOnce'], pod);
    return awaitTurn(ctx, worker, index, budgetSeconds, effects, atOnce);
  }
  const change = { stage: 'hook', since: ctx.now, remainingSeconds: budgetSeconds } as const;
  const data: ContainerEvent = { container: index };
  effects.push(after(T.preStopStarted, ctx.actor, KUBELET.worker, pod, pod, data, 0));
  return { ...worker, containers: withContainer(worker.containers, index, change) };
}

export const preStopStarted: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const pod = event.object;
  const work = worker.containers[container]!;
  const hook = hookOf(ctx, worker, container)!;
  const transition = containerTransition(container);
  const outcome = hook.kind === 'invalid' ? 'failed' : hook.outcome;
  const ended: PreStopEnded = { container, outcome };
  const cutOff: PreStopEnded = { container, outcome: 'cutOff' };
  const startSite = hook.startsUp ? SITE['runtime.execStart'] : undefined;
  const hookEnd = timerName(container, Timer.hookEnd);
  const graceEnd = timerName(container, Timer.graceEnd);
  const budget = work.remainingSeconds * MICROS_PER_SECOND;
  const self = ctx.actor;
  const { worker: kind } = KUBELET;
  const effects: Effect[] = [
    arm(hookEnd, T.preStopEnded, self, kind, pod, pod, ended, hook.duration, startSite, transition),
    arm(graceEnd, T.preStopEnded, self, kind, pod, pod, cutOff, budget),
  ];
  if (hook.effect !== 'none' && hook.effectAt === 'start') {
    const containers = ctx.self.wiring.containers(ctx.self.node);
    const data = { container, effect: hook.effect };
    effects.push(after(T.hookEffect, containers, CONTAINERS.pod, pod, pod, data, 0, startSite, transition));
  }
  const change = { since: ctx.now };
  return [{ ...worker, containers: withContainer(worker.containers, container, change) }, effects];
};

export const preStopEnded: Reducer<Worker, PreStopEnded, Self> = (worker, event, ctx) => {
  const { container, outcome } = event.data;
  const work = worker.containers[container]!;
  const effects: Effect[] = outcome === 'completed' ? lastThing(ctx, worker, container) : [];
  if (work.stage !== 'hook') return [worker, effects];
  // A command goes on though the kubelet no longer waits for it.
  const goesOn = outcome === 'cutOff' && hookOf(ctx, worker, container)!.effectAt === 'end';
  const other = outcome === 'cutOff' ? Timer.hookEnd : Timer.graceEnd;
  if (!goesOn) effects.push(cancel(timerName(container, other), ctx.actor, KUBELET.worker, event.object));
  const elapsedMs = (ctx.now - work.since) / MICROS_PER_MS;
  const remaining = remainingGraceSeconds({ graceSeconds: work.remainingSeconds, elapsedMs });
  return [awaitTurn(ctx, worker, container, remaining, effects), effects];
};

/** What a hook does in the end. */
function lastThing(ctx: Ctx, worker: Worker, container: number): Effect[] {
  const { effect, effectAt } = hookOf(ctx, worker, container)!;
  if (effect === 'none' || effectAt === 'start') return [];
  const containers = ctx.self.wiring.containers(ctx.self.node);
  const { index } = worker.pod;
  return [after(T.hookEffect, containers, CONTAINERS.pod, index, index, { container, effect }, 0)];
}

/** Stops a container whose hook is over, or lets a sidecar wait until nobody before it is left or its budget is used up. */
function awaitTurn(
  ctx: Ctx,
  worker: Worker,
  index: number,
  remaining: number,
  effects: Effect[],
  signalDelay: Micros = 0,
): Worker {
  const { containers } = template(ctx, worker);
  // Containers that are killed one by one wait for nobody.
  const alone = worker.stage === 'running';
  if (alone || remaining <= 0 || isItsTurn(ctx, worker.containers, containers, index)) {
    return stop(ctx, worker, index, remaining, effects, signalDelay);
  }
  const name = timerName(index, Timer.graceEnd);
  const pod = worker.pod.index;
  const data: ContainerEvent = { container: index };
  const budget = remaining * MICROS_PER_SECOND;
  effects.push(arm(name, T.turnTimedOut, ctx.actor, KUBELET.worker, pod, pod, data, budget));
  const change = { stage: 'turn', since: ctx.now, remainingSeconds: remaining } as const;
  return { ...worker, containers: withContainer(worker.containers, index, change) };
}

/**
 * A sidecar's turn comes when every regular container and every later sidecar has stopped.
 * Source: pkg/kubelet/kuberuntime/kuberuntime_termination_order.go newTerminationOrdering
 */
function isItsTurn(
  ctx: Ctx,
  work: readonly ContainerWork[],
  containers: readonly ContainerInfo[],
  index: number,
): boolean {
  if (!containers[index]!.sidecar || !sidecarsWaitForTurn(ctx.self.world.minor)) return true;
  return containers.every((other, at) => {
    const waitsFor = !other.sidecar || at > index;
    return at === index || !waitsFor || work[at]!.stage === 'stopped';
  });
}

function stop(
  ctx: Ctx,
  worker: Worker,
  index: number,
  remaining: number,
  effects: Effect[],
  signalDelay: Micros = 0,
): Worker {
  const { world, wiring, node } = ctx.self;
  const timeoutSeconds = stopTimeoutSeconds({
    remainingSeconds: remaining,
    graceOverrideSeconds: worker.stage === 'running' ? null : worker.graceSeconds,
    minor: world.minor,
  });
  const pod = worker.pod.index;
  const data = { container: index, timeoutSeconds };
  const site = SITE['runtime.stopSignal'];
  const to = wiring.containers(node);
  const transition = containerTransition(index);
  effects.push(after(T.stopSignal, to, CONTAINERS.pod, pod, pod, data, signalDelay, site, transition));
  return { ...worker, containers: withContainer(worker.containers, index, { stage: 'stopping' }) };
}

/** A sidecar whose budget is used up is stopped, whoever still runs. */
export const turnTimedOut: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  if (worker.containers[container]!.stage !== 'turn') return [worker, NO_EFFECTS];
  const effects: Effect[] = [];
  return [stopAfterWait(ctx, worker, container, effects), effects];
};

function stopAfterWait(ctx: Ctx, worker: Worker, index: number, effects: Effect[]): Worker {
  const work = worker.containers[index]!;
  const elapsedMs = (ctx.now - work.since) / MICROS_PER_MS;
  const remaining = remainingGraceSeconds({ graceSeconds: work.remainingSeconds, elapsedMs });
  return stop(ctx, worker, index, remaining, effects);
}

/** A container of a Pod that is stopped has ended: others may have their turn, and after the last one the sandbox goes. */
export const stoppedForGood: Reducer<Worker, ContainerStopped, Self> = (worker, event, ctx) => {
  const { container, exitCode } = event.data;
  const pod = event.object;
  const stopped = withContainer(worker.containers, container, { stage: 'stopped', exitCode });
  let next: Worker = { ...worker, containers: stopped };
  const effects: Effect[] = [];
  const { containers } = template(ctx, worker);
  // A hook that went on has ended with its container.
  if (containers[container]!.hook?.effectAt === 'end')
    effects.push(cancel(timerName(container, Timer.hookEnd), ctx.actor, KUBELET.worker, pod));
  next.containers.forEach((work, index) => {
    if (work.stage !== 'turn' || !isItsTurn(ctx, next.containers, containers, index)) return;
    effects.push(cancel(timerName(index, Timer.graceEnd), ctx.actor, KUBELET.worker, pod));
    next = stopAfterWait(ctx, next, index, effects);
  });
  stopSandboxAfterAll(ctx, next, effects);
  return [next, effects];
};

function stopSandboxAfterAll(ctx: Ctx, { pod: { index }, containers }: Worker, effects: Effect[]): void {
  if (!containers.every(({ stage }) => stage === 'stopped')) return;
  const site = SITE['runtime.stopSandbox'];
  effects.push(after(T.sandboxStopped, ctx.actor, KUBELET.worker, index, index, null, 0, site));
}

/** The last sync looks for mounted volumes at once and then at this interval. Source: pkg/kubelet/volumemanager/volume_manager.go podAttachAndMountRetryInterval */
const UNMOUNT_POLL = 300 * MICROS_PER_MS;

/**
 * All containers are dead and the network is gone: the status says so, and the worker waits for a relist before its last sync.
 * Volumes are unmounted meanwhile; the last sync polls until they are, and the status manager sends the DELETE after it.
 * Up to 1.26 the final status waits for that sync, too, and a Pod that would be restarted keeps its phase.
 * Source: pkg/kubelet/kubelet.go SyncTerminatingPod, SyncTerminatedPod
 */
export const sandboxStopped: Reducer<Worker, null, Self> = (worker, event, ctx) => {
  const pod = event.object;
  const effects: Effect[] = worker.containers.map((_, index) =>
    cancel(timerName(index, Timer.readiness), ctx.actor, KUBELET.worker, pod),
  );
  let next: Worker = { ...worker, syncedAt: ctx.now };
  if (ctx.self.world.minor >= 27) {
    effects.push(finalStatus(ctx, worker));
    const containers = worker.containers.map((work) => ({ ...work, ready: false }));
    next = { ...next, containers, sentReady: false };
  }
  if (ctx.self.world.clients.length > 0) {
    const containers = ctx.self.wiring.containers(ctx.self.node);
    effects.push(after(T.podNetworkRemoved, containers, CONTAINERS.connections, pod, pod, null, 0));
  }
  const relist = nextRelist(ctx, ctx.now, ctx.fixed(SITE['kubelet.plegRelist'], 0));
  const unmounted = ctx.now + ctx.fixed(SITE['kubelet.terminatedPod'], pod);
  // A shutdown of the node waits for the containers, and from 1.32 for the volumes.
  const goneAt = ctx.self.world.minor >= 32 ? unmounted : ctx.now;
  next = { ...next, goneAt };
  if (ctx.cell(KUBELET.node, 0) !== undefined)
    effects.push(after(T.shutdownPodEnded, ctx.actor, KUBELET.node, 0, pod, null, goneAt - ctx.now));
  const polls = Math.max(0, Math.ceil((unmounted - relist) / UNMOUNT_POLL));
  const wait = relist + polls * UNMOUNT_POLL - ctx.now;
  const site = SITE['kubelet.statusManager'];
  effects.push(after(T.podTerminated, ctx.actor, KUBELET.worker, pod, pod, null, wait, site));
  return [next, effects];
};

function finalStatus(ctx: Ctx, worker: Worker): Effect {
  const { containers, restartPolicyAlways } = template(ctx, worker);
  // A Pod that its kubelet killed is Failed, however its containers ended.
  const killed = worker.kill !== null;
  const succeeded =
    !killed && worker.containers.every((work, index) => containers[index]!.sidecar || work.exitCode === 0);
  const terminal = killed || ctx.self.world.minor >= 27 || !restartPolicyAlways;
  const phase = terminal ? (succeeded ? 'Succeeded' : 'Failed') : worker.pod.phase;
  return patchStatus(ctx, worker.pod, { ready: false, phase }, Transition.terminal);
}

/** The last sync is done. The object may go once its stored phase is terminal (1.27 and newer), which the kubelet's own watch must show. */
export const podTerminated: Reducer<Worker, null, Self> = (worker, _event, ctx) => {
  const next: Worker = { ...worker, stage: 'terminated' };
  if (ctx.self.world.minor < 27)
    return [{ ...next, stage: 'finished' }, [finalStatus(ctx, worker), finalDelete(ctx, worker)]];
  return deleteWhenTerminal(ctx, next);
};

/** The final DELETE, as soon as nothing speaks against it. */
export function deleteWhenTerminal(ctx: Ctx, worker: Worker): readonly [Worker, readonly Effect[]] {
  const { phase, gone, deletionTimestamp } = worker.pod;
  const deletionTimestampSet = deletionTimestamp !== null;
  const podIsFinished = worker.stage === 'terminated';
  const pod = { deletionTimestampSet, mirrorPod: false, phase, podIsFinished };
  if (gone || !canBeDeleted(pod, ctx.self.world.minor)) return [worker, NO_EFFECTS];
  return [{ ...worker, stage: 'finished' }, [finalDelete(ctx, worker)]];
}

function finalDelete(ctx: Ctx, worker: Worker): Effect {
  const request: DeletePod = { gracePeriodSeconds: 0 };
  const pod = worker.pod.index;
  const site = SITE['apiServer.write'];
  return after(T.deletePod, ctx.self.wiring.apiServer, API.pod, pod, pod, request, 0, site, Transition.gone);
}
