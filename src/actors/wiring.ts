import type { World } from '../cluster/world.ts';
import type { Context } from '../kernel/actor.ts';
import type { ActorId, Receiver } from '../kernel/event.ts';

/** Who hears whom: actor numbers and links. Made by wire.ts, which alone decides it. */
export interface Wiring {
  readonly kubectl: ActorId;
  readonly apiServer: ActorId;
  readonly endpointSliceController: ActorId;
  readonly replicaSetController: ActorId;
  readonly scheduler: ActorId;
  readonly deploymentController: ActorId;
  readonly disruptionController: ActorId;
  readonly drain: ActorId;
  readonly nodeLifecycle: ActorId;
  readonly kubeProxy: (node: number) => ActorId;
  readonly kubelet: (node: number) => ActorId;
  readonly containers: (node: number) => ActorId;
  readonly router: (router: number) => ActorId;
  readonly client: (client: number) => ActorId;
  /** The link over which a router takes over what has arrived. */
  readonly routerUpdates: (router: number) => number;
  /** Pod watches: of each controller, and of each node's kubelet. */
  readonly podWatch: {
    readonly endpointSliceController: number;
    readonly replicaSetController: number;
    readonly scheduler: number;
    readonly deploymentController: number;
    readonly disruptionController: number;
    readonly kubelet: (node: number) => number;
  };
  /** The Deployment controller's watches, one for each kind, and the ReplicaSet controller's watch of ReplicaSets. */
  readonly deploymentWatch: number;
  readonly budgetWatch: number;
  /** The disruption controller's watch of Deployments, and the scheduler's and the node lifecycle controller's of nodes. */
  readonly scaleWatch: number;
  readonly nodeWatch: number;
  readonly nodeStatusWatch: number;
  readonly replicaSetWatch: {
    readonly deploymentController: number;
    readonly replicaSetController: number;
  };
  /** Whether the Deployment controller acts on Pods of a template: only a Deployment that is recreated waits for them. */
  readonly watchesPodsOf: (template: number) => boolean;
  /** Indexes of the PodDisruptionBudgets that select the Pods of a template. */
  readonly budgetsOf: (template: number) => readonly number[];
  /** A kubelet's status patches: its status manager sends one after the other. */
  readonly podStatus: (node: number) => number;
  /** Who watches EndpointSlices: every kube-proxy, every other router, and the controller itself. */
  readonly sliceWatchers: readonly Receiver[];
  /** The same for headless Services, which kube-proxy leaves out. */
  readonly headlessSliceWatchers: readonly Receiver[];
}

/** What every actor is wired with. `node`, `router` and `client` are -1 for those that belong to none. */
export interface Self {
  readonly world: World;
  readonly wiring: Wiring;
  readonly node: number;
  readonly router: number;
  readonly client: number;
}

export type Ctx = Context<Self>;
