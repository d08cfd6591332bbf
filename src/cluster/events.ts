import {
  type EventType,
  eventType,
  type NodeIndex,
  type PodIndex,
  type ServiceIndex,
} from '../kernel/ids.ts';
import type {
  ChangeDeploymentAction,
  ChangeSetAction,
  CordonNodeAction,
  DeletePodAction,
  DeleteReplicaSetAction,
  DrainNodeAction,
  EvictPodAction,
  ScaleReplicaSetAction,
  SetSelectorAction,
  ShutdownPeriod,
  TaintNodeAction,
} from './actions.ts';
import type { LoadChanged } from './autoscaling.ts';
import type { CreateJob } from './cron-jobs.ts';
import type {
  BudgetObject,
  BudgetStatus,
  CordonNode,
  ListPods,
  NodeObserved,
  OfNode,
  PatchNode,
  RefusedPod,
  TaintEviction,
} from './disruption.ts';
import { EVENT_TYPES, type TraceType } from './event-types.ts';
import type { NodeRemoval, NodeRemovalEnded } from './node-removal.ts';
import type {
  ChangeSet,
  ClaimsChanged,
  PatchSetStatus,
  SetMember,
  SetObserved,
  SetWriteAnswered,
} from './sets.ts';
import type { Endpoint, EndpointPort, PodObject, PodPhase, ServiceObject, SliceObject } from './state.ts';
import type {
  AnswerOverdue,
  Attempt,
  ConnectionOpened,
  ConnectionsClosed,
  ConnectionsReset,
  InService,
  RequestFailed,
  RequestRetried,
  RequestSent,
  ResponseReceived,
} from './traffic.ts';
import type {
  ChangeDeployment,
  CreateReplicaSet,
  DeleteReplicaSet,
  DeploymentObserved,
  DeploymentWriteAnswered,
  PatchDeploymentStatus,
  PatchReplicaSetStatus,
  ReplicaSetObject,
  ReplicaSetObserved,
  ResizeReplicaSet,
  ScaleReplicaSet,
} from './workloads.ts';

export type { CordonNode, ListPods, NodeObserved, OfNode, PatchNode, TaintEviction } from './disruption.ts';
export { EVENT_TYPES, type TraceType };

/** Why a key is dirty: the first Pod whose change made it so (-1: none did), and what keys the draws of what follows. */
export interface Reason {
  readonly pod: PodIndex;
  readonly transition: number;
}

export type EvictionAsker = 'kubectl' | 'drain' | 'nodeAutoscaler';

export interface EvictPod {
  readonly gracePeriodSeconds: number | null;
  /** Who asks, and hears the answer. */
  readonly asker: EvictionAsker;
}
export interface EvictionAnswered {
  /** null: the Pod is being deleted. */
  readonly refusal: {
    readonly code: number;
    readonly message: string;
    readonly cause: string | null;
    /** Of the budget that allows no disruption, where it has too few healthy Pods. */
    readonly counts: {
      readonly name: string;
      readonly desiredHealthy: number;
      readonly currentHealthy: number;
    } | null;
  } | null;
}
/** `graceOverrideSeconds`: null leaves the Pod its own grace period. */
export interface PodKillRequested {
  readonly graceOverrideSeconds: number | null;
}
export interface NodeShutdownStarted {
  readonly periods: readonly ShutdownPeriod[];
}
export interface PodsListed {
  readonly pods: readonly PodObject[];
}
export interface PodGot {
  readonly gone: boolean;
}
export interface DrainEnded {
  readonly outcome: 'drained' | 'refused';
  /** Pods that kubectl may not delete without another flag, and why. */
  readonly refused: readonly RefusedPod[];
  readonly why: string | null;
}
export interface BudgetObserved {
  readonly budget: BudgetObject;
}
export interface PatchBudgetStatus {
  readonly resourceVersion: number;
  readonly status: BudgetStatus;
}
export interface DeletePod {
  readonly gracePeriodSeconds: number | null;
  /** Who waits for the answer as for that of an eviction. */
  readonly asker?: EvictionAsker;
  /** The ReplicaSet whose controller asks and waits for the answer. */
  readonly replicaSet?: number;
  /** Or the StatefulSet, DaemonSet or Job. */
  readonly set?: number;
  /** It is a disruption: the Pod gets the condition DisruptionTarget first. */
  readonly disruption?: boolean;
}
export interface DeleteAnswered {
  readonly pod: PodIndex;
}
/** A ReplicaSet, to whoever hears of a Pod that it makes. */
export type ReplicaSetOwner = Pick<ReplicaSetObject, 'index' | 'name' | 'deployment'>;

