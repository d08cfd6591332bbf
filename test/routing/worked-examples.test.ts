import { describe, expect, it } from 'vitest';
import { defineScenario, type RouterInput, simulate } from '../../src/index.ts';
import { kubeProxyRunnerConfig } from '../../src/rules/proxy/bounded-frequency-runner.ts';
import { runTimeline } from '../../src/rules/proxy/bounded-frequency-timeline.ts';
import { staleChainDeletedUs } from '../../src/rules/proxy/stale-chains.ts';
import {
  gracefulDelete,
  kubeRouterServerDeletedUs,
  realServerDeletedUs,
} from '../../src/rules/routers/ipvs.ts';
import { ztunnelDrainSeconds } from '../../src/rules/routers/istio.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { through } from './play.ts';

/** Worked examples by their numbers that stand nowhere else. */

const SECOND = 1_000_000;

describe('X2.1 a real server that leaves ipvs at 10 s, with scans at 0, 60, 120, 180', () => {
  it.each([
    ['its last connection closes at 50 and is remembered until 170: at 180', 170, 180],
    ['none is open: at once', 10, 10],
    ['remembered until the very scan: at 120', 120, 120],
  ])('%s', (_, forgotten, deleted) => {
    expect(realServerDeletedUs(10 * SECOND, forgotten * SECOND, 0)).toBe(deleted * SECOND);
  });

  it('UDP with ten and ten connections is deleted at once, TCP waits at weight 0', () => {
    const server = { weight: 1, activeConn: 10, inactiveConn: 10 };
    expect(gracefulDelete({ ...server, protocol: 'udp' }, true)).toEqual({ deleted: true, weight: 0 });
    expect(gracefulDelete({ ...server, protocol: 'tcp' }, true)).toEqual({ deleted: false, weight: 0 });
  });
});

describe('X2.3 nftables: an endpoint is removed in the sync of 10.0 s', () => {
  it.each<readonly [string, readonly number[], number | null]>([
    ['further syncs at 10.6 and 11.2: its chain, empty by then, is deleted at 11.2', [10.6, 11.2], 11.2],
    ['a sync just a second later does not', [11, 11.001], 11.001],
    ['no sync follows: it stays', [10.6], null],
  ])('%s', (_, syncs, deleted) => {
    const atUs = syncs.map((seconds) => seconds * SECOND);
    expect(staleChainDeletedUs(10 * SECOND, atUs)).toBe(deleted === null ? null : deleted * SECOND);
  });

  it('no new connection comes after that sync, in a run with changes that keep syncs coming', () => {
    const run = simulate(
      defineScenario({
        manifests: [deployment({ preStop: sleeps(20), terminationGracePeriodSeconds: 60 }), service()],
        cluster: {
          version: '1.34',
          nodes: 2,
          kubeProxy: { mode: 'nftables' },
          churn: { endpointSliceUpdatesPerSecond: 3 },
        },
        delays: CONSTANT_DELAYS,
        actions: [{ at: '2s', type: 'deletePod', pod: 'web-1-0' }],
        clients: [{ name: 'c', from: { node: 'node-2' }, load: { ratePerSecond: 50 }, stop: '15s' }],
      }),
      { seed: 1 },
    );
    const out = run.trace.find(
      ({ actor, type, data }) =>
        actor === 'kube-proxy/node-2' &&
        type === 'routesChanged' &&
        (data as { readonly removed: readonly string[] }).removed.includes('web-1-0'),
    )!;
    const arrivals = run.trace.filter(({ type, pod }) => type === 'connectionArrived' && pod === 'web-1-0');
    expect(arrivals.length).toBeGreaterThan(5);
    expect(arrivals.filter(({ atMs }) => atMs > out.atMs + 10)).toEqual([]);
  });
});

describe('kube-router with graceful termination looks every 5 s', () => {
  it.each([
    ['none is open: at the next check', 12, 12, 60, 15],
    ['its last connection is forgotten at 31: at 35', 12, 31, 60, 35],
    ['its grace of 30 s ends first: at 45, whatever is open', 12, 100, 30, 45],
  ])('%s', (_, left, forgotten, grace, deleted) => {
    expect(kubeRouterServerDeletedUs(left * SECOND, forgotten * SECOND, grace * SECOND, 0)).toBe(
      deleted * SECOND,
    );
  });
});

