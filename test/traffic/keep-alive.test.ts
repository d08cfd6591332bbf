import { describe, expect, it } from 'vitest';
import { apps, clients as presets } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, requestsOf, runWith, sumOf } from './run.ts';

const pooled = (over: Partial<ClientInput> = {}): ClientInput => ({
  name: 'kept',
  from: { node: 'node-2' },
  load: { concurrency: 6, pause: '20ms' },
  connection: { keepAlive: { pool: 6 } },
  ...over,
});

const longHook = [
  deployment({ preStop: { sleep: { seconds: 20 } }, terminationGracePeriodSeconds: 60 }),
  service(),
];

describe('kept connections', () => {
  it('carry requests to the Pod for the whole preStop, though every rule let go of it', () => {
    const { lateArrivals, failed } = requestsOf({ manifests: longHook, clients: [pooled()], seed: 1 });
    const kept = lateArrivals.find(({ over, phase }) => over === 'keptConnection' && phase === 'preStop');
    expect(kept!.count).toBeGreaterThan(100);
    expect(kept!.lastMs).toBeGreaterThan(20_900);
    expect(kept!.letGoMs).toBeLessThan(1_200);
    expect(sumOf(failed)).toBeLessThanOrEqual(1);
  });

  it('are spread by their first packet alone: established ones are not moved', () => {
    const run = runWith({
      manifests: longHook,
      clients: [pooled({ load: { concurrency: 1, pause: '5ms' } })],
      trace: 'full',
    });
    const attempts = run.trace.filter(({ type }) => type === 'connectionAttempted');
    // One connection, and another one where the first led to the Pod that stopped.
    expect(attempts.length).toBeLessThanOrEqual(2);
    expect(run.verdict.requests.sent).toBeGreaterThan(500);
  });

  it('are let go one after the other by a server that answers Connection: close from its stop signal on', () => {
    const app = { keepAccepting: '2s', closeIdleKeepAlive: false, sendConnectionClose: true } as const;
    const { failed, lateArrivals } = requestsOf({ apps: { web: app }, clients: [pooled()] });
    expect(failed).toEqual({});
    const after = lateArrivals.filter(
      ({ phase, over }) => phase === 'afterStopSignal' && over === 'keptConnection',
    );
    // Each connection carries one more request, whose answer closes it.
    expect(after.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(6);
  });

  it('carry requests until SIGKILL cuts them where the app never hears of the stop signal', () => {
    const { failed, failures, lateArrivals } = requestsOf({
      manifests: [deployment({ terminationGracePeriodSeconds: 5 }), service()],
      apps: { web: apps.shellAsPid1() },
      clients: [pooled({ load: { concurrency: 12 }, request: { duration: '200ms' } })],
      seed: 1,
    });
    expect(Object.keys(failed)).toEqual(['requestCut']);
    expect(failures[0]).toMatchObject({ change: 'drain', component: 'container web of web-1-0' });
    const after = lateArrivals.find(({ phase }) => phase === 'afterStopSignal');
    expect(after).toMatchObject({ over: 'keptConnection' });
    expect(after!.lastMs).toBeGreaterThan(5_700);
  });

  it('lose the request that crosses their closing, and a client that repeats it hides that', () => {
    // A request every 2 ms over a way of 0.5 ms: some are under way when the server closes.
    const busy = {
      load: { concurrency: 40, pause: '2ms' },
      connection: { keepAlive: { pool: 40 } },
    } as const;
    const manifests = [deployment({ replicas: 2, preStop: { sleep: { seconds: 1 } } }), service()];
    const bare = requestsOf({ manifests, clients: [pooled(busy)] });
    expect(Object.keys(bare.failed)).toEqual(['staleConnection']);
    expect(bare.failures[0]).toMatchObject({ change: 'keepAlive', container: 'web' });
    const retrying = requestsOf({ manifests, clients: [pooled({ ...busy, retry: 'idempotent' })] });
    expect(retrying.failed).toEqual({});
    expect(retrying.retried.requests).toBe(bare.failed.staleConnection);
    expect(retrying.retried.failedAttempts).toEqual({ staleConnection: bare.failed.staleConnection });
    const posting = pooled({ ...busy, retry: 'idempotent', request: { idempotent: false } });
    expect(requestsOf({ manifests, clients: [posting] }).failed).toEqual(bare.failed);
  });

  it('end by GOAWAY without a loss: what is on its way is still served', () => {
    const manifests = [deployment({ preStop: { sleep: { seconds: 1 } } }), service()];
    const grpc = presets.grpcChannel({ from: { node: 'node-2' }, load: { ratePerSecond: 2000 } });
    const { failed, sent } = requestsOf({
      manifests,
      apps: { web: apps.grpcGracefulStop({ drain: '100ms' }) },
      clients: [grpc],
    });
    expect(sent).toBeGreaterThan(1000);
    expect(failed).toEqual({});
  });

  it('are closed by the side whose idle timeout is shorter: the server, while the client does not know yet', () => {
    const app = { keepAliveTimeout: '500ms' } as const;
    const rare = (pause: Duration) => pooled({ load: { concurrency: 1, pause }, stop: '20s' });
    const input = {
      apps: { web: app },
      actions: [{ type: 'deletePod', pod: 'web-1-2', at: '20s' }],
    } as const;
    // The answer takes 0.5 ms to the client, and so does the closing: between 499 and 500 ms a request meets it.
    const racing = requestsOf({ ...input, clients: [rare('499.5ms')] });
    expect(racing.failed.staleConnection).toBeGreaterThan(10);
    expect(requestsOf({ ...input, clients: [rare('490ms')] }).failed).toEqual({});
    expect(requestsOf({ ...input, clients: [rare('600ms')] }).failed).toEqual({});
  });
});

describe('streams', () => {
  const download = (over: Partial<ClientInput> = {}) =>
    flood(5, { connection: { stream: { duration: '40s' } }, stop: '1s', ...over });

  it('of 40 s are cut 30 s after a deletion without preStop, and not with a grace period of 5 minutes', () => {
    const short = requestsOf({ clients: [download()] });
    expect(Object.keys(short.failed)).toEqual(['requestCut']);
    const manifests = [deployment({ terminationGracePeriodSeconds: 300 }), service()];
    expect(requestsOf({ manifests, clients: [download()] }).failed).toEqual({});
  });

  it('are cut however long the grace period is where the app does not wait for them', () => {
    const manifests = [deployment({ terminationGracePeriodSeconds: 300 }), service()];
    const { failures } = requestsOf({ manifests, apps: { web: { drain: '10s' } }, clients: [download()] });
    expect(failures[0]).toMatchObject({ kind: 'requestCut', change: 'drain' });
    // The latest began just before 1 s: some 29 s are missing.
    expect(failures[0]!.lateMs).toBeGreaterThan(28_000);
  });
});

describe('retries', () => {
  it('where no connection came about hide the refusals, and are counted apart', () => {
    const bare = requestsOf({ clients: [flood(1000)] });
    const retrying = requestsOf({ clients: [flood(1000, { retry: 'onConnectFailure' })] });
    expect(retrying.retried.requests).toBeGreaterThan(0);
    expect(sumOf(retrying.failed)).toBeLessThan(sumOf(bare.failed));
  });

  it('of one attempt more are used up where both met the dead Pod', () => {
    const { failed, failures } = requestsOf({
      manifests: [deployment({ replicas: 1 }), service()],
      clients: [flood(200, { retry: { attempts: 3, backoff: '1ms' } })],
    });
    expect(failed.retryExhausted).toBeGreaterThan(0);
    expect(failures.find(({ kind }) => kind === 'retryExhausted')).toMatchObject({
      lastKind: expect.stringMatching(/connectionRefused|noEndpoints/),
    });
  });
});

describe('connections belong to containers', () => {
  const web = {
    name: 'web',
    image: 'web',
    ports: [{ containerPort: 8080 }],
    lifecycle: { preStop: { sleep: { seconds: 20 } } },
  };
  const podOf = (others: readonly object[], first: object = web) => [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { terminationGracePeriodSeconds: 40, containers: [first, ...others] },
        },
      },
    },
    service(),
  ];

  it.each([0, 1, 2, 3])('one on no path changes nothing but its own line (seed %i)', (seed) => {
    const of = (others: readonly object[]) =>
      requestsOf({
        manifests: podOf(others),
        actions: [{ type: 'deletePod', pod: `web-1-${seed % 2}`, at: '1s' }],
        clients: [pooled({ load: { concurrency: 8, pause: '20ms' }, stop: '25s' })],
        seed,
      });
    expect(of([{ name: 'log-agent', image: 'agent' }])).toEqual(of([]));
  });

  it('one that was restarted keeps connections like a new one', () => {
    const probe = { httpGet: { port: 8080, path: '/' }, periodSeconds: 2, failureThreshold: 4 };
    const { trace } = runWith({
      manifests: podOf([], { ...web, startupProbe: probe }),
      delays: { 'app.start': { uniform: ['1s', '20s'] } },
      actions: [{ type: 'rollingUpdate', deployment: 'web', at: '0s' }],
      clients: [
        pooled({
          load: { ratePerSecond: 10 },
          connection: { keepAlive: { pool: 5 } },
          start: '150s',
          stop: '190s',
        }),
      ],
      horizon: '200s',
      seed: 1,
      trace: 'full',
    });
    const starts = trace.filter(({ type, pod }) => type === 'containerStarted' && pod?.startsWith('web-2-'));
    expect(starts.length).toBeGreaterThan(2);
    expect(trace.filter(({ type }) => type === 'connectionAttempted')).toHaveLength(1);
  });

  it("one's requests do not use up another's concurrency", () => {
    const side = { name: 'side', image: 'side', ports: [{ containerPort: 9090 }] };
    const sideService = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'side' },
      spec: { selector: { app: 'web' }, ports: [{ port: 90, targetPort: 9090 }] },
    };
    const { failed, succeeded } = requestsOf({
      manifests: [...podOf([side]), sideService],
      apps: { web: { concurrency: 1 } },
      clients: [
        flood(10, { service: 'web', request: { duration: '1ms' }, requestTimeout: '2s', stop: '4s' }),
        flood(4, {
          name: 'slow',
          service: 'side',
          request: { duration: '8s' },
          requestTimeout: '60s',
          stop: '4s',
        }),
      ],
      actions: [{ type: 'deletePod', pod: 'web-1-1', at: '15s' }],
    });
    expect({ failed, succeeded }).toEqual({ failed: {}, succeeded: 56 });
  });
});