export interface CreatePod {
  readonly name: string;
  readonly template: number;
  /** The ReplicaSet that makes it; null where none does. */
  readonly owner: ReplicaSetOwner | null;
  /** Its place in a StatefulSet or DaemonSet. */
  readonly member: SetMember | null;
}
export interface BindPod {
  readonly node: NodeIndex;
}
/** Members that are undefined stay as they are. `gate`: the bit of a readiness gate that becomes True. */
export interface PatchPodStatus {
  readonly ready?: boolean;
  readonly containersReady?: boolean;
  readonly gate?: number;
  readonly phase?: PodPhase;
  readonly hasIP?: boolean;
  readonly disruptionTarget?: boolean;
  readonly exitCodes?: readonly number[];
}
export interface WriteEndpointSlice {
  readonly service: ServiceIndex;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
  /** The slice is deleted. */
  readonly gone: boolean;
}
export interface ChangeService {
  readonly service: ServiceIndex;
  readonly selector: Readonly<Record<string, string>>;
  /** Index of the Argo Rollout whose controller waits for the answer; left out for a user. */
  readonly rollout?: number;
}
export interface ServiceObserved {
  readonly service: ServiceObject;
}
export interface PodObserved {
  readonly pod: PodObject;
}
export interface EndpointSliceObserved {
  readonly slice: SliceObject;
}
/** `plain`: by a Pod. `atOnce`: by the Service itself, for which no batch waits. `retry`: by the back-off after an error. */
export interface ServiceEnqueued {
  readonly reason: Reason;
  readonly by: 'plain' | 'atOnce' | 'delayed' | 'retry';
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
/** How a preStop hook ended. */
export type PreStopOutcome = 'completed' | 'failed' | 'cutOff';
export interface PreStopEnded extends ContainerEvent {
  readonly outcome: PreStopOutcome;
}
export interface HookEffect extends ContainerEvent {
  /** `awaitClosing`: it asks to be told when the container that it waits for stops accepting. */
  readonly effect: 'closeListener' | 'failReadiness' | 'awaitClosing';
}
export interface ContainerStopped extends ContainerEvent {
  readonly exitCode: number;
}
export interface ContainerExited extends ContainerEvent {
  readonly exitCode: number;
}
export interface ClientEnded {
  readonly client: number;
}
export interface ReadinessFlapped extends ContainerEvent {
  /** Place of the flap in the app's list. */
  readonly flap: number;
  /** Whether it is over. */
  readonly succeeds: boolean;
}
export interface ProbeTargetChanged extends ContainerEvent {
  /** Whether a probe of the container would succeed from now on. */
  readonly succeeds: boolean;
  /** Left out: of every probe. */
  readonly only?: 'readiness';
}
/** One of a router's parts wakes: which, and for what. */
export interface RouterTimer {
  readonly part: number;
  readonly key: number;
}
/** Why somebody routes by something else from now on. */
export interface RoutesChanged {
  readonly cause: RouteCause;
  /** Its last part wakes with it, whose routes are in force at once; null where the routes are known already. */
  readonly wakes: RouterTimer | null;
}
/** `answered`, or refused or an error at once. */
export interface TargetAnswers {
  readonly answer: 'answered' | 'refused';
}
/** What a node does with connections from outside to a Service with `externalTrafficPolicy: Local`. */
export interface NodeAnswers {
  readonly service: ServiceIndex;
  readonly node: NodeIndex;
  /** The node's own Pods that it sends them to. */
  readonly endpoints: readonly Endpoint[];
  /** What its health-check node port answers. */
  readonly answer: 'answered' | 'refused';
}
/** A new version of the endpoints, a health check, a cache that ran out, a drain that ended, a sync. */
export type RouteCause = 'view' | 'health' | 'ttl' | 'drain' | 'sync';

/** What each event carries: null where its address says it all. */
export interface EventMap {
  readonly deleteRequested: DeletePodAction;
  readonly deletePod: DeletePod;
  readonly createPod: CreatePod;
  readonly bindPod: BindPod;
  readonly patchPodStatus: PatchPodStatus;
  readonly writeEndpointSlice: WriteEndpointSlice;
  readonly podObserved: PodObserved;
  readonly endpointSliceObserved: EndpointSliceObserved;
  readonly serviceEnqueued: ServiceEnqueued;
  readonly serviceSyncStarted: null;
  readonly endpointSliceAnswered: EndpointSliceObserved;
  readonly routesChanged: RoutesChanged;
  readonly proxySyncEnded: null;
  readonly proxyTimer: null;
  readonly routerTimer: RouterTimer;
  readonly podKillStarted: null;
  readonly preStopStarted: ContainerEvent;
  readonly preStopEnded: PreStopEnded;
  readonly turnTimedOut: ContainerEvent;
  readonly hookEffect: HookEffect;
  readonly stopSignal: StopSignal;
  readonly listenerClosed: ContainerEvent;
  readonly containerExited: ContainerExited;
  readonly sigkill: ContainerEvent;
  readonly containerStopped: ContainerStopped;
  readonly sandboxStopped: null;
  readonly podTerminated: null;
  readonly probeTargetChanged: ProbeTargetChanged;
  readonly readinessProbed: ContainerEvent;
  readonly podStarted: null;
  readonly podRunningObserved: null;
  readonly containerStarted: ContainerStarted;
  readonly listenerOpened: ContainerEvent;
  readonly replicaSetSynced: null;
  readonly createAnswered: null;
  readonly deploymentChangeRequested: ChangeDeploymentAction;
  readonly changeDeployment: ChangeDeployment;
  readonly createReplicaSet: CreateReplicaSet;
  readonly scaleReplicaSet: ScaleReplicaSet;
  readonly patchReplicaSetStatus: PatchReplicaSetStatus;
  readonly patchDeploymentStatus: PatchDeploymentStatus;
  readonly deploymentObserved: DeploymentObserved;
  readonly replicaSetObserved: ReplicaSetObserved;
  readonly deploymentEnqueued: null;
  readonly deploymentSynced: null;
  readonly deploymentWriteAnswered: DeploymentWriteAnswered;
  readonly replicaSetEnqueued: null;
  readonly deleteAnswered: DeleteAnswered;
  readonly replicaSetStatusAnswered: null;
  readonly evictRequested: EvictPodAction;
  readonly evictPod: EvictPod;
  readonly evictionAnswered: EvictionAnswered;
  readonly cordonRequested: CordonNodeAction;
  readonly cordonNode: CordonNode;
  readonly nodeObserved: NodeObserved;
  readonly drainRequested: DrainNodeAction;
  readonly listPods: ListPods;
  readonly podsListed: PodsListed;
  readonly evictionRetried: null;
  readonly getPod: null;
  readonly podGot: PodGot;
  readonly drainEnded: DrainEnded;
  readonly budgetObserved: BudgetObserved;
  readonly budgetSynced: null;
  readonly patchBudgetStatus: PatchBudgetStatus;
  readonly clientStarted: null;
  readonly requestSent: RequestSent;
  readonly requestRetried: RequestRetried;
  readonly connectionAttempted: Attempt;
  readonly connectionArrived: Attempt;
  readonly requestArrived: Attempt;
  readonly requestServed: InService;
  readonly answerOverdue: AnswerOverdue;
  readonly podNetworkRemoved: null;
  readonly responseReceived: ResponseReceived;
  readonly requestFailed: RequestFailed;
  readonly connectionsClosed: ConnectionsClosed;
  readonly connectionsReset: ConnectionsReset;
  readonly connectionOpened: ConnectionOpened;
  readonly clientStopped: null;
  readonly clientEnded: ClientEnded;
  readonly tryFailed: RequestFailed;
  readonly podKillRequested: PodKillRequested;
  readonly nodeShutdownStarted: NodeShutdownStarted;
  readonly nodeLost: OfNode;
  readonly nodeNotReady: OfNode;
  readonly taintEvictionDue: TaintEviction;
  readonly markPodsNotReady: OfNode;
  readonly evictTaintedPods: TaintEviction;
  readonly readinessGatesSet: null;
  readonly gatesLookedAt: null;
  readonly patchNode: PatchNode;
  readonly podImagesPulled: null;
  readonly startupProbed: ContainerEvent;
  readonly livenessProbed: ContainerEvent;
  readonly containerKillStarted: ContainerEvent;
  readonly containerRestarted: ContainerEvent;
  readonly restartObserved: ContainerEvent;
  readonly targetAnswers: TargetAnswers;
  readonly nodeAnswers: NodeAnswers;
  readonly shutdownPodEnded: null;
  readonly shutdownGroupEnded: null;
  readonly setChangeRequested: ChangeSetAction;
  readonly changeSet: ChangeSet;
  readonly patchSetStatus: PatchSetStatus;
  readonly setObserved: SetObserved;
  readonly setEnqueued: null;
  readonly setSynced: null;
  readonly setWriteAnswered: SetWriteAnswered;
  readonly loadChanged: LoadChanged;
  readonly autoscalerSynced: null;
  readonly replicaSetDeleteRequested: DeleteReplicaSetAction;
  readonly deleteReplicaSet: DeleteReplicaSet;
  readonly exitDue: ContainerEvent;
  readonly readinessFlapped: ReadinessFlapped;
  readonly nodeRemovalRequested: NodeRemoval;
  readonly nodeRemovalLooked: null;
  readonly nodeRemovalEnded: NodeRemovalEnded;
  readonly replicaSetScaleRequested: ScaleReplicaSetAction;
  readonly resizeReplicaSet: ResizeReplicaSet;
  readonly kedaPolled: null;
  readonly cronJobSynced: null;
  readonly createJob: CreateJob;
  readonly selectorChangeRequested: SetSelectorAction;
  readonly changeService: ChangeService;
  readonly serviceObserved: ServiceObserved;
  readonly closingDue: ContainerEvent;
  readonly taintRequested: TaintNodeAction;
  readonly nodeJoined: OfNode;
  readonly claimsChanged: ClaimsChanged;
}

/** Numbers of the event types, each with its payload's type. */
export const T = Object.fromEntries(EVENT_TYPES.map((name, number) => [name, eventType(number)])) as {
  readonly [K in TraceType]: EventType<K, EventMap[K]>;
};
