import { SITE } from '../cluster/delay-sites.ts';
import type { NodeObject } from '../cluster/disruption.ts';
import { type BindPod, type NodeObserved, type PodObserved, T } from '../cluster/events.ts';
import { type PodObject, Transition, transitionOf } from '../cluster/state.ts';
import type { TemplateInfo, World } from '../cluster/world.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put } from '../kernel/event.ts';
import { findMatchingUntoleratedTaint, UNSCHEDULABLE_TAINT } from '../rules/apiserver/taints.ts';
import type { Toleration } from '../rules/apiserver/tolerations.ts';
import { defineActor } from './define-actor.ts';
import { API, cellsOf } from './protocol.ts';
import type { Ctx, Self } from './wiring.ts';

/** Where the scheduler believes a Pod to be; node -1: no node can take it. */
export interface Placement {
  readonly template: number;
  /** Pods of one ReplicaSet are spread by themselves; a bare Pod counts among those of its template. */
  readonly group: number;
  readonly node: number;
  /** The only node that it may go to: a DaemonSet's Pod; -1: any. */
  readonly pinned: number;
}

/** What stands on a node: Pods in all and of each group, and of each host port how many Pods take it. */
export interface NodeLoad {
  readonly pods: number;
  readonly groups: Readonly<Record<string, number>>;
  readonly hostPorts: Readonly<Record<string, number>>;
}

export interface SchedulerCells {
  readonly pod: Placement | null;
  readonly node: NodeObject;
  readonly load: NodeLoad;
  readonly waiting: readonly number[];
}

export const CELL = cellsOf<'scheduler', SchedulerCells>('scheduler');

const EMPTY: NodeLoad = { pods: 0, groups: {}, hostPorts: {} };

export function placementOf(
  { template, replicaSet, member }: Pick<PodObject, 'template' | 'replicaSet' | 'member'>,
  node: number,
  world: World,
): Placement {
  const daemon = member !== null && world.sets[member.set]!.kind === 'DaemonSet';
  const pinned = daemon ? member.place : -1;
  return { template, group: replicaSet >= 0 ? replicaSet : -2 - template, node, pinned };
}

/** The loads of all nodes under these placements. */
export function loadsOf(world: World, placements: readonly Placement[]): NodeLoad[] {
  const loads = world.nodes.map(() => ({ pods: 0, groups: {}, hostPorts: {} }));
  for (const { node, group, template } of placements) {
    const load = loads[node];
    if (load === undefined) continue;
    load.pods++;
    add(load.groups, group, 1);
    for (const port of world.templates[template]!.hostPorts) add(load.hostPorts, port, 1);
  }
  return loads;
}

