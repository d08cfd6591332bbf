import { describe, expect, it } from 'vitest';
import { defineScenario, podTimeline, type Run, type ScenarioInput, simulate } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from './delays.ts';
import { barePod, type DeploymentOptions, deployment, service, sleeps } from './manifests.ts';

/** What people believe, and what happens. Each pair of runs differs in nothing but what the belief is about. */

const POD = 'web-1-0';
const seeds = [0, 1, 2, 3];

function run(options: DeploymentOptions, more: Partial<ScenarioInput> = {}, seed = 0): Run {
  const scenario = defineScenario({
    manifests: [deployment(options), service()],
    cluster: { version: '1.30', nodes: 3 },
    delays: CONSTANT_DELAYS,
    actions: [{ type: 'deletePod', pod: POD }],
    ...more,
  });
  return simulate(scenario, { seed });
}

const story = (of: Run) => podTimeline(of, POD);

describe('"a long terminationGracePeriodSeconds delays the shutdown"', () => {
  it.each(seeds)(
    'no: 30, 180 and 300 are one run to the microsecond, and SIGTERM comes at once (seed %d)',
    (seed) => {
      const [short, long, longest] = [30, 180, 300].map((terminationGracePeriodSeconds) =>
        run({ terminationGracePeriodSeconds }, {}, seed),
      );
      expect(story(long!)).toEqual(story(short!));
      expect(story(longest!)).toEqual(story(short!));
      expect(story(short!).sigtermMs).toBeLessThan(1_200);
    },
  );
});

describe('"the grace period starts after preStop"', () => {
  const killed = (seconds: number) => {
    const timeline = story(
      run(
        { preStop: sleeps(seconds), terminationGracePeriodSeconds: 20 },
        { apps: { web: { onStopSignal: 'ignore' } } },
      ),
    );
    return Math.round(timeline.sigkillMs! - timeline.preStopStartedMs!);
  };
  it('no: whatever the hook takes, SIGKILL comes when the grace period is over', () => {
    expect([1, 5, 10, 18].map(killed)).toEqual([20_010, 20_010, 20_010, 20_010]);
  });
});

describe('"the delay must equal the readiness probe\'s period"', () => {
  it.each(seeds)(
    'no: on DELETE the period changes nothing until the containers have stopped (seed %d)',
    (seed) => {
      const [often, seldom] = [1, 60].map((periodSeconds) =>
        run({ preStop: sleeps(5), readinessProbe: { httpGet: { port: 8080 }, periodSeconds } }, {}, seed),
      );
      const routing = (of: Run) => {
        const { terminatingMs, sliceTerminatingMs, rulesRemovedMs, sigtermMs, listenerClosedMs } = story(of);
        return { terminatingMs, sliceTerminatingMs, rulesRemovedMs, sigtermMs, listenerClosedMs };
      };
      expect(routing(seldom!)).toEqual(routing(often!));
      expect(seldom!.verdict.requiredPreStopMs).toBe(often!.verdict.requiredPreStopMs);
    },
  );
});

describe('"kube-proxy refreshes every 30 s, so sleep 30"', () => {
  const removed = (kubeProxy: object, version: string, seed: number) =>
    story(run({ preStop: sleeps(5) }, { cluster: { version, nodes: 3, kubeProxy } }, seed)).rulesRemovedMs;

  it.each(['1.30', '1.36'])('no: syncPeriod is no lag; %s programs the change when it comes', (version) => {
    for (const seed of seeds) {
      const usual = removed({}, version, seed);
      expect(removed({ syncPeriod: '1s' }, version, seed)).toEqual(usual);
      expect(removed({ syncPeriod: '1h' }, version, seed)).toEqual(usual);
      for (const atMs of Object.values(usual)) expect(atMs).toBeLessThan(100);
    }
  });

  it('what matters is minSyncPeriod, in a cluster where something changes all the time', () => {
    const slowest = (minSyncPeriod: Duration) => {
      const cluster = {
        version: '1.36',
        nodes: 5,
        kubeProxy: { minSyncPeriod },
        churn: { endpointSliceUpdatesPerSecond: 2 },
      };
      const required = Array.from(
        { length: 30 },
        (_, seed) => run({}, { cluster }, seed).verdict.requiredPreStopMs!,
      );
      return Math.max(...required);
    };
    expect(slowest('1s')).toBeLessThan(1_200);
    expect(slowest('10s')).toBeGreaterThan(8_000);
  });
});

describe('"a finalizer holds the container until the load balancer has let go"', () => {
  const stopped = (finalizers: string[]) => {
    const scenario = defineScenario({
      manifests: [barePod({ finalizers, preStop: sleeps(5) }), service()],
      cluster: { version: '1.30', nodes: 3 },
      delays: CONSTANT_DELAYS,
      actions: [{ type: 'deletePod', pod: 'web' }],
    });
    return podTimeline(simulate(scenario), 'web');
  };
  it('no: the container stops when it would without; only the object stays', () => {
    const held = stopped(['example.com/load-balancer']);
    const free = stopped([]);
    expect({ ...held, podDeletedMs: free.podDeletedMs }).toEqual(free);
    expect(held.exitedMs).not.toBeNull();
    expect(held.terminalPhase).toBe('Succeeded');
    expect(held.podDeletedMs).toBeNull();
    expect(free.podDeletedMs).not.toBeNull();
  });
});

describe('"traffic has stopped by the time SIGTERM arrives"', () => {
  const lag = 8_000;
  const verdict = (seconds: number) =>
    run({ preStop: sleeps(seconds) }, { routers: [{ name: 'alb', lag }] }).verdict;
  it('only where preStop lasts as long as the slowest router', () => {
    expect(verdict(7)).toMatchObject({ safe: false });
    expect(verdict(9)).toMatchObject({ safe: true });
    expect(verdict(7).decidedBy).toMatchObject({ router: 'router/alb', pod: POD, container: 'web' });
    expect(verdict(7).requiredPreStopMs).toBe(verdict(9).requiredPreStopMs);
    expect(verdict(7).requiredPreStopMs).toBeGreaterThan(lag);
  });
});

describe('"a polite app that drains fast is safe"', () => {
  it('no: the sooner it stops accepting, the more it loses', () => {
    const margins = (['0s', '10ms', '1s', '10s'] as const).map(
      (keepAccepting) => run({}, { apps: { web: { keepAccepting } } }).verdict.marginMs!,
    );
    expect(margins).toEqual([...margins].sort((a, b) => a - b));
    expect(margins[0]).toBeLessThan(0);
    expect(margins[3]).toBeGreaterThan(0);
  });
});
