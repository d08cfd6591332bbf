import type { SetInfo, SetObject, SetStatus } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import type { Micros } from '../../kernel/time.ts';

/** What the controller of a kind of set knows when a sync begins. */
export interface SetView<I extends SetInfo = SetInfo> {
  readonly info: I;
  readonly object: SetObject;
  /** Its Pods in the cache; those that are gone left out. */
  readonly pods: readonly PodObject[];
  readonly nodes: readonly { readonly name: string }[];
  readonly nowUs: Micros;
  readonly minor: number;
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
  /** When to look again though nothing happened; null: not by itself. */
  readonly recheckUs: Micros | null;
}

/** A kind of set: its decisions. One file each, and a line in `kinds.ts`. */
export interface SetKindRules<I extends SetInfo = SetInfo> {
  /** The controller waits until all that it asked for has shown in its cache, and does nothing before. */
  readonly waitsForOwnWrites: boolean;
  /** Deletes go out all at once instead of in batches. */
  readonly deletesAtOnce: boolean;
  plan(view: SetView<I>): SetPlan;
}
