import type { Issue } from '../cluster/issue.ts';
import type {
  HorizontalPodAutoscaler,
  ManifestObject,
  Node,
  PodDisruptionBudget,
  PriorityClass,
  Service,
} from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { POD_TEMPLATE_HASH } from '../cluster/rollouts.ts';
import type { RouterInfo, ServiceInfo, TemplateInfo, World } from '../cluster/world.ts';
import { append } from '../kernel/lists.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { compileRouter, pickOf } from '../routing/compile-router.ts';
import { compilePlane } from '../routing/planes/compile-plane.ts';
import { passesDataPlane, routersBefore } from '../routing/router-schema.ts';
import { hintsEnabled } from '../rules/endpointslice/hints-enabled.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import { parseMinorVersion, parsePatchVersion } from '../rules/machinery/version.ts';
import {
  externalPolicyLocal,
  internalPolicyLocal,
  needsHealthCheck,
} from '../rules/proxy/service-policies.ts';
import { micros } from '../schema/delay-input.ts';
import { appKeys } from './app-of.ts';
import { clusterNodes } from './cluster-nodes.ts';
import { compileActions } from './compile-actions.ts';
import { autoscalerInfo } from './compile-autoscaler.ts';
import { budgetInfo } from './compile-budget.ts';
import { compileClients } from './compile-clients.ts';
import { addWorkload, type Draft } from './compile-workloads.ts';
import { hookIssues, waitingIssues } from './hook-issues.ts';
import { placed } from './place-pods.ts';
import type { ClusterSettings, ScenarioSettings } from './schema.ts';
import { viaIssues } from './via-issues.ts';

/** Turns validated settings and manifests into the numbers that the actors work with. Names become indexes here. */

export { qualifiedName };

/** What governs Pods without having any. */
export interface Policies {
  readonly budgets: readonly PodDisruptionBudget[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  readonly nodes: readonly Node[];
}

export function compile(
  settings: ScenarioSettings,
  objects: readonly ManifestObject[],
  { budgets, priorityClasses, autoscalers: written, nodes: manifests }: Policies,
  issues: Issue[],
): World {
  const minor = parseMinorVersion(settings.cluster.version)!;
  const services = objects.filter((object) => object.kind === 'Service').filter(routesToPods);
  const draft: Draft = { templates: [], deployments: [], replicaSets: [], sets: [], cronJobs: [], pods: [] };
  const cluster = clusterNodes(settings, manifests, issues);
  const { nodes } = cluster;
  const selectors = services.map((service) => selectorsOf(service, settings.actions));
  const { apps, routers: senders } = settings;
  const compiler = { services, selectors, priorityClasses, apps, routers: senders, minor, cluster, issues };
  const horizon = settings.horizon === undefined ? null : micros(settings.horizon);
  for (const object of objects) addWorkload(object, compiler, horizon, draft);
  const pods = placed(draft, settings.cluster, nodes, issues);
  const autoscalers = written.flatMap((each) => autoscalerInfo(each, draft));
  const actions = compileActions(settings, { ...draft, autoscalers, pods, nodes, objects, compiler }, issues);
  // After the actions: a container may be in a template that one of them brings along.
  checkApps(settings.apps, draft.templates, issues);
  const { controllerManager, kubelet, churn, network } = settings.cluster;
  for (const each of churnIssues(settings.cluster)) issues.push(each);
  const routers = routersOf(settings, services, issues);
  const governing = governingServices(objects);
  const infos = services.map((service, index) => ({
    ...serviceInfo(service, minor, governing),
    selector: selectorAtStart(service, index, draft),
    behindBalancer: isBehindBalancer(service, index, routers),
  }));
  return {
    minor,
    patch: parsePatchVersion(settings.cluster.version),
    nodes,
    services: infos,
    ...draft,
    autoscalers,
    budgets: budgets.map((budget) => budgetInfo(budget, draft, objects)),
    pods,
    routers,
    clients: compileClients(settings.clients, { services, infos, nodes, pods, routers }, issues),
    network: { podGone: network.podGone, podGoneAfter: micros(network.podGoneAfter) },
    actions,
    writesStatus:
      actions.some(({ type }) => type !== 'deletePod') || draft.sets.some(({ kind }) => kind === 'Job'),
    dataPlane: compilePlane(settings.cluster, minor, issues),
    controllerManager: {
      endpointSliceBatchPeriod: micros(controllerManager.endpointUpdatesBatchPeriod),
      maxEndpointsPerSlice: controllerManager.maxEndpointsPerSlice,
      concurrentServiceEndpointSyncs: controllerManager.concurrentServiceEndpointSyncs,
      qps: controllerManager.kubeAPIQPS,
      burst: controllerManager.kubeAPIBurst,
    },
    kubelet: {
      plegRelistPeriod: MICROS_PER_SECOND,
      syncFrequency: micros(kubelet.syncFrequency),
      parallelStartSlowdown: kubelet.parallelStartSlowdown,
    },
    churn: {
      endpointSliceUpdatesPerSecond: churn.endpointSliceUpdatesPerSecond,
      podWritesPerSecond: churn.podWritesPerSecond,
      services: churn.services,
      endpoints: churn.endpoints,
    },
  };
}

/** A Service that an Argo Rollout moves selects the Pods of its stable revision. */
function selectorAtStart({ spec }: Service, index: number, { deployments, templates }: Draft) {
  const mover = deployments.find(
    ({ rollout }) => rollout?.mainService === index || rollout?.previewService === index,
  );
  if (mover === undefined) return spec.selector;
  const hash = templates[mover.template]!.labels[POD_TEMPLATE_HASH]!;
  return { ...spec.selector, [POD_TEMPLATE_HASH]: hash };
}

/** What a Service selects by at some time of the run: what its manifest says first. */
function selectorsOf({ metadata, spec }: Service, actions: ScenarioSettings['actions'] = []) {
  const name = qualifiedName(metadata.namespace, metadata.name);
  const later = actions.flatMap((action) =>
    action.type === 'setSelector' && action.service === name ? [action.selector] : [],
  );
  return [spec.selector, ...later];
}

/** Names of the Services that route to Pods. */
export function servicesOf(objects: readonly ManifestObject[]): readonly string[] {
  return objects
    .filter((object) => object.kind === 'Service')
    .filter(routesToPods)
    .map(({ metadata }) => qualifiedName(metadata.namespace, metadata.name));
}

/** A Service without a selector, or an ExternalName, has no endpoints that a Pod could leave. */
function routesToPods(service: Service): boolean {
  return service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector).length > 0;
}

