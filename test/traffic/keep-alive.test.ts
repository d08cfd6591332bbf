import { describe, expect, it } from 'vitest';
import { apps, clients as presets } from '../../src/index.ts';
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
    const { lateArrivals, failed } = requestsOf({ manifests: longHook, clients: [pooled()] });
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
    const app = { keepAccepting: '2s', closeIdleKeepAlive: false, sendConnectionClose: true };
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
    const app = { keepAliveTimeout: '500ms' };
    const rare = (pause: string) => pooled({ load: { concurrency: 1, pause }, stop: '20s' });
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
