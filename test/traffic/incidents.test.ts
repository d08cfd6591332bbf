import { describe, expect, it } from 'vitest';
import { apps, routers } from '../../src/index.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, once, requestsOf, runWith, sumOf } from './run.ts';

/** What people reported, with their numbers: from the numbers in to the verdict out. */

const at0 = (pod = 'web-1-0') => [{ type: 'deletePod', pod, at: '0s' }] as const;

const web = (preStopSeconds: number, grace: number, replicas = 3) => [
  deployment({
    replicas,
    terminationGracePeriodSeconds: grace,
    ...(preStopSeconds === 0 ? {} : { preStop: { sleep: { seconds: preStopSeconds } } }),
  }),
  service(),
];

describe('Spring: preStop 10 and a drain of 30 s in a grace period of 30 s', () => {
  // Requests over kept connections: the second of each begins 0.1 s before the stop signal.
  const clients = [
    flood(1, {
      load: { concurrency: 12 },
      connection: { keepAlive: {} },
      request: { duration: '29.9s' },
      requestTimeout: '60s',
    }),
  ];
  const input = (grace: number) => ({
    manifests: web(10, grace),
    apps: { web: apps.springBoot({ drain: '30s' }) },
    clients,
    actions: [{ type: 'deletePod', pod: 'web-1-0', at: '20s' }] as const,
  });

  it('cuts what is in flight 30 s after the deletion, and asks for 40', () => {
    const { verdict } = runWith(input(30));
    expect(Object.keys(verdict.requests.failed)).toEqual(['requestCut']);
    const [cut] = verdict.requests.failures;
    expect(cut).toMatchObject({ pod: 'web-1-0', change: 'terminationGracePeriodSeconds' });
    expect(fixText(cut!.fix)).toBe(
      'Raise terminationGracePeriodSeconds to at least 40, or shorten the hook.',
    );
    const cutAt = verdict.requests.samples.map(({ failedMs }) => failedMs);
    for (const ms of cutAt) expect(ms).toBeCloseTo(50_020, -2);
  });

  it('cuts nothing with 41 s', () => {
    expect(requestsOf(input(41)).failed).toEqual({});
  });
});

describe('ALB: preStop 25, a drain of at most 30 s, a grace period of 60 s', () => {
  const lag = (seconds: number) =>
    runWith({
      manifests: web(25, 60),
      apps: { web: { drain: '30s' } },
      routers: [routers.fixedLag('alb', `${seconds}s`)],
      clients: [flood(50, { from: 'external', request: { duration: '100ms' } })],
      actions: at0(),
    }).verdict;

  it('is safe for a lag of up to 25 s, with 5 s of grace left', () => {
    const { requests, grace } = lag(24.9);
    expect(requests.failed).toEqual({});
    expect(grace['web-1-0']!.usedMs).toBeLessThan(56_000);
  });

  it('loses requests to a lag of 26 s, and it was the load balancer that was late', () => {
    const { requests } = lag(26);
    expect(requests.failed).toMatchObject({ connectionRefused: expect.any(Number) });
    expect(requests.failures[0]).toMatchObject({ component: 'router/alb', change: 'preStop' });
    expect(requests.failures[0]!.lateMs).toBeCloseTo(1000, -2);
  });
});

describe('skipper: the Pod is gone at once, the route after 3 s, one request comes after 1 s', () => {
  it('#64: is exactly one failure, of the router', () => {
    const { requests } = runWith({
      manifests: web(0, 30, 1),
      apps: { web: { onStopSignal: 'exit' } },
      routers: [routers.fixedLag('skipper', '3s')],
      clients: [once(1000, { from: 'external' })],
      actions: at0(),
    }).verdict;
    expect(sumOf(requests.failed)).toBe(1);
    expect(requests.samples).toMatchObject([
      { component: 'router/skipper', router: 'router/skipper', pod: 'web-1-0', change: 'preStop' },
    ]);
    expect(requests.samples[0]!.lateMs).toBeCloseTo(3000, -2);
  });
});