/** Names of the Services that StatefulSets name as their own. */
function governingServices(objects: readonly ManifestObject[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap(({ kind, metadata: { namespace }, spec }) =>
      kind === 'StatefulSet' && 'serviceName' in spec ? [qualifiedName(namespace, spec.serviceName)] : [],
    ),
  );
}

function serviceInfo(
  service: Service,
  minor: number,
  governing: ReadonlySet<string>,
): Omit<ServiceInfo, 'behindBalancer'> {
  const { spec, metadata } = service;
  const external = { ...spec, externalIPs: spec.externalIPs };
  const topologyHints = hintsEnabled(metadata.annotations);
  const distributes = !topologyHints && featureEnabled('ServiceTrafficDistribution', minor);
  return {
    name: qualifiedName(metadata.namespace, metadata.name),
    selector: spec.selector,
    ports: spec.ports.map(({ name, port, protocol }) => ({ name, port, protocol })),
    publishNotReadyAddresses: spec.publishNotReadyAddresses,
    internalPolicyLocal: internalPolicyLocal(external),
    externalPolicyLocal: externalPolicyLocal(external),
    hasHealthCheckNodePort: needsHealthCheck(external),
    externallyAccessible:
      spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.externalIPs.length > 0,
    headless: spec.clusterIP === 'None',
    forPeers: governing.has(qualifiedName(metadata.namespace, metadata.name)),
    trafficDistribution: distributes ? spec.trafficDistribution : '',
    topologyHints,
    affinity:
      spec.sessionAffinity === 'ClientIP' ? spec.sessionAffinityTimeoutSeconds * MICROS_PER_SECOND : null,
  };
}

function routersOf(settings: ScenarioSettings, services: readonly Service[], issues: Issue[]): RouterInfo[] {
  const names = services.map(({ metadata }) => qualifiedName(metadata.namespace, metadata.name));
  const places = new Map(names.map((name, place) => [name, place]));
  const known = settings.routers.map(({ name }) => name);
  const seen = new Set<string>();
  return settings.routers.map((router, index) => {
    append(issues, viaIssues(router, index, settings.routers));
    if (seen.has(router.name)) {
      issues.push({
        code: 'duplicateRouter',
        path: ['routers', index, 'name'],
        message: `Two routers are called "${router.name}".`,
        rule: 'Each router has a name of its own.',
        value: router.name,
        fix: 'Give each router a name of its own.',
      });
    }
    seen.add(router.name);
    const chosen = router.services ?? names;
    for (const name of chosen) {
      if (places.has(name)) continue;
      issues.push({
        code: 'unknownService',
        path: ['routers', index, 'services'],
        message: `Router "${router.name}" routes to Service "${name}", which the manifests do not hold.`,
        rule: 'A router sends to Services of the manifests that have a selector.',
        value: name,
        fix:
          names.length === 0
            ? 'Add a Service with a selector to the manifests.'
            : `Known Services: ${names.join(', ')}.`,
      });
    }
    return {
      name: router.name,
      services: chosen.flatMap((name) => places.get(name) ?? []),
      targets: router.targets === 'pods' && passesDataPlane(router) ? 'clusterIP' : router.targets,
      before: routersBefore(router)
        .map((name) => known.indexOf(name))
        .filter((before) => before >= 0),
      watches: router.watches,
      pick: pickOf(router),
      controller: router.controller ?? null,
      established: router.established,
      proxy:
        router.proxy === undefined
          ? null
          : { ...router.proxy, connectTimeout: micros(router.proxy.connectTimeout) },
      gatesEvery: router.readinessGates === undefined ? null : micros(router.readinessGates.every),
      instances: router.instances,
      ...compileRouter(router).router,
    };
  });
}

