import { SITE } from '../cluster/delay-sites.ts';
import type { NodeObject } from '../cluster/disruption.ts';
import { type BindPod, type NodeObserved, type PodObserved, T } from '../cluster/events.ts';
import type { PodObject } from '../cluster/state.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after, type Effect, NO_EFFECTS, put } from '../kernel/event.ts';
import { API, SCHEDULER as CELL } from './cell-kinds.ts';
import { table } from './table.ts';
import type { Ctx, Self } from './wiring.ts';

/** Where the scheduler believes a Pod to be; node -1: no node can take it. */
export interface Placement {
  readonly template: number;
  /** Pods of one ReplicaSet are spread by themselves; a bare Pod counts among those of its template. */
  readonly group: number;
  readonly node: number;
}

export function placementOf(
  { template, replicaSet }: Pick<PodObject, 'template' | 'replicaSet'>,
  node: number,
): Placement {
  return { template, group: replicaSet >= 0 ? replicaSet : -2 - template, node };
}

/**
 * Gives each new Pod a node: of those that are not cordoned and have its host ports free, the one with the fewest Pods of the same
 * ReplicaSet, then the fewest Pods, then the first. So nodes of equal size are filled evenly, as the default spreading does, without
 * the random choice among equals. A Pod that no node can take waits until a Pod goes or a node is uncordoned.
 */
const podObserved: Reducer<Placement | null | undefined, PodObserved, Self> = (placed, event, ctx) => {
  const { pod } = event.data;
  const effects: Effect[] = [];
  if (pod.gone || pod.phase === 'Succeeded' || pod.phase === 'Failed') {
    if (placed !== undefined && placed !== null) retryWaiting(ctx, pod.index, undefined, effects);
    return [null, effects.length === 0 ? NO_EFFECTS : effects];
  }
  if (placed !== undefined && placed !== null) return [placed, NO_EFFECTS];
  const wanted = placementOf(pod, -1);
  const node = bestNode(ctx, wanted, NO_NEWS);
  if (node >= 0) effects.push(bind(ctx, pod.index, node));
  return [{ ...wanted, node }, effects];
};

const nodeObserved: Reducer<NodeObject, NodeObserved, Self> = (_, event, ctx) => {
  const { node } = event.data;
  const effects: Effect[] = [];
  if (!node.unschedulable) retryWaiting(ctx, -1, node, effects);
  return [node, effects];
};

/** A node as it is from now on, a Pod that is no longer there, and Pods that were placed in this very step. */
interface News {
  readonly changed?: NodeObject;
  readonly left: number;
  readonly placed: ReadonlyMap<number, number>;
}

const NO_NEWS: News = { left: -1, placed: new Map() };

/** Places what waits, in the order of the Pods. */
function retryWaiting(ctx: Ctx, left: number, changed: NodeObject | undefined, effects: Effect[]): void {
  const now = new Map<number, number>();
  const news: News = changed === undefined ? { left, placed: now } : { left, placed: now, changed };
  for (let index = 0; index < ctx.size(CELL.pod); index++) {
    const placed = ctx.cell<Placement | null>(CELL.pod, index);
    if (index === left || placed === undefined || placed === null || placed.node >= 0) continue;
    const node = bestNode(ctx, placed, news);
    if (node < 0) continue;
    now.set(index, node);
    effects.push(put(CELL.pod, index, { ...placed, node } satisfies Placement), bind(ctx, index, node));
  }
}

function bind(ctx: Ctx, pod: number, node: number): Effect {
  const data: BindPod = { node };
  const to = ctx.self.wiring.apiServer;
  return after(T.bindPod, to, API.pod, pod, pod, data, 0, SITE['scheduler.schedule']);
}

function bestNode(ctx: Ctx, wanted: Placement, { left, changed, placed: now }: News): number {
  const { nodes, templates } = ctx.self.world;
  const same = new Int32Array(nodes.length);
  const all = new Int32Array(nodes.length);
  const taken = new Uint8Array(nodes.length);
  const { hostPorts } = templates[wanted.template]!;
  for (let index = 0; index < ctx.size(CELL.pod); index++) {
    const placed = ctx.cell<Placement | null>(CELL.pod, index);
    if (index === left || placed === undefined || placed === null) continue;
    const on = now.get(index) ?? placed.node;
    if (on < 0) continue;
    all[on]!++;
    if (placed.group === wanted.group) same[on]!++;
    if (hostPorts.some((port) => templates[placed.template]!.hostPorts.includes(port))) taken[on] = 1;
  }
  let best = -1;
  for (let node = 0; node < nodes.length; node++) {
    const object = changed?.index === node ? changed : ctx.cell<NodeObject>(CELL.node, node);
    if (object?.unschedulable === true || taken[node] === 1) continue;
    const order = best < 0 ? -1 : same[node]! - same[best]! || all[node]! - all[best]!;
    if (order < 0) best = node;
  }
  return best;
}

export const scheduler: Behaviour = {
  kinds: ['pod', 'node'],
  reducers: table({ podObserved, nodeObserved }),
};
