import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podTimeline, type Run, routers } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { tries } from '../effort.ts';
import { WIDE_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, runWith, sumOf, type TrafficInput } from './run.ts';

const connection = fc.constantFrom<NonNullable<ClientInput['connection']>>(
  'new',
  { keepAlive: { pool: 4 } },
  { keepAlive: { pool: 2, idleTimeout: '30ms', maxRequests: 7 } },
  { keepAlive: { multiplexed: true } },
  { keepAlive: { multiplexed: true, maxStreams: 3, maxRequests: 40 } },
  { stream: { duration: { uniform: ['10ms', '3s'] } } },
);
const load = fc.constantFrom<NonNullable<ClientInput['load']>>(
  { ratePerSecond: 400 },
  { ratePerSecond: 150, arrivals: 'poisson' },
  { concurrency: 8, pause: { uniform: ['0ms', '9ms'] } },
  { concurrency: 3 },
);
const retry = fc.constantFrom<NonNullable<ClientInput['retry']>>(
  'none',
  'onConnectFailure',
  'idempotent',
  { attempts: 2 },
  { attempts: 4, backoff: '5ms' },
);
const duration = fc.constantFrom('0s', '1ms', '40ms', '700ms');
const client = fc.record({ connection, load, retry, duration }).map(
  ({ duration: taken, ...rest }): Partial<ClientInput> => ({
    ...rest,
    request: { duration: taken },
    requestTimeout: '900ms',
    connectTimeout: '400ms',
  }),
);
const app = fc.record({
  onStopSignal: fc.constantFrom('drain', 'exit', 'crash', 'ignore'),
  keepAccepting: fc.constantFrom('0s', '300ms'),
  concurrency: fc.constantFrom(1, 3, 1000),
  closeIdleKeepAlive: fc.boolean(),
  sendConnectionClose: fc.boolean(),
  sendGoAway: fc.boolean(),
  loseBacklog: fc.boolean(),
  backlog: fc.constantFrom(0, 2, 100),
  drain: fc.constantFrom('0s', '100ms', '2s'),
  keepAliveTimeout: fc.constantFrom('20ms', '5s'),
} as const);

describe('requests', () => {
  it('sent are those that succeeded, failed by kind, and are still open', () => {
    const inputs = fc.record({
      clients: fc.array(client, { minLength: 1, maxLength: 3 }),
      web: app,
      replicas: fc.constantFrom(1, 2, 3),
      victim: fc.nat({ max: 2 }),
      node: fc.constantFrom('node-1', 'node-2', 'node-3'),
      seed: fc.nat({ max: 1000 }),
      horizon: fc.constantFrom<Duration | undefined>(undefined, undefined, '1.3s'),
    });
    fc.assert(
      fc.property(inputs, ({ clients, web, replicas, victim, node, seed, horizon }) => {
        const { requests } = runWith({
          manifests: [deployment({ replicas, terminationGracePeriodSeconds: 3 }), service()],
          apps: { web },
          clients: clients.map((over, index) => flood(0, { ...over, name: `c${index}`, from: { node } })),
          actions: [{ type: 'deletePod', pod: `web-1-${victim % replicas}`, at: '1s' }],
          delays: WIDE_DELAYS,
          seed,
          ...(horizon === undefined ? {} : { horizon }),
        }).verdict;
        for (const own of [requests, ...Object.values(requests.byClient)]) {
          expect(own.sent).toBe(own.succeeded + sumOf(own.failed) + own.open);
          expect(own.open).toBeGreaterThanOrEqual(0);
        }
        // Without a horizon every request is seen to its end.
        if (horizon === undefined) expect(requests.open).toBe(0);
        const told = requests.failures.reduce((sum, { count }) => sum + count, 0);
        expect(told).toBe(sumOf(requests.failed));
      }),
      { numRuns: tries(6), seed: 6 },
    );
  });

  it('are the same with a trace and without, and each time', () => {
    const clients = [
      flood(300),
      flood(200, { name: 'b', load: { concurrency: 5 }, connection: { keepAlive: {} } }),
    ];
    for (let seed = 0; seed < tries(1); seed++) {
      const bare = runWith({ clients, seed });
      const traced = runWith({ clients, seed, trace: 'full' });
      expect(traced.verdict.requests).toEqual(bare.verdict.requests);
      expect(traced.digest).toBe(bare.digest);
      expect(runWith({ clients, seed }).digest).toBe(bare.digest);
    }
  });
});

