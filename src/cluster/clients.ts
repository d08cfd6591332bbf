import type { Distribution } from '../kernel/distribution.ts';
import type { NodeIndex, PodIndex, ServiceIndex } from '../kernel/ids.ts';
import type { Micros } from '../kernel/time.ts';

/** What a process does with connections and requests; compiled from `apps`. */
export interface AppTraffic {
  /** Whether its drain time was described. Where not, it exits with the last of the requests that are in flight at its exit. */
  readonly drainDescribed: boolean;
  /** How long it waits for work in flight at most, from the end of accepting; infinite for ever. */
  readonly maxDrain: Micros;
  /** It closes idle kept connections when it stops accepting. */
  readonly closesIdle: boolean;
  /** From the stop signal on its answers say `Connection: close`. */
  readonly sendsClose: boolean;
  /** When it stops accepting it asks for no more requests on any connection (GOAWAY), and serves those that still come. */
  readonly goAway: boolean;
  /** Connections that the kernel has taken and the app has not accepted yet are reset when it closes its listener. */
  readonly losesBacklog: boolean;
  /** Requests that it works on at a time; infinite for all. */
  readonly concurrency: number;
  /** Connections that wait for it at most; further first packets are dropped. */
  readonly backlog: number;
  /** After how long it closes an idle kept connection; infinite for never. */
  readonly keepAliveTimeout: Micros;
}

/** A client: where it stands, how it connects, and what it sends. Compiled from `clients`. */
export interface ClientInfo {
  readonly name: string;
  readonly service: ServiceIndex;
  /** Place of the port in the Service's list. */
  readonly port: number;
  readonly entry: Entry;
  /** What it ends with; null outside the cluster. */
  readonly home: Home | null;
  /** Which of a Service's rules a packet of it meets. */
  readonly address: 'internal' | 'external' | 'externalFromInside';
  /** One way from the client to the node or router through which it enters; drawn once a run. */
  readonly latency: Distribution;
  readonly load: Load;
  readonly startsAt: Micros;
  /** Begins no request at or after it. */
  readonly stopsAt: Micros;
  /** A datagram opens nothing: it is answered or lost, and whoever routes looks at each. */
  readonly protocol: 'TCP' | 'UDP';
  readonly connection: Connecting;
  /** How long the app works on a request. */
  readonly duration: Distribution;
  readonly idempotent: boolean;
  readonly connectTimeout: Micros;
  readonly requestTimeout: Micros;
  readonly retry: RetryRule;
}

/** A node, and the Pod on it where the client is in one; -1 where it is in none. */
export interface Home {
  readonly node: NodeIndex;
  readonly pod: PodIndex;
}

/** Through whom its connections enter: one node's data plane, any of some nodes in turn, or routers in a row. */
export type Entry =
  | { readonly kind: 'nodes'; readonly nodes: readonly number[] }
  | { readonly kind: 'routers'; readonly routers: readonly number[] };

export type Load =
  | {
      readonly kind: 'rate';
      readonly perSecond: number;
      /** Gaps at a rate of one a second; null: evenly spaced. */
      readonly gaps: Distribution | null;
      /** The first one is sent at the very start, not at a drawn place after it. */
      readonly atStart: boolean;
    }
  | { readonly kind: 'concurrency'; readonly workers: number; readonly pause: Distribution };

export type Connecting =
  | { readonly kind: 'new' }
  /** UDP: every request over one socket, so that conntrack knows them as one flow. */
  | { readonly kind: 'flow' }
  | {
      readonly kind: 'keepAlive';
      /** Idle connections that it keeps. */
      readonly pool: number;
      readonly idleTimeout: Micros;
      readonly maxRequests: number;
    }
  | {
      /** Requests share one connection (HTTP/2). */
      readonly kind: 'multiplexed';
      readonly idleTimeout: Micros;
      readonly maxRequests: number;
      /** Requests that it carries at a time; infinite for all. */
      readonly maxStreams: number;
    };

/** Whether it keeps connections for further requests. */
export function keepsConnections({ connection }: ClientInfo): boolean {
  return connection.kind === 'keepAlive' || connection.kind === 'multiplexed';
}

/** Which failures are tried again, and how often in all. */
export interface RetryRule {
  /**
   * `none`. `connect`: no connection came about. `reused`: a kept connection was found closed, or was cut before the answer, and the
   * request may be repeated.
   * `any`: whatever failed, if no connection came about or the request may be repeated.
   */
  readonly on: 'none' | 'connect' | 'reused' | 'any';
  /** In all, the first one included. */
  readonly attempts: number;
  readonly backoff: Micros;
}
