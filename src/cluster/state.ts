import { changing } from '../kernel/changing.ts';
import type { NodeIndex, PodIndex, ServiceIndex } from '../kernel/ids.ts';
import { keyOf } from '../kernel/names.ts';
import type { Micros } from '../kernel/time.ts';
import type { SetMember } from './sets.ts';

/** Objects as the API server stores them and watches carry them: immutable, shared by all who saw that version. */

/** A Pod's phase. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface PodObject {
  readonly index: PodIndex;
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly template: number;
  readonly replicaSet: number;
  /** Its place in a StatefulSet or DaemonSet; null where none makes it. */
  readonly member: SetMember | null;
  /** -1 until it is bound. */
  readonly node: NodeIndex;
  readonly createdAt: Micros;
  readonly phase: PodPhase;
  /** Status of the Ready condition. */
  readonly ready: boolean;
  /** When the Ready condition last changed. */
  readonly readyAt: Micros;
  /** Status of the ContainersReady condition; looked at only where a readiness gate keeps a Pod from Ready. */
  readonly containersReady: boolean;
  /** Which of its readiness gates that routers set are True: bits by the router's place in its template's list. */
  readonly gates: number;
  readonly hasIP: boolean;
  readonly finalizers: readonly string[];
  /** The condition DisruptionTarget: an eviction, a taint or its node's shutdown ends it. */
  readonly disruptionTarget: boolean;
  /** Of its containers in the order of the template, once all have ended; null before. */
  readonly exitCodes: readonly number[] | null;
  /** The deadline: time of the request plus the grace period. null while nobody asked for its end. */
  readonly deletionTimestamp: Micros | null;
  readonly deletionGracePeriodSeconds: number | null;
  /** It is gone from the API server; kept as the last thing known of it. */
  readonly gone: boolean;
}

export const changedPod = changing<PodObject>((pod) => ({
  index: pod.index,
  name: pod.name,
  template: pod.template,
  replicaSet: pod.replicaSet,
  member: pod.member,
  node: pod.node,
  createdAt: pod.createdAt,
  phase: pod.phase,
  ready: pod.ready,
  readyAt: pod.readyAt,
  containersReady: pod.containersReady,
  gates: pod.gates,
  hasIP: pod.hasIP,
  finalizers: pod.finalizers,
  disruptionTarget: pod.disruptionTarget,
  exitCodes: pod.exitCodes,
  deletionTimestamp: pod.deletionTimestamp,
  deletionGracePeriodSeconds: pod.deletionGracePeriodSeconds,
  gone: pod.gone,
}));

export interface Endpoint {
  readonly pod: PodIndex;
  readonly node: NodeIndex;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** A port of the Pods in a slice. */
export interface EndpointPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** A Service as the API server stores it; what never changes of it stands in the world. */
export interface ServiceObject {
  readonly index: ServiceIndex;
  readonly selector: Readonly<Record<string, string>>;
}

export interface SliceObject {
  readonly index: number;
  readonly service: ServiceIndex;
  readonly generation: number;
  /** None in the one slice of a Service without endpoints. */
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
  /** It is deleted: what is left is the last thing known of it, without endpoints. */
  readonly gone: boolean;
}

/** What a node's data plane does with a new connection to a Service. */
export type ServiceVerdict = 'DNAT' | 'REJECT' | 'DROP';

export interface ServiceRules {
  readonly service: ServiceIndex;
  /** To the cluster IP. */
  readonly internal: ServiceVerdict;
  /** To a node port, load balancer address or external IP; null where the Service has none. */
  readonly external: ServiceVerdict | null;
  /** Pods that a connection to the cluster IP may be sent to, equally likely; ascending. */
  readonly internalPods: readonly number[];
  readonly externalPods: readonly number[];
  /** To such an address from a Pod or from the node itself, which `externalTrafficPolicy: Local` does not bind. */
  readonly externalFromInside: ServiceVerdict | null;
  readonly externalPodsFromInside: readonly number[];
  /** What its health-check node port answers a load balancer; null where it has none. */
  readonly healthCheck: 200 | 503 | null;
  /** Both together: every Pod that a new connection through this node could reach; ascending. */
  readonly routed: readonly number[];
  /** The node of each of them. */
  readonly routedNodes: readonly number[];
  /**
   * Those that a connection which comes here by itself may reach; ascending. Under `externalTrafficPolicy: Local` a node is reached from
   * outside only as long as the load balancer in front sends there: what is lost then is that one's to answer for.
   */
  readonly sent: readonly number[];
  /** Pods whose endpoint says that they terminate and still serve, whether or not anything is sent to them. */
  readonly terminating: readonly number[];
  /** Pods that nobody new is sent to, held for the connections that are open; ascending. Empty where open ones are never looked at. */
  readonly waiting: readonly number[];
}

/** All that one node's data plane holds for the Services; one object for all nodes that hold the same. */
export interface ProgrammedRules {
  readonly services: readonly ServiceRules[];
}

/** A cell of whoever routes: what it holds now. */
export interface Routing {
  readonly rules: ProgrammedRules;
}

/** Why something is done: which Pod's change made it necessary first. It keys the draws of what follows. */
export const Transition = {
  none: 0,
  created: 1,
  bound: 2,
  started: 3,
  ready: 4,
  terminating: 5,
  notReady: 6,
  terminal: 7,
  gone: 8,
  deleteAgain: 9,
} as const;
export type Transition = (typeof Transition)[keyof typeof Transition];

/** Requests that several controllers send because of one change of one Pod. */
const REQUESTS = [
  'replicaSetStatus',
  'deploymentStatus',
  'createReplicaSet',
  'scaleReplicaSet',
  'changeDeployment',
  'budgetStatus',
  'eviction',
  'read',
  'cordon',
  'nodeStatus',
  'setStatus',
  'changeSet',
  'scaleByMetric',
  'delete',
  'createJob',
  'taint',
] as const;

/** The low bits of a key hold a transition and a request; those above them stand for the name of an object. */
const LOW_BITS = 2047;

/** Keys the draws of a request apart from those of the change that brought it about. */
export function requestKey(request: (typeof REQUESTS)[number], transition: number): number {
  // Seven bits for the request, its lower four first: a name more leaves the draws of the others as they are.
  const number = REQUESTS.indexOf(request) + 1;
  return (transition & ~LOW_BITS) | ((number & 15) << 7) | ((number >> 4) << 4) | (transition & 15);
}

/** Keys the draws of what belongs to no Pod, or to more than one, apart by the name of the object that it is about. */
export function keyOfObject(key: number, name: string): number {
  return (keyOf(name) & ~LOW_BITS) | (key & LOW_BITS);
}

/** What changed between two versions of a Pod, the most telling change first. */
export function transitionOf(before: PodObject | undefined, after: PodObject): Transition {
  if (after.gone) return Transition.gone;
  if (before === undefined) return Transition.created;
  if (after.deletionTimestamp !== before.deletionTimestamp) {
    return before.deletionTimestamp === null ? Transition.terminating : Transition.deleteAgain;
  }
  if (after.phase !== before.phase && (after.phase === 'Succeeded' || after.phase === 'Failed')) {
    return Transition.terminal;
  }
  if (after.ready !== before.ready) return after.ready ? Transition.ready : Transition.notReady;
  if (after.node !== before.node) return Transition.bound;
  if (after.phase !== before.phase) return Transition.started;
  return Transition.none;
}
