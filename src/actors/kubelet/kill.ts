import { SITE } from '../../cluster/delay-sites.ts';
import {
  type NodeShutdownStarted,
  type OfNode,
  type PatchNode,
  type PodKillRequested,
  T,
} from '../../cluster/events.ts';
import { keyOfObject, requestKey } from '../../cluster/state.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, arm, cancel, type Effect, NO_EFFECTS } from '../../kernel/event.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { killPodTimeoutSeconds } from '../../rules/kubelet/kill-pod-now.ts';
import { groupByPriority, shutdownGraceOverrideSeconds } from '../../rules/kubelet/node-shutdown.ts';
import { API, KUBE_PROXY, KUBELET } from '../cell-kinds.ts';
import type { Ctx, Self } from '../wiring.ts';
import { terminate } from './startup.ts';
import type { Worker } from './worker.ts';

/**
 * Pods that a kubelet stops by itself. Nobody sets a deletionTimestamp, so their endpoints stay ready until a probe fails, the
 * containers are dead, or the node controller marks the Pods.
 */

/** What a kubelet knows of its node; undefined while nothing happened to it. */
export type NodeState = { readonly state: 'lost' } | Shutdown;

/** A graceful shutdown: groups of Pods, one after the other, lowest priority first. */
interface Shutdown {
  readonly state: 'shuttingDown';
  readonly groups: readonly Group[];
  /** The group whose turn it is, and its Pods that are not gone yet. */
  readonly current: number;
  /** When the time of that group is over. */
  readonly groupEndsAt: Micros;
  readonly waitsFor: readonly AwaitedPod[];
}

interface AwaitedPod {
  readonly pod: number;
  /** From then on it is no longer waited for, though its kill goes on. */
  readonly givenUpAt: Micros;
}

interface Group {
  readonly pods: readonly number[];
  readonly periodSeconds: number;
}

export const podKillRequested: Reducer<Worker | undefined, PodKillRequested, Self> = (worker, event, ctx) => {
  if (worker === undefined || !isActive(worker)) return [worker, NO_EFFECTS];
  const { graceOverrideSeconds } = event.data;
  const killed: Worker = { ...worker, kill: { graceOverrideSeconds } };
  // A sync that starts the Pod is seen to its end first.
  return worker.stage === 'starting' ? [killed, NO_EFFECTS] : terminate(killed, ctx);
};

/**
 * From the beginning the node is not ready, and takes no new Pod. Once every group has had its turn the node goes.
 * Source: pkg/kubelet/nodeshutdown/nodeshutdown_manager.go processShutdownEvent, killPods
 */
export const nodeShutdownStarted: Reducer<NodeState | undefined, NodeShutdownStarted, Self> = (
  state,
  event,
  ctx,
) => {
  // One at a time: it has come so far that nothing stops it.
  if (state !== undefined) return [state, NO_EFFECTS];
  const { world, wiring, node } = ctx.self;
  const workers = unfinishedWorkers(ctx).map(({ pod: { index, template } }) => ({
    index,
    priority: world.templates[template]!.priority,
  }));
  const groups = groupByPriority(event.data.periods, workers)
    .filter(({ pods }) => pods.length > 0)
    .map(({ pods, shutdownGracePeriodSeconds }) => ({
      pods: pods.map(({ index }) => index),
      periodSeconds: shutdownGracePeriodSeconds,
    }));
  const status: PatchNode = { ready: false };
  const key = keyOfObject(requestKey('nodeStatus', 0), node);
  const effects: Effect[] = [
    after(T.patchNode, wiring.apiServer, API.node, node, -1, status, 0, SITE['apiServer.write'], key),
  ];
  return [
    beginGroup(
      { state: 'shuttingDown', groups, current: 0, groupEndsAt: ctx.now, waitsFor: [] },
      ctx,
      effects,
    ),
    effects,
  ];
};

/** The turn of the next group that has anything to wait for: its Pods are killed. After the last one the node goes. */
function beginGroup(shutdown: Shutdown, ctx: Ctx, effects: Effect[]): Shutdown {
  for (let current = shutdown.current; current < shutdown.groups.length; current++) {
    const { pods, periodSeconds } = shutdown.groups[current]!;
    const waitsFor = pods
      .filter((pod) => {
        const { goneAt } = ctx.cell<Worker>(KUBELET.worker, pod)!;
        return goneAt === null || goneAt > ctx.now;
      })
      .map((pod) => killForShutdown(pod, periodSeconds, ctx, effects));
    if (waitsFor.length === 0) continue;
    const period = periodSeconds * MICROS_PER_SECOND;
    effects.push(arm(GROUP_TIMER, T.shutdownGroupEnded, ctx.actor, KUBELET.node, 0, -1, null, period));
    return awaitPods({ ...shutdown, current, groupEndsAt: ctx.now + period }, waitsFor, ctx, effects);
  }
  powerOff(ctx, effects);
  return { ...shutdown, current: shutdown.groups.length, waitsFor: [] };
}

