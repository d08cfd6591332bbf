import type { NodeObject } from '../../cluster/disruption.ts';
import type { SetObject, SetStatus } from '../../cluster/sets.ts';
import type { PodObject } from '../../cluster/state.ts';
import { changing } from '../../kernel/changing.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Client } from '../api-client.ts';
import { cellsOf } from '../protocol.ts';
import type { NewPod, SetMemory } from './kind.ts';

/** What a controller is doing for one set: one key a set, never two workers on one. */
export interface SetWork {
  readonly stage: 'idle' | 'queued' | 'creating' | 'deleting' | 'writing';
  readonly dirty: boolean;
  /** What is left to create and to delete in this sync. */
  readonly creates: readonly NewPod[];
  readonly deletes: readonly PodObject[];
  /** Size of the batch that is under way, and how many of its answers are still out. */
  readonly batch: number;
  readonly unanswered: number;
  /** Creates and deletes that were asked for and not seen yet. */
  readonly expectedCreates: number;
  readonly expectedDeletes: readonly number[];
  readonly failed: boolean;
  /** Syncs that failed in a row. */
  readonly failures: number;
  /** The Pod whose change made the set dirty, and what changed. */
  readonly reason: number;
  readonly transition: number;
  readonly status: SetStatus | null;
  readonly memory: SetMemory | null;
  /** When the key comes back by itself; null: it does not. */
  readonly recheckAt: Micros | null;
}

export const changedWork = changing<SetWork>((work) => ({
  stage: work.stage,
  dirty: work.dirty,
  creates: work.creates,
  deletes: work.deletes,
  batch: work.batch,
  unanswered: work.unanswered,
  expectedCreates: work.expectedCreates,
  expectedDeletes: work.expectedDeletes,
  failed: work.failed,
  failures: work.failures,
  reason: work.reason,
  transition: work.transition,
  status: work.status,
  memory: work.memory,
  recheckAt: work.recheckAt,
}));

export const IDLE_SET: SetWork = {
  stage: 'idle',
  dirty: false,
  creates: [],
  deletes: [],
  batch: 0,
  unanswered: 0,
  expectedCreates: 0,
  expectedDeletes: [],
  failed: false,
  failures: 0,
  reason: -1,
  transition: 0,
  status: null,
  memory: null,
  recheckAt: null,
};

export interface SetControllerCells {
  readonly pod: PodObject;
  /** The set as its watch delivered it. */
  readonly object: SetObject;
  /** Of the controller of DaemonSets alone. */
  readonly node: NodeObject;
  readonly work: SetWork;
  readonly client: Client;
}

export const CELL = cellsOf<'set-controller', SetControllerCells>('set-controller');
