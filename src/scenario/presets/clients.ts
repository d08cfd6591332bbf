import type { ClientInput } from '../schema.ts';

/** A client as a row: how it keeps connections, how long it waits, what it tries again, and where that was read. */
interface ClientPreset {
  readonly name: string;
  readonly settings: Omit<ClientInput, 'from' | 'name' | 'sources'>;
  readonly sources: readonly string[];
}

/** A client preset. Where it stands must be said; all else may be. */
export type ClientFunction = (overrides: Pick<ClientInput, 'from'> & Partial<ClientInput>) => ClientInput;

/** Clients with the pooling and retry rules of well-known ones, as far as they bear on a Pod that stops. */
export const CLIENT_PRESETS = {
  /** A `curl` in a shell loop: a new process and so a new connection for each request, one after the other, and no retry. */
  curlLoop: {
    name: 'curl-loop',
    settings: {
      load: { concurrency: 1, pause: '10ms' },
      connection: 'new',
      // The kernel gives up before curl does: tcp_syn_retries 6.
      connectTimeout: '127s',
      requestTimeout: '10m',
      retry: 'none',
    },
    sources: ['curl(1): --retry 0, no --max-time by default', 'tcp(7): tcp_syn_retries 6, about 127 s'],
  },
  /**
   * Go net/http with the default Transport: 2 idle connections a host, 90 s idle. An idempotent request that meets a connection which
   * the server had closed is repeated over another one; a failed dial is not. Without a timeout of its own.
   */
  goHttp: {
    name: 'go-http',
    settings: {
      connection: { keepAlive: { pool: 2, idleTimeout: '90s' } },
      connectTimeout: '30s',
      requestTimeout: '10m',
      retry: 'idempotent',
    },
    sources: [
      'Go net/http transport.go: DefaultTransport, DefaultMaxIdleConnsPerHost 2, IdleConnTimeout 90s, dial timeout 30s',
      'Go net/http transport.go shouldRetryRequest',
    ],
  },
  /** Node.js `fetch` (undici): any number of kept connections, idle for 4 s at most, and no retry. */
  nodeFetch: {
    name: 'node-fetch',
    settings: {
      connection: { keepAlive: { pool: 100_000, idleTimeout: '4s' } },
      connectTimeout: '10s',
      requestTimeout: '5m',
      retry: 'none',
    },
    sources: [
      'undici Client options: keepAliveTimeout 4 s, connect timeout 10 s, headersTimeout 300 s, connections unlimited',
    ],
  },
  /** Node.js `http.Agent` with keepAlive, as the global agent is since 19: 256 free sockets, 5 s idle, and no retry. */
  nodeAgent: {
    name: 'node-agent',
    settings: {
      connection: { keepAlive: { pool: 256, idleTimeout: '5s' } },
      connectTimeout: '127s',
      requestTimeout: '10m',
      retry: 'none',
    },
    sources: [
      'Node.js http documentation: Agent maxFreeSockets 256, globalAgent timeout 5 s since 19',
      'Node.js http documentation: request.reusedSocket, to be retried by the caller',
    ],
  },
  /**
   * A gRPC channel: all calls share one connection until GOAWAY. A call that never left the client or that the server has not seen is
   * tried once more (transparent retry).
   */
  grpcChannel: {
    name: 'grpc-channel',
    settings: {
      connection: { keepAlive: { multiplexed: true, idleTimeout: '30m' } },
      request: { idempotent: false },
      connectTimeout: '20s',
      retry: { attempts: 2 },
    },
    sources: [
      'grpc proposal A6, client retries: transparent retries',
      'grpc doc/connection-backoff.md: minimum connect timeout 20 s',
    ],
  },
  /** A pool as `wrk` has it: 10 connections, each with one request after the other, a timeout of 2 s, and no retry. */
  wrk: {
    name: 'wrk',
    settings: {
      load: { concurrency: 10 },
      connection: { keepAlive: { pool: 10 } },
      connectTimeout: '2s',
      requestTimeout: '2s',
      retry: 'none',
    },
    sources: ['wg/wrk wrk.c: 10 connections, SOCKET_TIMEOUT_MS 2000'],
  },
} as const satisfies Readonly<Record<string, ClientPreset>>;

/** Clients by their names. Each takes where it stands, and overrides for all else; how often it sends is yours to say. */
export const clients: ClientFunctions<typeof CLIENT_PRESETS> = /*#__PURE__*/ clientFunctions(CLIENT_PRESETS);

/** A function for each row; what stands above a row, editors show at its function. */
export type ClientFunctions<T> = { readonly [Name in keyof T]: ClientFunction };

function clientFunctions<T extends Readonly<Record<string, ClientPreset>>>(table: T): ClientFunctions<T> {
  const entries = Object.entries(table).map(
    ([key, { name, settings, sources }]): [string, ClientFunction] => [
      key,
      (overrides) => ({ name, ...settings, sources, ...overrides }),
    ],
  );
  return Object.fromEntries(entries) as ClientFunctions<T>;
}