/** All that a run shows of the cluster: the Pods' milestones, and which router held whom when. */
function clusterOf(run: Run): unknown {
  const pods = new Set(
    run.trace.filter(({ type }) => type === 'deletePod' || type === 'createPod').map(({ pod }) => pod!),
  );
  const routing = run.trace
    .filter(({ type }) => type === 'routesChanged')
    .map(({ atMs, actor, data }) => ({ atMs, actor, data }));
  const { marginMs, requiredPreStopMs, grace } = run.verdict;
  return {
    pods: [...pods].sort().map((pod) => podTimeline(run, pod)),
    routing,
    marginMs,
    requiredPreStopMs,
    grace,
  };
}

describe('clients change nothing else where the drain is described', () => {
  const inputs: Record<string, TrafficInput> = {
    'of a deletion': {},
    'of the deletion of the only Pod': { manifests: [deployment({ replicas: 1 }), service()] },
    'of a deletion behind a router': { routers: [routers.ingressNginx()] },
    'of a rolling update': { actions: [{ type: 'rollingUpdate', deployment: 'web', at: '1s' }] },
    'where events at one instant are shuffled': { ties: 'shuffled' },
  };
  it.each(Object.entries(inputs))('%s', (_what, input) => {
    for (let seed = 0; seed < tries(1); seed++) {
      const apps = { web: { drain: '50ms' } } as const;
      const base = { ...input, apps, delays: WIDE_DELAYS, seed, trace: 'full' } as const;
      const clients = [
        flood(300, { request: { duration: '30ms' } }),
        flood(50, { name: 'kept', load: { concurrency: 5, pause: '3ms' }, connection: { keepAlive: {} } }),
      ];
      const busy = runWith({ ...base, clients });
      expect(clusterOf(busy)).toEqual(clusterOf(runWith(base)));
      expect(busy.verdict.requests.sent).toBeGreaterThan(100);
    }
  });
});

/** What was accepted and then cut, or was reset before it was, is no question of routing; nor is a Pod that was Ready before it accepted. */
const OTHERWISE = ['exited', 'backlogLost', 'notListening'];
const ROUTED_TOO_LONG = ['connectionRefused listenerClosed', 'connectTimeout networkRemoved'];

describe('the verdict by requests and the verdict by exposure', () => {
  /** Windows in which a node sent to a Pod that no longer accepted, from the routes and listeners of a trace. */
  function windowsOf(run: Run) {
    return run.verdict.violations.filter(({ kind }) => kind === 'exposed');
  }

  it('agree: every refusal falls into a window, and a dense client meets every window of its router', () => {
    const inputs = fc.record({
      seed: fc.nat({ max: 100_000 }),
      replicas: fc.constantFrom(2, 3, 4),
      hook: fc.constantFrom(0, 1),
      keepAccepting: fc.constantFrom('0s', '200ms'),
      onStopSignal: fc.constantFrom('drain', 'exit'),
    } as const);
    let met = 0;
    fc.assert(
      fc.property(inputs, ({ seed, replicas, hook, keepAccepting, onStopSignal }) => {
        const preStop = hook === 0 ? undefined : { sleep: { seconds: hook } };
        // Drain described: what is in flight is another question.
        const apps = { web: { onStopSignal, keepAccepting, drain: '5s' as const } };
        const run = runWith({
          manifests: [deployment({ replicas, preStop }), service()],
          clients: [1, 2, 3].map((node) =>
            flood(1000, { name: `on-${node}`, from: { node: `node-${node}` } }),
          ),
          apps,
          delays: WIDE_DELAYS,
          seed,
          trace: 'full',
        });
        const windows = windowsOf(run);
        for (const event of run.trace) {
          if (event.type !== 'requestFailed' || OTHERWISE.includes(String(event.data?.cause))) continue;
          expect(ROUTED_TOO_LONG).toContain(`${event.data?.kind} ${event.data?.cause}`);
          let arrived = run.trace[event.cause!]!;
          while (run.trace[arrived.cause!]!.type !== 'connectionAttempted')
            arrived = run.trace[arrived.cause!]!;
          const decided = run.trace[arrived.cause!]!;
          const window = windows.find(
            ({ pod, router, fromMs, toMs }) =>
              pod === event.pod && router === decided.actor && fromMs <= arrived.atMs && arrived.atMs <= toMs,
          );
          expect(window).toBeDefined();
        }
        const refused = run.verdict.requests.failures.filter(({ change }) => change === 'preStop');
        for (const { pod, router, fromMs, toMs } of windows) {
          // 1,000 a second over at most 4 Pods: one in 20,000 such windows stays without one.
          if (toMs - fromMs < 40) continue;
          met++;
          expect(refused.some((own) => own.pod === pod && own.router === router)).toBe(true);
        }
        if (windows.length === 0) expect(refused).toEqual([]);
      }),
      { numRuns: tries(4), seed: 6 },
    );
    expect(met).toBeGreaterThan(5);
  });
});
