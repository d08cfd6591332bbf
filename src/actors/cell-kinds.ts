/** Kinds of each actor's cells, by name: what an address in an event means. */
export const API = {
  pod: 0,
  slice: 1,
  counters: 2,
  deployment: 3,
  replicaSet: 4,
  budget: 5,
  node: 6,
} as const;
export const ENDPOINT_SLICE_CONTROLLER = { pod: 0, slice: 1, service: 2, workers: 3, client: 4 } as const;
/** `replicaSet` is what the controller is doing for it, `object` the ReplicaSet as its watch delivered it. */
export const REPLICA_SET_CONTROLLER = { pod: 0, replicaSet: 1, client: 2, object: 3 } as const;
export const DEPLOYMENT_CONTROLLER = { deployment: 0, replicaSet: 1, work: 2, client: 3, pod: 4 } as const;
export const DISRUPTION_CONTROLLER = { pod: 0, budget: 1, work: 2, client: 3, deployment: 4 } as const;
/** `session` is a node that is drained, `client` the two token buckets of kubectl. */
export const DRAIN = { session: 0, pod: 1, client: 2 } as const;
/** `load` is what stands on a node, `waiting` the Pods that no node could take. */
export const SCHEDULER = { pod: 0, node: 1, load: 2, waiting: 3 } as const;
export const KUBE_PROXY = { node: 0, affinity: 1, lost: 2 } as const;
export const KUBELET = { worker: 0, node: 1, starts: 2 } as const;
export const NODE_LIFECYCLE = { node: 0 } as const;
export const CONTAINERS = { pod: 0, connections: 1 } as const;
export const ROUTER = { state: 0 } as const;
export const CLIENT = { state: 0, closed: 1 } as const;
