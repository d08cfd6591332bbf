import type { NodeIndex } from '../kernel/ids.ts';
import type { Taint, TaintEffect } from '../rules/apiserver/taints.ts';

/** Nodes and PodDisruptionBudgets as the API server stores them. */

export interface NodeObject {
  readonly index: NodeIndex;
  /** It is registered: false of one that is still to join. */
  readonly there: boolean;
  /** Cordoned: the scheduler gives it no new Pod. */
  readonly unschedulable: boolean;
  /** Its condition Ready is True. */
  readonly ready: boolean;
  /** Those of its spec; that of a cordoned node is `unschedulable` alone. */
  readonly taints: readonly Taint[];
}

/** What is changed of a node; members that are undefined stay as they are. */
export interface PatchNode {
  readonly there?: boolean;
  readonly ready?: boolean;
  readonly adds?: readonly Taint[];
  /** Taints of this key and effect; null: whatever the effect. */
  readonly removes?: readonly { readonly key: string; readonly effect: TaintEffect | null }[];
}

/** The Pods of a node whose toleration of its taints has run out. */
export interface TaintEviction {
  readonly node: NodeIndex;
  /** Those with the effect NoExecute. */
  readonly taints: readonly Taint[];
  /** How long they were tolerated. */
  readonly afterSeconds: number;
}

export interface OfNode {
  readonly node: NodeIndex;
}
export interface CordonNode {
  readonly unschedulable: boolean;
}

export interface NodeObserved {
  readonly node: NodeObject;
}
export interface ListPods {
  readonly node: NodeIndex;
}

/** The status of a PodDisruptionBudget, as the API has it. */
export interface BudgetStatus {
  readonly observedGeneration: number;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** When a Pod's eviction was allowed (microseconds), by the Pod's name, until the controller has seen it terminate. */
  readonly disruptedPods: Readonly<Record<string, number>>;
}

export interface BudgetObject {
  readonly index: number;
  readonly name: string;
  /** Counts the writes of this object: a write that names an older one is refused. */
  readonly resourceVersion: number;
  readonly status: BudgetStatus;
}

/** A Pod for whose sake `kubectl drain` leaves its node alone, and why. */
export interface RefusedPod {
  readonly pod: string;
  readonly reason: 'daemonSet' | 'localStorage' | 'unmanaged';
}
