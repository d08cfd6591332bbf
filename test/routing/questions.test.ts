import { describe, expect, it } from 'vitest';
import {
  type AppInput,
  defineScenario,
  type RouterInput,
  routers,
  type ScenarioInput,
  simulate,
} from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment as deploymentOf, service, sleeps } from '../run/manifests.ts';
import { lags, mean } from './play.ts';

/** What people asked about routers, by the numbers of the list of questions, with the figures that they gave. */

interface Asked {
  readonly routers: readonly RouterInput[];
  readonly preStop?: number;
  readonly grace?: number;
  readonly replicas?: number;
  readonly app?: AppInput;
  readonly minReadySeconds?: number;
  readonly readinessGates?: readonly object[];
  readonly over?: Partial<ScenarioInput>;
}

function asked(given: Asked) {
  const { routers: own, preStop, grace = 300, replicas = 3, app, over = {} } = given;
  const { minReadySeconds = 0, readinessGates = [] } = given;
  const hook = preStop === undefined ? {} : { preStop: sleeps(preStop) };
  const plain = deploymentOf({ ...hook, terminationGracePeriodSeconds: grace, replicas });
  const spec = { ...plain.spec.template.spec, readinessGates };
  return defineScenario({
    manifests: [
      { ...plain, spec: { ...plain.spec, minReadySeconds, template: { ...plain.spec.template, spec } } },
      service(),
    ],
    cluster: { version: '1.34', nodes: 2 },
    delays: CONSTANT_DELAYS,
    actions: [{ type: 'deletePod', pod: `web-1-${replicas - 1}` }],
    routers: own,
    ...(app !== undefined && { apps: { web: app } }),
    ...over,
  });
}

const verdictOf = (given: Asked, seed = 1) => simulate(asked(given), { seed, trace: 'none' }).verdict;
/** The share of some runs that is not safe. */
const lossesOf = (given: Asked, runs = 20): number => {
  const own = asked(given);
  const unsafe = Array.from(
    { length: runs },
    (_, seed) => !simulate(own, { seed, trace: 'none' }).verdict.safe,
  );
  return unsafe.filter(Boolean).length / runs;
};
const lag = (seconds: number, name = 'lb'): RouterInput => ({ name, parts: [{ lag: `${seconds}s` }] });

