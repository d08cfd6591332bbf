// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.

import type { Duration } from '../../kernel/time.ts';
import type { DelayInput } from '../delay-input.ts';

/** How long things take that no rule fixes, by delay site. */
export interface SiteDelaysInput {
  /** A request's way to the API server, its admission and its commit in etcd. */
  readonly 'apiServer.write'?: DelayInput | undefined;
  /** From the commit until the client has the answer. */
  readonly 'apiServer.response'?: DelayInput | undefined;
  /** From the commit until the kubelet's Pod watch delivers it. */
  readonly 'watch.kubelet'?: DelayInput | undefined;
  /** From the commit until the EndpointSlice controller's watch delivers it. */
  readonly 'watch.endpointSliceController'?: DelayInput | undefined;
  /** From the commit until the ReplicaSet controller's watch delivers it. */
  readonly 'watch.replicaSetController'?: DelayInput | undefined;
  /** From the commit until the scheduler's watch delivers it. */
  readonly 'watch.scheduler'?: DelayInput | undefined;
  /** From the commit until a kube-proxy's EndpointSlice watch delivers it. */
  readonly 'watch.kubeProxy'?: DelayInput | undefined;
  /** From the commit until the EndpointSlice watch of another router, or of another data plane than kube-proxy, delivers it. */
  readonly 'watch.router'?: DelayInput | undefined;
  /** EndpointSlice controller, 1.35 and newer: the second queue between a Pod event and its Services. */
  readonly 'endpointSliceController.podQueue'?: DelayInput | undefined;
  /** EndpointSlice controller: from a key at the head of the queue until its worker has listed the Pods. */
  readonly 'endpointSliceController.sync'?: DelayInput | undefined;
  /** ReplicaSet controller: from a key at the head of the queue until its worker has listed the Pods. */
  readonly 'replicaSetController.sync'?: DelayInput | undefined;
  /** Scheduler: from an unassigned Pod's arrival until it asks to bind it. */
  readonly 'scheduler.schedule'?: DelayInput | undefined;
  /** kube-proxy: added to the cost of a sync: from its start until the kernel has the rules. */
  readonly 'kubeProxy.sync'?: DelayInput | undefined;
  /** kube-proxy: from the kernel's change until the sync returns. */
  readonly 'kubeProxy.syncEnd'?: DelayInput | undefined;
  /** kubelet: from the Pod event until the Pod's worker acts on it. */
  readonly 'kubelet.podWorker'?: DelayInput | undefined;
  /** kubelet: how long one relist of the container runtime takes. */
  readonly 'kubelet.plegRelist'?: DelayInput | undefined;
  /** kubelet: from a new status until its patch is sent. */
  readonly 'kubelet.statusManager'?: DelayInput | undefined;
  /** kubelet: the last sync of a Pod (volumes, cgroup) until its DELETE is sent. */
  readonly 'kubelet.terminatedPod'?: DelayInput | undefined;
  /** kubelet: from the start of a Pod's first sync until its containers run (sandbox, network, create, start). */
  readonly 'kubelet.startPod'?: DelayInput | undefined;
  /** kubelet: from the running container until its probe has an answer. */
  readonly 'kubelet.probe'?: DelayInput | undefined;
  /** Container runtime: from the kubelet's exec call until the hook's process runs. */
  readonly 'runtime.execStart'?: DelayInput | undefined;
  /** Container runtime: from the end of the hook (or of the wait) until the process has the stop signal. */
  readonly 'runtime.stopSignal'?: DelayInput | undefined;
  /** Container runtime: from the exit of a process until the kubelet's stop call returns. */
  readonly 'runtime.containerExit'?: DelayInput | undefined;
  /** Container runtime: tearing down the sandbox and its network. */
  readonly 'runtime.stopSandbox'?: DelayInput | undefined;
  /** A process: from the last thing it does until it has exited. */
  readonly 'app.exit'?: DelayInput | undefined;
  /** A process: added to the app's start-up time until it accepts. */
  readonly 'app.start'?: DelayInput | undefined;
  /** One way from the router that chose the Pod to the Pod. */
  readonly 'network.routerToPod'?: DelayInput | undefined;
  /** From the commit until the Deployment controller's watch delivers it. */
  readonly 'watch.deploymentController'?: DelayInput | undefined;
  /** Deployment controller: from a key at the head of the queue until its worker has decided. */
  readonly 'deploymentController.sync'?: DelayInput | undefined;
  /** From the commit until the disruption controller's watch delivers it. */
  readonly 'watch.disruptionController'?: DelayInput | undefined;
  /** Disruption controller: from a key at the head of the queue until its worker has counted. */
  readonly 'disruptionController.sync'?: DelayInput | undefined;
  /** Node lifecycle controller: from the end of a node's grace until its monitor looks. */
  readonly 'nodeLifecycle.monitor'?: DelayInput | undefined;
  /** From ready containers until somebody else has set the Pod's readiness gates. */
  readonly 'readinessGate.set'?: DelayInput | undefined;
  /** A process: from a connection that the kernel has taken until the app has accepted it. */
  readonly 'app.accept'?: DelayInput | undefined;
  /** Container runtime: added to the stop signal of a container without a hook, which falls into the work that the deletion itself makes. */
  readonly 'runtime.stopSignalAtOnce'?: DelayInput | undefined;
  /** Container runtime: added to a Pod's start for each container after its first. */
  readonly 'runtime.startContainer'?: DelayInput | undefined;
  /** A node that shuts down: from the end of its last Pod, or of the last period, until it is gone. */
  readonly 'node.powerOff'?: DelayInput | undefined;
  /** Data plane of a node other than kube-proxy: from the start of its round until the kernel has the new state. */
  readonly 'dataPlane.sync'?: DelayInput | undefined;
}

/** Delays that were seen together: a run draws a whole row. */
export type DelayRowInput = Readonly<Partial<Record<keyof SiteDelaysInput, Duration | undefined>>>;

/** What a site was fitted from. */
export interface MeasuredSiteInput {
  /** How many values. */
  readonly n: number;
  /** Whether the site was seen by itself, or is its share of a sum that was. */
  readonly confidence: 'measured' | 'estimate';
}

/** Where delays were measured; told with the assumptions. `prestop calibrate` writes it. */
export interface MeasuredInput {
  /** The day of the measurement. */
  readonly date: string | null;
  /** How many recordings the delays rest on. */
  readonly recordings: number;
  /** Which end of what the samples allow was taken. */
  readonly table: 'optimistic' | 'estimate' | 'pessimistic' | 'rows';
  /** How many values each site rests on. */
  readonly sites: Readonly<Record<string, MeasuredSiteInput>>;
}

/** How long things take that no rule fixes, by delay site; what is left out keeps its measured default. */
export interface DelaysInput extends SiteDelaysInput {
  /** Delays that were seen together: a run draws a whole row. A site that stands beside them keeps what it says there. */
  readonly rows?: readonly DelayRowInput[] | undefined;
  /** Where the delays were measured. `prestop calibrate` writes it. */
  readonly measured?: MeasuredInput | undefined;
}
