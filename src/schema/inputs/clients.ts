// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.

import type { Duration } from '../../kernel/time.ts';
import type { DelayInput } from '../delay-input.ts';

/** In a Pod. */
export interface ClientPodInput {
  /** Name of the Pod, namespace/name outside `default`. */
  readonly pod: string;
}

/** On a node, outside of any Pod. */
export interface ClientNodeInput {
  /** Name of the node. */
  readonly node: string;
}

/** Through the node port of one node. */
export interface NodePortInput {
  /** Name of the node. */
  readonly nodePort: string;
}

/** Through a router. */
export interface ThroughRouterInput {
  /** Name of the router. */
  readonly router: string;
}

/** Requests at a rate, whatever becomes of the earlier ones. */
export interface RateInput {
  /** Requests begun a second. */
  readonly ratePerSecond: number;
  /** Evenly spaced, or with exponentially distributed gaps. Default: "even". */
  readonly arrivals?: 'even' | 'poisson' | undefined;
}

/** Workers that each begin a request when their last one has ended. */
export interface WorkersInput {
  /** How many workers. */
  readonly concurrency: number;
  /** Between the end of one request and the next. Default: "0s". */
  readonly pause?: DelayInput | undefined;
}

/** A pool of kept connections. */
export interface KeepAliveInput {
  /** Idle connections that it keeps; beyond them a request gets one of its own that is closed after it. Default: 100. */
  readonly pool?: number | undefined;
  /** After how long it closes an idle one. Default: "90s". */
  readonly idleTimeout?: Duration | undefined;
  /** Requests over one connection at most; no limit by default. */
  readonly maxRequests?: number | undefined;
  /** Requests share one connection (HTTP/2). Default: false. */
  readonly multiplexed?: boolean | undefined;
  /** HTTP/2: requests on the connection at a time; others wait in the client. No limit by default. */
  readonly maxStreams?: number | undefined;
}

/** Connections are kept and used again. */
export interface KeptConnectionInput {
  /** How they are kept. */
  readonly keepAlive: KeepAliveInput;
}

/** A long stream. */
export interface StreamInput {
  /** How long it takes. */
  readonly duration: DelayInput;
}

/** Each request is one long stream over a connection of its own (a download, a WebSocket, a server stream). */
export interface StreamConnectionInput {
  /** What a stream is like. */
  readonly stream: StreamInput;
}

/** What a request is like. */
export interface RequestInput {
  /** How long the app works on it. Default: "1ms". */
  readonly duration?: DelayInput | undefined;
  /** Whether it may be sent twice. Default: true. */
  readonly idempotent?: boolean | undefined;
}

/** So many attempts: again whatever failed but a timeout of the request, where no connection came about or the request is idempotent. */
export interface RetryInput {
  /** Attempts in all, the first one counted. */
  readonly attempts: number;
  /** From a failure until the next attempt. Default: "0s". */
  readonly backoff?: Duration | undefined;
}

/** A client: who sends requests to a Service, from where, how often, over which connections, and what it does when one fails. */
export interface ClientInput {
  /** Its name: lower case letters, digits, "-" and ".". */
  readonly name: string;
  /** Where its settings were read. */
  readonly sources?: readonly string[] | undefined;
  /** Where it stands. */
  readonly from: ClientPodInput | ClientNodeInput | 'external';
  /** Name of the Service; may be left out where there is one. */
  readonly service?: string | undefined;
  /** Number or name of its port; the first by default. */
  readonly port?: number | string | undefined;
  /** The address that it uses, or the router. By default the ClusterIP from a Pod or a node; from outside a load balancer in front of all nodes, or the only router where the Service has no address that is reachable from outside. */
  readonly through?:
    | 'clusterIP'
    | 'nodePort'
    | 'loadBalancer'
    | NodePortInput
    | ThroughRouterInput
    | undefined;
  /** Routers that its connections pass in a row, the outermost first; the last one, or its node, picks the Pod. In place of `through`. */
  readonly via?: string | readonly string[] | undefined;
  /** How many requests. */
  readonly load?: RateInput | WorkersInput | undefined;
  /** When it begins. Given, the first request is sent at that very moment; else at a drawn place after 0 s. */
  readonly start?: Duration | undefined;
  /** It begins no request from then on, and a run goes on until then; left out: it sends until the cluster is quiet. */
  readonly stop?: Duration | undefined;
  /** A new connection for each request, kept ones, or one long stream each. Over UDP a socket for each request (`new`), or one for all (`flow`), whose packets go to one Pod until conntrack forgets them. Default: "new". */
  readonly connection?: 'new' | 'flow' | KeptConnectionInput | StreamConnectionInput | undefined;
  /** What a request is like. */
  readonly request?: RequestInput | undefined;
  /** How long it waits for a connection. Default: "5s". */
  readonly connectTimeout?: Duration | undefined;
  /** Of the whole request, retries included; 30 s by default, none for a stream. */
  readonly requestTimeout?: Duration | undefined;
  /** What it tries again. `onConnectFailure`: where no connection came about, up to 3 attempts in all. `idempotent`: an idempotent request that met a kept connection which the server had closed, or that was cut on one before the answer began, as often as it takes. With `attempts`: whatever failed but a timeout of the request, where no connection came about or the request is idempotent. Default: "none". */
  readonly retry?: 'none' | 'onConnectFailure' | 'idempotent' | RetryInput | undefined;
  /** One way to where its connections enter; by default 0 from a Pod or a node, and 1 ms from outside. */
  readonly latency?: DelayInput | undefined;
}
