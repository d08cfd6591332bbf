import { SITE } from '../cluster/delay-sites.ts';
import { type NodeObserved, type OfNode, type PatchNode, T, type TaintEviction } from '../cluster/events.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import { defineActor } from './define-actor.ts';
import { API, cellsOf } from './protocol.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Notices that a node is gone or says itself that it is not ready, taints it, says so in its Pods, and deletes them once their
 * tolerations have run out. Its writes to Pods are taken as one: the Pods of a node change together.
 * Source: pkg/controller/nodelifecycle, pkg/controller/tainteviction
 */

/** A node that is not ready, as far as the controller has come with it. */
export interface UnreadyNode {
  /** Its Pods are marked, and their tolerations run. */
  readonly marked: boolean;
}

export interface NodeLifecycleCells {
  readonly node: UnreadyNode;
}

export const CELL = cellsOf<'node-lifecycle-controller', NodeLifecycleCells>('node-lifecycle-controller');

/**
 * A node whose kubelet says that it is not ready is tainted at once; its Pods wait for the monitor to look.
 * Source: pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass, monitorNodeHealth
 */
const nodeObserved: Reducer<UnreadyNode | undefined, NodeObserved, Self> = (unready, event, ctx) => {
  const { index: node, ready } = event.data.node;
  if (ready || unready !== undefined) return [unready, NO_EFFECTS];
  const data: OfNode = { node };
  const site = SITE['nodeLifecycle.monitor'];
  const key = keyOfObject(Transition.none, ctx.self.world.nodes[node]!.name);
  return [
    { marked: false },
    [
      patches(ctx, node, { tainted: true }),
      after({
        type: T.nodeNotReady,
        actor: ctx.actor,
        kind: CELL.node,
        object: node,
        about: -1,
        data,
        site,
        transition: key,
      }),
    ],
  ];
};

const nodeNotReady: Reducer<UnreadyNode | undefined, OfNode, Self> = (unready, event, ctx) => {
  if (unready?.marked === true) return [unready, NO_EFFECTS];
  const { data, object, transition } = event;
  // One that has said so itself is tainted already, and not as unreachable.
  const taint = unready === undefined ? 'unreachable' : 'notReady';
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const effects: Effect[] = [
    after({
      type: T.markPodsNotReady,
      actor: to,
      kind: API.counters,
      object: 0,
      about: -1,
      data,
      site,
      transition,
    }),
    ...tolerations(ctx, taint).map((delay) => {
      const due: TaintEviction = { node: data.node, taint, after: delay };
      return after({
        type: T.taintEvictionDue,
        actor: ctx.actor,
        kind: CELL.node,
        object,
        about: -1,
        data: due,
        delay,
        transition,
      });
    }),
  ];
  if (unready === undefined) effects.push(patches(ctx, object, { ready: false, tainted: true }));
  return [{ marked: true }, effects];
};

/** How long Pods tolerate a taint, each time once. */
function tolerations(ctx: Ctx, taint: TaintEviction['taint']): readonly Micros[] {
  const times = new Set<Micros>();
  for (const { evictedAfter } of ctx.self.world.templates) {
    const time = evictedAfter[taint];
    if (time !== null) times.add(time);
  }
  return [...times].sort((a, b) => a - b);
}

function patches(ctx: Ctx, node: number, patch: PatchNode): Effect {
  const to = ctx.self.wiring.apiServer;
  const key = keyOfObject(requestKey('nodeStatus', 0), ctx.self.world.nodes[node]!.name);
  return after({
    type: T.patchNode,
    actor: to,
    kind: API.node,
    object: node,
    about: -1,
    data: patch,
    site: SITE['apiServer.write'],
    transition: key,
  });
}

const taintEvictionDue: Reducer<UnreadyNode | undefined, TaintEviction, Self> = (state, event, ctx) => {
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const { data, transition } = event;
  return [
    state,
    [
      after({
        type: T.evictTaintedPods,
        actor: to,
        kind: API.counters,
        object: 0,
        about: -1,
        data,
        site,
        transition,
      }),
    ],
  ];
};

export const nodeLifecycleController = defineActor<'node-lifecycle-controller', NodeLifecycleCells>(
  'node-lifecycle-controller',
  {
    node: { nodeObserved, nodeNotReady, taintEvictionDue },
  },
);

/** From a node's last heartbeat until it is taken for gone: `--node-monitor-grace-period`, 40 s up to 1.30 and 50 s from 1.31. */
export function nodeMonitorGraceSeconds(minor: number): number {
  return minor >= 31 ? 50 : 40;
}
