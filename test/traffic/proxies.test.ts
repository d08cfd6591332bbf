import { describe, expect, it } from 'vitest';
import { apps, clients, type ScenarioInput } from '../../src/index.ts';
import { requestsSentence } from '../../src/report/requests-text.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, requestsOf, runWith, type TrafficInput } from './run.ts';

type Router = NonNullable<ScenarioInput['routers']>[number];

/** A router that learns of nothing for a long time, so that it goes on sending to a Pod that is gone. */
const slow = (proxy?: Router['proxy']): Router => ({ name: 'edge', parts: [{ lag: '60s' }], proxy });
const edge = { from: 'external', through: { router: 'edge' } } as const;

/** One of two bare Pods is deleted at 1 s; nobody takes its place. */
function behind(proxy: Router['proxy'], client: Partial<ClientInput> = {}, more: TrafficInput = {}) {
  const apart = { ...edge, load: { ratePerSecond: 50 }, start: '0s', stop: '4s', ...client } as const;
  return { routers: [slow(proxy)], clients: [flood(50, apart)], ...more };
}

it('X4.3, incident 11: of ten Pods five are gone and refuse; three tries at different ones miss with 1 in 12', () => {
  const given: TrafficInput = {
    manifests: [deployment({ replicas: 10 }), service()],
    routers: [slow({ tries: 3 })],
    clients: [flood(100, { ...edge, load: { ratePerSecond: 200 }, start: '2s', stop: '8s' })],
    actions: [5, 6, 7, 8, 9].map((pod) => ({ type: 'deletePod', pod: `web-1-${pod}` }) as const),
  };
  const { sent, failed } = requestsOf({
    ...given,
    cluster: { network: { podGone: 'hostUnreachable', podGoneAfter: '1ms' } },
  });
  const misses = Object.values(failed).reduce((sum, count) => sum + count, 0);
  expect(sent).toBeGreaterThan(1_000);
  expect(Math.abs(misses / sent - ((5 / 10) * (4 / 9) * 3) / 8)).toBeLessThan(0.03);
});

