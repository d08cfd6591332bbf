import type { Endpoint, PodObject, PodPhase, SliceObject } from './state.ts';

/**
 * Everything that happens, by name: the `type` of a trace event. `docs` of each says who handles it and what it means.
 * The order is part of the digest: new types go to the end.
 */
export const EVENT_TYPES = [
  /** A user or a tool sends a DELETE for a Pod. */
  'deleteRequested',
  /** API server: a DELETE of a Pod is committed (deletionTimestamp set, grace shortened, object gone, or nothing). */
  'deletePod',
  /** API server: a Pod of a ReplicaSet is created. */
  'createPod',
  /** API server: a Pod gets its node. */
  'bindPod',
  /** API server: a kubelet's status patch is committed (Ready, phase, IP). */
  'patchPodStatus',
  /** API server: an EndpointSlice is created or updated. */
  'writeEndpointSlice',
  /** A watcher receives a new version of a Pod. */
  'podObserved',
  /** A watcher receives a new version of an EndpointSlice. */
  'endpointSliceObserved',
  /** EndpointSlice controller: a Service's key goes to the work queue. */
  'serviceEnqueued',
  /** EndpointSlice controller: a worker lists the Pods from its cache and compares. */
  'serviceSyncStarted',
  /** EndpointSlice controller: a write was answered. */
  'endpointSliceAnswered',
  /** kube-proxy: the rules of a sync are in the kernel. */
  'rulesProgrammed',
  /** kube-proxy: a sync returned. */
  'proxySyncEnded',
  /** kube-proxy: the cool-down or the retry timer of its runner. */
  'proxyTimer',
  /** Router: it routes by a new version of the endpoints. */
  'routerUpdated',
  /** kubelet: the Pod's worker starts to stop its containers. */
  'podKillStarted',
  /** kubelet: a container's preStop hook starts. */
  'preStopStarted',
  /** kubelet: a container's preStop hook ended, failed, or was cut off by the end of the grace period. */
  'preStopEnded',
  /** kubelet: a sidecar has waited long enough for its turn. */
  'turnTimedOut',
  /** Container: its hook does something to the app. */
  'hookEffect',
  /** Container: the stop signal (SIGTERM, unless the image says otherwise) reaches its process. */
  'stopSignal',
  /** Container: its process no longer accepts connections. */
  'listenerClosed',
  /** Container: its process ends by itself. */
  'containerExited',
  /** Container: SIGKILL. */
  'sigkill',
  /** kubelet: the runtime reports that a container has stopped. */
  'containerStopped',
  /** kubelet: the Pod's sandbox, and with it its network, is gone. */
  'sandboxStopped',
  /** kubelet: the last sync of a Pod: volumes and cgroup are gone. */
  'podTerminated',
  /** kubelet: a readiness probe has something new to find. */
  'probeTargetChanged',
  /** kubelet: a readiness probe runs. */
  'readinessProbed',
  /** kubelet: a Pod's containers have been created and run. */
  'podStarted',
  /** kubelet: its runtime status shows the containers running. */
  'podRunningObserved',
  /** Container: its process starts. */
  'containerStarted',
  /** Container: its process accepts connections. */
  'listenerOpened',
  /** ReplicaSet controller: counts a ReplicaSet's Pods and creates what is missing. */
  'replicaSetSynced',
  /** ReplicaSet controller: a create was answered. */
  'createAnswered',
  /** A user or a tool changes a Deployment: a new template, another number of replicas, pause, resume. */
  'deploymentChangeRequested',
  /** API server: a change of a Deployment's spec is committed. */
  'changeDeployment',
  /** API server: a ReplicaSet is created. */
  'createReplicaSet',
  /** API server: a ReplicaSet's number of replicas is changed, unless the writer's copy of it was old. */
  'scaleReplicaSet',
  /** API server: a ReplicaSet's status is committed. */
  'patchReplicaSetStatus',
  /** API server: a Deployment's status is committed, unless the writer's copy of it was old. */
  'patchDeploymentStatus',
  /** A watcher receives a new version of a Deployment. */
  'deploymentObserved',
  /** A watcher receives a new version of a ReplicaSet. */
  'replicaSetObserved',
  /** Deployment controller: a Deployment's key goes to the work queue again, after a back-off or at its progress deadline. */
  'deploymentEnqueued',
  /** Deployment controller: a worker lists the ReplicaSets from its cache and decides the next step. */
  'deploymentSynced',
  /** Deployment controller: a write was answered. */
  'deploymentWriteAnswered',
  /** ReplicaSet controller: a ReplicaSet's key goes to the work queue again, to see whether Pods became available. */
  'replicaSetEnqueued',
  /** ReplicaSet controller: a delete was answered. */
  'deleteAnswered',
  /** ReplicaSet controller: its write of a status was answered. */
  'replicaSetStatusAnswered',
] as const;

export type TraceType = (typeof EVENT_TYPES)[number];

/** Numbers of the event types. */
export const T = Object.fromEntries(EVENT_TYPES.map((name, number) => [name, number])) as Readonly<
  Record<TraceType, number>
>;

/** Why a key is dirty: the first Pod whose change made it so (-1: none did), and what keys the draws of what follows. */
export interface Reason {
  readonly pod: number;
  readonly transition: number;
}

export interface DeletePod {
  readonly gracePeriodSeconds: number | null;
  /** The ReplicaSet whose controller asks and waits for the answer. */
  readonly replicaSet?: number;
}
export interface DeleteAnswered {
  readonly pod: number;
}
export interface CreatePod {
  readonly name: string;
  readonly template: number;
  readonly replicaSet: number;
}
export interface BindPod {
  readonly node: number;
}
/** Members that are undefined stay as they are. */
export interface PatchPodStatus {
  readonly ready?: boolean;
  readonly phase?: PodPhase;
  readonly hasIP?: boolean;
}
export interface WriteEndpointSlice {
  readonly service: number;
  readonly endpoints: readonly Endpoint[];
}
export interface PodObserved {
  readonly pod: PodObject;
}
export interface EndpointSliceObserved {
  readonly slice: SliceObject;
}
/** `plain`: by an event. `retry`: by the back-off after an error. */
export interface ServiceEnqueued {
  readonly reason: Reason;
  readonly by: 'plain' | 'delayed' | 'retry';
}
export interface ContainerEvent {
  readonly container: number;
}
/** It names the Pod's template, since the runtime does not know the Pod yet. */
export interface ContainerStarted extends ContainerEvent {
  readonly template: number;
}
export interface StopSignal extends ContainerEvent {
  readonly timeoutSeconds: number;
}
export type PreStopOutcome = 'completed' | 'failed' | 'cutOff';
export interface PreStopEnded extends ContainerEvent {
  readonly outcome: PreStopOutcome;
}
export interface HookEffect extends ContainerEvent {
  readonly effect: 'closeListener' | 'failReadiness';
}
export interface ContainerStopped extends ContainerEvent {
  readonly exitCode: number;
}
export interface ContainerExited extends ContainerEvent {
  readonly exitCode: number;
}
export interface ProbeTargetChanged extends ContainerEvent {
  /** Whether a readiness probe of the container would succeed from now on. */
  readonly succeeds: boolean;
}
