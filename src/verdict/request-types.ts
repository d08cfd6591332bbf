import type { FailureKind } from '../cluster/traffic.ts';
import type { Fix } from './fix-types.ts';

/** What became of the requests of clients: the public shape. Times are milliseconds since the start of the run. */

export type FailureCounts = Readonly<Partial<Record<FailureKind, number>>>;

/** How many requests were sent, and what became of them. */
export interface RequestCounts {
  /** Equals succeeded + failed by kind + open, always. */
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: FailureCounts;
  /** Neither answered nor failed when the run ended, or the client did. */
  readonly open: number;
  /** Of these, requests that were open when their client ended: with its Pod, or with its node. Their end is the client's own. */
  readonly endedWithClient: number;
  /** Requests that succeeded only because they were tried again, and the attempts that failed before a further one. */
  readonly retried: {
    readonly requests: number;
    readonly failedAttempts: FailureCounts;
    /** Requests beside these that succeeded because a proxy tried another Pod, which hid the failure from the client. */
    readonly byProxies: number;
  };
}

/** What became of all requests: of each client, and of those that failed. */
export interface Requests extends RequestCounts {
  readonly byClient: Readonly<Record<string, RequestCounts>>;
  /** Failures that have one cause, the most frequent first. */
  readonly failures: readonly FailedRequests[];
  /** The first hundred failures one by one. */
  readonly samples: readonly FailedRequest[];
  /** Requests that reached a Pod after it had been asked to stop. */
  readonly lateArrivals: readonly LateArrival[];
}

/** The one change that would have saved a request. */
export type Change =
  | 'preStop'
  | 'drain'
  | 'keepAlive'
  | 'terminationGracePeriodSeconds'
  | 'replicas'
  | 'readinessProbe'
  | 'retry'
  | 'trafficPolicy'
  | 'concurrency'
  | 'requestTimeout';

/** What stood behind failures, as data. Milliseconds; null where it is no question of time. */
export type FailureReason =
  | {
      /** A router sent to a Pod that had stopped accepting; `stillRouted`: it did so until the end of the run. */
      readonly code: 'routedTooLong';
      readonly lateMs: number;
      readonly stillRouted: boolean;
      /** The container that stopped accepting. */
      readonly closed: string;
    }
  | {
      readonly code:
        | 'notAccepting'
        | 'readyTooEarly'
        | 'backlogFull'
        | 'signalIgnored'
        | 'idleClosed'
        | 'localPolicy'
        | 'routeRemoved';
    }
  | {
      /** `missingMs`: how long the longest had waited in the backlog, or how much more time the longest needed. */
      readonly code: 'backlogLost' | 'cutByExit' | 'cutByKill' | 'tooSlow';
      readonly missingMs: number | null;
    }
  | {
      /** The app's own limit on waiting for work in flight (`maxDrain`) was over. */
      readonly code: 'cutByOwnLimit';
      readonly missingMs: number | null;
      readonly limitMs: number;
    }
  | { readonly code: 'noEndpoints'; readonly forMs: number | null };

/** Who and where: what a sentence about failed requests speaks of. */
export interface FailedRequestsPlace {
  readonly service: string;
  /** null where no Pod was chosen. */
  readonly pod: string | null;
  readonly container: string | null;
  /** Who chose the Pod; null where nobody did. */
  readonly router: string | null;
}

/** Failures that one thing brought about. `describe` says it in words. */
export interface FailedRequests extends FailedRequestsPlace {
  readonly client: string;
  readonly kind: FailureKind;
  /** How its last attempt failed, where `kind` is `retryExhausted`. */
  readonly lastKind: FailureKind;
  readonly count: number;
  readonly port: number;
  /** When the first and the last of them began. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Who was late: a router, a container, the Service, the grace period. */
  readonly component: string;
  /** By how much; null where it is no question of time. */
  readonly lateMs: number | null;
  /** What would have saved them. */
  readonly change: Change;
  readonly reason: FailureReason;
  readonly fix: Fix;
}

/** A request that failed: whose, when, how, and why. */
export interface FailedRequest {
  readonly client: string;
  readonly request: number;
  readonly attempts: number;
  readonly kind: FailureKind;
  readonly beganMs: number;
  readonly failedMs: number;
  readonly pod: string | null;
  readonly router: string | null;
  readonly component: string;
  readonly lateMs: number | null;
  /** By how much this very request missed; null where it is no question of time. */
  readonly missedByMs: number | null;
  readonly change: Change;
}

/** Requests that still reached a Pod while it stopped. */
export interface LateArrival {
  readonly client: string;
  readonly pod: string;
  readonly over: 'newConnection' | 'keptConnection';
  readonly phase: 'preStop' | 'afterStopSignal';
  readonly count: number;
  readonly lastMs: number;
  /** When the last router had let go of the Pod; null while some still sends to it. */
  readonly letGoMs: number | null;
}
