import type { ClientInfo } from '../cluster/clients.ts';
import { SITE } from '../cluster/delay-sites.ts';
import type { NodeObject } from '../cluster/disruption.ts';
import { EVENT_TYPES, T } from '../cluster/events.ts';
import type { PodObject, SliceObject } from '../cluster/state.ts';
import type { InitialPod, World } from '../cluster/world.ts';
import type { Actor, Behaviour } from '../kernel/actor.ts';
import type { Distribution } from '../kernel/distribution.ts';
import { after, type Effect, type Receiver } from '../kernel/event.ts';
import type { Limits } from '../kernel/limits.ts';
import type { Model } from '../kernel/loop.ts';
import { apiServer } from './api-server.ts';
import { CLIENT, ENDPOINT_SLICE_CONTROLLER, KUBE_PROXY, ROUTER } from './cell-kinds.ts';
import { clientBehaviour } from './clients/index.ts';
import { NO_CONNECTIONS } from './clients/pool.ts';
import { containers, runningProcesses } from './containers.ts';
import { deploymentController } from './deployment-controller/index.ts';
import { IDLE_DEPLOYMENT } from './deployment-controller/work.ts';
import { disruptionController, IDLE_BUDGET } from './disruption-controller.ts';
import { drain } from './drain.ts';
import { reconcileService } from './endpoint-slice-controller/desired.ts';
import { endpointSliceController } from './endpoint-slice-controller/index.ts';
import { idleService } from './endpoint-slice-controller/queue.ts';
import { kubeProxy, mortalKubeProxy, steadyProxy } from './kube-proxy/index.ts';
import { SliceView } from './kube-proxy/views.ts';
import { kubectl } from './kubectl.ts';
import { kubelet } from './kubelet/index.ts';
import { steadyWorker } from './kubelet/startup.ts';
import { nodeLifecycleController } from './node-lifecycle-controller.ts';
import { idleReplicaSet, replicaSetController } from './replica-set-controller/index.ts';
import { requested } from './requests.ts';
import { routerBehaviour, steadyRouter } from './router.ts';
import { loadsOf, placementOf, scheduler } from './scheduler.ts';
import { steadyBudgets, steadyDeployments, steadyReplicaSets } from './steady-workloads.ts';
import type { Self, Wiring } from './wiring.ts';

/** Who exists and who hears whom: the only file that knows. */

const KUBECTL = 0;
const API_SERVER = 1;
const SLICE_CONTROLLER = 2;
const REPLICA_SETS = 3;
const SCHEDULER_ACTOR = 4;
const FIRST_NODE = 5;
const ACTORS_PER_NODE = 3;

/** Links: three Pod watches and the slice watch of the controllers, then three a node, then two a router. */
const LINKS = {
  slicePods: 0,
  replicaSetPods: 1,
  schedulerPods: 2,
  slices: 3,
  firstNode: 4,
  perNode: 3,
  perRouter: 2,
} as const;

export function kubeProxyActor(node: number): number {
  return FIRST_NODE + node * ACTORS_PER_NODE;
}
export function kubeletActor(node: number): number {
  return kubeProxyActor(node) + 1;
}
function containersActor(node: number): number {
  return kubeProxyActor(node) + 2;
}
export function routerActor(world: World, router: number): number {
  return kubeProxyActor(world.nodes.length) + router;
}
/** Controllers that came later stand behind all others, so that nobody's number changed. */
function deploymentControllerActor(world: World): number {
  return routerActor(world, world.routers.length);
}
const LATER_CONTROLLERS = 4;
/** Clients stand behind everybody: actors' numbers key their draws, and with clients those stay what they are without. */
export function clientActor(world: World, client: number): number {
  return deploymentControllerActor(world) + LATER_CONTROLLERS + client;
}
/** A router has two links: its slice watch and its own updates. */
function routerLink(world: World, router: number): number {
  return LINKS.firstNode + world.nodes.length * LINKS.perNode + router * LINKS.perRouter;
}
/** Links of the watches that came later. */
const WORKLOAD_LINKS = {
  deployments: 0,
  replicaSets: 1,
  pods: 2,
  ownReplicaSets: 3,
  budgets: 4,
  budgetedPods: 5,
  scales: 6,
  nodes: 7,
  nodeStatus: 8,
  count: 9,
} as const;
function workloadLink(world: World, link: number): number {
  return routerLink(world, world.routers.length) + link;
}
export const API_SERVER_ACTOR = API_SERVER;

