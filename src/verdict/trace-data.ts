import type { BudgetStatus } from '../cluster/disruption.ts';
import type {
  ContainerEvent,
  EventMap,
  PatchNode,
  PatchPodStatus,
  RouteCause,
  TraceType,
} from '../cluster/events.ts';
import type { NodeAutoscaler, NodeRemovalEnded } from '../cluster/node-removal.ts';
import type { PodPhase } from '../cluster/state.ts';
import type { FailureCause, FailureKind } from '../cluster/traffic.ts';
import type { HookInfo } from '../cluster/world.ts';

/** What an event says beside who, when and about whom: numbers and names, for a reader. */

/** How an endpoint stands in a slice, in one word. */
export type EndpointState =
  | 'ready'
  /** Only where the Service publishes addresses that are not ready. */
  | 'ready+terminating'
  | 'serving+terminating'
  | 'terminating'
  | 'not ready'
  | 'absent';

/** What an endpoint was, and what it is now. */
export interface EndpointChange {
  readonly pod: string;
  readonly from: EndpointState;
  readonly to: EndpointState;
}

/** What an event changed in the rules of a node or in another router. */
export interface RouteChanges {
  /** What brought it about. */
  readonly cause: RouteCause;
  /** Services whose routes changed. */
  readonly services: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Services that it refuses connections to from now on. */
  readonly rejects: readonly string[];
}

/** What a DELETE did: `removing` is the first of the two writes that end an object, `gone` the second. */
export interface DeletionData {
  readonly outcome: 'unchanged' | 'terminating' | 'shortened' | 'removing' | 'gone';
  readonly deletionGracePeriodSeconds?: number | null;
}

export interface PodData {
  readonly phase: PodPhase;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly gone: boolean;
}

export interface RequestData {
  readonly client: string;
  readonly request?: number;
  readonly attempt?: number;
  /** `new`, or `kept, request 3`. */
  readonly connection?: string;
  /** The answer asks for no more requests over this connection. */
  readonly closes?: true;
  readonly kind?: FailureKind;
  readonly cause?: FailureCause;
}

/** What a request or a watch says of a workload: which one it is by its name, and what of it changes. */
export type WorkloadData = Readonly<Record<string, unknown>>;

/** What an autoscaler's metric shows from now on, in Pods at its target. */
export interface LoadData {
  readonly autoscaler: string;
  readonly load: number;
}

/** What a Service selects by from now on. */
export interface SelectorData {
  readonly selector: Readonly<Record<string, string>>;
}

interface BudgetData {
  readonly budget?: string;
  readonly status: BudgetStatus;
}

/** The hook that starts, as the container's Pod has it. */
export interface HookData extends Pick<HookInfo, 'kind' | 'outcome'> {
  readonly durationMs: number;
}

/** Events that say something else to a reader than to the actor that handles them. */
interface Told {
  readonly deleteRequested: { readonly gracePeriodSeconds: number | null };
  readonly deletePod: DeletionData;
  readonly createPod: { readonly name: string };
  readonly bindPod: { readonly node: string };
  readonly patchPodStatus: PatchPodStatus;
  readonly writeEndpointSlice: { readonly changes: readonly EndpointChange[] };
  readonly podObserved: PodData;
  readonly preStopStarted: { readonly container: string; readonly hook: HookData };
  readonly routesChanged: RouteChanges;
  readonly deploymentChangeRequested: WorkloadData;
  readonly changeDeployment: WorkloadData;
  readonly setChangeRequested: WorkloadData;
  readonly changeSet: WorkloadData;
  readonly createJob: WorkloadData;
  readonly loadChanged: LoadData;
  readonly createReplicaSet: WorkloadData;
  readonly scaleReplicaSet: WorkloadData;
  readonly deleteReplicaSet: WorkloadData;
  readonly resizeReplicaSet: WorkloadData;
  readonly patchReplicaSetStatus: WorkloadData;
  readonly replicaSetObserved: WorkloadData;
  readonly patchDeploymentStatus: WorkloadData;
  readonly deploymentObserved: WorkloadData;
  readonly deploymentWriteAnswered: WorkloadData;
  readonly selectorChangeRequested: SelectorData;
  readonly changeService: SelectorData;
  readonly evictRequested: { readonly gracePeriodSeconds: number | null };
  readonly evictPod: { readonly gracePeriodSeconds: number | null };
  readonly cordonRequested: { readonly unschedulable: boolean; readonly node: string };
  readonly cordonNode: { readonly unschedulable: boolean };
  readonly patchNode: PatchNode;
  readonly nodeObserved: { readonly unschedulable: boolean; readonly node: string };
  readonly drainRequested: { readonly nodes: readonly string[] };
  readonly listPods: { readonly node: string };
  readonly podsListed: { readonly pods: readonly string[] };
  readonly evictionAnswered: EventMap['evictionAnswered'];
  readonly podGot: EventMap['podGot'];
  readonly drainEnded: EventMap['drainEnded'];
  readonly nodeRemovalRequested: { readonly by: NodeAutoscaler; readonly nodes: readonly string[] };
  readonly nodeRemovalEnded: Omit<NodeRemovalEnded, 'node'> & { readonly node: string };
  readonly patchBudgetStatus: BudgetData;
  readonly budgetObserved: BudgetData;
  readonly clientStarted: undefined;
  readonly requestSent: RequestData;
  readonly requestRetried: RequestData;
  readonly connectionAttempted: RequestData;
  readonly connectionArrived: RequestData;
  readonly requestArrived: RequestData;
  readonly requestServed: RequestData;
  readonly answerOverdue: RequestData;
  readonly responseReceived: RequestData;
  readonly requestFailed: RequestData;
  readonly tryFailed: RequestData;
  readonly connectionsClosed: undefined;
  readonly clientStopped: undefined;
  readonly clientEnded: undefined;
  readonly connectionOpened: RequestData;
}

type DataOf<K extends TraceType> = K extends keyof Told
  ? Told[K]
  : EventMap[K] extends ContainerEvent
    ? Omit<EventMap[K], 'container'> & { readonly container: string }
    : undefined;

/** Members instead of names: editors show them, and a user's declarations need no name of what actors send each other. */
type WrittenOut<T> = T extends undefined ? undefined : { readonly [M in keyof T]: T[M] };

/** What the data of an event of a type holds. */
export type TraceDataOf<K extends TraceType> = WrittenOut<DataOf<K>>;

/**
 * What an event of a type says; undefined where its type says it all. Of a container it is the name. Members that a type is not known to
 * have are unknown, so that events of all types can be searched alike.
 */
export type TraceData<K extends TraceType = TraceType> = K extends TraceType
  ? TraceDataOf<K> extends undefined
    ? undefined
    : TraceDataOf<K> & Readonly<Record<string, unknown>>
  : never;
