import { dataPlaneName, ROLLOUTS_CONTROLLER, routerName } from '../cluster/actor-names.ts';
import { EVENT_TYPES } from '../cluster/events.ts';
import type { PodObject } from '../cluster/state.ts';
import type { RouterInfo, World } from '../cluster/world.ts';
import type { Distribution } from '../kernel/distribution.ts';
import type { Limits } from '../kernel/limits.ts';
import type { Model } from '../kernel/loop.ts';
import { drawKeys } from '../kernel/names.ts';
import { planeOf } from '../routing/planes/registry.ts';
import { podView } from '../routing/pod-view.ts';
import { SliceView } from '../routing/views.ts';
import { requested } from './actions.ts';
import { NO_CHANNEL } from './clients/channel.ts';
import { clientBehaviour } from './clients/index.ts';
import { NO_CONNECTIONS } from './clients/pool.ts';
import { started } from './clients/start.ts';
import { containers, runningProcesses } from './containers/index.ts';
import { flapping } from './containers/readiness-flaps.ts';
import { controlPlane } from './control-plane.ts';
import { scheduled } from './cron-job-controller.ts';
import { planeToCome, steadyPlane } from './data-plane/cells.ts';
import { dataPlane, joiningDataPlane, mortalDataPlane } from './data-plane/index.ts';
import { kubelet } from './kubelet/index.ts';
import { steadyWorker } from './kubelet/startup.ts';
import { DATA_PLANE, KUBELET, ROUTER } from './protocol.ts';
import { actor, type Registration, Roster, type WatchRequests } from './roster.ts';
import { routerBehaviour, steadyRouter } from './router.ts';
import { wiringOfRouters } from './router-wiring.ts';
import { type Selection, selectionOf } from './selection.ts';
import { begun } from './sets/begin.ts';
import { controllerOf } from './sets/kinds.ts';
import { type SteadyState, steadyState } from './steady-state.ts';
import type { Self, Wiring } from './wiring.ts';

/** Who exists and who hears whom: this file and control-plane.ts alone know. */

/** What a node may end by. */
const NODE_ENDS: readonly string[] = ['nodeLost', 'nodeShutdown', 'removeNodes'];

/** What runs on each node. */
function nodeActors(world: World, { pods, slices }: SteadyState): Registration[] {
  const shown = slices.map((slice) => (world.services[slice.service]!.headless ? undefined : slice));
  const view = new SliceView(shown);
  const { agent } = world.dataPlane;
  const { sites } = planeOf(world.dataPlane);
  const nodesGo = world.actions.some(({ type }) => NODE_ENDS.includes(type));
  return world.nodes.flatMap(({ name, joins }, node) => {
    const own = pods.filter((pod) => pod.node === node);
    const sizeOf = (template: number) => world.templates[template]!.containers.length;
    return [
      actor(
        joins ? joiningDataPlane : nodesGo ? mortalDataPlane : dataPlane,
        {
          node: [joins ? planeToCome(world, view, node) : steadyPlane(world, view, node)],
          affinity: [],
          flow: [],
          presence: joins ? ['toCome'] : [],
        },
        {
          name: dataPlaneName(agent, name),
          node,
          watches: {
            endpointSlices: {
              cell: DATA_PLANE.node,
              site: sites.watch,
              into: 'one cell',
              wants: ({ service }) => !world.services[service]!.headless,
            },
          },
        },
      ),
      actor(
        kubelet,
        {
          worker: byIndex(own, (pod) => steadyWorker(pod, sizeOf(pod.template))),
          node: [],
          starts: [],
        },
        {
          name: `kubelet/${name}`,
          node,
          sendsInOrder: true,
          watches: {
            pods: { cell: KUBELET.worker, site: 'watch.kubelet', wants: (pod) => pod.node === node },
          },
        },
      ),
      actor(
        containers,
        {
          pod: byIndex(own, ({ template }) => runningProcesses(template, sizeOf(template))),
          connections: [],
          node: [],
        },
        { name: `containers/${name}`, node },
      ),
    ];
  });
}

function byIndex<P extends { readonly index: number }, S>(pods: readonly P[], cellOf: (pod: P) => S): S[] {
  const cells: S[] = [];
  for (const pod of pods) cells[pod.index] = cellOf(pod);
  return cells;
}

function routerActors(world: World, { pods, slices }: SteadyState): Registration[] {
  const ofSlices = new SliceView(slices);
  const ofPods = podView(world, pods);
  return world.routers.map((router, index) =>
    actor(
      routerBehaviour,
      { state: [steadyRouter(world, router, router.watches === 'pods' ? ofPods : ofSlices)] },
      {
        name: routerName(router.name),
        router: index,
        sendsInOrder: true,
        watches: routerWatches(world, router, index),
      },
    ),
  );
}

function routerWatches(
  world: World,
  { watches, targets, services }: RouterInfo,
  index: number,
): WatchRequests<'router'> {
  const one = { cell: ROUTER.state, site: 'watch.router', into: 'one cell' } as const;
  if (watches === 'endpointSlices') {
    const slices = { endpointSlices: { ...one, wants: () => targets === 'pods' } };
    const gated = world.templates.map(({ readinessGates: { routers } }) => routers.includes(index));
    if (!gated.includes(true)) return slices;
    return {
      ...slices,
      pods: { ...one, wants: (pod, before) => gated[pod.template]! && isNewsForGates(pod, before) },
    };
  }
  const own = world.templates.map((template) => template.services.some((each) => services.includes(each)));
  return {
    pods: { ...one, wants: ({ template }) => own[template]! },
    services: { ...one, wants: ({ index }) => services.includes(index) },
  };
}

