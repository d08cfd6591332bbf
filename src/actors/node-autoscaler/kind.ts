import type { NodeRemoval, NodeRemovalEnded } from '../../cluster/node-removal.ts';
import type { PodObject } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import type { Micros } from '../../kernel/time.ts';

/** A Pod of a node that is taken away, as the cache has it. */
export interface SeenPod {
  readonly pod: PodObject;
  readonly owner: string;
  readonly template: World['templates'][number];
  /** Somebody asked for its end, or asks. */
  readonly asked: boolean;
}

/** What an autoscaler knows when it looks at a node that it drains. */
export interface RemovalView<R extends NodeRemoval = NodeRemoval> {
  readonly removal: R;
  readonly pods: readonly SeenPod[];
  /** Since when the node is drained. */
  readonly beganAt: Micros;
  readonly nowUs: Micros;
}

export interface Asked {
  readonly pod: number;
  readonly gracePeriodSeconds: number | null;
}

/** What it does about it. */
export interface RemovalPlan {
  readonly evicts: readonly Asked[];
  /** Plain DELETEs. */
  readonly deletes: readonly Asked[];
  /** null: the drain goes on. */
  readonly end: Pick<NodeRemovalEnded, 'outcome' | 'why'> | null;
  /** When to look again though no Pod has changed; null: not by itself. */
  readonly lookAt: Micros | null;
}

/** One that takes nodes away: its decisions. One file each, and a line in `kinds.ts`. */
export interface AutoscalerRules<R extends NodeRemoval = NodeRemoval> {
  readonly taint: string;
  /** From the taint to the first look. */
  waits(removal: R): Micros;
  /** It looks so often. */
  readonly pollUs: Micros;
  /** Why a node cannot be taken away at all; null: it can. */
  refusal(view: Pick<RemovalView<R>, 'removal' | 'pods'>): string | null;
  plan(view: RemovalView<R>): RemovalPlan;
  /** How long an eviction waits that was refused so often. */
  retryUs(refusals: number): Micros;
}