describe('an ALB with a NodePort: preStop 120 still sees requests', () => {
  const kept: ClientInput = {
    name: 'alb',
    from: 'external',
    load: { concurrency: 30, pause: '200ms' },
    connection: { keepAlive: { pool: 30, idleTimeout: '60s' } },
  };

  it('X11.3 over kept connections, until the app closes them', () => {
    const { requests } = runWith({
      manifests: [
        deployment({ preStop: { sleep: { seconds: 120 } }, terminationGracePeriodSeconds: 150 }),
        service({ type: 'NodePort' }),
      ],
      clients: [kept],
      actions: at0(),
    }).verdict;
    const late = requests.lateArrivals.find(({ phase }) => phase === 'preStop');
    expect(late).toMatchObject({ over: 'keptConnection', pod: 'web-1-0' });
    expect(late!.lastMs).toBeGreaterThan(119_000);
    expect(late!.letGoMs).toBeLessThan(200);
    expect(sumOf(requests.failed)).toBeLessThanOrEqual(1);
  });
});

describe('knative: requests of 50 s and a drain of 30 s', () => {
  it('are cut after 30 s, however long the grace period is', () => {
    const { requests } = runWith({
      manifests: web(0, 300),
      apps: { web: { maxDrain: '30s' } },
      clients: [flood(20, { request: { duration: '50s' }, requestTimeout: '90s', stop: '1s' })],
    }).verdict;
    expect(Object.keys(requests.failed)).toEqual(['requestCut']);
    const stopped = 1017;
    for (const { failedMs } of requests.samples) expect(failedMs - stopped).toBeCloseTo(30_000, -2);
    expect(requests.failures[0]).toMatchObject({ change: 'drain' });
  });
});

describe('what people believe', () => {
  const failures = (input: Parameters<typeof requestsOf>[0]) =>
    requestsOf({ clients: [flood(500)], ...input }).failed;

  it('a long terminationGracePeriodSeconds delays nothing: the same failures with 30, 180 and 300 s', () => {
    const [first, ...others] = [30, 180, 300].map((grace) => failures({ manifests: web(0, grace) }));
    expect(sumOf(first!)).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(first);
  });

  it('the period of the readiness probe has no effect on a deletion', () => {
    const probed = (periodSeconds: number) => [
      deployment({ readinessProbe: { httpGet: { port: 8080 }, periodSeconds } }),
      service(),
    ];
    const [first, ...others] = [1, 10, 60].map((period) => failures({ manifests: probed(period) }));
    expect(first!.connectionRefused).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(first);
  });

  it('traffic has stopped by the time the stop signal comes only where preStop outlasts the slowest router', () => {
    const late = (preStop: number) =>
      requestsOf({
        manifests: web(preStop, 30),
        routers: [routers.fixedLag('lb', '3s')],
        clients: [flood(200, { from: 'external' })],
      }).lateArrivals.filter(({ phase }) => phase === 'afterStopSignal');
    expect(late(1)).not.toEqual([]);
    expect(late(4)).toEqual([]);
  });

  it('a polite app that drains fast is the one that fails; one that lingers is not', () => {
    const lingering = failures({ apps: { web: apps.keepsAccepting('1s') } });
    const fast = failures({ apps: { web: apps.goHttpShutdown() } });
    expect(lingering).toEqual({});
    expect(sumOf(fast)).toBeGreaterThan(0);
  });
});

