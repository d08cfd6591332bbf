import type { BudgetObject, NodeObject } from '../../cluster/disruption.ts';
import type { SetObject } from '../../cluster/sets.ts';
import type { PodObject, ServiceObject, SliceObject } from '../../cluster/state.ts';
import type { DeploymentObject, ReplicaSetObject } from '../../cluster/workloads.ts';
import { cellsOf } from '../protocol.ts';

/** The numbers of what is created next. */
export interface Counters {
  readonly nextPod: number;
  readonly nextSlice: number;
}

/** What the API server stores. */
export interface ApiServerCells {
  readonly pod: PodObject;
  readonly endpointSlice: SliceObject;
  readonly counters: Counters;
  readonly deployment: DeploymentObject;
  readonly replicaSet: ReplicaSetObject;
  readonly podDisruptionBudget: BudgetObject;
  readonly node: NodeObject;
  readonly set: SetObject;
  readonly service: ServiceObject;
}

export const CELL = cellsOf<'api-server', ApiServerCells>('api-server');
