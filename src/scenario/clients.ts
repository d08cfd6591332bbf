import type { DeepReadonly } from '../schema/deep-readonly.ts';
import { delaySchema, durationSchema } from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';

/** Clients: who sends requests to a Service, from where, how often, over which connections, and what it does when one fails. */

const positive = z.int().min(1);

const loadSchema = z.union([
  z.strictObject({
    /** Requests begun a second, whatever becomes of the earlier ones. */
    ratePerSecond: z.number().gt(0),
    /** Evenly spaced, or with exponentially distributed gaps. */
    arrivals: z.enum(['even', 'poisson']).default('even'),
  }),
  z.strictObject({
    /** Workers that each begin a request when their last one has ended. */
    concurrency: positive.max(100_000),
    /** Between the end of one request and the next. */
    pause: delaySchema.default('0s'),
  }),
]);

const connectionSchema = z.union([
  z.literal('new'),
  /** UDP: every request over one socket. Its packets go to one Pod until conntrack forgets the flow. */
  z.literal('flow'),
  z.strictObject({
    keepAlive: z.strictObject({
      /** Idle connections that it keeps; beyond them a request gets one of its own that is closed after it. */
      pool: positive.max(100_000).default(100),
      /** After how long it closes an idle one. */
      idleTimeout: durationSchema.default('90s'),
      /** Requests over one connection at most; no limit by default. */
      maxRequests: positive.optional(),
      /** Requests share one connection (HTTP/2). */
      multiplexed: z.boolean().default(false),
      /** HTTP/2: requests on the connection at a time; others wait in the client. No limit by default. */
      maxStreams: positive.optional(),
    }),
  }),
  z.strictObject({
    /** Each request is one long stream over a connection of its own (a download, a WebSocket, a server stream). */
    stream: z.strictObject({ duration: delaySchema }),
  }),
]);

const retrySchema = z.union([
  /**
   * `none`. `onConnectFailure`: where no connection came about, up to 3 attempts in all. `idempotent`: an idempotent request that
   * met a kept connection which the server had closed, or was cut on one before the answer began, over another one, as often as it takes.
   */
  z.enum(['none', 'onConnectFailure', 'idempotent']),
  /** Whatever failed but a timeout of the request: where no connection came about, or the request is idempotent. */
  z.strictObject({ attempts: positive.max(100), backoff: durationSchema.default('0s') }),
]);

export const clientSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, { error: 'must be lower case letters, digits, "-" and "."' }),
  sources: z.array(z.string()).optional(),
  from: z.union(
    [
      z.strictObject({ pod: z.string().min(1) }),
      z.strictObject({ node: z.string().min(1) }),
      z.literal('external'),
    ],
    { error: 'must say where the client stands; use { pod: … }, { node: … } or "external"' },
  ),
  /** Name of the Service; may be left out where there is one. */
  service: z.string().optional(),
  /** Number or name of its port; the first by default. */
  port: z.union([z.int(), z.string()]).optional(),
  /**
   * The address that it uses, or the router. By default the ClusterIP from a Pod or a node; from outside a load balancer in front
   * of all nodes, or the only router where the Service has no address that is reachable from outside.
   */
  through: z
    .union([
      z.enum(['clusterIP', 'nodePort', 'loadBalancer']),
      z.strictObject({ nodePort: z.string().min(1) }),
      z.strictObject({ router: z.string().min(1) }),
    ])
    .optional(),
  /** Routers that its connections pass in a row, the outermost first; the last one, or its node, picks the Pod. In place of `through`. */
  via: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(10)]).optional(),
  load: loadSchema.default({ ratePerSecond: 10, arrivals: 'even' }),
  /** When it begins. Given, the first request is sent at that very moment; else at a drawn place after 0 s. */
  start: durationSchema.optional(),
  /** It begins no request from then on, and a run goes on until then; left out: it sends until the cluster is quiet. */
  stop: durationSchema.optional(),
  connection: connectionSchema.default('new'),
  request: z
    .strictObject({
      /** How long the app works on it. */
      duration: delaySchema.default('1ms'),
      idempotent: z.boolean().default(true),
    })
    .prefault({}),
  connectTimeout: durationSchema.default('5s'),
  /** Of the whole request, retries included; 30 s by default, none for a stream. */
  requestTimeout: durationSchema.optional(),
  retry: retrySchema.default('none'),
  /** One way to where its connections enter; by default 0 from a Pod or a node, and 1 ms from outside. */
  latency: delaySchema.optional(),
});

export const networkSchema = z.strictObject({
  /** What becomes of packets for the address of a Pod whose network is gone: a property of the network plugin. */
  podGone: z.enum(['silence', 'hostUnreachable']).default('silence'),
  /** After how long the network says so; an ARP that nobody answers takes 3 s. */
  podGoneAfter: durationSchema.default('3s'),
});

export type { ClientInput } from '../schema/inputs/index.ts';
export type ClientSettings = DeepReadonly<z.output<typeof clientSchema>>;
