import type { MinorVersion } from '../machinery/version.ts';
import { distributeEndpoints, MAX_ENDPOINTS_PER_SLICE } from './distribute-endpoints.ts';
import {
  type AddressType,
  type EndpointNode,
  type EndpointPod,
  type EndpointService,
  podToEndpoint,
  type SliceEndpoint,
  shouldPodBeInEndpoints,
} from './endpoint-conditions.ts';
import {
  getEndpointPorts,
  portMapKey,
  type SlicePodSpec,
  type SlicePort,
  type SliceServicePort,
} from './slice-ports.ts';

/** A slice as it is to be written; its name is null where it is new. */
export interface PlacedSlice {
  /** Null for a slice that does not exist yet. */
  readonly name: string | null;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** An endpoint that some slice has to hold, and at which ports. */
export interface DesiredEndpoint {
  readonly endpoint: SliceEndpoint;
  readonly ports: readonly SlicePort[];
}

/** What the placing of endpoints looks at in a slice. */
export interface SliceShape<E> {
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly E[];
}

/** What one sync writes of slices `S`, for one address family: creates go first, then updates, then deletes. */
export interface ReconciledSlices<S, E> {
  readonly toCreate: readonly SliceShape<E>[];
  readonly toUpdate: readonly (SliceShape<E> & { readonly slice: S })[];
  readonly toDelete: readonly S[];
  readonly unchanged: readonly S[];
}

/** Which endpoint is which over time, and whether two versions of one need no write. */
export interface EndpointIdentity<E, K> {
  /** The same text for endpoints that are one. */
  readonly keyOf: (endpoint: E) => K;
  /** Whether nothing of an endpoint has changed. */
  readonly same: (a: E, b: E) => boolean;
}

/** The same for slices as the API has them. */
export interface SliceChanges {
  readonly toCreate: readonly PlacedSlice[];
  readonly toUpdate: readonly PlacedSlice[];
  readonly toDelete: readonly PlacedSlice[];
  readonly unchanged: readonly PlacedSlice[];
}

/**
 * The endpoints that a Service should have in one address family. A Pod whose Node object is gone is left out (unless
 * `publishNotReadyAddresses`) and makes the sync fail afterwards, to be retried: `missingNodes`.
 * `nodes` are the Node objects by name. `pods` are those that the selector matches.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType
 */
export function desiredEndpoints(
  service: EndpointService & { readonly ports: readonly SliceServicePort[] },
  pods: readonly (EndpointPod & { readonly spec: SlicePodSpec })[],
  nodes: ReadonlyMap<string, EndpointNode>,
  addressType: AddressType,
  minor: MinorVersion,
): { readonly desired: readonly DesiredEndpoint[]; readonly missingNodes: readonly string[] } {
  const desired: DesiredEndpoint[] = [];
  const missingNodes: string[] = [];
  for (const pod of pods) {
    if (!shouldPodBeInEndpoints(pod, true)) continue;
    const node = nodes.get(pod.nodeName) ?? null;
    if (node === null && !service.publishNotReadyAddresses) {
      missingNodes.push(pod.nodeName);
      continue;
    }
    const endpoint = podToEndpoint(pod, node, service, addressType);
    if (endpoint.addresses.length === 0) continue;
    desired.push({ endpoint, ports: getEndpointPorts(service.ports, pod.spec, minor) });
  }
  return { desired, missingNodes };
}

/**
 * What identifies an endpoint over time, so that it is updated in its slice instead of being moved.
 * Source: staging/src/k8s.io/endpointslice/util/endpointset.go hashEndpoint
 */
export function endpointKey(endpoint: SliceEndpoint): string {
  const { namespace, name } = endpoint.targetRef;
  return [...[...endpoint.addresses].sort(), endpoint.hostname ?? '', namespace, name].join('\n');
}

/**
 * The slices of one port mapping: `distributeEndpoints`, with a slice that runs empty deleted.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping
 */
export function placeEndpoints<S extends SliceShape<E>, E, K>(
  existing: readonly S[],
  desired: readonly E[],
  ports: readonly SlicePort[],
  identity: EndpointIdentity<E, K>,
  maxEndpointsPerSlice: number = MAX_ENDPOINTS_PER_SLICE,
): ReconciledSlices<S, E> {
  const { keyOf, same } = identity;
  const { toCreate, toUpdate, unchanged } = distributeEndpoints(
    existing,
    desired,
    keyOf,
    same,
    maxEndpointsPerSlice,
  );
  const isEmpty = ({ endpoints }: { readonly endpoints: readonly E[] }) => endpoints.length === 0;
  return {
    toCreate: toCreate.map((endpoints) => ({ ports, endpoints })),
    toUpdate: toUpdate
      .filter((update) => !isEmpty(update))
      .map(({ slice, endpoints }) => ({ slice, ports, endpoints })),
    toDelete: toUpdate.filter(isEmpty).map(({ slice }) => slice),
    unchanged,
  };
}

/**
 * All slices of one Service and address family: one distribution per port mapping, slices of a mapping that nobody has are deleted,
 * a slice to delete is reused for one to create, and a Service without endpoints keeps one empty slice without ports.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType, finalize
 */
export function reconcileEndpoints<S extends SliceShape<E>, E, K>(
  existing: readonly S[],
  desired: readonly { readonly endpoint: E; readonly ports: readonly SlicePort[] }[],
  identity: EndpointIdentity<E, K>,
  maxEndpointsPerSlice: number = MAX_ENDPOINTS_PER_SLICE,
): ReconciledSlices<S, E> {
  const keyOf = portMapKeys();
  const wanted = groupByPorts(desired, keyOf);
  const present = groupByPorts(existing, keyOf);
  let toCreate: SliceShape<E>[] = [];
  let toUpdate: (SliceShape<E> & { readonly slice: S })[] = [];
  let toDelete: S[] = [];
  let unchanged: S[] = [];
  for (const [key, same] of wanted) {
    const endpoints = same.map(({ endpoint }) => endpoint);
    const { ports } = same[0]!;
    const change = placeEndpoints(present.get(key) ?? [], endpoints, ports, identity, maxEndpointsPerSlice);
    toCreate = toCreate.concat(change.toCreate);
    toUpdate = toUpdate.concat(change.toUpdate);
    toDelete = toDelete.concat(change.toDelete);
    unchanged = unchanged.concat(change.unchanged);
  }
  // Slices of a mapping that nobody has any more.
  for (const slice of existing) if (!wanted.has(keyOf(slice.ports))) toDelete.push(slice);

  if (toDelete.length === existing.length && toCreate.length === 0) {
    const only = toDelete.length === 1 ? toDelete[0] : undefined;
    if (only !== undefined && only.ports.length === 0 && only.endpoints.length === 0) {
      toDelete = [];
      unchanged.push(only);
    } else {
      toCreate.push({ ports: [], endpoints: [] });
    }
  }
  while (toDelete.length > 0 && toCreate.length > 0) {
    const [reused] = toDelete.splice(0, 1);
    toUpdate.push({ ...toCreate.pop()!, slice: reused! });
  }
  return { toCreate, toUpdate, toDelete, unchanged };
}

/** Pods of one template share their list of ports, so most keys are looked up. */
function portMapKeys(): (ports: readonly SlicePort[]) => string {
  const known = new Map<readonly SlicePort[], string>();
  return (ports) => {
    const key = known.get(ports) ?? portMapKey(ports);
    known.set(ports, key);
    return key;
  };
}

function groupByPorts<T extends { readonly ports: readonly SlicePort[] }>(
  items: readonly T[],
  keyOf: (ports: readonly SlicePort[]) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  let latest: readonly SlicePort[] | null = null;
  let group: T[] = [];
  for (const item of items) {
    if (item.ports !== latest) {
      latest = item.ports;
      const key = keyOf(latest);
      group = groups.get(key) ?? [];
      groups.set(key, group);
    }
    group.push(item);
  }
  return groups;
}

/**
 * `reconcileEndpoints` for slices and endpoints as the API has them.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType, finalize
 */
export function reconcileSlices(
  existing: readonly PlacedSlice[],
  desired: readonly DesiredEndpoint[],
  maxEndpointsPerSlice: number = MAX_ENDPOINTS_PER_SLICE,
): SliceChanges {
  const identity = { keyOf: endpointKey, same: endpointsEqualBeyondHash };
  const changes = reconcileEndpoints(existing, desired, identity, maxEndpointsPerSlice);
  return {
    ...changes,
    toCreate: changes.toCreate.map((slice) => ({ name: null, ...slice })),
    toUpdate: changes.toUpdate.map(({ slice: { name }, ports, endpoints }) => ({ name, ports, endpoints })),
  };
}

/**
 * Whether two endpoints of the same key need no write.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go EndpointsEqualBeyondHash
 */
export function endpointsEqualBeyondHash(a: SliceEndpoint, b: SliceEndpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.conditions.ready === b.conditions.ready &&
    a.conditions.serving === b.conditions.serving &&
    a.conditions.terminating === b.conditions.terminating
  );
}
