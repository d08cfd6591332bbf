import type { MinorVersion } from '../machinery/version.ts';
import type { ServiceTrafficPolicies } from './service-policies.ts';
import { usesClusterEndpoints, usesLocalEndpoints } from './service-policies.ts';

/** An endpoint of one Service port as one node's kube-proxy sees it. */
export interface CategorizedEndpoint {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The endpoint's Pod runs on the node of this kube-proxy. */
  readonly isLocal: boolean;
  readonly zoneHints?: readonly string[] | null | undefined;
  readonly nodeHints?: readonly string[] | null | undefined;
}

export interface CategorizeService extends ServiceTrafficPolicies {
  /**
   * Value of `service.kubernetes.io/topology-mode` (or the older `topology-aware-hints`); only read up to
   * 1.32.
   */
  readonly hintsAnnotation?: string | undefined;
}

/** The node whose kube-proxy looks at endpoints. */
export interface CategorizeNode {
  readonly nodeName: string;
  /** Label `topology.kubernetes.io/zone` of the node; empty or absent: no zone. */
  readonly zone?: string | undefined;
}

/** Feature gates of kube-proxy; one that is absent has its default of the version. */
export interface CategorizeGates {
  readonly ProxyTerminatingEndpoints?: boolean | undefined;
  readonly TopologyAwareHints?: boolean | undefined;
  readonly ServiceTrafficDistribution?: boolean | undefined;
  readonly PreferSameTrafficDistribution?: boolean | undefined;
}

/** Endpoints by who may send to them from a node. */
export interface CategorizedEndpoints<E> {
  /** For traffic under the policy `Cluster`; null where the Service never uses that policy. */
  readonly clusterEndpoints: readonly E[] | null;
  /** For traffic under the policy `Local`; null where the Service never uses that policy. */
  readonly localEndpoints: readonly E[] | null;
  /** Every endpoint that this node may send to, in the order of the input. */
  readonly allReachableEndpoints: readonly E[];
  /** False: the port is rejected. True with an empty list: the traffic of that policy is dropped. */
  readonly hasAnyEndpoints: boolean;
  /** The list for `Cluster` fell back to endpoints that are serving and terminating. */
  readonly clusterUsesTerminating: boolean;
  /** The list for `Local` fell back to endpoints that are serving and terminating. */
  readonly localUsesTerminating: boolean;
}

/** By which hints a node chooses among endpoints; empty for none. */
export type TopologyMode = '' | 'PreferSameNode' | 'PreferSameZone';

const NO_GATES: CategorizeGates = {};
const NONE: readonly never[] = [];

/**
 * Which hints, if any, narrow the list for the policy `Cluster` on a node. Only ready endpoints are looked
 * at: hints count when every one of them has some and at least one is meant for this node (or its zone).
 *
 * Versions: up to 1.32 the gate TopologyAwareHints must be on; up to 1.29, and on to 1.32 while the gate
 * ServiceTrafficDistribution is off (its default in 1.30), the Service's annotation must ask for hints, too.
 * Node hints exist from 1.33 behind PreferSameTrafficDistribution (on by default from 1.34).
 *
 * Source: pkg/proxy/topology.go topologyModeFromHints (canUseTopology in older versions)
 */
export function topologyModeFromHints(
  endpoints: readonly CategorizedEndpoint[],
  service: CategorizeService,
  node: CategorizeNode,
  minor: MinorVersion,
  gates: CategorizeGates = NO_GATES,
): TopologyMode {
  if (minor <= 32) {
    if (!(gates.TopologyAwareHints ?? true)) return '';
    const ignoresAnnotation = minor >= 30 && (gates.ServiceTrafficDistribution ?? minor >= 31);
    if (!ignoresAnnotation && !annotationAsksForHints(service.hintsAnnotation)) return '';
  }
  const zone = node.zone ?? '';
  // A node without the label never used zone hints up to 1.32; later it merely finds none meant for it.
  const mayUseZones = minor >= 33 || zone !== '';
  const mayUseNodes = minor >= 35 || (minor >= 33 && (gates.PreferSameTrafficDistribution ?? minor >= 34));
  let allHaveNodeHints = true;
  let someForNode = false;
  let allHaveZoneHints = true;
  let someForZone = false;
  for (const endpoint of endpoints) {
    if (!endpoint.ready) continue;
    if (isEmpty(endpoint.nodeHints)) allHaveNodeHints = false;
    else if (endpoint.nodeHints?.includes(node.nodeName)) someForNode = true;
    if (isEmpty(endpoint.zoneHints)) allHaveZoneHints = false;
    else if (endpoint.zoneHints?.includes(zone)) someForZone = true;
  }
  if (mayUseNodes && allHaveNodeHints && someForNode) return 'PreferSameNode';
  if (mayUseZones && allHaveZoneHints && someForZone) return 'PreferSameZone';
  return '';
}