describe('X2.4 a sync of kube-proxy (nftables) that failed at 100 s', () => {
  const starts = (minor: 33 | 34, calls: readonly number[]) =>
    runTimeline({
      config: kubeProxyRunnerConfig(
        { mode: 'nftables', minSyncPeriodUs: SECOND, syncPeriodUs: 30 * SECOND },
        minor,
      ),
      calls: calls.map((at) => ({ atUs: at * SECOND, op: 'Run' as const })),
      fnDurationUs: SECOND / 10,
      failingRunIndexes: [0],
      endUs: 200 * SECOND,
    }).runStartsUs.map((us) => us / SECOND);

  it.each([33, 34] as const)('1.%i: without an event the next is 30 s later', (minor) => {
    const [first, second] = starts(minor, [100]);
    expect(first).toBe(100);
    expect(second! - first!).toBeCloseTo(30, 0);
  });

  it('an event at 101 s starts the next: at once while the old runner has a token, after the least gap in the new one', () => {
    expect(starts(33, [100, 101]).slice(0, 2)).toEqual([100, 101]);
    // The end at 100.1 s, and minSyncPeriod 1 s.
    expect(starts(34, [100, 101]).slice(0, 2)).toEqual([100, 101.1]);
  });
});

it.each([
  [30, 25],
  [10, 9],
  [1, 1],
])('X5.4 ztunnel with a grace period of %i s drains for %i s', (grace, drain) => {
  expect(ztunnelDrainSeconds(grace)).toBe(drain);
});

it('X6.4 a target that is healthy 22 s after its registration: the gate, looked at every 15 s, is True at 30', () => {
  expect(through([{ ticker: { period: '15s' } }], [22], { phases: [0] })).toEqual([30]);
});

it('X8.4 a gRPC client that has resolved at 0 s asks again for a GOAWAY of 10 s at 30, and without one never', () => {
  const resolver = [{ gap: { from: 'start', period: '30s' } }] as const;
  expect(through([...resolver], [0, 10])).toEqual([0, 30]);
  expect(through([...resolver], [0])).toEqual([0]);
});

describe('X3.3 a Pod leaves the slice at 25 s while a connection to it is kept open, in a whole run with Cilium', () => {
  /** When its connections are reset, in seconds; its Pods are alive: their Service selects others from 25 s on. */
  const resets = (socketLB: boolean) => {
    const run = simulate(
      defineScenario({
        manifests: [deployment({ replicas: 2, deployment: 'web' }), service({ selector: { app: 'web' } })],
        cluster: { version: '1.34', nodes: 2, dataPlane: { cilium: { socketLB } } },
        delays: CONSTANT_DELAYS,
        actions: [{ at: '25s', type: 'setSelector', service: 'web', selector: { app: 'other' } }],
        clients: [
          {
            name: 'kept',
            from: { node: 'node-2' },
            load: { concurrency: 4, pause: '20ms' },
            connection: { keepAlive: { pool: 4 } },
            stop: '40s',
          },
        ],
        horizon: '45s',
      }),
      { seed: 2 },
    );
    return run.trace.filter(({ type }) => type === 'connectionsReset').map(({ atMs }) => atMs / 1000);
  };

  it('packet by packet it is reset between 25.0 and 25.5', () => {
    const at = resets(false);
    expect(at.length).toBeGreaterThan(0);
    for (const seconds of at) {
      expect(seconds).toBeGreaterThan(25);
      expect(seconds).toBeLessThan(25.6);
    }
  });

  it('in the socket it goes on, until the Pod itself ends it', () => {
    expect(resets(true)).toEqual([]);
  });
});

/** With delays that do not vary: what a preStop has to last, beyond what it had to without a lag. */
function needed(routers: readonly RouterInput[], delays: object = {}): number {
  const run = simulate(
    defineScenario({
      manifests: [deployment({ preStop: sleeps(1), terminationGracePeriodSeconds: 600 }), service()],
      cluster: { version: '1.34', nodes: 2 },
      delays: { ...CONSTANT_DELAYS, ...delays },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
      routers,
    }),
    { seed: 1, trace: 'none' },
  );
  return run.verdict.requiredPreStopMs! / 1000;
}

describe('routers side by side: the slowest decides', () => {
  const lag = (seconds: number, name = 'lb'): RouterInput => ({ name, parts: [{ lag: `${seconds}s` }] });

  it('X10.1 an ALB with 20 s beside nodes with 1 s: 20', () => {
    expect(needed([lag(20)], { 'kubeProxy.sync': '1s' })).toBeCloseTo(20, 1);
    expect(needed([lag(20)], { 'kubeProxy.sync': '1s' })).toBe(needed([lag(20)]));
  });

  it('X10.2 ingress-nginx with 4.3 s beside the nodes: the larger of the two', () => {
    const both = (sync: number) => needed([lag(4.3, 'ingress-nginx')], { 'kubeProxy.sync': `${sync}s` });
    expect(both(1)).toBeCloseTo(4.3, 1);
    expect(both(9)).toBeCloseTo(9, 1);
  });

  it('is the largest of what each needs alone, in any order', () => {
    const own = [lag(3, 'a'), lag(11, 'b'), lag(7, 'c')];
    const alone = own.map((router) => needed([router]));
    expect(needed(own)).toBe(Math.max(...alone));
    expect(needed([...own].reverse())).toBe(Math.max(...alone));
  });
});
