import type { LoadChanged } from '../cluster/autoscaling.ts';
import type { BudgetObject, NodeObject } from '../cluster/disruption.ts';
import type { ChangeService, ServiceObserved, TraceType } from '../cluster/events.ts';
import type { DeploymentObserved, ReplicaSetObserved } from '../cluster/workloads.ts';
import type { World } from '../cluster/world.ts';
import type { LoadData, SelectorData, WorkloadData } from './trace-data.ts';

/** What requests and watches of workloads, nodes and budgets say to a reader: names for numbers. */

/** What a request or a watch says of a Deployment or a ReplicaSet, without what only the actors need. */
export function workloadData(payload: unknown): WorkloadData {
  const { deployment, replicaSet, ...rest } = payload as Partial<DeploymentObserved & ReplicaSetObserved>;
  if (replicaSet !== undefined) {
    const { name, replicas, status } = replicaSet;
    return { replicaSet: name, replicas, status };
  }
  if (typeof deployment === 'object') {
    const { name, replicas, revision, status } = deployment;
    return { deployment: name, replicas, revision, status };
  }
  return rest;
}

export function loadData({ autoscaler, load }: LoadChanged, { autoscalers }: World): LoadData {
  return { autoscaler: autoscalers[autoscaler]!.name, load };
}

/** Which Service an event is about, and what it says of it; undefined for an event about none. */
export function serviceData(
  type: TraceType,
  payload: unknown,
): { readonly service: number; readonly data?: SelectorData } | undefined {
  switch (type) {
    case 'selectorChangeRequested':
    case 'changeService': {
      const { service, selector } = payload as ChangeService;
      return { service, data: { selector } };
    }
    case 'serviceObserved':
      return { service: (payload as ServiceObserved).service.index };
    default:
      return undefined;
  }
}

type Named = { readonly name: string };

/** What an eviction, a drain or a budget says, with names for numbers. */
export function disruptionData(payload: unknown, { nodes }: World): object {
  const {
    node,
    nodes: drained,
    pods,
    budget,
    type: _type,
    at: _at,
    pod: _pod,
    ...rest
  } = payload as {
    readonly node?: number | NodeObject;
    readonly nodes?: readonly number[];
    readonly pods?: readonly Named[];
    readonly budget?: BudgetObject;
    readonly [other: string]: unknown;
  };
  const index = typeof node === 'object' ? node.index : node;
  return {
    ...rest,
    ...(typeof node === 'object' ? { unschedulable: node.unschedulable } : {}),
    ...(index === undefined ? {} : { node: nodes[index]!.name }),
    ...(drained === undefined ? {} : { nodes: drained.map((each) => nodes[each]!.name) }),
    ...(pods === undefined ? {} : { pods: pods.map(({ name }) => name) }),
    ...(budget === undefined ? {} : { budget: budget.name, status: budget.status }),
  };
}
