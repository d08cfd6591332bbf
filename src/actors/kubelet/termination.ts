import { SITE } from '../../cluster/delay-sites.ts';
import { type ContainerEvent, type ContainerStopped, type PreStopEnded, T } from '../../cluster/events.ts';
import type { ContainerInfo, HookInfo, TemplateInfo } from '../../cluster/world.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, cancel, type Effect, NO_EFFECTS, type Outbox } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { containerGraceSeconds } from '../../rules/kubelet/container-grace-period.ts';
import { calculateEffectiveGracePeriod } from '../../rules/kubelet/effective-grace-period.ts';
import {
  beginKill,
  continueKill,
  type KillOrder,
  preStopBudgetSeconds,
  timeoutAfterWait,
} from '../../rules/kubelet/kill-container.ts';
import { sidecarsWaitForTurn, terminationPrerequisites } from '../../rules/kubelet/termination-order.ts';
import { clientsOfPodEnd } from '../clients/home.ts';
import { CONTAINERS } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import {
  type ContainerWork,
  changedWorker,
  infoOf,
  Timer,
  timerName,
  type Worker,
  withContainer,
} from './worker.ts';

/** Stopping a Pod's containers: hooks, turns and signals. */

/** A kill for a failed probe runs a hook of its own in a search for another preStop. */
function hookOf(ctx: Ctx, worker: Worker, index: number): HookInfo | null {
  const { hook, restartHook } = infoOf(worker, index, ctx);
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
  const waitsFor = prerequisites(worker, containers, minor);
  let next: Worker = changedWorker(worker, { graceSeconds, hookBudgetSeconds: budget, waitsFor });
  containers.forEach((_, index) => {
    next =
      next.containers[index]!.stage === 'running'
        ? killContainer(ctx, next, index, budget, effects)
        : changedWorker(next, { containers: withContainer(next.containers, index, { stage: 'stopped' }) });
  });
  stopSandboxAfterAll(ctx, next, effects);
  return [next, effects];
};

/** For each container the indexes of those that it waits for, of the ones that run when the kill begins. */
function prerequisites(
  worker: Worker,
  containers: readonly ContainerInfo[],
  minor: number,
): readonly (readonly number[])[] {
  const ordered = sidecarsWaitForTurn(minor);
  const waitsFor = terminationPrerequisites({
    containers: containers.filter(({ sidecar }) => !sidecar).map(({ name }) => name),
    initContainers: containers
      .filter(({ sidecar }) => sidecar)
      .map(({ name }) => ({ name, restartable: ordered })),
    running: containers
      .filter((_, index) => worker.containers[index]!.stage === 'running')
      .map(({ name }) => name),
  });
  return containers.map(({ name }) =>
    (waitsFor.get(name) ?? []).map((other) => containers.findIndex((each) => each.name === other)),
  );
}

/** Begins to kill a running container: its hook first, where it has one and there is time for it. */
export function killContainer(
  ctx: Ctx,
  worker: Worker,
  index: number,
  budgetSeconds: number,
  outbox: Outbox,
): Worker {
  const pod = worker.pod.index;
  const hasPreStop = hookOf(ctx, worker, index) !== null;
  const { waitsForOthers, graceOverrideSeconds, minor } = killOf(ctx, worker, index);
  const order = beginKill({ waitsForOthers, graceOverrideSeconds, minor, hasPreStop, budgetSeconds });
  if (order.step !== 'runPreStop') {
    const atOnce = ctx.fixed(SITE['runtime.stopSignalAtOnce'], pod);
    return awaitTurn(ctx, worker, index, order, outbox, atOnce);
  }
  const change = { stage: 'hook', since: ctx.now, remainingSeconds: order.budgetSeconds } as const;
  const data: ContainerEvent = { container: index };
  outbox.push(
    after({ type: T.preStopStarted, actor: ctx.actor, kind: CELL.worker, object: pod, about: pod, data }),
  );
  return changedWorker(worker, { containers: withContainer(worker.containers, index, change) });
}