function isNewsForGates(pod: PodObject, before: PodObject | undefined): boolean {
  return (
    pod.containersReady !== (before?.containersReady ?? false) ||
    (pod.deletionTimestamp !== null && before?.deletionTimestamp === null)
  );
}

function clientActors(world: World): Registration[] {
  return world.clients.map(({ name }, client) =>
    actor(
      clientBehaviour,
      { state: [NO_CONNECTIONS], closed: [], channel: [NO_CHANNEL] },
      { name: `client/${name}`, client },
    ),
  );
}

function wiringOf(world: World, roster: Roster, { budgetsOf }: Selection, sites: readonly string[]): Wiring {
  const { agent } = world.dataPlane;
  const planes = world.nodes.map(({ name }) => roster.id('data-plane', dataPlaneName(agent, name)));
  const kubelets = world.nodes.map(({ name }) => roster.id('kubelet', `kubelet/${name}`));
  const runtimes = world.nodes.map(({ name }) => roster.id('containers', `containers/${name}`));
  const routers = world.routers.map(({ name }) => roster.id('router', routerName(name)));
  const clients = world.clients.map(({ name }) => roster.id('client', `client/${name}`));
  const everywhere = roster.watches('pods', ({ node }) => node < 0);
  const ofNode = world.nodes.map(() => everywhere);
  for (const watch of roster.watches('pods', ({ node }) => node >= 0)) {
    const { node } = roster.actors[watch.actor]!;
    ofNode[node] = [watch, ...ofNode[node]!];
  }
  const slices = roster.watches('endpointSlices');
  const ofService = world.services.map((_, service) =>
    slices.filter(({ wants }) =>
      wants({ index: 0, service, generation: 0, ports: [], endpoints: [], gone: false }, undefined),
    ),
  );
  return {
    kubectl: roster.id('kubectl'),
    apiServer: roster.id('api-server'),
    endpointSliceController: roster.id('endpointslice-controller'),
    replicaSetController: roster.id('replicaset-controller'),
    scheduler: roster.id('scheduler'),
    deploymentController: roster.id('deployment-controller'),
    rolloutsController: () => roster.id('deployment-controller', ROLLOUTS_CONTROLLER),
    disruptionController: roster.id('disruption-controller'),
    hpaController: () => roster.id('hpa-controller'),
    kedaOperator: () => roster.id('keda-operator'),
    cronJobController: () => roster.id('cronjob-controller'),
    setController: (kind) => roster.id('set-controller', controllerOf(kind)),
    drain: roster.id('kubectl-drain'),
    nodeAutoscaler: () => roster.id('node-autoscaler'),
    nodeLifecycle: roster.id('node-lifecycle-controller'),
    dataPlane: (node) => planes[node]!,
    kubelet: (node) => kubelets[node]!,
    containers: (node) => runtimes[node]!,
    router: (router) => routers[router]!,
    client: (client) => clients[client]!,
    podWatches: (node) => ofNode[node] ?? everywhere,
    deploymentWatches: roster.watches('deployments'),
    replicaSetWatches: roster.watches('replicaSets'),
    setWatches: roster.watches('sets'),
    budgetWatches: roster.watches('podDisruptionBudgets'),
    nodeWatches: roster.watches('nodes'),
    serviceWatches: roster.watches('services'),
    sliceWatches: (service) => ofService[service]!,
    ...wiringOfRouters(world, routers, sites),
    budgetsOf,
  };
}

export interface WireOptions {
  /** Every delay site by its name: first those of all clusters, in their order. */
  readonly sites: ReadonlyMap<string, Distribution>;
  readonly ties: Model['ties'];
  readonly limits?: Limits;
}

/** A world as the run loop takes it, and who is who in it. */
export interface Wired {
  readonly model: Model;
  readonly wiring: Wiring;
  readonly actors: readonly Registration[];
}

export function wire(world: World, options: WireOptions): Wired {
  const start = steadyState(world);
  const selection = selectionOf(world);
  const roster = new Roster([
    ...controlPlane(world, start, selection),
    ...nodeActors(world, start),
    ...routerActors(world, start),
    ...clientActors(world),
  ]);
  const siteNames = [...options.sites.keys()];
  const wiring = wiringOf(world, roster, selection, siteNames);
  const model: Model = {
    actors: roster.actors.map(({ name, behaviour, cells, node, router, client }) => {
      const self: Self = { world, wiring, node, router, client, link: roster.ownLink(name) };
      return { name, behaviour, cells, self };
    }),
    types: EVENT_TYPES,
    sites: [...options.sites.values()],
    keys: drawKeys({
      sites: siteNames,
      actors: roster.actors.map(({ name }) => name),
      objects: start.pods.map(({ name }) => name),
    }),
    links: roster.links,
    initial: [
      ...world.actions.flatMap((action) => requested(action, world, wiring)),
      ...begun(world, wiring),
      ...flapping(world, wiring),
      ...scheduled(world, wiring),
      ...world.clients.flatMap((client, index) => started(wiring, client, index)),
    ],
    ties: options.ties,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  return { model, wiring, actors: roster.actors };
}
