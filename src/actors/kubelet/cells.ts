import type { Micros } from '../../kernel/time.ts';
import { cellsOf } from '../protocol.ts';
import type { Worker } from './worker.ts';

/** What a kubelet knows of its node; there is none while nothing happened to it. */
export type NodeState = { readonly state: 'lost' } | Shutdown;

/** A graceful shutdown: groups of Pods, one after the other, lowest priority first. */
export interface Shutdown {
  readonly state: 'shuttingDown';
  readonly groups: readonly Group[];
  /** The group whose turn it is, and its Pods that are not gone yet. */
  readonly current: number;
  /** When the time of that group is over. */
  readonly groupEndsAt: Micros;
  readonly waitsFor: readonly AwaitedPod[];
}

export interface AwaitedPod {
  readonly pod: number;
  /** From then on it is no longer waited for, though its kill goes on. */
  readonly givenUpAt: Micros;
}

export interface Group {
  readonly pods: readonly number[];
  readonly periodSeconds: number;
}

/**
 * The starts that go on in a node at one time share it: sandboxes, networks and processes are made by the same few cores, so each
 * start is slower by a share for every other one that goes on meanwhile.
 */
export interface Starts {
  /** When what is left was last counted. */
  readonly since: Micros;
  readonly under: readonly Start[];
}

export interface Start {
  readonly pod: number;
  /** How long the rest would take alone. */
  readonly left: number;
}

/** A worker for each Pod, and what goes on in the node. */
export interface KubeletCells {
  readonly worker: Worker;
  readonly node: NodeState;
  readonly starts: Starts;
}

export const CELL = cellsOf<'kubelet', KubeletCells>('kubelet');