function wiringOf(world: World): Wiring {
  const proxies: Receiver[] = world.nodes.map((_, node) => ({
    actor: kubeProxyActor(node),
    kind: KUBE_PROXY.node,
    object: 0,
    link: LINKS.firstNode + node * LINKS.perNode + 1,
    site: SITE['watch.kubeProxy'],
  }));
  const others: Receiver[] = world.routers.map((_, router) => ({
    actor: routerActor(world, router),
    kind: ROUTER.state,
    object: 0,
    link: routerLink(world, router),
    site: SITE['watch.router'],
  }));
  others.push({
    actor: SLICE_CONTROLLER,
    kind: ENDPOINT_SLICE_CONTROLLER.slice,
    object: -1,
    link: LINKS.slices,
    site: SITE['watch.endpointSliceController'],
  });
  return {
    kubectl: KUBECTL,
    apiServer: API_SERVER,
    endpointSliceController: SLICE_CONTROLLER,
    replicaSetController: REPLICA_SETS,
    scheduler: SCHEDULER_ACTOR,
    deploymentController: deploymentControllerActor(world),
    disruptionController: deploymentControllerActor(world) + 1,
    drain: deploymentControllerActor(world) + 2,
    nodeLifecycle: deploymentControllerActor(world) + 3,
    kubeProxy: kubeProxyActor,
    kubelet: kubeletActor,
    containers: containersActor,
    router: (router) => routerActor(world, router),
    client: (client) => clientActor(world, client),
    podWatch: {
      endpointSliceController: LINKS.slicePods,
      replicaSetController: LINKS.replicaSetPods,
      scheduler: LINKS.schedulerPods,
      deploymentController: workloadLink(world, WORKLOAD_LINKS.pods),
      disruptionController: workloadLink(world, WORKLOAD_LINKS.budgetedPods),
      kubelet: (node) => LINKS.firstNode + node * LINKS.perNode,
    },
    deploymentWatch: workloadLink(world, WORKLOAD_LINKS.deployments),
    replicaSetWatch: {
      deploymentController: workloadLink(world, WORKLOAD_LINKS.replicaSets),
      replicaSetController: workloadLink(world, WORKLOAD_LINKS.ownReplicaSets),
    },
    budgetWatch: workloadLink(world, WORKLOAD_LINKS.budgets),
    scaleWatch: workloadLink(world, WORKLOAD_LINKS.scales),
    nodeWatch: workloadLink(world, WORKLOAD_LINKS.nodes),
    nodeStatusWatch: workloadLink(world, WORKLOAD_LINKS.nodeStatus),
    budgetsOf: budgetsOfTemplates(world),
    watchesPodsOf: recreatedTemplates(world),
    podStatus: (node) => LINKS.firstNode + node * LINKS.perNode + 2,
    sliceWatchers: [...proxies, ...others],
    headlessSliceWatchers: others,
    routerUpdates: (router) => routerLink(world, router) + 1,
  };
}

const NONE: readonly number[] = [];

/** A budget matters where something may be evicted; a run that only deletes Pods keeps none. */
function budgetsOfTemplates(world: World): (template: number) => readonly number[] {
  if (!world.writesStatus || world.budgets.length === 0) return () => NONE;
  const byTemplate = world.templates.map((_, template) =>
    world.budgets.flatMap(({ templates }, index) => (templates.includes(template) ? [index] : [])),
  );
  return (template) => byTemplate[template] ?? NONE;
}

/** Templates of Deployments whose strategy is Recreate. */
function recreatedTemplates(world: World): (template: number) => boolean {
  const templates = new Set<number>();
  world.deployments.forEach(({ strategy, template }, index) => {
    if (strategy !== 'Recreate' || !world.writesStatus) return;
    templates.add(template);
    for (const action of world.actions) {
      if (!('change' in action) || action.change.deployment !== index) continue;
      if (action.change.template !== undefined) templates.add(action.change.template);
    }
  });
  return (template) => templates.has(template);
}

/** The steady state: every Pod Running and Ready, every slice written, every rule programmed. */
function steadyPod(pod: InitialPod, index: number): PodObject {
  return {
    index,
    name: qualified(pod.namespace, pod.name),
    template: pod.template,
    replicaSet: pod.replicaSet,
    node: pod.node,
    // Distinct and in no order that means anything; ages decide before UIDs do.
    createdAt: -pod.age,
    phase: 'Running',
    ready: true,
    readyAt: -pod.age,
    hasIP: true,
    finalizers: pod.finalizers,
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    gone: false,
  };
}

export function qualified(namespace: string, name: string): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

function steadySlices(world: World, pods: readonly PodObject[]): SliceObject[] {
  const slices: SliceObject[] = [];
  world.services.forEach((_, service) => {
    const existing: readonly SliceObject[] = [];
    for (const { ports, endpoints } of reconcileService(world, service, existing, pods).toCreate)
      slices.push({ index: slices.length, service, generation: 1, ports, endpoints, gone: false });
  });
  return slices;
}

export interface WireOptions {
  readonly sites: readonly Distribution[];
  readonly ties: Model['ties'];
  readonly limits?: Limits;
}

