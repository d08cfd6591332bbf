import { describe, expect, it } from 'vitest';
import { apps, clients, defineScenario } from '../../src/index.ts';
import { assumptionText } from '../../src/report/describe-assumption.ts';
import type { AppInput, ClientInput } from '../../src/scenario/schema.ts';
import { deployment, service } from '../run/manifests.ts';
import { flood, requestsOf, runWith } from './run.ts';

type Fate = 'finished' | 'cut after its own limit' | 'cut at the stop signal' | 'cut by SIGKILL';

/** A request that needs 35 s, and a grace period of 60 s, or of 20 s for those that live until SIGKILL. */
function fateOf(app: AppInput): Fate {
  const graceful = fate(app, 60);
  return graceful === 'finished' && app.onStopSignal === 'ignore' ? fate(app, 20) : graceful;
}

function fate(app: AppInput, terminationGracePeriodSeconds: number): Fate {
  const { failed, samples } = requestsOf({
    manifests: [deployment({ terminationGracePeriodSeconds }), service()],
    apps: { web: { ...app, onPath: 'port' } },
    clients: [flood(20, { request: { duration: '35s' }, requestTimeout: '90s', stop: '1s' })],
  });
  if (Object.keys(failed).length === 0) return 'finished';
  const after = samples[0]!.failedMs - 1017;
  if (after < 1000) return 'cut at the stop signal';
  return app.onStopSignal === 'ignore' ? 'cut by SIGKILL' : 'cut after its own limit';
}

describe('a request in flight at the stop signal of', () => {
  const rows: readonly (readonly [name: string, app: AppInput, fate: Fate])[] = [
    ['a well-made server', apps.wellMade(), 'finished'],
    ['a shell as PID 1', apps.shellAsPid1(), 'cut by SIGKILL'],
    ['the nginx image', apps.nginx(), 'finished'],
    ['nginx at SIGTERM', apps.nginxAtSigterm(), 'cut at the stop signal'],
    ['the httpd image', apps.apacheHttpd(), 'finished'],
    ['httpd at SIGTERM', apps.apacheHttpdAtSigterm(), 'cut at the stop signal'],
    ['php-fpm', apps.phpFpm(), 'cut at the stop signal'],
    ['HAProxy at SIGTERM', apps.haproxy(), 'cut at the stop signal'],
    ['HAProxy at SIGUSR1', apps.haproxySoftStop(), 'finished'],
    ['Envoy', apps.envoy(), 'cut at the stop signal'],
    ['istio-proxy', apps.istioProxy(), 'cut after its own limit'],
    ['istio-proxy until it is idle', apps.istioProxyUntilIdle(), 'finished'],
    ['istio-proxy as a native sidecar', apps.istioProxyNative(), 'cut at the stop signal'],
    ['ztunnel', apps.ztunnel(), 'cut after its own limit'],
    ['linkerd-proxy', apps.linkerdProxy(), 'finished'],
    ['linkerd-proxy as a native sidecar', apps.linkerdProxyNative(), 'finished'],
    ["Knative's queue-proxy", apps.knativeQueueProxy(), 'finished'],
    ['Go with Shutdown', apps.goHttpShutdown(), 'finished'],
    ['Go without a handler', apps.goWithoutHandler(), 'cut at the stop signal'],
    ['a gRPC server', apps.grpcGracefulStop(), 'finished'],
    ['Node.js without a handler', apps.nodeWithoutHandler(), 'cut by SIGKILL'],
    ['Node.js that closes its server', apps.nodeHttpClose(), 'finished'],
    ['Node.js before 19', apps.nodeHttpCloseBefore19(), 'cut after its own limit'],
    ['a JVM', apps.jvm(), 'cut at the stop signal'],
    ['Spring Boot', apps.springBoot(), 'cut after its own limit'],
    ['Spring Boot before 3.4', apps.springBootBefore34(), 'cut at the stop signal'],
    ['gunicorn', apps.gunicorn(), 'cut after its own limit'],
    ['uvicorn', apps.uvicorn(), 'finished'],
    ['Python without a handler', apps.pythonWithoutHandler(), 'cut by SIGKILL'],
    ['Puma', apps.puma(), 'finished'],
    ['a Puma cluster', apps.pumaCluster(), 'cut after its own limit'],
    ['a .NET host', apps.dotnetHost(), 'cut after its own limit'],
  ];
  it.each(rows)('%s is as its source says', (_name, app, expected) => {
    expect(fateOf(app)).toBe(expected);
  });

  it('covers every preset', () => {
    const named = new Set(rows.map(([, app]) => app.name));
    const all = Object.keys(apps).filter((name) => name !== 'exitsAtOnce' && name !== 'keepsAccepting');
    expect([...named].sort()).toEqual(all.sort());
  });

  it('names a source wherever the behaviour is somebody else’s', () => {
    for (const [, { name, sources, confidence }] of rows) {
      if (name === 'wellMade') continue;
      expect(sources?.length, name).toBeGreaterThan(0);
      expect(confidence, name).toMatch(/published|estimate/);
    }
  });
});