export const preStopStarted: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const pod = event.object;
  const work = worker.containers[container]!;
  const hook = hookOf(ctx, worker, container)!;
  const { drawKey: transition } = infoOf(worker, container, ctx);
  const outcome = hook.kind === 'invalid' ? 'failed' : hook.outcome;
  const ended: PreStopEnded = { container, outcome };
  const cutOff: PreStopEnded = { container, outcome: 'cutOff' };
  const startSite = hook.startsUp ? SITE['runtime.execStart'] : undefined;
  const hookEnd = timerName(container, Timer.hookEnd);
  const graceEnd = timerName(container, Timer.graceEnd);
  const budget = work.remainingSeconds * MICROS_PER_SECOND;
  const self = ctx.actor;
  const { worker: kind } = CELL;
  const type = T.preStopEnded;
  const effects: Effect[] = [];
  const containers = ctx.self.wiring.containers(ctx.self.node);
  const toProcess = { actor: containers, kind: CONTAINERS.pod, object: pod, about: pod };
  if (hook.waitsFor === null) {
    effects.push(
      arm({
        timer: hookEnd,
        type,
        actor: self,
        kind,
        object: pod,
        about: pod,
        data: ended,
        delay: hook.duration,
        site: startSite,
        transition,
      }),
    );
  }
  effects.push(
    arm({ timer: graceEnd, type, actor: self, kind, object: pod, about: pod, data: cutOff, delay: budget }),
  );
  if (hook.waitsFor !== null) {
    const data = { container, effect: 'awaitClosing' } as const;
    effects.push(after({ ...toProcess, type: T.hookEffect, data }));
  }
  if (hook.effect !== 'none' && hook.effectAt !== 'end') {
    const data = { container, effect: hook.effect };
    const { effectAt: delay } = hook;
    effects.push(after({ ...toProcess, type: T.hookEffect, data, delay, site: startSite, transition }));
  }
  const change = { since: ctx.now };
  return [
    changedWorker(worker, { containers: withContainer(worker.containers, container, change) }),
    effects,
  ];
};

export const preStopEnded: Reducer<Worker, PreStopEnded, Self> = (worker, event, ctx) => {
  const { container, outcome } = event.data;
  const work = worker.containers[container]!;
  // Whoever it would have waited for tells it, whether it waits or not.
  if (work.stage !== 'hook' && infoOf(worker, container, ctx).hook?.waitsFor != null)
    return [worker, NO_EFFECTS];
  const effects: Effect[] = outcome === 'completed' ? lastThing(ctx, worker, container) : [];
  if (work.stage !== 'hook') return [worker, effects];
  // A command goes on though the kubelet no longer waits for it.
  const goesOn = outcome === 'cutOff' && hookOf(ctx, worker, container)!.effectAt === 'end';
  const other = outcome === 'cutOff' ? Timer.hookEnd : Timer.graceEnd;
  if (!goesOn)
    effects.push(
      cancel({
        timer: timerName(container, other),
        actor: ctx.actor,
        kind: CELL.worker,
        object: event.object,
      }),
    );
  const { waitsForOthers, graceOverrideSeconds, minor } = killOf(ctx, worker, container);
  const { budgetSeconds, elapsedMs } = elapsed(ctx, work);
  const order = continueKill({ waitsForOthers, graceOverrideSeconds, minor, budgetSeconds, elapsedMs });
  return [awaitTurn(ctx, worker, container, order, effects), effects];
};

/** What a hook does in the end. */
function lastThing(ctx: Ctx, worker: Worker, container: number): Effect[] {
  const { effect, effectAt } = hookOf(ctx, worker, container)!;
  if (effect === 'none' || effectAt !== 'end') return [];
  const containers = ctx.self.wiring.containers(ctx.self.node);
  const { index } = worker.pod;
  return [
    after({
      type: T.hookEffect,
      actor: containers,
      kind: CONTAINERS.pod,
      object: index,
      about: index,
      data: { container, effect },
    }),
  ];
}

/** What a step of a container's kill depends on beside its budget. A container that is killed alone waits for nobody. */
function killOf(ctx: Ctx, worker: Worker, index: number) {
  const alone = worker.stage === 'running';
  return {
    waitsForOthers: !alone && !isItsTurn(worker, index),
    graceOverrideSeconds: alone ? null : worker.graceSeconds,
    minor: ctx.self.world.minor,
  };
}

function isItsTurn({ waitsFor, containers }: Worker, index: number): boolean {
  return waitsFor[index]!.every((other) => containers[other]!.stage === 'stopped');
}

/** The budget of the step that ends now, and how much of it went by. */
function elapsed(ctx: Ctx, { remainingSeconds, since }: ContainerWork) {
  return { budgetSeconds: remainingSeconds, elapsedMs: (ctx.now - since) / MICROS_PER_MS };
}

