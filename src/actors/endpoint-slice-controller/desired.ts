import type { Endpoint, PodObject, ServiceObject, SliceObject } from '../../cluster/state.ts';
import type { World } from '../../cluster/world.ts';
import { endpointConditions, shouldPodBeInEndpoints } from '../../rules/endpointslice/endpoint-conditions.ts';
import { type ReconciledSlices, reconcileEndpoints } from '../../rules/endpointslice/place-endpoints.ts';
import type { SlicePort } from '../../rules/endpointslice/slice-ports.ts';
import { matchesServiceSelector } from '../../rules/machinery/match-label-selector.ts';
import { type Members, merged } from '../members.ts';

/** How the slices of a Service have to change so that they show these Pods. */

export const IP: readonly string[] = ['assigned'];
export const NO_IP: readonly string[] = [];

const IDENTITY = {
  keyOf: ({ pod }: Endpoint) => pod,
  same: (a: Endpoint, b: Endpoint) =>
    a.ready === b.ready && a.serving === b.serving && a.terminating === b.terminating,
};

/** Whether a Service selects the Pods of a template, as it is now. */
export function selects(world: World, { index, selector }: ServiceObject, template: number): boolean {
  const { services, labels } = world.templates[template]!;
  return services.includes(index) && matchesServiceSelector(labels, selector);
}

const selections = new WeakMap<World, WeakMap<ServiceObject, ReadonlySet<number>>>();

/** Templates whose Pods a Service selects: asked at each of its syncs, and the same until its selector changes. */
function selectedBy(world: World, service: ServiceObject): ReadonlySet<number> {
  let ofWorld = selections.get(world);
  if (ofWorld === undefined) {
    ofWorld = new WeakMap();
    selections.set(world, ofWorld);
  }
  let selected = ofWorld.get(service);
  if (selected === undefined) {
    const numbers = world.templates.map((_, template) => template);
    selected = new Set(numbers.filter((template) => selects(world, service, template)));
    ofWorld.set(service, selected);
  }
  return selected;
}

/** Numbers of the Pods that a Service selects, by the templates' Pods: ascending. */
export function selectedPods(
  world: World,
  service: ServiceObject,
  members: readonly (Members | undefined)[],
): Members {
  let found: Members = [];
  for (const template of selectedBy(world, service)) found = merged(found, members[template] ?? []);
  return found;
}

/** `pods`: those that the Service selects. */
export function reconcileService(
  world: World,
  service: ServiceObject,
  existing: readonly SliceObject[],
  pods: readonly PodObject[],
): ReconciledSlices<SliceObject, Endpoint> {
  const { publishNotReadyAddresses } = world.services[service.index]!;
  const desired: { readonly endpoint: Endpoint; readonly ports: readonly SlicePort[] }[] = [];
  for (const pod of pods) {
    const { services, slicePorts } = world.templates[pod.template]!;
    const { phase, deletionTimestamp, index, node } = pod;
    const podIPs = pod.hasIP ? IP : NO_IP;
    if (!shouldPodBeInEndpoints({ phase, deletionTimestamp, podIP: '', podIPs }, true)) continue;
    const readyCondition = pod.ready ? 'True' : 'False';
    const conditions = endpointConditions({ deletionTimestamp, readyCondition }, publishNotReadyAddresses);
    const { ready, serving, terminating } = conditions;
    const ports = slicePorts[services.indexOf(service.index)]!;
    desired.push({ endpoint: { pod: index, node, ready, serving, terminating }, ports });
  }
  return reconcileEndpoints(existing, desired, IDENTITY, world.controllerManager.maxEndpointsPerSlice);
}