describe('questions', () => {
  it('#2: is `sleep 3` enough, and why do requests of kept connections still arrive?', () => {
    const clients = [
      flood(500),
      flood(1, { name: 'kept', load: { concurrency: 6, pause: '10ms' }, connection: { keepAlive: {} } }),
    ];
    const { byClient, lateArrivals } = requestsOf({ seed: 2, manifests: web(3, 30), clients });
    expect(byClient.flood!.failed).toEqual({});
    const kept = lateArrivals.find(({ client, phase }) => client === 'kept' && phase === 'preStop');
    expect(kept!.lastMs).toBeGreaterThan(3900);
  });

  it('#14: a download of 40 s dies 10 s after the deletion, although the grace period is 5 minutes', () => {
    const { failures, samples } = requestsOf({
      manifests: web(0, 300),
      apps: { web: { drain: '10s' } },
      clients: [flood(10, { connection: { stream: { duration: '40s' } }, stop: '1s' })],
    });
    expect(failures).toMatchObject([{ kind: 'requestCut', change: 'drain' }]);
    for (const { failedMs } of samples) expect(failedMs - 1000).toBeCloseTo(10_020, -2);
  });

  it('#15: persistent connections keep hitting a Pod that has left the endpoints', () => {
    const { lateArrivals } = requestsOf({
      manifests: web(20, 60),
      clients: [flood(1, { load: { concurrency: 9, pause: '50ms' }, connection: { keepAlive: {} } })],
    });
    const [late] = lateArrivals.filter(({ over }) => over === 'keptConnection');
    expect(late!.lastMs - late!.letGoMs!).toBeGreaterThan(19_000);
  });

  it('#97: close() drops idle kept sockets at once, and the next POST meets it', () => {
    const posting = (retry: ClientInput['retry']) =>
      requestsOf({
        manifests: web(1, 30),
        apps: { web: apps.nodeHttpClose() },
        clients: [
          flood(1, {
            load: { concurrency: 60, pause: '2ms' },
            connection: { keepAlive: { pool: 60 } },
            request: { idempotent: false },
            retry,
          }),
        ],
      });
    const { failed } = posting('idempotent');
    expect(Object.keys(failed)).toEqual(['staleConnection']);
    expect(posting('none').failed).toEqual(failed);
  });

  it('#102: the accept backlog is dropped when workers exit', () => {
    const { failures } = requestsOf({
      apps: { web: apps.gunicorn({ concurrency: 2 }) },
      clients: [flood(150, { request: { duration: '80ms' }, stop: '1.2s' })],
    });
    const backlog = failures.find(({ kind }) => kind === 'connectionReset');
    expect(backlog).toMatchObject({ pod: 'web-1-0', component: 'container web of web-1-0', change: 'drain' });
    expect(backlog!.reason).toMatchObject({ code: 'backlogLost' });
  });

  /** A webhook that needs some 12 s to be Ready, and 13 requests a second for a minute. */
  describe('#107: 181 of 788, 0 of 855, 0 of 1,243', () => {
    const rollout = (strategy: object, preStop: number, seed: number) => {
      const base = deployment({
        replicas: 1,
        readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 10, initialDelaySeconds: 5 },
        ...(preStop === 0 ? {} : { preStop: { sleep: { seconds: preStop } } }),
      });
      const manifests = [
        { ...base, spec: { ...base.spec, strategy: { rollingUpdate: strategy } } },
        service(),
      ];
      return requestsOf({
        manifests,
        apps: { web: { startup: '10s' } },
        clients: [flood(13)],
        actions: [{ type: 'rollingUpdate', deployment: 'web', at: '5s' }],
        horizon: '60s',
        seed,
      });
    };

    it('maxUnavailable: 1 has nobody for the whole start of the replacement', () => {
      const { sent, failed, failures } = rollout({ maxUnavailable: 1, maxSurge: 0 }, 0, 0);
      expect(sent).toBeGreaterThan(770);
      // 181 of 788 are 23 %.
      expect(sumOf(failed) / sent).toBeGreaterThan(0.15);
      expect(sumOf(failed) / sent).toBeLessThan(0.35);
      expect(failures.find(({ kind }) => kind === 'noEndpoints')).toMatchObject({ change: 'replicas' });
    });

    it('surge alone can be enough for a client that is not dense, and surge with 10 s always is', () => {
      const seeds = [0, 1, 2, 3, 4, 5];
      const surge = { maxUnavailable: 0, maxSurge: 1 };
      const alone = seeds.map((seed) => sumOf(rollout(surge, 0, seed).failed));
      expect(alone).toContain(0);
      for (const count of alone) expect(count).toBeLessThan(4);
      for (const seed of seeds) expect(rollout(surge, 10, seed).failed).toEqual({});
    });
  });
});
