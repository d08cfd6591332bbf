import { SITE } from '../../cluster/delay-sites.ts';
import {
  type NodeShutdownStarted,
  type OfNode,
  type PatchNode,
  type PodKillRequested,
  T,
} from '../../cluster/events.ts';
import { keyOfObject, requestKey } from '../../cluster/state.ts';
import type { AnyReducer, Reducer } from '../../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import {
  groupByPriority,
  migrateShutdownConfig,
  shutdownGraceOverrideSeconds,
} from '../../rules/node-shutdown.ts';
import { API, KUBELET } from '../cell-kinds.ts';
import type { Ctx, Self } from '../wiring.ts';
import { terminate } from './startup.ts';
import type { Worker } from './worker.ts';

/**
 * Pods that a kubelet stops by itself. Nobody sets a deletionTimestamp, so their endpoints stay ready until a probe fails, the
 * containers are dead, or the node controller marks the Pods.
 */

/** What a kubelet knows of its node; undefined while nothing happened to it. */
export interface NodeState {
  readonly state: 'shuttingDown' | 'lost';
}

export const podKillRequested: Reducer<Worker | undefined, PodKillRequested, Self> = (worker, event, ctx) => {
  if (worker === undefined || !isActive(worker)) return [worker, NO_EFFECTS];
  const { graceOverrideSeconds } = event.data;
  const killed: Worker = { ...worker, kill: { graceOverrideSeconds } };
  // A sync that starts the Pod is seen to its end first.
  return worker.stage === 'starting' ? [killed, NO_EFFECTS] : terminate(killed, ctx);
};

/**
 * Groups of Pods are stopped one after the other, lowest priority first. Manifests' priorities are not read, so all Pods are in the
 * first group; the node goes once all periods are over. From the beginning the node is not ready, and takes no new Pod.
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go processShutdownEvent
 */
export const nodeShutdownStarted: Reducer<NodeState | undefined, NodeShutdownStarted, Self> = (
  _,
  event,
  ctx,
) => {
  const { shutdownGracePeriodSeconds, shutdownGracePeriodCriticalPodsSeconds } = event.data;
  const { world, wiring, node } = ctx.self;
  const periods = migrateShutdownConfig(shutdownGracePeriodSeconds, shutdownGracePeriodCriticalPodsSeconds);
  const workers = activeWorkers(ctx).map((worker) => ({ worker, priority: null }));
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
  const status: PatchNode = { ready: false };
  const key = keyOfObject(requestKey('nodeStatus', 0), node);
  effects.push(
    after(T.patchNode, wiring.apiServer, API.node, node, -1, status, 0, SITE['apiServer.write'], key),
    after(T.nodeLost, ctx.actor, KUBELET.node, 0, -1, data, total),
    after(T.nodeLost, wiring.containers(node), 0, 0, -1, data, total),
  );
  return [{ state: 'shuttingDown' }, effects];
};

function isActive({ stage }: Worker): boolean {
  return stage === 'starting' || stage === 'running';
}

function activeWorkers(ctx: Ctx): Worker[] {
  const workers: Worker[] = [];
  for (let index = 0; index < ctx.size(KUBELET.worker); index++) {
    const worker = ctx.cell<Worker>(KUBELET.worker, index);
    if (worker !== undefined && isActive(worker)) workers.push(worker);
  }
  return workers;
}

export const nodeLost: Reducer<NodeState | undefined, OfNode, Self> = () => [{ state: 'lost' }, NO_EFFECTS];

function nodeState(ctx: Ctx): NodeState['state'] | undefined {
  return ctx.cell<NodeState>(KUBELET.node, 0)?.state;
}

/** A kubelet whose node is gone answers nothing. */
export function whileAlive(reducer: AnyReducer): AnyReducer {
  return (state, event, ctx) =>
    nodeState(ctx) === 'lost' ? [state, NO_EFFECTS] : reducer(state, event, ctx);
}