function add(counts: Record<string, number>, key: number | string, by: 1 | -1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

function changedLoad(load: NodeLoad, { group, template }: Placement, by: 1 | -1, world: World): NodeLoad {
  const ports = world.templates[template]!.hostPorts;
  const groups = { ...load.groups };
  add(groups, group, by);
  if (ports.length === 0) return { ...load, pods: load.pods + by, groups };
  const hostPorts = { ...load.hostPorts };
  for (const port of ports) add(hostPorts, port, by);
  return { pods: load.pods + by, groups, hostPorts };
}

/** The nodes as they are in the course of one step, whose own changes its cells do not show yet. */
class Nodes {
  private readonly loads = new Map<number, NodeLoad>();

  constructor(
    private readonly ctx: Ctx,
    private readonly changed?: NodeObject,
  ) {}

  load(node: number): NodeLoad {
    return this.loads.get(node) ?? this.ctx.cell(CELL.load, node) ?? EMPTY;
  }

  /** Counts a Pod that came to its node or left it. */
  change(placement: Placement, by: 1 | -1): void {
    const { node } = placement;
    this.loads.set(node, changedLoad(this.load(node), placement, by, this.ctx.self.world));
  }

  /**
   * Of those that it selects, whose taints it tolerates, and that have its host ports free, the node with the fewest Pods of the same
   * group, then the fewest Pods, then the first; -1 where there is none.
   */
  best({ group, template, pinned }: Placement): number {
    const { nodes, templates } = this.ctx.self.world;
    const info = templates[template]!;
    const ports = info.hostPorts;
    if (pinned >= 0) return this.takes(pinned, info) && this.isFree(pinned, ports) ? pinned : -1;
    let best = -1;
    let fewestOfGroup = 0;
    let fewest = 0;
    for (let node = 0; node < nodes.length; node++) {
      if (!this.takes(node, info)) continue;
      const { pods, groups } = this.load(node);
      if (!this.isFree(node, ports)) continue;
      const ofGroup = groups[group] ?? 0;
      const order = best < 0 ? -1 : ofGroup - fewestOfGroup || pods - fewest;
      if (order >= 0) continue;
      best = node;
      fewestOfGroup = ofGroup;
      fewest = pods;
    }
    return best;
  }

  private isFree(node: number, ports: readonly string[]): boolean {
    const { hostPorts } = this.load(node);
    return ports.every((port) => (hostPorts[port] ?? 0) === 0);
  }

  private takes(node: number, { nodes, tolerations }: TemplateInfo): boolean {
    if (nodes !== null && !nodes[node]!) return false;
    return takesPods(
      this.changed?.index === node ? this.changed : this.ctx.cell(CELL.node, node)!,
      tolerations,
    );
  }

  kept(): Effect[] {
    return [...this.loads].map(([node, load]) => put(CELL.load, node, load));
  }
}

function takesPods(
  { there, unschedulable, taints }: NodeObject,
  tolerations: readonly Toleration[],
): boolean {
  if (there && !unschedulable && taints.length === 0) return true;
  const all = unschedulable ? [...taints, UNSCHEDULABLE_TAINT] : taints;
  return there && findMatchingUntoleratedTaint(all, tolerations, ['NoSchedule', 'NoExecute']) === null;
}

/** The scheduler acts on what it has to place and on what makes room; nothing else of a Pod's life reaches a decision of it. */
export function givesOrTakesRoom(pod: PodObject, before: PodObject | undefined): boolean {
  const transition = transitionOf(before, pod);
  return pod.node < 0 || transition === Transition.terminal || transition === Transition.gone;
}

/**
 * Gives each new Pod a node. So nodes of equal size are filled evenly, as the default spreading does, without the random choice
 * among equals. A Pod that no node can take waits until a Pod goes or a node is to be had again.
 * Source: pkg/scheduler/framework/plugins (nodeunschedulable, tainttoleration, nodeaffinity, nodeports, podtopologyspread)
 */
const podObserved: Reducer<Placement | null | undefined, PodObserved, Self> = (placed, event, ctx) => {
  const { pod } = event.data;
  if (pod.gone || pod.phase === 'Succeeded' || pod.phase === 'Failed') {
    return [null, placed === undefined || placed === null ? NO_EFFECTS : left(ctx, pod.index, placed)];
  }
  if (placed !== undefined && placed !== null) return [placed, NO_EFFECTS];
  const wanted = placementOf(pod, -1, ctx.self.world);
  const nodes = new Nodes(ctx);
  const node = nodes.best(wanted);
  const placement: Placement = { ...wanted, node };
  if (node < 0) return [placement, [put(CELL.waiting, 0, [...waitingPods(ctx), pod.index])]];
  nodes.change(placement, 1);
  return [placement, [bind(ctx, pod.index, node), ...nodes.kept()]];
};

const nodeObserved: Reducer<NodeObject, NodeObserved, Self> = (_, event, ctx) => {
  const { node } = event.data;
  return [node, retryWaiting(ctx, new Nodes(ctx, node), waitingPods(ctx))];
};

/** A Pod that had a node makes room for those that wait; one that waited makes none. */
function left(ctx: Ctx, pod: number, placed: Placement): Effect[] {
  if (placed.node < 0) {
    return [
      put(
        CELL.waiting,
        0,
        waitingPods(ctx).filter((index) => index !== pod),
      ),
    ];
  }
  const nodes = new Nodes(ctx);
  nodes.change(placed, -1);
  return retryWaiting(ctx, nodes, waitingPods(ctx));
}

/** In the order in which they came, which is that of the Pods. */
function waitingPods(ctx: Ctx): readonly number[] {
  return ctx.cell(CELL.waiting, 0)!;
}

/** Places what waits. Pods of one template and group want the same: where one finds no node, the next does not either. */
function retryWaiting(ctx: Ctx, nodes: Nodes, waiting: readonly number[]): Effect[] {
  const effects: Effect[] = [];
  const hopeless = new Set<string>();
  const remaining = waiting.filter((index) => {
    const placed = ctx.cell(CELL.pod, index)!;
    const want = `${placed.template}/${placed.group}/${placed.pinned}`;
    const node = hopeless.has(want) ? -1 : nodes.best(placed);
    if (node < 0) {
      hopeless.add(want);
      return true;
    }
    const placement: Placement = { ...placed, node };
    nodes.change(placement, 1);
    effects.push(put(CELL.pod, index, placement), bind(ctx, index, node));
    return false;
  });
  if (remaining.length < waiting.length) effects.push(put(CELL.waiting, 0, remaining));
  return [...effects, ...nodes.kept()];
}

function bind(ctx: Ctx, pod: number, node: number): Effect {
  const data: BindPod = { node };
  const to = ctx.self.wiring.apiServer;
  return after({
    type: T.bindPod,
    actor: to,
    kind: API.pod,
    object: pod,
    about: pod,
    data,
    site: SITE['scheduler.schedule'],
  });
}

export const scheduler = defineActor<'scheduler', SchedulerCells>('scheduler', {
  pod: { podObserved },
  node: { nodeObserved },
  load: {},
  waiting: {},
});