/** Stops a container whose hook is over, or lets a sidecar wait until nobody before it is left or its budget is used up. */
function awaitTurn(
  ctx: Ctx,
  worker: Worker,
  index: number,
  order: Exclude<KillOrder, { readonly step: 'runPreStop' }>,
  outbox: Outbox,
  signalDelay: Micros = 0,
): Worker {
  if (order.step === 'stop') return stop(ctx, worker, index, order.timeoutSeconds, outbox, signalDelay);
  const { budgetSeconds } = order;
  const name = timerName(index, Timer.graceEnd);
  const pod = worker.pod.index;
  const data: ContainerEvent = { container: index };
  const budget = budgetSeconds * MICROS_PER_SECOND;
  outbox.push(
    arm({
      timer: name,
      type: T.turnTimedOut,
      actor: ctx.actor,
      kind: CELL.worker,
      object: pod,
      about: pod,
      data,
      delay: budget,
    }),
  );
  const change = { stage: 'turn', since: ctx.now, remainingSeconds: budgetSeconds } as const;
  return changedWorker(worker, { containers: withContainer(worker.containers, index, change) });
}

function stop(
  ctx: Ctx,
  worker: Worker,
  index: number,
  timeoutSeconds: number,
  outbox: Outbox,
  signalDelay: Micros = 0,
): Worker {
  const { wiring, node } = ctx.self;
  const pod = worker.pod.index;
  const data = { container: index, timeoutSeconds };
  const site = SITE['runtime.stopSignal'];
  const to = wiring.containers(node);
  const { drawKey: transition } = infoOf(worker, index, ctx);
  outbox.push(
    after({
      type: T.stopSignal,
      actor: to,
      kind: CONTAINERS.pod,
      object: pod,
      about: pod,
      data,
      delay: signalDelay,
      site,
      transition,
    }),
  );
  return changedWorker(worker, {
    containers: withContainer(worker.containers, index, { stage: 'stopping' }),
  });
}

/** A sidecar whose budget is used up is stopped, whoever still runs. */
export const turnTimedOut: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  if (worker.containers[container]!.stage !== 'turn') return [worker, NO_EFFECTS];
  const effects: Effect[] = [];
  return [stopAfterWait(ctx, worker, container, effects), effects];
};

function stopAfterWait(ctx: Ctx, worker: Worker, index: number, outbox: Outbox): Worker {
  const { graceOverrideSeconds, minor } = killOf(ctx, worker, index);
  const waited = elapsed(ctx, worker.containers[index]!);
  return stop(ctx, worker, index, timeoutAfterWait({ ...waited, graceOverrideSeconds, minor }), outbox);
}

/** A container of a Pod that is stopped has ended: others may have their turn, and after the last one the sandbox goes. */
export const stoppedForGood: Reducer<Worker, ContainerStopped, Self> = (worker, event, ctx) => {
  const { container, exitCode } = event.data;
  const pod = event.object;
  const stopped = withContainer(worker.containers, container, { stage: 'stopped', exitCode });
  let next: Worker = changedWorker(worker, { containers: stopped });
  const effects: Effect[] = [];
  const { containers } = template(ctx, worker);
  // A hook that went on has ended with its container.
  if (containers[container]!.hook?.effectAt === 'end')
    effects.push(
      cancel({
        timer: timerName(container, Timer.hookEnd),
        actor: ctx.actor,
        kind: CELL.worker,
        object: pod,
      }),
    );
  next.containers.forEach((work, index) => {
    if (work.stage !== 'turn' || !isItsTurn(next, index)) return;
    effects.push(
      cancel({ timer: timerName(index, Timer.graceEnd), actor: ctx.actor, kind: CELL.worker, object: pod }),
    );
    next = stopAfterWait(ctx, next, index, effects);
  });
  stopSandboxAfterAll(ctx, next, effects);
  return [next, effects];
};

function stopSandboxAfterAll(ctx: Ctx, { pod: { index }, containers }: Worker, outbox: Outbox): void {
  if (!containers.every(({ stage }) => stage === 'stopped')) return;
  append(outbox, clientsOfPodEnd(ctx, index));
  const site = SITE['runtime.stopSandbox'];
  outbox.push(
    after({
      type: T.sandboxStopped,
      actor: ctx.actor,
      kind: CELL.worker,
      object: index,
      about: index,
      data: null,
      site,
    }),
  );
}