describe('a client preset', () => {
  const from = { node: 'node-2' } as const;
  const all: Record<string, ClientInput> = {
    curlLoop: clients.curlLoop({ from }),
    goHttp: clients.goHttp({ from }),
    nodeFetch: clients.nodeFetch({ from }),
    nodeAgent: clients.nodeAgent({ from }),
    grpcChannel: clients.grpcChannel({ from }),
    wrk: clients.wrk({ from }),
  };

  it('exists for every name that is exported, and says where its rules are from', () => {
    expect(Object.keys(all).sort()).toEqual(Object.keys(clients).sort());
    for (const [name, client] of Object.entries(all)) expect(client.sources?.length, name).toBeGreaterThan(0);
  });

  it.each(Object.entries(all))(
    '%s can be run, and its sources are among the assumptions',
    (_name, client) => {
      const { verdict } = runWith({ clients: [client] });
      const { sent, succeeded } = verdict.requests;
      expect(sent).toBeGreaterThan(5);
      expect(succeeded).toBeGreaterThan(0.9 * sent);
      expect(verdict.assumptions.map(assumptionText).join('\n')).toContain(client.sources![0]!);
    },
  );

  it('of curl opens a connection for each request, and one of Go keeps two', () => {
    const opened = (client: ClientInput) =>
      runWith({ clients: [{ ...client, stop: '1s' }], trace: 'full' }).trace.filter(
        ({ type }) => type === 'connectionAttempted',
      ).length;
    expect(opened(all.curlLoop!)).toBeGreaterThan(50);
    expect(opened(clients.goHttp({ from, load: { concurrency: 2 } }))).toBe(2);
  });
});

describe('defaults', () => {
  it('of a client are those that are documented', () => {
    const { settings } = defineScenario({
      manifests: [deployment(), service()],
      clients: [{ name: 'c', from: { node: 'node-1' } }],
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    expect(settings.clients).toEqual([
      {
        name: 'c',
        from: { node: 'node-1' },
        load: { ratePerSecond: 10, arrivals: 'even' },
        connection: 'new',
        request: { duration: '1ms', idempotent: true },
        connectTimeout: '5s',
        retry: 'none',
      },
    ]);
    expect(settings.cluster.network).toEqual({ podGone: 'silence', podGoneAfter: '3s' });
  });

  it('of arrivals: evenly spaced, or with gaps of which a third is longer than the mean', () => {
    const times = (arrivals: 'even' | 'poisson') =>
      runWith({
        clients: [flood(1, { load: { ratePerSecond: 500, arrivals }, stop: '4s' })],
        horizon: '4s',
        trace: 'full',
      })
        .trace.filter(({ type }) => type === 'requestSent')
        .map(({ atMs }) => atMs);
    const gaps = (all: readonly number[]) => all.slice(1).map((at, index) => at - all[index]!);
    const even = times('even');
    expect(even).toHaveLength(2000);
    for (const gap of gaps(even)) expect(gap).toBeCloseTo(2, 2);
    const poisson = times('poisson');
    expect(poisson.length).toBeGreaterThan(1850);
    expect(poisson.length).toBeLessThan(2150);
    const longer = gaps(poisson).filter((gap) => gap > 2).length / poisson.length;
    // 1/e
    expect(longer).toBeGreaterThan(0.33);
    expect(longer).toBeLessThan(0.41);
  });
});