describe('AWS load balancers', () => {
  it('#33: no sleep fails, 40 s rarely, 70 s never; the deregistration delay is no part of the sum', () => {
    expect(lossesOf({ routers: [routers.awsAlbIp()] })).toBe(1);
    const rarely = lossesOf({ routers: [routers.awsAlbIp()], preStop: 40 });
    expect(rarely).toBeGreaterThan(0);
    expect(rarely).toBeLessThan(0.5);
    expect(lossesOf({ routers: [routers.awsAlbIp()], preStop: 73 })).toBe(0);
    const drained = (timeout: Duration) =>
      verdictOf({ routers: [{ name: 'alb', parts: [{ lag: '20s' }, { drain: { timeout } }] }] });
    expect(drained('300s').requiredPreStopMs).toBe(drained('5s').requiredPreStopMs);
  });

  it('#34: controller and load balancer add up; the nodes beside them do not', () => {
    const parts = (...lags: readonly Duration[]) => lags.map((each) => ({ lag: each }));
    const needed = (...lags: readonly Duration[]) =>
      verdictOf({ routers: [{ name: 'alb', parts: parts(...lags) }] }).requiredPreStopMs!;
    expect(needed('2s', '20s') - needed('20s')).toBe(2_000);
    const slowNodes = asked({
      routers: [{ name: 'alb', parts: parts('2s', '20s') }],
      over: { delays: { ...CONSTANT_DELAYS, 'kubeProxy.sync': '5s' } },
    });
    expect(simulate(slowNodes, { trace: 'none' }).verdict.requiredPreStopMs).toBe(needed('2s', '20s'));
  });

  it('#35: 5 s fail and 25 s do not for a lag below 25 s, and 25 + 30 fits a grace period of 60 s', () => {
    const app = { drain: '30s' } as const;
    expect(verdictOf({ routers: [lag(24)], preStop: 5, grace: 60, app }).safe).toBe(false);
    expect(verdictOf({ routers: [lag(24)], preStop: 25, grace: 60, app }).safe).toBe(true);
    expect(verdictOf({ routers: [lag(24)], preStop: 25, grace: 54, app }).safe).toBe(false);
  });

  it('#36 and #37: an NLB needs about 120 s whatever its delay is: preStop 150 and a grace period of 180 do', () => {
    const nlb = (timeout: Duration): RouterInput => ({
      name: 'nlb',
      parts: [{ lag: '120s' }, { drain: { timeout } }],
    });
    for (const timeout of ['5s', '300s'] as const) {
      const { requiredPreStopMs, safe } = verdictOf({ routers: [nlb(timeout)], grace: 180, preStop: 150 });
      expect([safe, Math.ceil(requiredPreStopMs! / 1000)]).toEqual([true, 121]);
    }
  });

  describe('new targets are initial for 30 s, and the old one has been deregistered', () => {
    const target: RouterInput = { name: 'alb', parts: [{ register: { initial: '30s' } }] };
    const deployment = { type: 'rolloutRestart', deployment: 'web' } as const;
    /** From when to when nobody is left behind the load balancer, in seconds. */
    const outage = (given: Partial<Asked>): number =>
      verdictOf({ routers: [target], preStop: 5, replicas: 1, over: { actions: [deployment] }, ...given })
        .violations.filter(({ kind, router }) => kind === 'noEndpoints' && router === 'router/alb')
        .reduce((sum, { fromMs, toMs }) => sum + (toMs! - fromMs!) / 1000, 0);

    it('#38: one replica, which is replaced: a total outage until the new target is in service', () => {
      expect(outage({})).toBeGreaterThan(25);
      expect(outage({})).toBeLessThan(31);
    });

    it('#39: a Pod that has to be available for longer than that before the next goes covers it', () => {
      const patient = (seconds: number): Partial<Asked> => ({ minReadySeconds: seconds });
      expect(outage(patient(40))).toBe(0);
      expect(outage(patient(10))).toBeGreaterThan(15);
    });

    it('#40: a blue-green switch deregisters the old targets before the new ones are in', () => {
      const of = (name: string, color: string) => {
        const plain = deploymentOf({ deployment: name, replicas: 1, terminationGracePeriodSeconds: 300 });
        const labels = { app: 'web', color };
        const template = { ...plain.spec.template, metadata: { labels } };
        return { ...plain, spec: { ...plain.spec, selector: { matchLabels: labels }, template } };
      };
      const { verdict } = simulate(
        defineScenario({
          manifests: [
            of('blue', 'blue'),
            of('green', 'green'),
            service({ selector: { app: 'web', color: 'blue' } }),
          ],
          cluster: { version: '1.34', nodes: 2 },
          delays: CONSTANT_DELAYS,
          routers: [target],
          actions: [
            { type: 'setSelector', service: 'web', selector: { app: 'web', color: 'green' } },
            { type: 'scale', at: '60s', deployment: 'blue', replicas: 0 },
          ],
        }),
        { trace: 'none' },
      );
      const [none] = verdict.violations.filter(({ kind }) => kind === 'noEndpoints');
      expect(none).toMatchObject({ router: 'router/alb' });
      expect((none!.toMs! - none!.fromMs!) / 1000).toBeCloseTo(30, 1);
    });
  });

  describe('#42: readiness gates', () => {
    const GATE = 'target-health.elbv2.k8s.aws/web';
    const gated = (over: Partial<Asked> = {}): Asked => ({
      routers: [
        {
          name: 'alb',
          parts: [{ lag: '60s' }],
          controller: 'awsLoadBalancerController',
          readinessGates: { conditionType: 'target-health.elbv2.k8s.aws', every: '15s' },
        },
      ],
      readinessGates: [{ conditionType: GATE }],
      over: { actions: [{ type: 'rolloutRestart', deployment: 'web' }] },
      ...over,
    });

    it('delay the roll and not the removal: a minute of timeouts as old targets drain', () => {
      const exposed = verdictOf(gated({ preStop: 1 })).violations.filter(
        ({ router }) => router === 'router/alb',
      );
      expect(exposed.map(({ fromMs, toMs }) => Math.round((toMs! - fromMs!) / 1000))).toEqual([59, 59, 59]);
      expect(verdictOf(gated({ preStop: 61 })).safe).toBe(true);
    });

    it('each new Pod takes its registration and the look after it: three times 60 to 75 s', () => {
      const done = (own: Asked) => verdictOf(own).rollout!.workloads[0]!.completedAfterMs! / 1000;
      expect(done(gated({ preStop: 61, readinessGates: [] }))).toBeLessThan(10);
      const slow = done(gated({ preStop: 61 }));
      expect(slow).toBeGreaterThan(3 * 60);
      expect(slow).toBeLessThan(3 * 75 + 10);
    });
  });

  it('#41: a security group that is detached with the target cuts what is in flight, whatever the delay is', () => {
    const requests = (established: 'cut' | 'drained') =>
      verdictOf({
        routers: [{ name: 'lb', parts: [{ lag: '700ms' }, { drain: { timeout: '300s' } }], established }],
        preStop: 30,
        over: {
          clients: [
            {
              name: 'user',
              from: 'external',
              load: { ratePerSecond: 10 },
              request: { duration: '5s' },
              stop: '3s',
              requestTimeout: '20s',
              through: { router: 'lb' },
            },
          ],
        },
      }).requests!;
    expect(Object.keys(requests('cut').failed)).toEqual(['requestCut']);
    expect(requests('drained').failed).toEqual({});
  });

  it('#43: failing its health check is a faster way out of an NLB than deregistration', () => {
    const nlb: RouterInput = {
      name: 'nlb',
      parts: [{ lag: '120s' }, { healthCheck: { interval: '10s', timeout: '10s', threshold: 3 } }],
    };
    const { violations } = verdictOf({ routers: [nlb] });
    const exposed = violations.find(({ kind }) => kind === 'exposed')!;
    expect(exposed.toMs! - exposed.fromMs!).toBeGreaterThan(20_000);
    expect(exposed.toMs! - exposed.fromMs!).toBeLessThan(40_000);
  });

  it('#44: preStop need not exceed the deregistration delay of 300 s', () => {
    const alb = routers.awsAlbIp({ parts: [{ lag: '60s' }, { drain: { timeout: '300s' } }] });
    expect(verdictOf({ routers: [alb], preStop: 70 }).safe).toBe(true);
  });

  it('#45: 15 s are too short where 60 s are not; each old Pod lives 45 s longer for it', () => {
    const given = (preStop: number): Asked => ({
      routers: [lag(50)],
      preStop,
      over: { actions: [{ type: 'rolloutRestart', deployment: 'web' }] },
    });
    expect(verdictOf(given(15)).safe).toBe(false);
    expect(verdictOf(given(60)).safe).toBe(true);
    const lastGone = (preStop: number) =>
      simulate(asked(given(preStop)), { seed: 1 })
        .trace.filter(({ type }) => type === 'containerExited')
        .at(-1)!.atMs;
    expect(lastGone(60) - lastGone(15)).toBeCloseTo(45_000, -2);
  });

  it('#46: two health checks of 15 s are 15 to 30 s after the Pod has closed, and a preStop does nothing for them', () => {
    const quay: RouterInput = {
      name: 'lb',
      parts: [{ lag: '600s' }, { healthCheck: { interval: '15s', timeout: '5s', threshold: 2 } }],
    };
    for (const preStop of [30, 45]) {
      const answer = verdictOf({ routers: [quay], preStop, grace: 90 });
      const [exposed] = answer.violations;
      expect(exposed!.toMs! - exposed!.fromMs!).toBeGreaterThan(15_000);
      expect(exposed!.toMs! - exposed!.fromMs!).toBeLessThanOrEqual(30_000);
      expect(exposed!.fix).toMatchObject({ code: 'failHealthCheckFirst' });
    }
  });
});