describe('a proxy', () => {
  it('hides a refused connection by trying another Pod, and says how often', () => {
    const seen = requestsOf(behind(undefined));
    expect(Object.keys(seen.failed)).toContain('connectionRefused');
    const hidden = requestsOf(behind({ tries: 3 }));
    expect(hidden.failed).toEqual({});
    expect(hidden.succeeded).toBe(200);
    expect(hidden.retried.requests).toBe(0);
    expect(hidden.retried.byProxies).toBeGreaterThanOrEqual(30);
    expect(requestsSentence(hidden)).toMatch(
      /^200 requests sent: 200 succeeded, none failed; \d+ only because a proxy tried another Pod\.$/,
    );
  });

  it.each<[what: string, proxy: Router['proxy'], kinds: readonly string[]]>([
    [
      'answers 502 and 504 where it tries but one Pod',
      { connectTimeout: '2s' },
      ['badGateway', 'gatewayTimeout'],
    ],
    [
      'waits for as long as its client has',
      { tries: 1, connectTimeout: '40s' },
      ['requestTimeout', 'badGateway'],
    ],
  ])('%s', (_, proxy, kinds) => {
    const { failed, failures } = requestsOf(behind(proxy));
    expect(Object.keys(failed).sort()).toEqual([...kinds].sort());
    const bad = failures.find(({ kind }) => kind === 'badGateway');
    expect(bad).toMatchObject({ pod: 'web-1-0', component: 'router/edge', change: 'preStop' });
  });

  it('needs its own time for a connection that nobody answers, and the client waits', () => {
    const { trace } = runWith({
      ...behind({ tries: 3, connectTimeout: '5s' }, { start: '3s' }),
      trace: 'full',
    });
    const sent = new Map<unknown, number>();
    const took: number[] = [];
    for (const { type, atMs, data } of trace) {
      const { request } = (data ?? {}) as { readonly request?: number };
      if (type === 'requestSent') sent.set(request, atMs);
      if (type === 'responseReceived') took.push(atMs - sent.get(request)!);
    }
    expect(took).toHaveLength(50);
    const slowOnes = took.filter((ms) => ms > 100);
    expect(slowOnes.length).toBeGreaterThan(8);
    for (const ms of slowOnes) expect(ms).toBeGreaterThanOrEqual(5000);
    for (const ms of slowOnes) expect(ms).toBeLessThan(5050);
  });

  it('of the kind of Envoy answers 503 for either, and repeats nothing that a Pod may have seen', () => {
    const envoy = { connectTimeout: '2s', repeats: 'unconnected', answers: 'serviceUnavailable' } as const;
    expect(Object.keys(requestsOf(behind(envoy)).failed)).toEqual(['serviceUnavailable']);
    const cut = requestsOf({
      ...behind({ ...envoy, tries: 3 }, { request: { duration: '800ms' } }),
      apps: { web: apps.shellAsPid1() },
      manifests: [deployment({ terminationGracePeriodSeconds: 2 }), service()],
    });
    expect(Object.keys(cut.failed)).toEqual(['serviceUnavailable']);
    expect(cut.retried.byProxies).toBeGreaterThan(0);
  });

  it('answers 503 where it has no endpoint', () => {
    const { failed } = requestsOf({
      manifests: [deployment({ replicas: 1, preStop: { sleep: { seconds: 3 } } }), service()],
      apps: { web: { startup: '2s' } },
      routers: [{ name: 'edge', parts: [], pick: 'readyOnly', proxy: { tries: 3 } }],
      clients: [flood(50, { ...edge, stop: '6s' })],
    });
    expect(Object.keys(failed)).toContain('serviceUnavailable');
    expect(Object.keys(failed)).not.toContain('noEndpoints');
  });

  it.each([true, false])('repeats what was cut in a Pod where it may happen twice: %s', (idempotent) => {
    const request = { duration: '800ms', idempotent } as const;
    const { failed, retried } = requestsOf({
      apps: { web: apps.shellAsPid1() },
      manifests: [deployment({ terminationGracePeriodSeconds: 2 }), service()],
      routers: [slow({ tries: 3 })],
      actions: [{ type: 'deletePod', pod: 'web-1-1', at: '1s' }],
      // SIGKILL comes at 3 s; a Pod that refuses afterwards is hidden.
      clients: [flood(0, { ...edge, load: { ratePerSecond: 50 }, start: '0s', stop: '3s', request })],
    });
    expect(Object.keys(failed)).toEqual(idempotent ? [] : ['badGateway']);
    const cut = idempotent ? retried.byProxies : failed.badGateway!;
    // A third of what begins in 800 ms.
    expect(cut).toBeGreaterThanOrEqual(8);
    expect(cut).toBeLessThanOrEqual(20);
  });

  it('fails with the chance that all of its tries are stale: 5/10 · 4/9 · 3/8 of ten Pods of which five refuse', () => {
    const stale = Array.from({ length: 5 }, (_, index) => `web-1-${index}`);
    const { sent, failed } = requestsOf({
      seed: 5,
      manifests: [deployment({ replicas: 10 }), service()],
      apps: { web: { drain: '20s' } },
      cluster: { version: '1.30', nodes: 2 },
      actions: [{ type: 'deletePods', pods: stale, at: '1s' }],
      routers: [slow({ tries: 3 })],
      clients: [flood(1000, { ...edge, load: { ratePerSecond: 1000 }, start: '2s', stop: '5s' })],
    });
    expect(sent).toBe(3000);
    expect(Math.abs(failed.badGateway! / sent - 0.0833)).toBeLessThan(0.015);
  });
});

describe("Go's transport", () => {
  const cut = (client: ClientInput) =>
    requestsOf({
      apps: { web: apps.shellAsPid1() },
      manifests: [deployment({ terminationGracePeriodSeconds: 2 }), service()],
      actions: [{ type: 'deletePod', pod: 'web-1-2', at: '1s' }],
      clients: [client],
    });
  const load = { load: { concurrency: 9 }, stop: '5s', from: { node: 'node-1' } } as const;

  it('repeats an idempotent request that was cut on a connection it had used before', () => {
    const { failed, retried } = cut(clients.goHttp({ ...load, request: { duration: '300ms' } }));
    expect(Object.keys(failed)).not.toContain('requestCut');
    expect(retried.failedAttempts.requestCut).toBeGreaterThanOrEqual(1);
  });

  it('does not repeat one that may not happen twice', () => {
    const { failed, retried } = cut(
      clients.goHttp({ ...load, request: { duration: '300ms', idempotent: false } }),
    );
    expect(failed.requestCut).toBeGreaterThanOrEqual(1);
    expect(retried.failedAttempts).toEqual({});
  });
});
