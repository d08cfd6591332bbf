// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.

import type { Duration } from '../../kernel/time.ts';
import type { DelayInput } from '../delay-input.ts';

/** A token bucket. */
export interface BucketInput {
  /** Calls a second that come back. */
  readonly perSecond: number;
  /** Calls that may follow one another at once after a rest. */
  readonly burst: number;
  /** What one call covers: all routes, or those of one Service (a target group, a pool). Default: "all". */
  readonly per?: 'all' | 'service' | undefined;
}

/** At least a period between two runs. */
export interface GapInput {
  /** What the gap is measured from: the start or the end of the run before. */
  readonly from: 'start' | 'end';
  /** The least time between two runs. */
  readonly period: Duration;
  /** How long a run takes: a reload, a sync, a call. Its routes are in force when it ends. Default: "0s". */
  readonly cost?: DelayInput | undefined;
}

/** Waits for quiet, at most for so long. */
export interface DebounceInput {
  /** How long no change must come. */
  readonly quiet: Duration;
  /** How long the first change waits at most. */
  readonly max: Duration;
  /** How long a push takes; none begins before it has ended. Its routes are in force when it ends. Default: "0s". */
  readonly cost?: DelayInput | undefined;
}

/** A free-running clock. */
export interface TickerInput {
  /** From tick to tick. */
  readonly period: Duration;
  /** Independent clocks of the same period, such as workers; a change has come through when the last has ticked. Default: 1. */
  readonly instances?: number | undefined;
}

/** Rounds with a sleep between them. */
export interface LoopInput {
  /** How long it sleeps after a round. */
  readonly period: Duration;
  /** How long a round takes; the same for all rounds of a run. Default: "0s". */
  readonly cost?: DelayInput | undefined;
}

/** An API that adds and removes endpoints by calls. */
export interface ApiInput {
  /** How long one call takes, from its request until the operation is done. */
  readonly duration: DelayInput;
}

/** Probes of each target. */
export interface HealthCheckInput {
  /** From probe to probe. */
  readonly interval: Duration;
  /** How long a probe waits for its answer. Default: "0s". */
  readonly timeout?: Duration | undefined;
  /** Failures in a row that mark a target down. */
  readonly threshold: number;
  /** Successes in a row that bring it back. Default: 1. */
  readonly healthyThreshold?: number | undefined;
}

/** What becomes of open connections. */
export interface DrainInput {
  /** How long connections that are open at the removal may go on; 0 cuts them at once. */
  readonly timeout: Duration;
}

/** A cache of addresses. */
export interface TtlCacheInput {
  /** The TTL of what it keeps, or, in mode `fixed`, how long it keeps anything. */
  readonly ttl: Duration;
  /** It keeps nothing for less. Default: "0s". */
  readonly floor?: Duration | undefined;
  /** `decrement` hands on what is left of the TTL; `fixed` ignores TTLs and keeps all for its own time. */
  readonly mode: 'decrement' | 'fixed';
}

/** Clients with a session. */
export interface StickyInput {
  /** How long a client keeps its Pod: while the Pod still serves, or until it has left the EndpointSlice. Default: "notServing". */
  readonly until?: 'notServing' | 'gone' | undefined;
}

/** The registration of new targets. */
export interface RegisterInput {
  /** From its registration until a new target gets its first connection: the call, and its first health checks. */
  readonly initial: DelayInput;
}

/** One mechanism of a router: an object with the part's name as its only key. */
export interface PartInput {
  /** Every change comes through after a delay of its own, in order. */
  readonly lag?: DelayInput | undefined;
  /** A token bucket: a call waits for its token and then takes up what is newest. */
  readonly bucket?: BucketInput | undefined;
  /** At least a period between two runs; what comes in meanwhile is taken up together by the next one. */
  readonly gap?: GapInput | undefined;
  /** Waits for quiet, at most for so long, and pushes what has come in; one push at a time. */
  readonly debounce?: DebounceInput | undefined;
  /** A free-running clock: at each tick all that was collected is handed on. */
  readonly ticker?: TickerInput | undefined;
  /** Round, sleep, round: what has come in when a round starts is in force when it ends. */
  readonly loop?: LoopInput | undefined;
  /** An API that adds and removes endpoints by calls: none for an endpoint that has one already. */
  readonly api?: ApiInput | undefined;
  /** Probes each target and leaves out those that have failed often enough in a row. */
  readonly healthCheck?: HealthCheckInput | undefined;
  /** What is open at a removal goes on for a while, and is cut then. */
  readonly drain?: DrainInput | undefined;
  /** A cache of addresses: it answers with what it has until that is too old, and then asks again. */
  readonly ttlCache?: TtlCacheInput | undefined;
  /** Clients with a session (a cookie) stay with their Pod when new clients are no longer sent there. */
  readonly sticky?: StickyInput | undefined;
  /** A new target gets connections only after a while; one that leaves is left out at once (the target group of a load balancer). */
  readonly register?: RegisterInput | undefined;
}

