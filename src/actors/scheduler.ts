import { SITE } from '../cluster/delay-sites.ts';
import { type BindPod, type PodObserved, T } from '../cluster/events.ts';
import type { PodObject } from '../cluster/state.ts';
import type { Behaviour, Reducer } from '../kernel/actor.ts';
import { after, NO_EFFECTS } from '../kernel/event.ts';
import { API, SCHEDULER as CELL } from './cell-kinds.ts';
import { table } from './table.ts';
import type { Ctx, Self } from './wiring.ts';

/** Where the scheduler believes a Pod to be. */
export interface Placement {
  readonly template: number;
  readonly node: number;
}

/**
 * Gives each new Pod a node: the one with the fewest Pods of the same template, then the fewest Pods, then the first. So nodes of
 * equal size are filled evenly, as the default spreading does, without the random choice among equals.
 */
const podObserved: Reducer<Placement | null | undefined, PodObserved, Self> = (placed, event, ctx) => {
  const { pod } = event.data;
  if (pod.gone || pod.phase === 'Succeeded' || pod.phase === 'Failed') return [null, NO_EFFECTS];
  if (placed !== undefined && placed !== null) return [placed, NO_EFFECTS];
  const node = emptiestNode(ctx, pod);
  const data: BindPod = { node };
  const to = ctx.self.wiring.apiServer;
  const site = SITE['scheduler.schedule'];
  const bind = after(T.bindPod, to, API.pod, pod.index, pod.index, data, 0, site);
  return [{ template: pod.template, node }, [bind]];
};

function emptiestNode(ctx: Ctx, pod: PodObject): number {
  const { nodes } = ctx.self.world;
  const same = new Int32Array(nodes.length);
  const all = new Int32Array(nodes.length);
  for (let index = 0; index < ctx.size(CELL.pod); index++) {
    const placed = ctx.cell<Placement | null>(CELL.pod, index);
    if (placed === undefined || placed === null) continue;
    all[placed.node]!++;
    if (placed.template === pod.template) same[placed.node]!++;
  }
  let best = 0;
  for (let node = 1; node < nodes.length; node++) {
    const order = same[node]! - same[best]! || all[node]! - all[best]!;
    if (order < 0) best = node;
  }
  return best;
}

export const scheduler: Behaviour = { kinds: ['pod'], reducers: table({ podObserved }) };