describe('GKE', () => {
  it('#49: without a preStop a grace period of 180 s fails as one of 30 s does', () => {
    const windows = (grace: number) =>
      verdictOf({ routers: [routers.gcpNeg()], grace }).violations.map(({ kind, fromMs, toMs }) => [
        kind,
        fromMs,
        toMs,
      ]);
    expect(windows(180)).toEqual(windows(30));
    expect(windows(30)).not.toEqual([]);
  });
});

describe('ingress controllers', () => {
  it('#54: of ten Pods five stop at once; until the list is new each connection has one chance in two to miss', () => {
    const run = simulate(
      asked({
        routers: [lag(10, 'nginx')],
        replicas: 10,
        over: {
          actions: [5, 6, 7, 8, 9].map((pod) => ({ type: 'deletePod', pod: `web-1-${pod}` }) as const),
          clients: [
            {
              name: 'user',
              from: 'external',
              load: { ratePerSecond: 100 },
              start: '1s',
              stop: '9s',
              through: { router: 'nginx' },
            },
          ],
        },
      }),
      { seed: 5, trace: 'none' },
    );
    const { sent, failed } = run.verdict.requests!;
    const misses = Object.values(failed).reduce((sum, count) => sum + count, 0);
    expect(misses / sent).toBeGreaterThan(0.4);
    expect(misses / sent).toBeLessThan(0.6);
    // Three tries at different servers.
    expect(((5 / 10) * (4 / 9) * 3) / 8).toBeCloseTo(0.0833, 4);
  });

  it('#56: workers poll every second: one is through in half a second on average, the slowest of four in 0.8 s', () => {
    const slowest = (instances: number) => mean(lags([{ ticker: { period: '1s', instances } }], 400));
    expect(slowest(1)).toBeCloseTo(0.5, 1);
    expect(slowest(4)).toBeCloseTo(0.8, 1);
  });

  it('#64: whoever drains fast is the one that fails: gone at once and routed to for 3 s more', () => {
    const skipper = (app: AppInput) => verdictOf({ routers: [lag(3, 'skipper')], app }).violations;
    expect(skipper({ onStopSignal: 'exit' })).toMatchObject([
      { kind: 'exposed', router: 'router/skipper' },
      { router: 'kube-proxy/node-1' },
      { router: 'kube-proxy/node-2' },
    ]);
    expect(skipper({ keepAccepting: '4s' })).toEqual([]);
  });

  it('#65: a load balancer that polls every 10 s finds Envoy closed up to 10 s late: it has to serve that long', () => {
    const lb: RouterInput = {
      name: 'lb',
      parts: [{ lag: '600s' }, { healthCheck: { interval: '10s', threshold: 1 } }],
    };
    const exposures = Array.from({ length: 12 }, (_, seed) => {
      const [exposed] = verdictOf({ routers: [lb], preStop: 5 }, seed).violations;
      return exposed!.toMs! - exposed!.fromMs!;
    });
    expect(Math.max(...exposures)).toBeLessThanOrEqual(10_001);
    expect(Math.max(...exposures)).toBeGreaterThan(5_000);
  });
});

describe('DNS', () => {
  it.each([
    ['a TTL of 5 s', '5s', 7],
    ['a TTL of 30 s', '30s', 32],
  ] as const)(
    '#110: a client that asks every 2 s uses a dead Pod for at most the TTL and 2 s: %s',
    (_, ttl, most) => {
      const dns: RouterInput = {
        name: 'dns',
        parts: [{ ttlCache: { ttl, mode: 'decrement' } }, { ttlCache: { ttl: '2s', mode: 'fixed' } }],
      };
      const base = verdictOf({ routers: [{ name: 'dns', parts: [] }] }).requiredPreStopMs!;
      const needed = Array.from(
        { length: 8 },
        (_, seed) => (verdictOf({ routers: [dns] }, seed).requiredPreStopMs! - base) / 1000,
      );
      expect(Math.max(...needed)).toBeLessThanOrEqual(most);
      expect(Math.max(...needed)).toBeGreaterThan(most / 2);
    },
  );
});