/** How a proxy tries requests. */
export interface ProxyInput {
  /** Pods that it tries for one request at most: another one after a connection that did not come about, and after what else it repeats. Default: 1. */
  readonly tries?: number | undefined;
  /** How long it waits for each connection. Default: "5s". */
  readonly connectTimeout?: Duration | undefined;
  /** What it tries again: where no connection came about (`unconnected`), or also what was cut and may happen twice (`idempotent`). Default: "idempotent". */
  readonly repeats?: 'unconnected' | 'idempotent' | undefined;
  /** How it answers for a Pod that it did not reach, or that cut it off: with 502, and 504 where it waited (`badGateway`), or with 503, as Envoy does (`serviceUnavailable`). Default: "badGateway". */
  readonly answers?: 'badGateway' | 'serviceUnavailable' | undefined;
}

/** Which readiness gates a router sets. */
export interface ReadinessGatesInput {
  /** How the types of its conditions begin. */
  readonly conditionType: string;
  /** How often it looks. */
  readonly every: Duration;
}

/** Whoever else sends to Pods: what a change of the endpoints goes through, and whom it picks. */
export interface RouterInput {
  /** Its name: lower case letters, digits, "-" and ".". */
  readonly name: string;
  /** Where its figures were read. */
  readonly sources?: readonly string[] | undefined;
  /** How sure they are. */
  readonly confidence?: 'measured' | 'published' | 'reported' | 'estimate' | undefined;
  /** The one number that rests on reports or an estimate and is worth measuring. */
  readonly measure?: string | undefined;
  /** Names of the Services it routes to; all where it is left out. */
  readonly services?: readonly string[] | undefined;
  /** What a change of the endpoints goes through before it routes by it, in order; `[]`: nothing. */
  readonly parts?: readonly PartInput[] | undefined;
  /** The same with one part: from the arrival of a new EndpointSlice until it routes by it. */
  readonly lag?: DelayInput | undefined;
  /** Which endpoints it sends new connections to. */
  readonly pick?:
    | 'readyElseServingTerminating'
    | 'readyOrServing'
    | 'readyOnly'
    | 'servingFenced'
    | 'drainingPanic'
    | 'notTerminating'
    | undefined;
  /** The controller that fills it, where whom that one registers is a rule of its own; `pick` chooses of these. */
  readonly controller?: 'ingressNginx' | 'awsLoadBalancerController' | undefined;
  /** What becomes of connections that are open when it lets go of a Pod: `kept` ones go on, `drained` ones carry no further request and are closed when idle (GOAWAY), `cut` ones end at once. Default: "kept". */
  readonly established?: 'kept' | 'drained' | 'cut' | undefined;
  /** What tells it of Pods: their `endpointSlices`, or the `pods` themselves (Istio ambient), so that the delay of the EndpointSlice controller does not count and a Pod that was asked to stop is never picked. Default: "endpointSlices". */
  readonly watches?: 'endpointSlices' | 'pods' | undefined;
  /** It speaks HTTP and ends connections itself: each request goes on over a connection of its own, and failures are answers of its own, 502, 503 or 504. Left out: it passes connections on, and clients see what becomes of them. */
  readonly proxy?: ProxyInput | undefined;
  /** What it sends to: Pods, or the node ports of the nodes that they run on. Default: "pods". */
  readonly targets?: 'pods' | 'nodes' | undefined;
  /** Readiness gates of its Pods that it sets: it registers a Pod as soon as its containers are ready, and once it sends to it the condition becomes True, when it next looks. Until then the Pod is not Ready, and a rollout waits. */
  readonly readinessGates?: ReadinessGatesInput | undefined;
  /** Whether it stands beside the routers that the manifests name for its Services, and not in their place. Default: false. */
  readonly adds?: boolean | undefined;
  /** What else a connection through it passes, in order: names of routers that stand before it, and `dataPlane` (or `kubeProxy`) where it sends to the ClusterIP, so that the node picks the Pod. A connection is lost if any of them is stale. */
  readonly via?: string | readonly string[] | undefined;
  /** Replicas or workers, each with draws of its own; the slowest counts. Default: 1. */
  readonly instances?: number | undefined;
  /** One way to a Pod. Default: "1ms". */
  readonly latency?: DelayInput | undefined;
  /** Whether it falls back to terminating endpoints that serve where none is ready: the same as `pick: readyElseServingTerminating`. */
  readonly terminatingFallback?: boolean | undefined;
}
