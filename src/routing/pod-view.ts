import type { Endpoint, PodObject, ServiceObject, SliceObject } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import { matchesServiceSelector } from '../rules/machinery/match-label-selector.ts';
import { SliceView } from './views.ts';

/**
 * Pods as a router sees them that watches them itself, and not their EndpointSlices: one list of endpoints for each Service and template
 * that it may select. A list that the Service does not select now belongs to none.
 */
const NO_SERVICE = -1;

/** At the start everybody knows the same. */
export function podView(world: World, pods: readonly PodObject[]): SliceView {
  const lists: SliceObject[] = [];
  world.templates.forEach(({ services, slicePorts, labels }, template) => {
    services.forEach((service, place) => {
      const selected = matchesServiceSelector(labels, world.services[service]!.selector);
      const own = pods.filter((pod) => pod.template === template).map(endpointOf);
      const endpoints = own.filter((endpoint) => endpoint !== undefined);
      const index = listOf(world, template, service);
      lists[index] = {
        index,
        service: selected ? service : NO_SERVICE,
        generation: 1,
        ports: slicePorts[place]!,
        endpoints,
        gone: false,
      };
    });
  });
  return new SliceView(lists);
}

function listOf({ services }: World, template: number, service: number): number {
  return template * services.length + service;
}

/** This view after a Service got another selector. */
export function withService(world: World, view: SliceView, { index, selector }: ServiceObject): SliceView {
  return world.templates.reduce((known, { services, labels }, template) => {
    if (!services.includes(index)) return known;
    const list = known.slices[listOf(world, template, index)]!;
    const service = matchesServiceSelector(labels, selector) ? index : NO_SERVICE;
    return list.service === service
      ? known
      : known.with({ ...list, service, generation: list.generation + 1 });
  }, view);
}

/**
 * This view after a new version of a Pod arrived that stands behind these Services; this very view where that changes nothing. A Pod that
 * was asked to stop is not ready from then on, whatever its readiness probe says.
 * Source: istio pilot/pkg/serviceregistry/kube/controller/ambient/workloads.go podWorkloadBuilder
 */
export function withPod(
  world: World,
  view: SliceView,
  pod: PodObject,
  services: readonly number[],
): SliceView {
  const after = endpointOf(pod);
  return services.reduce((known, service) => {
    const list = known.slices[listOf(world, pod.template, service)]!;
    const before = list.endpoints.find((endpoint) => endpoint.pod === pod.index);
    if (isSame(before, after)) return known;
    const others = list.endpoints.filter((endpoint) => endpoint.pod !== pod.index);
    const endpoints = after === undefined ? others : [...others, after];
    return known.with({ ...list, generation: list.generation + 1, endpoints });
  }, view);
}

function endpointOf({
  index,
  node,
  phase,
  ready,
  hasIP,
  deletionTimestamp,
  gone,
}: PodObject): Endpoint | undefined {
  if (gone || !hasIP || phase === 'Succeeded' || phase === 'Failed') return undefined;
  const terminating = deletionTimestamp !== null;
  return { pod: index, node, ready: ready && !terminating, serving: ready, terminating };
}

function isSame(before: Endpoint | undefined, after: Endpoint | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  const { ready, serving, terminating } = after;
  return before.ready === ready && before.serving === serving && before.terminating === terminating;
}
