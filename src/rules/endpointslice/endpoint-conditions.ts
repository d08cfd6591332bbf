/**
 * What the endpoint controllers read of a Pod. `readyCondition` is the status of its Ready condition, null where it
 * has none.
 */
export interface EndpointPod {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  /** `metadata.deletionTimestamp`; only whether it is set matters here. */
  readonly deletionTimestamp: number | string | null;
  readonly readyCondition: 'True' | 'False' | 'Unknown' | null;
  readonly podIP: string;
  readonly podIPs: readonly string[];
  readonly nodeName: string;
  readonly hostname?: string;
  readonly subdomain?: string;
}

/** What of a Service its endpoints depend on. */
export interface EndpointService {
  readonly name: string;
  readonly namespace: string;
  readonly publishNotReadyAddresses: boolean;
}

/** What of a node its endpoints carry. */
export interface EndpointNode {
  readonly zone: string | null;
}

/** Of which family the addresses of a slice are. */
export type AddressType = 'IPv4' | 'IPv6';

/** Whether an endpoint may be sent to. */
export interface EndpointConditions {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** An endpoint as an EndpointSlice holds it. */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions: EndpointConditions;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hostname?: string;
  readonly targetRef: { readonly namespace: string; readonly name: string };
}

/**
 * Whether a phase is final. Not to be mixed up with terminating, which means that a deletionTimestamp is set.
 * Source: pkg/api/v1/pod/util.go IsPodPhaseTerminal
 */
export function isPodPhaseTerminal(phase: string): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/**
 * Whether a Pod has an endpoint at all. EndpointSlices include terminating Pods always; the legacy Endpoints
 * controller passes `publishNotReadyAddresses` for `includeTerminating`. Same in 1.26 … 1.36.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go ShouldPodBeInEndpoints
 */
export function shouldPodBeInEndpoints(
  pod: Pick<EndpointPod, 'phase' | 'deletionTimestamp' | 'podIP' | 'podIPs'>,
  includeTerminating: boolean,
): boolean {
  if (isPodPhaseTerminal(pod.phase)) return false;
  if (pod.podIP === '' && pod.podIPs.length === 0) return false;
  return includeTerminating || pod.deletionTimestamp === null;
}

/**
 * The three conditions of a Pod's endpoint. `publishNotReadyAddresses` keeps `ready` true for the whole termination.
 * Same in 1.26 … 1.36.
 * Source: staging/src/k8s.io/endpointslice/utils.go podToEndpoint
 */
export function endpointConditions(
  pod: Pick<EndpointPod, 'deletionTimestamp' | 'readyCondition'>,
  publishNotReadyAddresses: boolean,
): EndpointConditions {
  const serving = pod.readyCondition === 'True';
  const terminating = pod.deletionTimestamp !== null;
  return { ready: publishNotReadyAddresses || (serving && !terminating), serving, terminating };
}

/**
 * Whether an endpoint carries the Pod's hostname: only for a Pod whose subdomain names the Service of its namespace.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go ShouldSetHostname
 */
export function shouldSetHostname(
  pod: Pick<EndpointPod, 'namespace' | 'hostname' | 'subdomain'>,
  service: Pick<EndpointService, 'name' | 'namespace'>,
): boolean {
  return (pod.hostname ?? '') !== '' && pod.subdomain === service.name && pod.namespace === service.namespace;
}

/**
 * The endpoint of one Pod for one Service and address family. Absent names are left out, as in the API.
 * An endpoint without addresses is not written (the Pod has none of this family).
 * Source: staging/src/k8s.io/endpointslice/utils.go podToEndpoint, getEndpointAddresses
 */
export function podToEndpoint(
  pod: EndpointPod,
  node: EndpointNode | null,
  service: EndpointService,
  addressType: AddressType,
): SliceEndpoint {
  const addresses: string[] = [];
  for (const podIP of pod.podIPs) {
    const ip = parseIP(podIP);
    if (ip !== null && ip.family === addressType) addresses.push(ip.text);
  }
  return {
    addresses,
    conditions: endpointConditions(pod, service.publishNotReadyAddresses),
    ...(pod.nodeName === '' ? {} : { nodeName: pod.nodeName }),
    ...(node === null || node.zone === null ? {} : { zone: node.zone }),
    ...(shouldSetHostname(pod, service) && pod.hostname !== undefined ? { hostname: pod.hostname } : {}),
    targetRef: { namespace: pod.namespace, name: pod.name },
  };
}

/**
 * Where the legacy Endpoints object lists a Pod: `addresses`, `notReadyAddresses` or nowhere.
 * A terminating Pod is dropped at once unless `publishNotReadyAddresses`; Endpoints know no `terminating`.
 * Source: pkg/controller/endpoint/endpoints_controller.go syncService, addEndpointSubset
 */
export function legacyEndpointsList(
  pod: Pick<EndpointPod, 'phase' | 'deletionTimestamp' | 'readyCondition' | 'podIP' | 'podIPs'>,
  publishNotReadyAddresses: boolean,
): 'addresses' | 'notReadyAddresses' | null {
  if (!shouldPodBeInEndpoints(pod, publishNotReadyAddresses)) return null;
  return publishNotReadyAddresses || pod.readyCondition === 'True' ? 'addresses' : 'notReadyAddresses';
}

/**
 * An IP address in the one spelling that slices are written in, or null. Octets may have leading zeros, as Go's
 * sloppy parser allows.
 */
function parseIP(text: string): { readonly family: AddressType; readonly text: string } | null {
  if (!text.includes(':')) {
    const octets = parseIPv4(text);
    return octets === null ? null : { family: 'IPv4', text: octets.join('.') };
  }
  const groups = parseIPv6(text);
  if (groups === null) return null;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  // Go takes an IPv4-mapped address for IPv4.
  if (mapped) {
    const octets = groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
    return { family: 'IPv4', text: octets.join('.') };
  }
  return { family: 'IPv6', text: formatIPv6(groups) };
}

function parseIPv4(text: string): readonly number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part))) return null;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : null;
}

function parseIPv6(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = [parseGroups(halves[0] ?? ''), parseGroups(halves[1] ?? '')];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string): readonly number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const octets = parseIPv4(part);
      if (octets === null) return null;
      groups.push((octets[0]! << 8) | octets[1]!, (octets[2]! << 8) | octets[3]!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}

/** The first of the longest runs of two or more zero groups becomes `::`. */
function formatIPv6(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}
