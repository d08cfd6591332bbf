import { changing } from '../kernel/changing.ts';
import type { NodeIndex, PodIndex } from '../kernel/ids.ts';
import type { Micros } from '../kernel/time.ts';

/** Requests as they travel: what clients, routers and Pods tell each other. Immutable; made by whoever sends. */

/** How a request can fail, as its client sees it. */
export const FAILURE_KINDS = [
  /** The address answered that nobody listens: a closed listener, or a process that is gone while its network is still there. */
  'connectionRefused',
  /** No answer to the first packets until the connect timeout: dropped by a policy, lost behind a Pod that is gone, or a full backlog. */
  'connectTimeout',
  /** The network says that the Pod's address is nowhere. */
  'hostUnreachable',
  /** The connection came about and was cut before the request had reached the app: lost with the accept backlog, or in its handshake. */
  'connectionReset',
  /** In flight when its process ended. */
  'requestCut',
  /** Sent over a kept connection that the server was closing at that moment. */
  'staleConnection',
  /** The Service had no endpoint: refused by the node that it came to. */
  'noEndpoints',
  /** No complete answer until the request's own timeout. */
  'requestTimeout',
  /** A proxy's answer 502: the Pods that it tried refused the connection, or cut it. */
  'badGateway',
  /** A proxy's answer 503: it had no endpoint to try; of some proxies also where 502 and 504 are the answers of others. */
  'serviceUnavailable',
  /** A proxy's answer 504: no connection to a Pod that it tried came about in time. */
  'gatewayTimeout',
  /** It failed once more after its last allowed attempt. */
  'retryExhausted',
] as const;

/** How a request failed. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** What stood behind a failure, which its kind alone does not say. */
export type FailureCause =
  | 'listenerClosed'
  | 'notListening'
  | 'networkRemoved'
  | 'backlogLost'
  | 'backlogFull'
  | 'exited'
  | 'killed'
  | 'idleClosed'
  | 'noEndpoints'
  | 'localPolicy'
  | 'slow'
  | 'routeRemoved';

/** One try of one request. */
export interface Attempt {
  readonly client: number;
  /** From 0, in the order in which the client begins them. */
  readonly request: number;
  /** From 1. */
  readonly attempt: number;
  /** When the request began, whatever attempt this is. */
  readonly startedAt: Micros;
  readonly sentAt: Micros;
  /** Until when the connection must have come about. */
  readonly connectBy: Micros;
  /** Until when the whole answer must have come. */
  readonly answerBy: Micros;
  /** How long the app works on it. */
  readonly duration: Micros;
  /** One way from the client to where it is going. */
  readonly way: Micros;
  /** Actor that chose the Pod; -1 before. */
  readonly router: number;
  /** -1 before a router chose one. */
  readonly pod: PodIndex;
  /** First packets that were sent before this one without an answer. */
  readonly resent: number;
  /** Requests that its connection had carried before; 0 for one that opens its connection, 1 for a datagram, which opens none. */
  readonly carried: number;
  /** When its connection arrived at the Pod; -1 before. */
  readonly openedAt: Micros;
  /** When its connection carried the last answer before it; -1 for a new connection. */
  readonly idleSince: Micros;
  /** Of one that a proxy sends on; null where client and Pod share a connection. Its times are then those of the proxy. */
  readonly proxied: Proxied | null;
}

export const changedAttempt = changing<Attempt>((attempt) => ({
  client: attempt.client,
  request: attempt.request,
  attempt: attempt.attempt,
  startedAt: attempt.startedAt,
  sentAt: attempt.sentAt,
  connectBy: attempt.connectBy,
  answerBy: attempt.answerBy,
  duration: attempt.duration,
  way: attempt.way,
  router: attempt.router,
  pod: attempt.pod,
  resent: attempt.resent,
  carried: attempt.carried,
  openedAt: attempt.openedAt,
  idleSince: attempt.idleSince,
  proxied: attempt.proxied,
}));

/** A request between a proxy and a Pod. */
export interface Proxied {
  readonly router: number;
  /** One way from the client to the proxy. */
  readonly near: Micros;
  /** This one included. */
  readonly tries: number;
  /** Pods that were tried before. */
  readonly tried: readonly PodIndex[];
}

/** A client's own event: it begins a request. */
export interface RequestSent {
  readonly client: number;
  readonly request: number;
}

/** A client's own event: attempt number `attempt` of a request that began at `startedAt`. */
export interface RequestRetried extends RequestSent {
  readonly attempt: number;
  readonly startedAt: Micros;
}

/** A request that a busy app has not begun with: in its accept backlog, or on a kept connection. */
export interface Waiting {
  readonly attempt: Attempt;
  readonly arrivedAt: Micros;
}

/** The last moment for an answer to a request that is being worked on, or that waits. */
export interface AnswerOverdue {
  readonly inService: InService | null;
  readonly waiting: Waiting | null;
}

/** A request that is being worked on. */
export interface InService {
  readonly attempt: Attempt;
  /** When there was room for it; a new connection waits from then on for its handshake and for the app to accept it. */
  readonly admittedAt: Micros;
  /** When the app has accepted the connection and has the request. */
  readonly acceptedAt: Micros;
  readonly endsAt: Micros;
}

/** What a client is told of an answer. */
export interface ResponseReceived {
  readonly attempt: Attempt;
  /** Where it comes from. */
  readonly node: NodeIndex;
  /** When it left the Pod. */
  readonly answeredAt: Micros;
  /** The server closes the connection after it. */
  readonly closes: boolean;
  /** How long the server keeps an idle connection; infinite where it does not close any by itself. */
  readonly keptFor: Micros;
}

export interface RequestFailed {
  readonly attempt: Attempt;
  readonly kind: FailureKind;
  readonly cause: FailureCause;
  /** Of the Pod's containers, the one behind it; -1 for none. */
  readonly container: number;
  /** When it was decided, at the router or in the Pod. */
  readonly decidedAt: Micros;
  /** How much later it would have had to end: work that was left, time that the answer was late; null where that is no question. */
  readonly missing: Micros | null;
}

/** Whoever routes no longer holds a Pod, and resets the connections that it routed there. */
export interface ConnectionsReset {
  /** Its actor. */
  readonly router: number;
}

/** A client's shared connection has come about: the server has accepted it. */
export interface ConnectionOpened {
  /** The one that opened it, as it reached the Pod. */
  readonly attempt: Attempt;
  readonly node: number;
  /** How long the server keeps it while it is idle; infinite for ever. */
  readonly keptFor: Micros;
}

/** A Pod's server closes the connections that carry nothing, or asks for no more requests on any (GOAWAY). */
export interface ConnectionsClosed {
  readonly at: Micros;
}
