import type { NodeIndex } from '../kernel/ids.ts';
/** Nodes and PodDisruptionBudgets as the API server stores them. */

export interface NodeObject {
  readonly index: NodeIndex;
  /** Cordoned: the scheduler gives it no new Pod. */
  readonly unschedulable: boolean;
  /** Its condition Ready is True. */
  readonly ready: boolean;
  /** Tainted not-ready or unreachable, NoSchedule and NoExecute: the scheduler gives it no new Pod. */
  readonly tainted: boolean;
  /** The taint NoSchedule of whoever takes it away; null: nobody does. */
  readonly disruptedBy: string | null;
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
