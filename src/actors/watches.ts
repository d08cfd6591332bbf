import type { BudgetObject, NodeObject } from '../cluster/disruption.ts';
import type { SetObject } from '../cluster/sets.ts';
import type { PodObject, ServiceObject, SliceObject } from '../cluster/state.ts';
import type { DeploymentObject, ReplicaSetObject } from '../cluster/workloads.ts';
import type { Receiver } from '../kernel/event.ts';

/** What can be watched in the API server, and the event that tells of a new version of it. */
export interface Watchable {
  readonly pods: { readonly object: PodObject; readonly event: 'podObserved' };
  readonly endpointSlices: { readonly object: SliceObject; readonly event: 'endpointSliceObserved' };
  readonly deployments: { readonly object: DeploymentObject; readonly event: 'deploymentObserved' };
  readonly replicaSets: { readonly object: ReplicaSetObject; readonly event: 'replicaSetObserved' };
  readonly sets: { readonly object: SetObject; readonly event: 'setObserved' };
  readonly podDisruptionBudgets: { readonly object: BudgetObject; readonly event: 'budgetObserved' };
  readonly nodes: { readonly object: NodeObject; readonly event: 'nodeObserved' };
  readonly services: { readonly object: ServiceObject; readonly event: 'serviceObserved' };
}

/** Whether a watcher is told of a new version of an object; `before` is undefined for a new one. */
export type Wants<W extends keyof Watchable> = (
  object: Watchable[W]['object'],
  before: Watchable[W]['object'] | undefined,
) => boolean;

/** A watch as the API server serves it: whom it tells of what, over which link. */
export interface Watch<W extends keyof Watchable> extends Receiver<Watchable[W]['event']> {
  readonly wants: Wants<W>;
}

/** Where an actor stands, beside its name: -1 for those that belong to no node, and are no router and no client. */
export interface Place {
  readonly node: number;
  readonly router: number;
  readonly client: number;
}
