import type { SetKind } from '../cluster/sets.ts';
import type { World } from '../cluster/world.ts';
import type { Context } from '../kernel/actor.ts';
import type { ActorId, LinkId, NodeIndex, ServiceIndex, SiteId } from '../kernel/ids.ts';
import type { Place, Watch } from './watches.ts';

/** Who hears whom, as actors need it: by what is said, not by number. Made by wire.ts, which alone decides it. */
export interface Wiring {
  readonly kubectl: ActorId<'kubectl'>;
  readonly apiServer: ActorId<'api-server'>;
  readonly endpointSliceController: ActorId<'endpointslice-controller'>;
  readonly replicaSetController: ActorId<'replicaset-controller'>;
  readonly scheduler: ActorId<'scheduler'>;
  readonly deploymentController: ActorId<'deployment-controller'>;
  /** Of Argo Rollouts, where there are any. */
  readonly rolloutsController: () => ActorId<'deployment-controller'>;
  readonly disruptionController: ActorId<'disruption-controller'>;
  /** Where there are autoscalers. */
  readonly hpaController: () => ActorId<'hpa-controller'>;
  /** Where there are ScaledObjects. */
  readonly kedaOperator: () => ActorId<'keda-operator'>;
  /** Where there are CronJobs. */
  readonly cronJobController: () => ActorId<'cronjob-controller'>;
  readonly setController: (kind: SetKind) => ActorId<'set-controller'>;
  readonly drain: ActorId<'kubectl-drain'>;
  /** Where nodes are taken away. */
  readonly nodeAutoscaler: () => ActorId<'node-autoscaler'>;
  readonly nodeLifecycle: ActorId<'node-lifecycle-controller'>;
  readonly dataPlane: (node: NodeIndex) => ActorId<'data-plane'>;
  readonly kubelet: (node: NodeIndex) => ActorId<'kubelet'>;
  readonly containers: (node: NodeIndex) => ActorId<'containers'>;
  readonly router: (router: number) => ActorId<'router'>;
  readonly client: (client: number) => ActorId<'client'>;
  /** Who is told of a new version of a Pod: its node's kubelet, and those that look at all nodes. */
  readonly podWatches: (node: NodeIndex) => readonly Watch<'pods'>[];
  readonly deploymentWatches: readonly Watch<'deployments'>[];
  readonly replicaSetWatches: readonly Watch<'replicaSets'>[];
  readonly setWatches: readonly Watch<'sets'>[];
  readonly budgetWatches: readonly Watch<'podDisruptionBudgets'>[];
  readonly nodeWatches: readonly Watch<'nodes'>[];
  readonly serviceWatches: readonly Watch<'services'>[];
  /** Who is told of the slices of a Service. */
  readonly sliceWatches: (service: ServiceIndex) => readonly Watch<'endpointSlices'>[];
  readonly routerSites: (router: number) => RouterSites;
  /** Routers in front of the nodes that send to a Service with `externalTrafficPolicy: Local`. */
  readonly nodeRouters: (service: ServiceIndex) => readonly ActorId<'router'>[];
  readonly hasNodeRouters: boolean;
  /** Routers that check the health of a template's Pods themselves. */
  readonly healthChecks: (template: number) => readonly ActorId<'router'>[];
  /** Indexes of the PodDisruptionBudgets that select the Pods of a template. */
  readonly budgetsOf: (template: number) => readonly number[];
}

/** Delay sites that a router brings along. */
export interface RouterSites {
  /** One way to a Pod. */
  readonly latency: SiteId;
  /** Of each of its parts, by name. */
  readonly parts: readonly Readonly<Record<string, SiteId>>[];
}

/** What every actor is wired with. */
export interface Self extends Place {
  readonly world: World;
  readonly wiring: Wiring;
  /** Over which it sends what must arrive in its order; of those alone that do. */
  readonly link: LinkId;
}

export type Ctx = Context<Self>;
