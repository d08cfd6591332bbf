import type { Endpoint, PodObject, SliceObject } from '../cluster/state.ts';
import { SliceView } from './views.ts';

/** Pods as a router sees them that watches them itself, and not their EndpointSlices: one list of endpoints for each Service. */

/** At the start everybody knows the same. */
export function podView(slices: readonly SliceObject[], services: number): SliceView {
  const lists = Array.from({ length: services }, (_, service): SliceObject => {
    const own = slices.filter((slice) => slice.service === service);
    const endpoints = own.flatMap((slice) => slice.endpoints);
    return { index: service, service, generation: 1, ports: own[0]?.ports ?? [], endpoints, gone: false };
  });
  return new SliceView(lists);
}

/**
 * This view after a new version of a Pod arrived that stands behind these Services; this very view where that changes nothing. A Pod that
 * was asked to stop is not ready from then on, whatever its readiness probe says.
 * Source: istio pilot/pkg/serviceregistry/kube/controller/ambient/workloads.go podWorkloadBuilder
 */
export function withPod(view: SliceView, pod: PodObject, services: readonly number[]): SliceView {
  const after = endpointOf(pod);
  return services.reduce((known, service) => {
    const list = known.slices[service]!;
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