export function wire(world: World, options: WireOptions): Model {
  const wiring = wiringOf(world);
  const pods = world.pods.map((pod, index) => steadyPod(pod, index));
  const slices = steadySlices(world, pods);
  const deployments = steadyDeployments(world);
  const replicaSets = steadyReplicaSets(world);
  const budgets = steadyBudgets(world, pods);
  const nodeObjects = world.nodes.map(
    (_, index): NodeObject => ({ index, unschedulable: false, ready: true, tainted: false }),
  );
  const placements = pods.map((pod) => placementOf(pod, pod.node));
  const actor = (
    name: string,
    behaviour: Behaviour,
    cells: readonly (readonly unknown[])[],
    node = -1,
    router = -1,
    client = -1,
  ): Actor => ({ name, behaviour, self: { world, wiring, node, router, client } satisfies Self, cells });

  const central: Actor[] = [
    actor('kubectl', kubectl, [[null]]),
    actor('api-server', apiServer, [
      pods,
      slices,
      [{ nextPod: pods.length, nextSlice: slices.length }],
      deployments,
      replicaSets,
      budgets,
      nodeObjects,
    ]),
    actor('endpointslice-controller', endpointSliceController, [
      pods,
      slices,
      world.services.map((_, service) =>
        idleService(
          Object.fromEntries(
            slices.filter((slice) => slice.service === service).map((slice) => [String(slice.index), 1]),
          ),
        ),
      ),
      [{ busy: 0, waiting: [], retries: null, nextSlice: slices.length }],
      [null],
    ]),
    actor('replicaset-controller', replicaSetController, [
      pods,
      world.replicaSets.map((set) => idleReplicaSet(set.replicas)),
      [null],
      replicaSets,
    ]),
    actor('scheduler', scheduler, [placements, nodeObjects, loadsOf(world, placements), [[]]]),
  ];
  // kube-proxy's watch leaves out headless Services.
  const view = new SliceView(
    slices.map((slice) => (world.services[slice.service]!.headless ? undefined : slice)),
  );
  const nodes = world.nodes.flatMap(({ name }, node) => nodeActors(world, pods, view, name, node, actor));
  const all = new SliceView(slices);
  const routers = world.routers.map((router, index) =>
    actor(`router/${router.name}`, routerBehaviour, [[steadyRouter(world, router, all)]], -1, index),
  );
  const later: Actor[] = [
    actor('deployment-controller', deploymentController, [
      deployments,
      replicaSets,
      deployments.map(() => IDLE_DEPLOYMENT),
      [null],
      pods.map((pod) => (wiring.watchesPodsOf(pod.template) ? pod : undefined)),
    ]),
    actor('disruption-controller', disruptionController, [
      pods.map((pod) => (wiring.budgetsOf(pod.template).length > 0 ? pod : undefined)),
      budgets,
      budgets.map(() => IDLE_BUDGET),
      [null],
      deployments,
    ]),
    actor('kubectl-drain', drain, [[], [], [null, null]]),
    actor('node-lifecycle-controller', nodeLifecycleController, [[]]),
  ];
  const clients = world.clients.map(({ name }, index) =>
    actor(`client/${name}`, clientBehaviour, [[NO_CONNECTIONS], []], -1, -1, index),
  );
  return {
    actors: [...central, ...nodes, ...routers, ...later, ...clients],
    types: EVENT_TYPES,
    sites: options.sites,
    links: workloadLink(world, WORKLOAD_LINKS.count),
    initial: [
      ...world.actions.flatMap((action) => requested(action, world, wiring)),
      ...world.clients.map((client, index) => started(world, client, index)),
    ],
    ties: options.ties,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
}

function started(world: World, { startsAt }: ClientInfo, client: number): Effect {
  return after(T.clientStarted, clientActor(world, client), CLIENT.state, 0, -1, null, startsAt);
}

function nodeActors(
  world: World,
  pods: readonly PodObject[],
  view: SliceView,
  name: string,
  node: number,
  actor: (name: string, behaviour: Behaviour, cells: readonly (readonly unknown[])[], node: number) => Actor,
): Actor[] {
  const workers: unknown[] = [];
  const processes: unknown[] = [];
  for (const pod of pods) {
    if (pod.node !== node) continue;
    const count = world.templates[pod.template]!.containers.length;
    workers[pod.index] = steadyWorker(pod, count);
    processes[pod.index] = runningProcesses(pod.template, count);
  }
  const nodesGo = world.actions.some(({ type }) => type === 'nodeLost' || type === 'nodeShutdown');
  return [
    actor(
      `kube-proxy/${name}`,
      nodesGo ? mortalKubeProxy : kubeProxy,
      [[steadyProxy(world, view, node)], [], []],
      node,
    ),
    actor(`kubelet/${name}`, kubelet, [workers, [], []], node),
    actor(`containers/${name}`, containers, [processes, []], node),
  ];
}
