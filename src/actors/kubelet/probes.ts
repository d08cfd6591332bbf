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
  containerTransition,
  isReady,
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

function probeOf(worker: Worker, container: number, ctx: Ctx): ProbeInfo | null {
  return ctx.self.world.templates[worker.pod.template]!.containers[container]!.readiness;
}

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
    next = { ...next, containers: withContainer(next.containers, container, { probing: 'due' }) };
  });
  return [next, effects];
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

/** A probe's answer. The result flips after as many equal answers in a row as its threshold says. */
export const readinessProbed: Reducer<Worker, ContainerEvent, Self> = (worker, event, ctx) => {
  const { container } = event.data;
  const work = worker.containers[container]!;
  const probe = probeOf(worker, container, ctx);
  if (probe === null) return [worker, NO_EFFECTS];
  const { probeSucceeds } = work;
  const streak = probeSucceeds === work.ready ? 0 : work.probeStreak + 1;
  const flips = streak >= (probeSucceeds ? probe.successThreshold : probe.failureThreshold);
  const ready = flips ? probeSucceeds : work.ready;
  // A container that is not Ready is probed on until it is; one that is Ready and answers needs no tick that finds nothing.
  const idle = ready && probeSucceeds;
  const change = { ready, probeStreak: flips ? 0 : streak, probing: idle ? 'idle' : 'due' } as const;
  const next: Worker = { ...worker, containers: withContainer(worker.containers, container, change) };
  const effects: Effect[] = [];
  const stopping = worker.stage !== 'running';
  // A terminating container whose probe fails stays as it is: nothing brings it back.
  if (!idle && !(stopping && !ready && !probeSucceeds)) {
    const tick = nextTick(next, container, probe, ctx.now + 1, ctx);
    effects.push(attempt(next, container, tick - ctx.now, ctx));
  }
  const podReady = isReady(next);
  if (podReady === worker.sentReady) return [next, effects];
  effects.push(
    patchStatus(ctx, worker.pod, { ready: podReady }, podReady ? Transition.ready : Transition.notReady),
  );
  return [{ ...next, sentReady: podReady }, effects];
};