function killForShutdown(pod: number, periodSeconds: number, ctx: Ctx, effects: Effect[]): AwaitedPod {
  const worker = ctx.cell<Worker>(KUBELET.worker, pod)!;
  const { terminationGracePeriodSeconds } = ctx.self.world.templates[worker.pod.template]!;
  const graceOverrideSeconds = shutdownGraceOverrideSeconds(periodSeconds, terminationGracePeriodSeconds);
  const data: PodKillRequested = { graceOverrideSeconds };
  effects.push(after(T.podKillRequested, ctx.actor, KUBELET.worker, pod, pod, data, 0));
  if (worker.goneAt !== null)
    effects.push(after(T.shutdownPodEnded, ctx.actor, KUBELET.node, 0, pod, null, worker.goneAt - ctx.now));
  const timeoutSeconds = killPodTimeoutSeconds({ graceOverrideSeconds, terminationGracePeriodSeconds });
  return { pod, givenUpAt: ctx.now + timeoutSeconds * MICROS_PER_SECOND };
}

function powerOff(ctx: Ctx, effects: Effect[]): void {
  const { wiring, node } = ctx.self;
  const data: OfNode = { node };
  const site = SITE['node.powerOff'];
  const off = ctx.fixed(site, node);
  effects.push(
    after(T.nodeLost, ctx.actor, KUBELET.node, 0, -1, data, off),
    after(T.nodeLost, wiring.containers(node), 0, 0, -1, data, off),
    after(T.nodeLost, wiring.kubeProxy(node), KUBE_PROXY.lost, 0, -1, data, off),
  );
}

const GROUP_TIMER = 0;
const GIVE_UP_TIMER = 1;

/** Waits for these Pods of the group, and for none of them longer than whoever has a Pod killed does. */
function awaitPods(
  shutdown: Shutdown,
  waitsFor: readonly AwaitedPod[],
  ctx: Ctx,
  effects: Effect[],
): Shutdown {
  const next = waitsFor.reduce((first, each) => (each.givenUpAt < first.givenUpAt ? each : first));
  effects.push(
    next.givenUpAt < shutdown.groupEndsAt
      ? arm(
          GIVE_UP_TIMER,
          T.shutdownPodEnded,
          ctx.actor,
          KUBELET.node,
          0,
          next.pod,
          null,
          next.givenUpAt - ctx.now,
        )
      : cancel(GIVE_UP_TIMER, ctx.actor, KUBELET.node, 0),
  );
  return { ...shutdown, waitsFor };
}

/** A group that loses its last Pod does not wait for the rest of its period. */
export const shutdownPodEnded: Reducer<NodeState, null, Self> = (state, event, ctx) => {
  if (state.state === 'lost' || !state.waitsFor.some(({ pod }) => pod === event.about))
    return [state, NO_EFFECTS];
  const waitsFor = state.waitsFor.filter(({ pod }) => pod !== event.about);
  const effects: Effect[] = [];
  if (waitsFor.length > 0) return [awaitPods(state, waitsFor, ctx, effects), effects];
  effects.push(
    cancel(GROUP_TIMER, ctx.actor, KUBELET.node, 0),
    cancel(GIVE_UP_TIMER, ctx.actor, KUBELET.node, 0),
  );
  return [beginGroup({ ...state, current: state.current + 1 }, ctx, effects), effects];
};

export const shutdownGroupEnded: Reducer<NodeState, null, Self> = (state, _event, ctx) => {
  if (state.state === 'lost') return [state, NO_EFFECTS];
  const effects: Effect[] = [cancel(GIVE_UP_TIMER, ctx.actor, KUBELET.node, 0)];
  return [beginGroup({ ...state, current: state.current + 1 }, ctx, effects), effects];
};

function isActive({ stage }: Worker): boolean {
  return stage === 'starting' || stage === 'running';
}

/** Those that are stopping already, too: the shutdown waits for them. */
function unfinishedWorkers(ctx: Ctx): Worker[] {
  const workers: Worker[] = [];
  for (let index = 0; index < ctx.size(KUBELET.worker); index++) {
    const worker = ctx.cell<Worker>(KUBELET.worker, index);
    if (worker !== undefined && (worker.goneAt === null || worker.goneAt > ctx.now)) workers.push(worker);
  }
  return workers;
}

export const nodeLost: Reducer<NodeState | undefined, OfNode, Self> = (_state, _event, ctx) => [
  { state: 'lost' },
  [GROUP_TIMER, GIVE_UP_TIMER].map((timer) => cancel(timer, ctx.actor, KUBELET.node, 0)),
];

export function isLost(ctx: Ctx): boolean {
  return ctx.cell<NodeState>(KUBELET.node, 0)?.state === 'lost';
}
