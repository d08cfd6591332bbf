/**
 * Which endpoints of a Service a router opens new connections to: the six rules in use. `ready: null` counts as ready everywhere;
 * what a `serving` that is null means stands with each rule.
 */
export interface ObservedConditions {
  readonly ready: boolean | null;
  readonly serving: boolean | null;
  readonly terminating: boolean | null;
}

/** Every rule by which a router picks endpoints. */
export const SELECTION_RULES = [
  'readyElseServingTerminating',
  'readyOrServing',
  'readyOnly',
  'servingFenced',
  'drainingPanic',
  'notTerminating',
] as const;

/** The rule by which a router picks endpoints. */
export type SelectionRule = (typeof SELECTION_RULES)[number];

/** Below this share of healthy hosts Envoy spreads new connections over all of them. */
const PANIC_THRESHOLD_PERCENT = 50;

const isReady = ({ ready }: ObservedConditions): boolean => ready !== false;
const isTerminating = ({ terminating }: ObservedConditions): boolean => terminating === true;
const isServing = ({ serving }: ObservedConditions): boolean => serving !== false;

/**
 * Ready endpoints; where there is none, those that terminate and still serve (`serving: null` counts as serving).
 * Source: kubernetes pkg/proxy/topology.go CategorizeEndpoints; ovn-kubernetes go-controller/pkg/util/kube.go
 * getSelectedEligibleEndpoints; cilium pkg/loadbalancer/reflectors/conversions.go
 */
export function readyElseServingTerminating<E extends ObservedConditions>(
  endpoints: readonly E[],
): readonly E[] {
  const ready = endpoints.filter(isReady);
  return ready.length > 0 ? ready : endpoints.filter((each) => isServing(each) && isTerminating(each));
}

/**
 * Whether an endpoint is ready or serves, terminating or not (`serving: null` is not serving).
 * Source: metallb internal/k8s/epslices/slices.go IsConditionReadyOrServing; kube-router
 * pkg/controllers/proxy/network_services_controller.go buildEndpointSliceInfo
 */
export function readyOrServing(endpoint: ObservedConditions): boolean {
  return isReady(endpoint) || endpoint.serving === true;
}

/**
 * Whether an endpoint is ready.
 * Source: ingress-nginx internal/ingress/controller/endpointslices.go getEndpointsFromSlices; openshift/router
 * pkg/router/controller/endpointsubset/converter.go ConvertEndpointSlice
 */
export function readyOnly(endpoint: ObservedConditions): boolean {
  return isReady(endpoint);
}

/**
 * Who takes new clients (serving, not terminating), and who takes only clients whose cookie names it (serving and terminating).
 * `serving: null` counts as serving.
 * Source: traefik pkg/provider/kubernetes/ingress/kubernetes.go loadService (servers that are Fenced)
 */
export function servingFenced<E extends ObservedConditions>(
  endpoints: readonly E[],
): { readonly open: readonly E[]; readonly fenced: readonly E[] } {
  const serving = endpoints.filter(isServing);
  return { open: serving.filter((each) => !isTerminating(each)), fenced: serving.filter(isTerminating) };
}

/**
 * Hosts that are neither terminating nor not serving, while at least half of the list is; below that all hosts, whatever they are.
 * Source: envoyproxy/gateway internal/gatewayapi/route.go (DRAINING endpoints); envoy
 * source/extensions/load_balancing_policies/common/load_balancer_impl.cc isHostSetInPanic
 */
export function drainingPanic<E extends ObservedConditions>(endpoints: readonly E[]): readonly E[] {
  const healthy = endpoints.filter((each) => isServing(each) && !isTerminating(each));
  return healthy.length * 100 < PANIC_THRESHOLD_PERCENT * endpoints.length ? endpoints : healthy;
}

/**
 * Whether an endpoint is a candidate: terminating ones never are, others whether or not they are ready, since health checks decide
 * about those.
 * Source: kubernetes/ingress-gce pkg/neg/types/types.go EndpointsDataFromEndpointSlices
 */
export function notTerminating(endpoint: ObservedConditions): boolean {
  return !isTerminating(endpoint);
}

/**
 * Who takes new connections under one of the six rules, in the order of the input.
 * Source: none; ours: the table of the rules above
 */
export function selectEndpoints<E extends ObservedConditions>(
  rule: SelectionRule,
  endpoints: readonly E[],
): readonly E[] {
  switch (rule) {
    case 'readyElseServingTerminating':
      return readyElseServingTerminating(endpoints);
    case 'readyOrServing':
      return endpoints.filter(readyOrServing);
    case 'readyOnly':
      return endpoints.filter(readyOnly);
    case 'servingFenced':
      return servingFenced(endpoints).open;
    case 'drainingPanic':
      return drainingPanic(endpoints);
    case 'notTerminating':
      return endpoints.filter(notTerminating);
    default:
      return rule satisfies never;
  }
}

/**
 * Which nodes may announce a Service with `externalTrafficPolicy: Local`: those with an endpoint that is ready or serves.
 * Source: metallb speaker/layer2_controller.go usableNodes
 */
export function usableNodes(
  endpoints: readonly (ObservedConditions & { readonly nodeName: string | null })[],
  speakers: readonly string[],
): readonly string[] {
  const usable = new Set(endpoints.filter(readyOrServing).map(({ nodeName }) => nodeName));
  return speakers.filter((speaker) => usable.has(speaker));
}

/**
 * Backends of one load balancer of OVN-Kubernetes: the node's own endpoints first where `node` is given, then ready ones, else serving
 * and terminating ones; all of them, always, where the Service publishes addresses that are not ready.
 * Source: ovn-kubernetes go-controller/pkg/util/kube.go getEligibleEndpoints, getSelectedEligibleEndpoints
 */
export function eligibleEndpoints<E extends ObservedConditions & { readonly node: unknown }>(
  endpoints: readonly E[],
  node: E['node'] | null,
  publishNotReadyAddresses: boolean,
): readonly E[] {
  const here = node === null ? endpoints : endpoints.filter((each) => each.node === node);
  return publishNotReadyAddresses ? here : readyElseServingTerminating(here);
}