function isBehindBalancer({ spec }: Service, index: number, routers: readonly RouterInfo[]): boolean {
  const local = spec.externalTrafficPolicy === 'Local';
  return local && routers.some(({ targets, services }) => targets === 'nodes' && services.includes(index));
}

function checkApps(
  apps: ScenarioSettings['apps'],
  templates: readonly TemplateInfo[],
  issues: Issue[],
): void {
  const containers = templates.flatMap((template) =>
    template.containers.map((own) => ({ ...own, keys: appKeys(template, own.name) })),
  );
  const names = new Set(containers.map(({ name }) => name));
  for (const [key, { preStop, readiness }] of Object.entries(apps)) {
    const meant = containers.filter(({ keys }) => keys.includes(key));
    if (meant.length === 0) issues.push(unknownContainer(key, names, containers));
    else if (preStop !== undefined) {
      const hooks = meant.flatMap(({ hook }) => (hook === null ? [] : [hook]));
      for (const each of hooks.length === 0 ? [noHook(key)] : hookIssues(key, preStop, hooks))
        issues.push(each);
      for (const each of waitingIssues(key, preStop, siblingsOf(meant, templates))) issues.push(each);
    }
    if (readiness.length > 0 && meant.length > 0 && meant.every((own) => own.readiness === null))
      issues.push(noReadinessProbe(key));
  }
}

/** Names of the other containers of their Pods. */
function siblingsOf(
  meant: readonly { readonly name: string }[],
  templates: readonly TemplateInfo[],
): readonly string[] {
  const own = meant.map(({ name }) => name);
  const together = templates.filter(({ containers }) => containers.some(({ name }) => own.includes(name)));
  const names = together.flatMap(({ containers }) => containers.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !own.includes(name));
}

function noReadinessProbe(name: string): Issue {
  return {
    code: 'noEffect',
    path: ['apps', name, 'readiness'],
    message: `apps.${name}.readiness says when the readiness probe of container "${name}" fails, and it has none.`,
    rule: 'A container without a readiness probe is Ready as long as it runs.',
    fix: 'Add a readinessProbe to the manifest, or remove readiness.',
  };
}

function unknownContainer(
  key: string,
  names: ReadonlySet<string>,
  containers: readonly { readonly keys: readonly string[] }[],
): Issue {
  const known = key.includes('/') ? containers.map(({ keys }) => keys[1]!) : [...names];
  return {
    code: 'unknownContainer',
    path: ['apps', key],
    message: `apps describes a container "${key}", which no manifest has.`,
    value: key,
    rule: 'A key is container, workload/container or namespace/workload/container.',
    fix: `Known containers: ${[...new Set(known)].slice(0, 20).join(', ')}.`,
  };
}

function noHook(name: string): Issue {
  return {
    code: 'noHook',
    path: ['apps', name, 'preStop'],
    message: `apps describes a preStop hook of container "${name}", which has none in the manifests.`,
    rule: 'What is described of a hook belongs to one that the manifests have.',
    fix: 'Add lifecycle.preStop to the container, or remove the description.',
  };
}

/** What is asked of the writers of EndpointSlices and of Pods, each with a client of its own. */
function churnIssues({ churn, controllerManager }: ClusterSettings): Issue[] {
  const { kubeAPIQPS } = controllerManager;
  const rates = [
    ['endpointSliceUpdatesPerSecond', 'EndpointSlices'],
    ['podWritesPerSecond', 'Pods'],
  ] as const;
  return rates
    .filter(([rate]) => churn[rate] >= kubeAPIQPS)
    .map(([rate, what]) => ({
      code: 'churnTooHigh',
      path: ['cluster', 'churn', rate],
      message: `churn writes ${churn[rate]} ${what} a second, but the controller's client may send ${kubeAPIQPS}.`,
      value: churn[rate],
      rule: 'A controller that is asked for more writes than its client may send never catches up.',
      fix: 'Lower churn, or raise controllerManager.kubeAPIQPS.',
    }));
}
