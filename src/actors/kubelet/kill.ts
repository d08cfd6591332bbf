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
import { after, arm, cancel, type Effect, NO_EFFECTS, type Outbox } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { killPodTimeoutSeconds } from '../../rules/kubelet/kill-pod-now.ts';
import { groupByPriority, shutdownGraceOverrideSeconds } from '../../rules/kubelet/node-shutdown.ts';
import { nodeGoes } from '../node-goes.ts';
import { API } from '../protocol.ts';
import type { Ctx, Self } from '../wiring.ts';
import { type AwaitedPod, CELL, type NodeState, type Shutdown } from './cells.ts';
import { terminate } from './startup.ts';
import { changedWorker, type Worker } from './worker.ts';

/**
 * Pods that a kubelet stops by itself. Nobody sets a deletionTimestamp, so their endpoints stay ready until a probe fails, the
 * containers are dead, or the node controller marks the Pods.
 */

export const podKillRequested: Reducer<Worker | undefined, PodKillRequested, Self> = (worker, event, ctx) => {
  if (worker === undefined || !isActive(worker)) return [worker, NO_EFFECTS];
  const { graceOverrideSeconds } = event.data;
  const killed: Worker = changedWorker(worker, { kill: { graceOverrideSeconds } });
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
  const key = keyOfObject(requestKey('nodeStatus', 0), world.nodes[node]!.name);
  const effects: Effect[] = [
    after({
      type: T.patchNode,
      actor: wiring.apiServer,
      kind: API.node,
      object: node,
      about: -1,
      data: status,
      site: SITE['apiServer.write'],
      transition: key,
    }),
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
function beginGroup(shutdown: Shutdown, ctx: Ctx, outbox: Outbox): Shutdown {
  for (let current = shutdown.current; current < shutdown.groups.length; current++) {
    const { pods, periodSeconds } = shutdown.groups[current]!;
    const waitsFor = pods
      .filter((pod) => {
        const { goneAt } = ctx.cell(CELL.worker, pod)!;
        return goneAt === null || goneAt > ctx.now;
      })
      .map((pod) => killForShutdown(pod, periodSeconds, ctx, outbox));
    if (waitsFor.length === 0) continue;
    const period = periodSeconds * MICROS_PER_SECOND;
    outbox.push(
      arm({
        timer: GROUP_TIMER,
        type: T.shutdownGroupEnded,
        actor: ctx.actor,
        kind: CELL.node,
        object: 0,
        about: -1,
        data: null,
        delay: period,
      }),
    );
    return awaitPods({ ...shutdown, current, groupEndsAt: ctx.now + period }, waitsFor, ctx, outbox);
  }
  powerOff(ctx, outbox);
  return { ...shutdown, current: shutdown.groups.length, waitsFor: [] };
}

function killForShutdown(pod: number, periodSeconds: number, ctx: Ctx, outbox: Outbox): AwaitedPod {
  const worker = ctx.cell(CELL.worker, pod)!;
  const { terminationGracePeriodSeconds } = ctx.self.world.templates[worker.pod.template]!;
  const graceOverrideSeconds = shutdownGraceOverrideSeconds(periodSeconds, terminationGracePeriodSeconds);
  const data: PodKillRequested = { graceOverrideSeconds };
  outbox.push(
    after({ type: T.podKillRequested, actor: ctx.actor, kind: CELL.worker, object: pod, about: pod, data }),
  );
  if (worker.goneAt !== null)
    outbox.push(
      after({
        type: T.shutdownPodEnded,
        actor: ctx.actor,
        kind: CELL.node,
        object: 0,
        about: pod,
        data: null,
        delay: worker.goneAt - ctx.now,
      }),
    );
  const timeoutSeconds = killPodTimeoutSeconds({ graceOverrideSeconds, terminationGracePeriodSeconds });
  return { pod, givenUpAt: ctx.now + timeoutSeconds * MICROS_PER_SECOND };
}

function powerOff(ctx: Ctx, outbox: Outbox): void {
  const { wiring, node } = ctx.self;
  append(outbox, nodeGoes(node, ctx.fixed(SITE['node.powerOff'], -1), wiring));
}

const GROUP_TIMER = 0;
const GIVE_UP_TIMER = 1;

/** Waits for these Pods of the group, and for none of them longer than whoever has a Pod killed does. */
function awaitPods(shutdown: Shutdown, waitsFor: readonly AwaitedPod[], ctx: Ctx, outbox: Outbox): Shutdown {
  const next = waitsFor.reduce((first, each) => (each.givenUpAt < first.givenUpAt ? each : first));
  outbox.push(
    next.givenUpAt < shutdown.groupEndsAt
      ? arm({
          timer: GIVE_UP_TIMER,
          type: T.shutdownPodEnded,
          actor: ctx.actor,
          kind: CELL.node,
          object: 0,
          about: next.pod,
          data: null,
          delay: next.givenUpAt - ctx.now,
        })
      : cancel({ timer: GIVE_UP_TIMER, actor: ctx.actor, kind: CELL.node, object: 0 }),
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
    cancel({ timer: GROUP_TIMER, actor: ctx.actor, kind: CELL.node, object: 0 }),
    cancel({ timer: GIVE_UP_TIMER, actor: ctx.actor, kind: CELL.node, object: 0 }),
  );
  return [beginGroup({ ...state, current: state.current + 1 }, ctx, effects), effects];
};

export const shutdownGroupEnded: Reducer<NodeState, null, Self> = (state, _event, ctx) => {
  if (state.state === 'lost') return [state, NO_EFFECTS];
  const effects: Effect[] = [cancel({ timer: GIVE_UP_TIMER, actor: ctx.actor, kind: CELL.node, object: 0 })];
  return [beginGroup({ ...state, current: state.current + 1 }, ctx, effects), effects];
};

function isActive({ stage }: Worker): boolean {
  return stage === 'starting' || stage === 'running';
}

/** Those that are stopping already, too: the shutdown waits for them. */
function unfinishedWorkers(ctx: Ctx): Worker[] {
  const workers: Worker[] = [];
  for (const worker of ctx.all(CELL.worker)) {
    if (worker !== undefined && (worker.goneAt === null || worker.goneAt > ctx.now)) workers.push(worker);
  }
  return workers;
}

export const nodeLost: Reducer<NodeState | undefined, OfNode, Self> = (_state, _event, ctx) => [
  { state: 'lost' },
  [GROUP_TIMER, GIVE_UP_TIMER].map((timer) =>
    cancel({ timer, actor: ctx.actor, kind: CELL.node, object: 0 }),
  ),
];

export function isLost(ctx: Ctx): boolean {
  return ctx.cell(CELL.node, 0)?.state === 'lost';
}