/**
 * Decides which endpoints of a Service port a node may send to: all ready ones (narrowed by hints), or, where
 * there is none, those that terminate but still serve. The fallback is all or nothing, and each node decides
 * it for its local list by itself. Hints never narrow the fallback or a local list.
 *
 * Versions: the hints differ (see topologyModeFromHints); in 1.26 and 1.27 the fallback is behind the gate
 * ProxyTerminatingEndpoints (on by default).
 *
 * Source: pkg/proxy/topology.go CategorizeEndpoints
 */
export function categorizeEndpoints<E extends CategorizedEndpoint>(
  endpoints: readonly E[],
  service: CategorizeService,
  node: CategorizeNode,
  minor: MinorVersion,
  gates: CategorizeGates = NO_GATES,
): CategorizedEndpoints<E> {
  const fallsBack = minor >= 28 || (gates.ProxyTerminatingEndpoints ?? true);
  const usesCluster = usesClusterEndpoints(service);
  const usesLocal = usesLocalEndpoints(service);

  let clusterEndpoints: readonly E[] | null = null;
  let clusterUsesTerminating = false;
  let topologyMode: TopologyMode = '';
  if (usesCluster) {
    topologyMode = topologyModeFromHints(endpoints, service, node, minor, gates);
    clusterEndpoints = endpoints.filter((e) => e.ready && availableForTopology(e, topologyMode, node));
    if (clusterEndpoints.length === 0 && fallsBack) {
      clusterEndpoints = endpoints.filter(isServingAndTerminating);
      clusterUsesTerminating = clusterEndpoints.length > 0;
    }
  }

  let localEndpoints: readonly E[] | null = null;
  let localUsesTerminating = false;
  if (usesLocal) {
    localEndpoints = endpoints.filter((e) => e.isLocal && e.ready);
    if (localEndpoints.length === 0 && fallsBack) {
      localEndpoints = endpoints.filter((e) => e.isLocal && isServingAndTerminating(e));
      localUsesTerminating = localEndpoints.length > 0;
    }
  }

  const hasAnyEndpoints = usesLocal
    ? endpoints.some((e) => e.ready || (fallsBack && isServingAndTerminating(e)))
    : (clusterEndpoints?.length ?? 0) > 0;
  return {
    clusterEndpoints,
    localEndpoints,
    allReachableEndpoints: reachable(
      endpoints,
      clusterEndpoints,
      localEndpoints,
      // Without hints and fallback every local endpoint is in the cluster list already.
      topologyMode === '' && !localUsesTerminating,
    ),
    hasAnyEndpoints,
    clusterUsesTerminating,
    localUsesTerminating,
  };
}

function reachable<E>(
  endpoints: readonly E[],
  cluster: readonly E[] | null,
  local: readonly E[] | null,
  clusterHoldsLocal: boolean,
): readonly E[] {
  if (local === null) return cluster ?? NONE;
  if (cluster === null) return local;
  if (clusterHoldsLocal) return cluster;
  const either = new Set<E>(cluster);
  for (const endpoint of local) either.add(endpoint);
  return endpoints.filter((endpoint) => either.has(endpoint));
}

function annotationAsksForHints(annotation: string | undefined): boolean {
  return annotation !== undefined && annotation !== '' && !/^[dD]isabled$/.test(annotation);
}

function availableForTopology(endpoint: CategorizedEndpoint, mode: TopologyMode, node: CategorizeNode) {
  if (mode === '') return true;
  if (mode === 'PreferSameNode') return endpoint.nodeHints?.includes(node.nodeName) ?? false;
  return endpoint.zoneHints?.includes(node.zone ?? '') ?? false;
}

function isServingAndTerminating(endpoint: CategorizedEndpoint): boolean {
  return endpoint.serving && endpoint.terminating;
}

function isEmpty(hints: readonly string[] | null | undefined): boolean {
  return hints === null || hints === undefined || hints.length === 0;
}
