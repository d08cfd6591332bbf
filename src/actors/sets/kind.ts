import type { NodeObject } from '../../cluster/disruption.ts';
import type { SetInfo, SetObject, SetStatus } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import type { Micros } from '../../kernel/time.ts';

/** What the controller of a kind of set knows when a sync begins. */
export interface SetView<I extends SetInfo = SetInfo> {
  readonly info: I;
  readonly object: SetObject;
  /** Its Pods in the cache; those that are gone left out, unless its kind asks for them. */
  readonly pods: readonly PodObject[];
  readonly templates: World['templates'];
  /** All that was asked for before has shown in the cache, or its kind does not wait for that. */
  readonly mayWrite: boolean;
  /** What the sync before this one kept; null before the first. */
  readonly memory: SetMemory | null;
  /** As the watch delivered them: of the controller of DaemonSets alone. */
  readonly nodes: readonly (NodeObject & { readonly name: string })[];
  readonly nowUs: Micros;
  readonly minor: number;
}

/** What a controller keeps from one sync to the next. */
export type SetMemory = JobMemory | ClaimMemory;

/** The claims of a StatefulSet that go with a Pod, by ordinal. */
export interface ClaimMemory {
  readonly kind: 'claims';
  readonly claims: Readonly<Record<number, { readonly ownerPod: number; readonly released: boolean }>>;
}

/** What a Job's controller has counted. */
export interface JobMemory {
  readonly kind: 'job';
  /** By Pod: what it counts for. */
  readonly counted: Readonly<Record<number, 'succeeded' | 'failed' | 'ignored'>>;
  readonly failuresInARow: number;
  readonly lastFailureUs: Micros | null;
  /** Indexes that a rule FailIndex, or their own limit, has given up. */
  readonly failedIndexes: readonly number[];
  /** A failed Pod matched a rule FailJob. */
  readonly policyFailsIt: boolean;
  /** How the Job ends, once that is decided. */
  readonly outcome: { readonly type: 'Complete' | 'Failed'; readonly reason: string } | null;
}

export interface NewPod {
  /** Without its namespace's prefix where it has none: as Pods are called. */
  readonly name: string;
  readonly revision: number;
  readonly place: number;
}

/** What one sync asks of the API server, and the status that it found. */
export interface SetPlan {
  /** In batches of 1, 2, 4 …, each waited for. */
  readonly creates: readonly NewPod[];
  readonly deletes: readonly PodObject[];
  readonly status: SetStatus;
  /** What the next sync has to know of this one. */
  readonly memory: SetMemory | null;
  /** Claims whose Pod is gone: the garbage collector takes them from now on. */
  readonly releases: readonly { readonly ordinal: number; readonly pod: number }[];
  /** When to look again though nothing happened; null: not by itself. */
  readonly recheckUs: Micros | null;
}

/** A kind of set: its decisions. One file each, and a line in `kinds.ts`. */
export interface SetKindRules<I extends SetInfo = SetInfo> {
  /** The controller waits until all that it asked for has shown in its cache, and does nothing before. */
  readonly waitsForOwnWrites: boolean;
  /** So long Pod events of a set are taken together. */
  readonly podEventsWaitUs: Micros;
  /** Pods that are gone are known to it, too: they have been counted. */
  readonly seesGonePods: boolean;
  /** Deletes go out all at once instead of in batches. */
  readonly deletesAtOnce: boolean;
  plan(view: SetView<I>): SetPlan;
}
