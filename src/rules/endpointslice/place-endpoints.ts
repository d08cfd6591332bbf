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

export interface PlacedSlice {
  /** Null for a slice that does not exist yet. */
  readonly name: string | null;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

export interface DesiredEndpoint {
  readonly endpoint: SliceEndpoint;
  readonly ports: readonly SlicePort[];
}

/** What one sync writes, for one address family: creates go first, then updates, then deletes. */
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
export function placeEndpoints(
  existing: readonly PlacedSlice[],
  desired: readonly SliceEndpoint[],
  ports: readonly SlicePort[],
  maxEndpointsPerSlice: number = MAX_ENDPOINTS_PER_SLICE,
): SliceChanges {
  const { toCreate, toUpdate, unchanged } = distributeEndpoints(
    existing,
    desired,
    endpointKey,
    endpointsEqualBeyondHash,
    maxEndpointsPerSlice,
  );
  const changed = toUpdate.map(({ slice, endpoints }) => ({ ...slice, endpoints }));
  return {
    toCreate: toCreate.map((endpoints) => ({ name: null, ports, endpoints })),
    toUpdate: changed.filter((slice) => slice.endpoints.length > 0),
    toDelete: changed.filter((slice) => slice.endpoints.length === 0),
    unchanged,
  };
}

/**
 * All slices of one Service and address family: one distribution per port mapping, slices of a mapping that nobody has are deleted,
 * a slice to delete is reused for one to create, and a Service without endpoints keeps one empty slice without ports.
 * Source: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType, finalize
 */
export function reconcileSlices(
  existing: readonly PlacedSlice[],
  desired: readonly DesiredEndpoint[],
  maxEndpointsPerSlice: number = MAX_ENDPOINTS_PER_SLICE,
): SliceChanges {
  const changes = new Map<string, SliceChanges>();
  for (const { ports } of desired) {
    const key = portMapKey(ports);
    if (changes.has(key)) continue;
    const same = (other: readonly SlicePort[]): boolean => portMapKey(other) === key;
    changes.set(
      key,
      placeEndpoints(
        existing.filter((slice) => same(slice.ports)),
        desired.filter((item) => same(item.ports)).map(({ endpoint }) => endpoint),
        ports,
        maxEndpointsPerSlice,
      ),
    );
  }
  const all = [...changes.values()];
  const toCreate = all.flatMap((change) => change.toCreate);
  const toUpdate = all.flatMap((change) => change.toUpdate);
  const orphans = existing.filter((slice) => !changes.has(portMapKey(slice.ports)));
  let toDelete = [...all.flatMap((change) => change.toDelete), ...orphans];
  const unchanged = all.flatMap((change) => change.unchanged);

  if (toDelete.length === existing.length && toCreate.length === 0) {
    const only = toDelete.length === 1 ? toDelete[0] : undefined;
    if (only !== undefined && only.ports.length === 0 && only.endpoints.length === 0) {
      toDelete = [];
      unchanged.push(only);
    } else {
      toCreate.push({ name: null, ports: [], endpoints: [] });
    }
  }
  while (toDelete.length > 0 && toCreate.length > 0) {
    const [reused] = toDelete.splice(0, 1);
    toUpdate.push({ ...toCreate.pop()!, name: reused!.name });
  }
  return { toCreate, toUpdate, toDelete, unchanged };
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
