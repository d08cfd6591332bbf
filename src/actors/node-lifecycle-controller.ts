import { SITE } from '../cluster/delay-sites.ts';
import { type NodeObserved, type OfNode, type PatchNode, T } from '../cluster/events.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../kernel/event.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { API, NODE_LIFECYCLE as CELL } from './cell-kinds.ts';
import { table } from './table.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Notices that a node is gone or says itself that it is not ready, taints it, says so in its Pods, and deletes them once their
 * tolerations have run out. Its writes to Pods are taken as one: the Pods of a node change together.
 * Source: pkg/controller/nodelifecycle, pkg/controller/tainteviction
 */

/** Default tolerations for the taints not-ready and unreachable. */
const TOLERATION = 300 * MICROS_PER_SECOND;

/** A node that is not ready, as far as the controller has come with it. */
export interface UnreadyNode {
  /** Its Pods are marked, and their tolerations run. */
  readonly marked: boolean;
}

/**
 * A node whose kubelet says that it is not ready is tainted at once; its Pods wait for the monitor to look.
 * Source: pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass, monitorNodeHealth
 */
const nodeObserved: Reducer<UnreadyNode | undefined, NodeObserved, Self> = (unready, event, ctx) => {
  const { index: node, ready } = event.data.node;
  if (ready || unready !== undefined) return [unready, NO_EFFECTS];
  const data: OfNode = { node };
  const site = SITE['nodeLifecycle.monitor'];
  const key = keyOfObject(Transition.none, node);
  return [
    { marked: false },
    [
      patches(ctx, node, { tainted: true }),
      after(T.nodeNotReady, ctx.actor, CELL.node, node, -1, data, 0, site, key),
    ],
  ];
};

const nodeNotReady: Reducer<UnreadyNode | undefined, OfNode, Self> = (unready, event, ctx) => {
  if (unready?.marked === true) return [unready, NO_EFFECTS];
  const { data, object, transition } = event;
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const effects: Effect[] = [
    after(T.markPodsNotReady, to, API.counters, 0, -1, data, 0, site, transition),
    after(T.taintEvictionDue, ctx.actor, CELL.node, object, -1, data, TOLERATION, undefined, transition),
  ];
  // One that has said so itself is tainted already.
  if (unready === undefined) effects.push(patches(ctx, object, { ready: false, tainted: true }));
  return [{ marked: true }, effects];
};

function patches(ctx: Ctx, node: number, patch: PatchNode): Effect {
  const to = ctx.self.wiring.apiServer;
  const key = keyOfObject(requestKey('nodeStatus', 0), node);
  return after(T.patchNode, to, API.node, node, -1, patch, 0, SITE['apiServer.write'], key);
}

const taintEvictionDue: Reducer<UnreadyNode | undefined, OfNode, Self> = (state, event, ctx) => {
  const to = ctx.self.wiring.apiServer;
  const site = SITE['apiServer.write'];
  const { data, transition } = event;
  return [state, [after(T.evictTaintedPods, to, API.counters, 0, -1, data, 0, site, transition)]];
};

export const nodeLifecycleController: Behaviour = {
  kinds: ['node'],
  reducers: table({ nodeObserved, nodeNotReady, taintEvictionDue }),
};

/** From a node's last heartbeat until it is taken for gone: `--node-monitor-grace-period`, 40 s up to 1.30 and 50 s from 1.31. */
export function nodeMonitorGraceSeconds(minor: number): number {
  return minor >= 31 ? 50 : 40;
}
