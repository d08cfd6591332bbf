/** Kinds of each actor's cells, by name: what an address in an event means. */
export const API = { pod: 0, slice: 1, counters: 2 } as const;
export const ENDPOINT_SLICE_CONTROLLER = { pod: 0, slice: 1, service: 2, workers: 3, client: 4 } as const;
export const REPLICA_SET_CONTROLLER = { pod: 0, replicaSet: 1, client: 2 } as const;
export const SCHEDULER = { pod: 0 } as const;
export const KUBE_PROXY = { node: 0 } as const;
export const KUBELET = { worker: 0 } as const;
export const CONTAINERS = { pod: 0 } as const;
export const ROUTER = { state: 0 } as const;
