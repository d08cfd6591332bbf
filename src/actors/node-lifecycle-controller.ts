import { SITE } from '../cluster/delay-sites.ts';
import type { NodeObject } from '../cluster/disruption.ts';
import { type NodeObserved, type OfNode, type PatchNode, T, type TaintEviction } from '../cluster/events.ts';
import { keyOfObject, requestKey, Transition } from '../cluster/state.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS } from '../kernel/event.ts';
import { append } from '../kernel/lists.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { evictionDelaySeconds, type Taint, type TaintEffect } from '../rules/apiserver/taints.ts';
import { NODE_TAINTS } from '../rules/apiserver/tolerations.ts';
import { defineActor } from './define-actor.ts';
import { API, cellsOf } from './protocol.ts';
import type { Ctx, Self } from './wiring.ts';

/**
 * Notices that a node is gone or says itself that it is not ready, taints it, says so in its Pods, and deletes them once their
 * tolerations have run out. Its writes to Pods are taken as one: the Pods of a node change together.
 * Source: pkg/controller/nodelifecycle, pkg/controller/tainteviction
 */

/** What the controller knows of a node that is not as it should be. */
export interface KnownNode {
  /** It says itself that it is not ready. */
  readonly unready: boolean;
  /** Its Pods are marked. */
  readonly marked: boolean;
  /** The taints NoExecute whose tolerations run. */
  readonly noExecute: readonly Taint[];
}

export interface NodeLifecycleCells {
  readonly node: KnownNode;
}

export const CELL = cellsOf<'node-lifecycle-controller', NodeLifecycleCells>('node-lifecycle-controller');

const AS_IT_SHOULD_BE: KnownNode = { unready: false, marked: false, noExecute: [] };

/** Nodes as they are when the run begins: what their taints evict is gone. */
export function steadyNodes(nodes: readonly NodeObject[]): KnownNode[] {
  return nodes.map(({ taints }) => ({
    ...AS_IT_SHOULD_BE,
    noExecute: taints.filter(({ effect }) => effect === 'NoExecute'),
  }));
}

/**
 * A node whose kubelet says that it is not ready is tainted at once; its Pods wait for the monitor to look. Where its taints NoExecute
 * are others than before, the tolerations of its Pods run from now on.
 * Source: pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass, monitorNodeHealth;
 * pkg/controller/tainteviction/taint_eviction.go handleNodeUpdate
 */
const nodeObserved: Reducer<KnownNode | undefined, NodeObserved, Self> = (
  known = AS_IT_SHOULD_BE,
  event,
  ctx,
) => {
  const { index: node, ready, taints } = event.data.node;
  const effects: Effect[] = [];
  const noExecute = taints.filter(({ effect }) => effect === 'NoExecute');
  const unready = !ready && !known.unready && !known.marked;
  if (unready) {
    effects.push(patches(ctx, node, { adds: [taintOf('notReady', 'NoSchedule')] }));
    effects.push(monitored(ctx, node));
  }
  if (!sameTaints(noExecute, known.noExecute)) append(effects, tolerations(ctx, node, noExecute));
  return [{ ...known, unready: known.unready || unready, noExecute }, effects];
};

function monitored(ctx: Ctx, node: number): Effect {
  const data: OfNode = { node };
  return after({
    type: T.nodeNotReady,
    actor: ctx.actor,
    kind: CELL.node,
    object: node,
    about: -1,
    data,
    site: SITE['nodeLifecycle.monitor'],
    transition: keyOfObject(Transition.none, ctx.self.world.nodes[node]!.name),
  });
}

function taintOf(which: keyof typeof NODE_TAINTS, effect: TaintEffect): Taint {
  return { key: NODE_TAINTS[which], value: '', effect };
}

function sameTaints(a: readonly Taint[], b: readonly Taint[]): boolean {
  return a.length === b.length && a.every((taint) => b.some(({ key, value }) => isOf(taint, key, value)));
}

function isOf(taint: Taint, key: string, value: string): boolean {
  return taint.key === key && taint.value === value;
}

/** One that has said so itself is tainted already, and not as unreachable. */
const nodeNotReady: Reducer<KnownNode | undefined, OfNode, Self> = (known = AS_IT_SHOULD_BE, event, ctx) => {
  if (known.marked) return [known, NO_EFFECTS];
  const { data, object, transition } = event;
  const effects: Effect[] = [
    after({
      type: T.markPodsNotReady,
      actor: ctx.self.wiring.apiServer,
      kind: API.counters,
      object: 0,
      about: -1,
      data,
      site: SITE['apiServer.write'],
      transition,
    }),
  ];
  if (known.unready) effects.push(patches(ctx, object, { adds: [taintOf('notReady', 'NoExecute')] }));
  else {
    const adds = [taintOf('unreachable', 'NoSchedule'), taintOf('unreachable', 'NoExecute')];
    effects.push(patches(ctx, object, { ready: false, adds }));
  }
  return [{ ...known, marked: true }, effects];
};

/** When Pods of the node have tolerated its taints for long enough, each time once. */
function tolerations(ctx: Ctx, node: number, taints: readonly Taint[]): readonly Effect[] {
  const { templates, nodes } = ctx.self.world;
  const times = new Set<number>();
  for (const template of templates) {
    const seconds = evictionDelaySeconds(template.tolerations, taints);
    if (seconds !== null) times.add(seconds);
  }
  const transition = keyOfObject(Transition.none, nodes[node]!.name);
  return [...times]
    .sort((a, b) => a - b)
    .map((afterSeconds) =>
      after({
        type: T.taintEvictionDue,
        actor: ctx.actor,
        kind: CELL.node,
        object: node,
        about: -1,
        data: { node, taints, afterSeconds },
        delay: afterSeconds * MICROS_PER_SECOND,
        transition,
      }),
    );
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

/** Not where the node has other taints by now: then their tolerations run. */
const taintEvictionDue: Reducer<KnownNode | undefined, TaintEviction, Self> = (known, event, ctx) => {
  const { data, transition } = event;
  if (known === undefined || !sameTaints(known.noExecute, data.taints)) return [known, NO_EFFECTS];
  return [
    known,
    [
      after({
        type: T.evictTaintedPods,
        actor: ctx.self.wiring.apiServer,
        kind: API.counters,
        object: 0,
        about: -1,
        data,
        site: SITE['apiServer.write'],
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
