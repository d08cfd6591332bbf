import { type NodeShutdownStarted, type OfNode, type PodKillRequested, T } from '../../cluster/events.ts';
import type { AnyReducer, Reducer } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import {
  groupByPriority,
  migrateShutdownConfig,
  shutdownGraceOverrideSeconds,
} from '../../rules/node-shutdown.ts';
import { KUBELET, NODE_LIFECYCLE } from '../cell-kinds.ts';
import type { Ctx, Self } from '../wiring.ts';
import { terminate } from './startup.ts';
import type { Worker } from './worker.ts';

/**
 * Pods that a kubelet stops by itself. Nobody sets a deletionTimestamp, so their endpoints stay ready until a probe fails, the
 * containers are dead, or the node controller marks the Pods.
 */

/** What a kubelet knows of its node; undefined while nothing happened to it. */
export interface NodeState {
  readonly lost: boolean;
}

export const podKillRequested: Reducer<Worker | undefined, PodKillRequested, Self> = (worker, event, ctx) => {
  if (worker === undefined || worker.stage !== 'running') return [worker, NO_EFFECTS];
  const { graceOverrideSeconds } = event.data;
  return terminate({ ...worker, kill: { graceOverrideSeconds } }, ctx);
};

/**
 * Groups of Pods are stopped one after the other, lowest priority first. Manifests' priorities are not read, so all Pods are in the
 * first group; the node goes once all periods are over.
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go processShutdownEvent
 */
export const nodeShutdownStarted: Reducer<NodeState | undefined, NodeShutdownStarted, Self> = (
  state,
  event,
  ctx,
) => {
  const { shutdownGracePeriodSeconds, shutdownGracePeriodCriticalPodsSeconds } = event.data;
  const { world, wiring, node } = ctx.self;
  const periods = migrateShutdownConfig(shutdownGracePeriodSeconds, shutdownGracePeriodCriticalPodsSeconds);
  const workers = runningWorkers(ctx).map((worker) => ({ worker, priority: null }));
  const effects: Effect[] = [];
  for (const { pods, shutdownGracePeriodSeconds: seconds } of groupByPriority(periods, workers)) {
    for (const { worker } of pods) {
      const { index, template } = worker.pod;
      const own = world.templates[template]!.terminationGracePeriodSeconds;
      const data: PodKillRequested = { graceOverrideSeconds: shutdownGraceOverrideSeconds(seconds, own) };
      effects.push(after(T.podKillRequested, ctx.actor, KUBELET.worker, index, index, data, 0));
    }
  }
  const total =
    periods.reduce((sum, period) => sum + period.shutdownGracePeriodSeconds, 0) * MICROS_PER_SECOND;
  const data: OfNode = { node };
  // The kubelet says at once that its node is not ready; the controller looks every five seconds.
  const look = ctx.bits(MONITOR, 0, 0, 0) % MONITOR_PERIOD;
  effects.push(
    after(T.nodeNotReady, wiring.nodeLifecycle, NODE_LIFECYCLE.node, node, -1, data, look),
    after(T.nodeLost, ctx.actor, KUBELET.node, 0, -1, data, total),
    after(T.nodeLost, wiring.containers(node), 0, 0, -1, data, total),
  );
  return [state, effects];
};

/** `--node-monitor-period`. */
const MONITOR_PERIOD = 5 * MICROS_PER_SECOND;
const MONITOR = -7;

function runningWorkers(ctx: Ctx): Worker[] {
  const workers: Worker[] = [];
  for (let index = 0; index < ctx.size(KUBELET.worker); index++) {
    const worker = ctx.cell<Worker>(KUBELET.worker, index);
    if (worker !== undefined && worker.stage === 'running') workers.push(worker);
  }
  return workers;
}

export const nodeLost: Reducer<NodeState | undefined, OfNode, Self> = () => [{ lost: true }, NO_EFFECTS];

/** A kubelet whose node is gone answers nothing. */
export function whileAlive(reducer: AnyReducer): AnyReducer {
  return (state, event, ctx) =>
    ctx.cell(KUBELET.node, 0) === undefined ? reducer(state, event, ctx) : [state, NO_EFFECTS];
}
