import type { ManifestObject, Service } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { type Entry, readDocuments } from '../manifests/documents.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { matchesSelector } from '../manifests/select.ts';
import { kindOf } from '../manifests/stand-in.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import { demand } from './arguments.ts';
import { type ClusterNodes, clusterNodes } from './cluster-nodes.ts';
import { selectsPods } from './pod-spec.ts';
import { type ParseResult, parseScenario, type Scenario, ScenarioError, takesPart } from './scenario.ts';
import {
  type ActionInput,
  type ClientInput,
  clusterSchema,
  type RouterInput,
  type ScenarioInput,
} from './schema.ts';
import { type Stop, stopOf, type WorkloadObject } from './stops.ts';

/** A top-level controller or a bare Pod: the unit of an answer. */
export interface Workload {
  /** As the manifests call it. */
  readonly kind: string;
  readonly namespace: string;
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  /** What is done to it. */
  readonly stop: Stop;
}

/** `Deployment/web`, `Deployment/shop/web`. */
export function workloadName({ kind, name }: Pick<Workload, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

/** A workload, and a scenario of what has to do with it alone. */
export interface WorkloadScenario {
  readonly workload: Workload;
  readonly scenario: Scenario;
}

/**
 * A scenario for each workload that something sends to, or that has work to lose (`apps` describes it): it is stopped, and whatever
 * shares a Service with it serves on. Objects that have nothing to do with it are left out, so that its answer does not change with
 * them. Deployments, Argo Rollouts, StatefulSets and DaemonSets roll; of anything else one Pod is deleted. What is stopped is `actions`: the input's own are not taken. Throws a
 * ScenarioError with every issue of the whole input.
 */
export function scenariosByWorkload(input: ScenarioInput): readonly WorkloadScenario[] {
  demand('scenariosByWorkload', 'scenarioOrInput', input);
  const whole = parseTogether(input);
  if (!whole.ok) throw new ScenarioError(whole.issues);
  return workloadScenarios(whole.scenario);
}

/** The input with every workload stopped at 0 s, in one scenario. */
export function parseTogether(input: unknown): ParseResult {
  const { manifests, cluster, apps } = input as Partial<ScenarioInput>;
  const minor = parseMinorVersion(cluster?.version ?? '') ?? 30;
  const { objects, nodes: written } = readManifests(manifests ?? [], { minor });
  const settings = clusterSchema.safeParse(cluster ?? {});
  const all = clusterNodes({ cluster: settings.data ?? clusterSchema.parse({}) }, written, []);
  const found = stops(
    objects.filter((object) => takesPart(object, apps ?? {})),
    all,
  );
  // Of what has no Pods nothing can be stopped; that a node may take Pods changes nothing.
  const nothing = { type: 'uncordonNode', node: all.nodes[0]!.name } as const satisfies ActionInput;
  const actions = found.length === 0 ? [nothing] : found.map(({ action }) => action);
  return parseScenario({ ...(input as object), actions });
}

function stops(objects: readonly ManifestObject[], cluster: ClusterNodes) {
  return objects.flatMap((object) => {
    if (object.kind === 'Service') return [];
    const found = stopOf(object, cluster);
    return found === null ? [] : [{ object, ...found }];
  });
}

/** Of a scenario that is checked: its own actions are not taken. */
export function workloadScenarios(whole: Scenario): readonly WorkloadScenario[] {
  const { entries } = readDocuments(whole.input.manifests);
  return stops(whole.objects, clusterNodes(whole.settings, whole.nodes, []))
    .filter(
      ({ object }) => hasWorkToLose(whole, object) || (object.kind !== 'Job' && isSentTo(whole, object)),
    )
    .map(({ object, stop, action }) => {
      const { namespace, name } = object.metadata;
      const parsed = parseScenario(inputOf(whole, entries, relatedTo(whole, object), action));
      if (!parsed.ok) throw new ScenarioError(parsed.issues);
      const workload = { kind: kindOf(object), namespace, name: qualifiedName(namespace, name), stop };
      return { workload, scenario: parsed.scenario };
    });
}

/** A headless Service by which the Pods of a StatefulSet find each other counts where somebody is described who sends to it. */
function isSentTo(whole: Scenario, object: WorkloadObject): boolean {
  const { services, clients, routers } = whole.world;
  return servicesOf(whole, object).some((service) => {
    const index = services.findIndex(({ name }) => name === nameOf(service));
    const { headless = false, forPeers = false } = services[index] ?? {};
    const used =
      clients.some((client) => client.service === index) ||
      routers.some((router) => router.services.includes(index));
    return used || !(headless && forPeers);
  });
}

/** Whether somebody described the work that its containers have in flight. */
export function hasWorkToLose({ world, objects }: Scenario, object: WorkloadObject): boolean {
  const workloads = objects.filter(({ kind }) => kind !== 'Service');
  const template = world.templates[workloads.indexOf(object)];
  return (
    template?.containers.some(({ app }) => app.traffic.drainDescribed || app.completes !== null) ?? false
  );
}

/** The Services whose selector its Pods match. */
export function servicesOf({ objects }: Scenario, object: WorkloadObject): readonly Service[] {
  return objects.flatMap((each) => (each.kind === 'Service' && selectsPods(each, object) ? [each] : []));
}

/** A workload, the Services that select it, and the other workloads behind these. */
interface Related {
  readonly workloads: readonly WorkloadObject[];
  readonly services: readonly Service[];
}

function relatedTo(whole: Scenario, object: WorkloadObject): Related {
  const services = servicesOf(whole, object);
  const workloads = whole.objects.flatMap((each) =>
    each.kind !== 'Service' && (each === object || services.some((service) => selectsPods(service, each)))
      ? [each]
      : [],
  );
  return { workloads, services };
}

function inputOf(
  whole: Scenario,
  entries: readonly Entry[],
  related: Related,
  action: ActionInput,
): ScenarioInput {
  const { input } = whole;
  const services = new Set(related.services.map(nameOf));
  const containers = related.workloads.flatMap(containersOf);
  return {
    ...input,
    manifests: entries.filter(keeps(whole, related)).map(({ value }) => value as object),
    actions: [action],
    ...(input.cluster === undefined ? {} : { cluster: clusterWith(input.cluster, related, whole) }),
    ...(input.apps === undefined ? {} : { apps: appsOf(input.apps, containers) }),
    ...(input.routers === undefined ? {} : { routers: routersTo(input.routers, services) }),
    ...(input.clients === undefined ? {} : { clients: clientsOf(whole, services, related) }),
  };
}

function nameOf({ metadata }: Pick<ManifestObject, 'metadata'>): string {
  return qualifiedName(metadata.namespace, metadata.name);
}

/** Whether an entry of the manifests has to do with a workload. */
function keeps(whole: Scenario, { workloads, services }: Related): (entry: Entry) => boolean {
  const keys = new Set([...workloads, ...services].map(keyOfObject));
  const others = new Set(whole.objects.map(keyOfObject));
  const names = new Set(services.map(nameOf));
  const budgets = whole.budgets.filter(
    ({ metadata, spec }) =>
      spec.selector !== null &&
      workloads.some(
        (each) =>
          each.metadata.namespace === metadata.namespace &&
          matchesSelector(
            each.kind === 'Pod' ? each.metadata.labels : each.spec.template.metadata.labels,
            spec.selector!,
          ),
      ),
  );
  const routing = new Map(whole.ignored.map((each) => [String(each.path), each.routing] as const));
  return (entry) => {
    const key = keyOfEntry(entry);
    if (keys.has(key)) return true;
    const about = whole.readForRouters.get(labelOfEntry(entry)) ?? null;
    if (about !== null) return services.some((service) => about.has(nameOf(service)));
    if (others.has(key)) return false;
    if (key.startsWith('PodDisruptionBudget ')) return budgets.some((budget) => keyOf(budget) === key);
    const sends = routing.get(String(entry.path));
    return sends?.services?.some((name) => names.has(qualifiedName(sends.namespace, name))) ?? true;
  };
}

function keyOfObject(object: ManifestObject): string {
  return keyOf({ kind: kindOf(object), metadata: object.metadata });
}

function keyOf({ kind, metadata }: { readonly kind: string; readonly metadata: ManifestObject['metadata'] }) {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function keyOfEntry({ value }: Entry): string {
  const { kind, metadata } = value as {
    readonly kind?: string;
    readonly metadata?: { readonly namespace?: string; readonly name?: string };
  };
  return `${kind} ${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`;
}

function labelOfEntry({ value }: Entry): string {
  const { kind, metadata } = value as Partial<ManifestObject>;
  return `${kind}/${qualifiedName(metadata?.namespace ?? 'default', metadata?.name ?? '')}`;
}

interface Placed {
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
}

function containersOf(object: WorkloadObject): readonly Placed[] {
  const { namespace, name: workload } = object.metadata;
  const spec = object.kind === 'Pod' ? object.spec : object.spec.template.spec;
  return [...spec.containers, ...spec.initContainers].map(({ name: container }) => ({
    namespace,
    workload,
    container,
  }));
}

/** Apps are described by container, workload/container or namespace/workload/container. */
function appsOf(apps: NonNullable<ScenarioInput['apps']>, containers: readonly Placed[]) {
  const isHere = (key: string) => {
    const [container, workload, namespace] = key.split('/').reverse();
    return containers.some(
      (each) =>
        each.container === container &&
        (workload === undefined || each.workload === workload) &&
        (namespace === undefined || each.namespace === namespace),
    );
  };
  return Object.fromEntries(Object.entries(apps).filter(([key]) => isHere(key)));
}

function routersTo(routers: readonly RouterInput[], services: ReadonlySet<string>): readonly RouterInput[] {
  return routers.flatMap((router) => {
    if (router.services === undefined) return [router];
    const own = router.services.filter((name) => services.has(name));
    return own.length === 0 ? [] : [{ ...router, services: own }];
  });
}

/** Clients of its Services. One that stands in a Pod which is left out stands on that Pod's node. */
function clientsOf(whole: Scenario, services: ReadonlySet<string>, related: Related): readonly ClientInput[] {
  const { world, input } = whole;
  const pods = new Set(podsOf(whole, related));
  return (input.clients ?? []).flatMap((client, index) => {
    const { service } = world.clients[index]!;
    const { name } = world.services[service]!;
    if (!services.has(name)) return [];
    const { from } = client;
    if (typeof from === 'string' || !('pod' in from) || pods.has(from.pod))
      return [{ ...client, service: name }];
    const stands = world.pods.find((pod) => qualifiedName(pod.namespace, pod.name) === from.pod)!;
    return [{ ...client, service: name, from: { node: world.nodes[stands.node]!.name } }];
  });
}

/** Names of the Pods of these workloads. */
function podsOf({ objects, world }: Scenario, { workloads }: Related): readonly string[] {
  const all = objects.filter(({ kind }) => kind !== 'Service');
  const templates = new Set(workloads.map((object) => all.indexOf(object)));
  return world.pods.flatMap(({ namespace, name, template }) =>
    templates.has(template) ? [qualifiedName(namespace, name)] : [],
  );
}

function clusterWith(cluster: NonNullable<ScenarioInput['cluster']>, related: Related, whole: Scenario) {
  const { nodes } = cluster;
  if (nodes === undefined || typeof nodes === 'number') return cluster;
  const pods = new Set(podsOf(whole, related));
  const kept = nodes.map((node) =>
    node.pods === undefined ? node : { ...node, pods: node.pods.filter((pod) => pods.has(pod)) },
  );
  return { ...cluster, nodes: kept };
}
