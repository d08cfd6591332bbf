import { type SiteId, siteId } from '../kernel/ids.ts';

/**
 * The named places where time passes that no rule fixes. What each takes by default, and how sure that is,
 * stands with its distribution in src/scenario; a scenario's `delays` replaces it.
 */
export const DELAY_SITES = [
  /** A request's way to the API server, its admission and its commit in etcd. */
  'apiServer.write',
  /** From the commit until the client has the answer. */
  'apiServer.response',
  /** From the commit until the kubelet's Pod watch delivers it. */
  'watch.kubelet',
  /** From the commit until the EndpointSlice controller's watch delivers it. */
  'watch.endpointSliceController',
  /** From the commit until the ReplicaSet controller's watch delivers it. */
  'watch.replicaSetController',
  /** From the commit until the scheduler's watch delivers it. */
  'watch.scheduler',
  /** From the commit until a kube-proxy's EndpointSlice watch delivers it. */
  'watch.kubeProxy',
  /** From the commit until the EndpointSlice watch of another router, or of another data plane than kube-proxy, delivers it. */
  'watch.router',
  /** EndpointSlice controller, 1.35 and newer: the second queue between a Pod event and its Services. */
  'endpointSliceController.podQueue',
  /** EndpointSlice controller: from a key at the head of the queue until its worker has listed the Pods. */
  'endpointSliceController.sync',
  /** ReplicaSet controller: from a key at the head of the queue until its worker has listed the Pods. */
  'replicaSetController.sync',
  /** Scheduler: from an unassigned Pod's arrival until it asks to bind it. */
  'scheduler.schedule',
  /** kube-proxy: added to the cost of a sync: from its start until the kernel has the rules. */
  'kubeProxy.sync',
  /** kube-proxy: from the kernel's change until the sync returns. */
  'kubeProxy.syncEnd',
  /** kubelet: from the Pod event until the Pod's worker acts on it. */
  'kubelet.podWorker',
  /** kubelet: how long one relist of the container runtime takes. */
  'kubelet.plegRelist',
  /** kubelet: from a new status until its patch is sent. */
  'kubelet.statusManager',
  /** kubelet: the last sync of a Pod (volumes, cgroup) until its DELETE is sent. */
  'kubelet.terminatedPod',
  /** kubelet: from the start of a Pod's first sync until its containers run (sandbox, network, create, start). */
  'kubelet.startPod',
  /** kubelet: from the running container until its probe has an answer. */
  'kubelet.probe',
  /** Container runtime: from the kubelet's exec call until the hook's process runs. */
  'runtime.execStart',
  /** Container runtime: from the end of the hook (or of the wait) until the process has the stop signal. */
  'runtime.stopSignal',
  /** Container runtime: from the exit of a process until the kubelet's stop call returns. */
  'runtime.containerExit',
  /** Container runtime: tearing down the sandbox and its network. */
  'runtime.stopSandbox',
  /** A process: from the last thing it does until it has exited. */
  'app.exit',
  /** A process: added to the app's start-up time until it accepts. */
  'app.start',
  /** One way from the router that chose the Pod to the Pod. */
  'network.routerToPod',
  /** From the commit until the Deployment controller's watch delivers it. */
  'watch.deploymentController',
  /** Deployment controller: from a key at the head of the queue until its worker has decided. */
  'deploymentController.sync',
  /** From the commit until the disruption controller's watch delivers it. */
  'watch.disruptionController',
  /** Disruption controller: from a key at the head of the queue until its worker has counted. */
  'disruptionController.sync',
  /** Node lifecycle controller: from the end of a node's grace until its monitor looks. */
  'nodeLifecycle.monitor',
  /** From ready containers until somebody else has set the Pod's readiness gates. */
  'readinessGate.set',
  /** A process: from a connection that the kernel has taken until the app has accepted it. */
  'app.accept',
  /** Container runtime: added to the stop signal of a container without a hook, which falls into the work that the deletion itself makes. */
  'runtime.stopSignalAtOnce',
  /** Container runtime: added to a Pod's start for each container after its first. */
  'runtime.startContainer',
  /** A node that shuts down: from the end of its last Pod, or of the last period, until it is gone. */
  'node.powerOff',
  /** Data plane of a node other than kube-proxy: from the start of its round until the kernel has the new state. */
  'dataPlane.sync',
] as const;

/** A place where time passes by chance. */
export type DelaySite = (typeof DELAY_SITES)[number];

/** Numbers of the delay sites. */
export const SITE = Object.fromEntries(DELAY_SITES.map((name, number) => [name, siteId(number)])) as Readonly<
  Record<DelaySite, SiteId>
>;
