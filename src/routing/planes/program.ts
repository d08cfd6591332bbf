import type { Endpoint, ProgrammedRules, ServiceRules, ServiceVerdict } from '../../cluster/state.ts';
import type { ServiceInfo, World } from '../../cluster/world.ts';
import { endpointHints } from '../../rules/endpointslice/traffic-distribution-hints.ts';
import type { PacketVerdict } from '../../rules/proxy/packet-verdict.ts';
import { endpointsOf, SliceView, terminatingPods } from '../views.ts';
import type { PlaneEndpoint, PlaneScope } from './plane.ts';
import { planeOf } from './registry.ts';

/**
 * What a node's data plane holds once a view is programmed. Computed once for each view, and once for each node only
 * where the node matters (a Local policy, or hints).
 */

const ANY_NODE = -1;

/** `before`: what the node held, of which all stays that the view does not change. */
export function programRules(
  world: World,
  view: SliceView,
  before: { readonly view: SliceView; readonly rules: ProgrammedRules },
  node: number,
): ProgrammedRules {
  const key = anyDependsOnNode(world) ? node : ANY_NODE;
  const known = view.programmed.get(key);
  if (known !== undefined) return known;
  const services = before.rules.services.slice();
  for (const index of view.changedServices(before.view))
    if (index < services.length) services[index] = serviceRules(world, index, view, node);
  for (let index = services.length; index < world.services.length; index++)
    services.push(serviceRules(world, index, view, node));
  const rules = { services };
  view.programmed.set(key, rules);
  return rules;
}

/** The rules of a view that nothing was programmed before. */
export function initialRules(world: World, view: SliceView, node: number): ProgrammedRules {
  return programRules(world, view, { view: new SliceView([]), rules: { services: [] } }, node);
}

const dependent = new WeakMap<World, boolean>();

function anyDependsOnNode(world: World): boolean {
  let known = dependent.get(world);
  if (known === undefined) {
    known = world.services.some(dependsOnNode);
    dependent.set(world, known);
  }
  return known;
}

function dependsOnNode(service: ServiceInfo): boolean {
  return service.internalPolicyLocal || service.externalPolicyLocal || service.trafficDistribution !== '';
}

function serviceRules(world: World, index: number, view: SliceView, node: number): ServiceRules {
  const service = world.services[index]!;
  const plane = planeOf(world.dataPlane);
  const scope = scopeOf(world, index, node);
  const candidates = endpointsAt(world, index, view, node);
  const lists = plane.program(candidates, scope);
  const { internalPolicyLocal, externalPolicyLocal, externallyAccessible } = service;
  const policies = { internalPolicyLocal, externalPolicyLocal, ...lists };
  const internal = plane.verdict('pod', 'ClusterIP', policies);
  const external = externallyAccessible ? plane.verdict('external', 'NodePort', policies) : null;
  const inside = externallyAccessible ? plane.verdict('pod', 'NodePort', policies) : null;
  const fromInside = new Set([...internal.endpoints, ...(inside?.endpoints ?? [])].map(({ pod }) => pod));
  const reachable = [...lists.allReachableEndpoints].sort((a, b) => a.pod - b.pod);
  return {
    service: index,
    internal: internal.verdict satisfies ServiceVerdict,
    external: external?.verdict ?? null,
    internalPods: pods(internal),
    externalPods: external === null ? [] : pods(external),
    externalFromInside: inside?.verdict ?? null,
    externalPodsFromInside: inside === null ? [] : pods(inside),
    healthCheck: service.hasHealthCheckNodePort
      ? plane.healthCheck(
          candidates.filter(({ isLocal }) => isLocal),
          scope.version,
        )
      : null,
    routed: reachable.map((endpoint) => endpoint.pod),
    routedNodes: reachable.map((endpoint) => endpoint.node),
    sent: reachable
      .map((endpoint) => endpoint.pod)
      .filter((pod) => !service.behindBalancer || fromInside.has(pod)),
    terminating: terminatingPods(candidates),
    waiting: sorted(plane.holds(candidates, scope).filter((endpoint) => !reachable.includes(endpoint))),
  };
}

/** For which Service, on which node, a plane decides. */
export function scopeOf(world: World, service: number, node: number): PlaneScope<unknown> {
  const { minor, patch, dataPlane } = world;
  const version = { minor, patch };
  return { service: world.services[service]!, node: world.nodes[node]!, version, config: dataPlane.config };
}

/** The endpoints of a Service as a node's data plane sees them. */
export function endpointsAt(
  world: World,
  service: number,
  view: SliceView,
  node: number,
): readonly PlaneEndpoint[] {
  const info = world.services[service]!;
  return endpointsOf(view, service).map((endpoint) => candidate(world, info, endpoint, node));
}

/** What hints an endpoint gets follows from the endpoint itself, so they need not be carried along. */
function candidate(world: World, service: ServiceInfo, endpoint: Endpoint, node: number): PlaneEndpoint {
  const { name: nodeName, zone } = world.nodes[endpoint.node]!;
  const { ready, serving, terminating } = endpoint;
  const hinted = { ready, nodeName, zone: zone === '' ? null : zone };
  const hints = endpointHints(hinted, service.trafficDistribution, world.minor);
  return {
    pod: endpoint.pod,
    node: endpoint.node,
    ready,
    serving,
    terminating,
    isLocal: endpoint.node === node,
    zoneHints: hints?.forZones ?? null,
    nodeHints: hints?.forNodes ?? null,
  };
}

function pods(verdict: PacketVerdict<PlaneEndpoint>): readonly number[] {
  return sorted(verdict.endpoints);
}

function sorted(endpoints: readonly PlaneEndpoint[]): readonly number[] {
  return endpoints.map((endpoint) => endpoint.pod).sort((a, b) => a - b);
}
