import type { TraceType } from '../cluster/events.ts';
import { type CellKind, cellKind } from '../kernel/ids.ts';

/**
 * Who answers to what: every sort of actor, its kinds of cell, and the events that each kind's reducers handle. Addresses are made of
 * this, so an event can be sent to nobody who has no reducer for it; an actor whose reducers differ from it does not compile.
 */
const PROTOCOL = {
  kubectl: {
    session: [
      'deleteRequested',
      'deploymentChangeRequested',
      'evictRequested',
      'evictionAnswered',
      'cordonRequested',
      'setChangeRequested',
      'replicaSetDeleteRequested',
      'replicaSetScaleRequested',
      'selectorChangeRequested',
      'taintRequested',
    ],
  },
  'api-server': {
    pod: ['deletePod', 'bindPod', 'patchPodStatus', 'evictPod', 'getPod'],
    endpointSlice: ['writeEndpointSlice'],
    counters: ['createPod', 'listPods', 'markPodsNotReady', 'evictTaintedPods'],
    deployment: ['changeDeployment', 'createReplicaSet', 'patchDeploymentStatus'],
    replicaSet: ['scaleReplicaSet', 'patchReplicaSetStatus', 'deleteReplicaSet', 'resizeReplicaSet'],
    podDisruptionBudget: ['patchBudgetStatus'],
    node: ['cordonNode', 'patchNode'],
    set: ['changeSet', 'patchSetStatus', 'createJob'],
    service: ['changeService'],
  },
  /** `service` is what the controller is doing for it, `object` the Service as its watch delivered it, `members` the Pods of a template, `slices` those of a Service. */
  'endpointslice-controller': {
    pod: ['podObserved'],
    endpointSlice: ['endpointSliceObserved'],
    service: ['serviceEnqueued', 'serviceSyncStarted', 'endpointSliceAnswered'],
    workers: [],
    client: [],
    object: ['serviceObserved'],
    members: [],
    slices: [],
  },
  /** `replicaSet` is what the controller is doing for it, `object` the ReplicaSet as its watch delivered it, `members` its Pods. */
  'replicaset-controller': {
    pod: ['podObserved'],
    replicaSet: [
      'replicaSetEnqueued',
      'replicaSetSynced',
      'createAnswered',
      'deleteAnswered',
      'replicaSetStatusAnswered',
    ],
    client: [],
    object: ['replicaSetObserved'],
    members: [],
  },
  /** `load` is what stands on a node, `waiting` the Pods that no node could take. */
  scheduler: {
    pod: ['podObserved'],
    node: ['nodeObserved'],
    load: [],
    waiting: [],
  },
  'deployment-controller': {
    deployment: ['deploymentObserved'],
    replicaSet: ['replicaSetObserved'],
    work: ['deploymentEnqueued', 'deploymentSynced', 'deploymentWriteAnswered'],
    client: [],
    pod: ['podObserved'],
  },
  /** One for each kind of set that makes its Pods itself. */
  'set-controller': {
    pod: ['podObserved'],
    object: ['setObserved'],
    node: ['nodeObserved'],
    work: ['setEnqueued', 'setSynced', 'setWriteAnswered', 'claimsChanged'],
    client: [],
  },
  'hpa-controller': {
    autoscaler: ['loadChanged', 'autoscalerSynced'],
    deployment: ['deploymentObserved'],
    set: ['setObserved'],
    replicaSet: ['replicaSetObserved'],
  },
  /** KEDA. `trigger` is what a ScaledObject looks at. */
  'keda-operator': {
    trigger: ['loadChanged', 'kedaPolled'],
    deployment: ['deploymentObserved'],
    set: ['setObserved'],
    replicaSet: ['replicaSetObserved'],
  },
  /** Starts Jobs on schedule. `cronJob` is what it has done, `set` the Jobs as their watch delivered them. */
  'cronjob-controller': {
    cronJob: ['cronJobSynced'],
    set: ['setObserved'],
  },
  /** Deletes what the deleted owned. */
  'garbage-collector': {
    pod: ['podObserved'],
    replicaSet: ['replicaSetObserved'],
    deployment: ['deploymentObserved'],
    set: ['setObserved'],
    client: [],
  },
  /** Deletes Jobs that have been over for long enough. */
  'ttl-after-finished-controller': {
    set: ['setObserved'],
  },
  'disruption-controller': {
    pod: ['podObserved'],
    podDisruptionBudget: ['budgetObserved'],
    work: ['budgetSynced'],
    client: [],
    deployment: ['deploymentObserved'],
  },
  /** `session` is a node that is drained, `client` the two token buckets of kubectl. */
  'kubectl-drain': {
    session: ['drainRequested', 'podsListed', 'drainEnded'],
    pod: ['evictionAnswered', 'evictionRetried', 'podGot'],
    client: [],
  },
  /** Of whoever takes nodes away. `session` is such a node, `attempt` what was asked for one of its Pods. */
  'node-autoscaler': {
    pod: ['podObserved'],
    session: ['nodeRemovalRequested', 'nodeRemovalLooked', 'nodeRemovalEnded'],
    attempt: ['evictionAnswered', 'evictionRetried'],
  },
  'node-lifecycle-controller': {
    node: ['nodeObserved', 'nodeNotReady', 'taintEvictionDue'],
  },
  /** Of one node: kube-proxy, or what stands in its place. `presence` says whether the node is there. */
  'data-plane': {
    node: [
      'endpointSliceObserved',
      'proxyTimer',
      'routesChanged',
      'proxySyncEnded',
      'connectionAttempted',
      'nodeJoined',
    ],
    affinity: [],
    flow: [],
    presence: ['nodeLost'],
  },
  kubelet: {
    worker: [
      'podObserved',
      'podStarted',
      'podImagesPulled',
      'podRunningObserved',
      'podKillStarted',
      'preStopStarted',
      'preStopEnded',
      'turnTimedOut',
      'containerStopped',
      'sandboxStopped',
      'podTerminated',
      'probeTargetChanged',
      'readinessProbed',
      'startupProbed',
      'livenessProbed',
      'containerKillStarted',
      'containerRestarted',
      'restartObserved',
      'podKillRequested',
      'readinessGatesSet',
    ],
    node: ['nodeShutdownStarted', 'shutdownPodEnded', 'shutdownGroupEnded', 'nodeLost'],
    starts: [],
  },
  containers: {
    pod: [
      'containerStarted',
      'listenerOpened',
      'hookEffect',
      'readinessFlapped',
      'stopSignal',
      'closingDue',
      'listenerClosed',
      'exitDue',
      'containerExited',
      'sigkill',
    ],
    connections: [
      'connectionArrived',
      'requestArrived',
      'requestServed',
      'answerOverdue',
      'podNetworkRemoved',
      'connectionsReset',
    ],
    node: ['nodeLost'],
  },
  router: {
    state: [
      'endpointSliceObserved',
      'podObserved',
      'serviceObserved',
      'targetAnswers',
      'nodeAnswers',
      'routerTimer',
      'gatesLookedAt',
      'routesChanged',
      'connectionAttempted',
      'tryFailed',
    ],
  },
  client: {
    state: [
      'clientStarted',
      'clientStopped',
      'clientEnded',
      'requestSent',
      'requestRetried',
      'responseReceived',
      'requestFailed',
    ],
    closed: ['connectionsClosed'],
    channel: ['connectionOpened'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly TraceType[]>>>>;

type Protocol = typeof PROTOCOL;

/** What kind of actor one is. */
export type Sort = keyof Protocol;
export type KindName<A extends Sort> = keyof Protocol[A] & string;

/** The events that a kind of cell handles. */
export type HandledBy<A extends Sort, C extends KindName<A>> = Protocol[A][C] extends readonly (infer E)[]
  ? E & TraceType
  : never;

/** An actor's kinds of cell as others address them. */
export type Addresses<A extends Sort> = {
  readonly [C in KindName<A>]: CellKind<A, HandledBy<A, C>, unknown, number>;
};

/** What the cells of each kind hold. */
export type StatesOf<A extends Sort> = { readonly [C in KindName<A>]: unknown };

/** An actor's kinds of cell as it knows them itself: with what they hold. */
export type Cells<A extends Sort, States extends StatesOf<A>> = {
  readonly [C in KindName<A>]: CellKind<A, HandledBy<A, C>, States[C], number>;
};

/** Names of an actor's kinds of cell, by their number. */
export function kindsOf<A extends Sort>(sort: A): readonly KindName<A>[] {
  return Object.keys(PROTOCOL[sort]) as KindName<A>[];
}

function addressesOf<A extends Sort>(sort: A): Addresses<A> {
  return cellsOf<A, StatesOf<A>>(sort);
}

export function cellsOf<A extends Sort, States extends StatesOf<A>>(sort: A): Cells<A, States> {
  return Object.fromEntries(kindsOf(sort).map((kind, number) => [kind, cellKind(number)])) as Cells<
    A,
    States
  >;
}

export const KUBECTL = addressesOf('kubectl');
export const API = addressesOf('api-server');
export const ENDPOINT_SLICE_CONTROLLER = addressesOf('endpointslice-controller');
export const REPLICA_SET_CONTROLLER = addressesOf('replicaset-controller');
export const SCHEDULER = addressesOf('scheduler');
export const DEPLOYMENT_CONTROLLER = addressesOf('deployment-controller');
export const SET_CONTROLLER = addressesOf('set-controller');
export const HPA_CONTROLLER = addressesOf('hpa-controller');
export const GARBAGE_COLLECTOR = addressesOf('garbage-collector');
export const KEDA_OPERATOR = addressesOf('keda-operator');
export const CRON_JOB_CONTROLLER = addressesOf('cronjob-controller');
export const TTL_AFTER_FINISHED = addressesOf('ttl-after-finished-controller');
export const DISRUPTION_CONTROLLER = addressesOf('disruption-controller');
export const DRAIN = addressesOf('kubectl-drain');
export const NODE_AUTOSCALER = addressesOf('node-autoscaler');
export const NODE_LIFECYCLE = addressesOf('node-lifecycle-controller');
export const DATA_PLANE = addressesOf('data-plane');
export const KUBELET = addressesOf('kubelet');
export const CONTAINERS = addressesOf('containers');
export const ROUTER = addressesOf('router');
export const CLIENT = addressesOf('client');
