import type { MinorVersion } from '../machinery/version.ts';

/** An EndpointSlice as kube-proxy receives it. */
export interface ProxyEndpointSlice {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly resourceVersion?: string | undefined;
    readonly generation?: number | undefined;
  };
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly ProxySliceEndpoint[];
  readonly ports: readonly ProxySlicePort[];
  /**
   * The annotation `endpoints.kubernetes.io/last-change-trigger-time`, read into ms; null or absent: not set.
   */
  readonly lastChangeTriggerTimeMs?: number | null | undefined;
}

/** An endpoint as kube-proxy reads it from a slice. */
export interface ProxySliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: ProxyEndpointConditions | undefined;
  readonly nodeName?: string | null | undefined;
  readonly zone?: string | null | undefined;
  readonly hints?: EndpointHints | null | undefined;
  readonly targetRef?: { readonly name: string; readonly uid?: string | undefined } | null | undefined;
}

/** Absent means: ready, serving, not terminating. */
export interface ProxyEndpointConditions {
  readonly ready?: boolean | null | undefined;
  readonly serving?: boolean | null | undefined;
  readonly terminating?: boolean | null | undefined;
}

/** For which zones and nodes an endpoint is meant, as a slice says it. */
export interface EndpointHints {
  readonly forZones?: readonly { readonly name: string }[] | undefined;
  readonly forNodes?: readonly { readonly name: string }[] | undefined;
}

/** A port as kube-proxy reads it from a slice. */
export interface ProxySlicePort {
  readonly name?: string | null | undefined;
  readonly port?: number | null | undefined;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP' | null | undefined;
  readonly appProtocol?: string | null | undefined;
}

/**
 * Conditions as kube-proxy reads them: nil ready is true, nil serving is true, nil terminating is false.
 *
 * Source: pkg/proxy/endpointslicecache.go addEndpoints (newEndpointSliceInfo in older versions)
 */
export function readConditions(conditions: ProxyEndpointConditions | undefined) {
  return {
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
  };
}

/**
 * Whether a slice differs from an earlier state of itself so that kube-proxy has to sync.
 *
 * Versions: up to 1.30 only ports and endpoints count, in any order, and of an endpoint only what rules are
 * made of; from 1.31 the whole objects are compared, so a new resourceVersion, annotation or order alone is a
 * change.
 *
 * Source: pkg/proxy/endpointslicecache.go esDataChanged (esInfoChanged up to 1.30)
 */
export function endpointsChanged(
  previous: ProxyEndpointSlice,
  next: ProxyEndpointSlice,
  minor: MinorVersion,
): boolean {
  if (previous === next) return false;
  if (minor >= 31) return !deepEqual(previous, next);
  return portsChanged(previous, next) || !sameAsSet(previous.endpoints, next.endpoints, endpointKey);
}

/**
 * Whether the ports of two states of a slice differ, in any order; all that is compared of removed slices up
 * to 1.30.
 *
 * Source: pkg/proxy/endpointslicecache.go newEndpointSliceInfo
 */
export function portsChanged(previous: ProxyEndpointSlice, next: ProxyEndpointSlice): boolean {
  return !sameAsSet(previous.ports, next.ports, portKey);
}

function sameAsSet<T>(left: readonly T[], right: readonly T[], keyOf: (item: T) => string): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  const leftKeys = left.map(keyOf).sort();
  const rightKeys = right.map(keyOf).sort();
  return leftKeys.every((key, index) => key === rightKeys[index]);
}

function portKey(port: ProxySlicePort): string {
  return JSON.stringify([
    port.port ?? null,
    port.name ?? null,
    port.protocol ?? null,
    port.appProtocol ?? null,
  ]);
}

function endpointKey(endpoint: ProxySliceEndpoint): string {
  const { ready, serving, terminating } = readConditions(endpoint.conditions);
  const zoneHints = [...new Set(endpoint.hints?.forZones?.map((zone) => zone.name))].sort();
  return JSON.stringify([
    endpoint.addresses,
    endpoint.nodeName ?? null,
    endpoint.zone ?? null,
    ready,
    serving,
    terminating,
    zoneHints,
  ]);
}

/** Equality of plain data; an absent field equals an undefined one. */
function deepEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => deepEqual(item, right[index]));
  }
  const a: Readonly<Record<string, unknown>> = { ...left };
  const b: Readonly<Record<string, unknown>> = { ...right };
  for (const key in a) if (!deepEqual(a[key], b[key])) return false;
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
}
