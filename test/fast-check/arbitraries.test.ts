import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delaysArbitrary, manifestsArbitrary, scenarioArbitrary } from '../../src/fast-check/index.ts';
import { DELAY_SITES, defineScenario, parseScenario, ScenarioError, simulate } from '../../src/index.ts';
import { bounds } from '../../src/kernel/distribution.ts';
import type { KubeProxyConfig } from '../../src/routing/planes/kube-proxy-mode.ts';
import { SITE_DEFAULTS } from '../../src/scenario/sites.ts';
import { toDistribution } from '../../src/schema/delay-input.ts';
import { deletion, web } from '../report/scenarios.ts';

const base = deletion({ manifests: web() });
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 100) => fc.sample(arbitrary, { numRuns, seed: 42 });

describe('delaysArbitrary', () => {
  it('draws every site in whole milliseconds, within its default widened to them', () => {
    for (const drawn of sample(delaysArbitrary())) {
      expect(Object.keys(drawn)).toEqual([...DELAY_SITES]);
      for (const site of DELAY_SITES) {
        const [min, max] = bounds(toDistribution(SITE_DEFAULTS[site].delay));
        const ms = drawn[site]!;
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(min / 1000));
        expect(ms).toBeLessThanOrEqual(Math.ceil(max / 1000));
      }
    }
  });

  it('draws the sites of its ranges alone, and reaches both ends', () => {
    const drawn = sample(delaysArbitrary({ rangesMs: { 'watch.kubeProxy': [2, 5] } }));
    for (const delays of drawn) expect(Object.keys(delays)).toEqual(['watch.kubeProxy']);
    expect(new Set(drawn.map((delays) => delays['watch.kubeProxy']))).toEqual(new Set([2, 3, 4, 5]));
  });

  it('draws the sites that are named', () => {
    const [drawn] = sample(delaysArbitrary({ sites: ['app.exit', 'kubeProxy.sync'] }), 1);
    expect(Object.keys(drawn!).sort()).toEqual(['app.exit', 'kubeProxy.sync']);
  });

  it('is taken as the delays of a scenario', () => {
    fc.assert(
      fc.property(delaysArbitrary(), (delays) => parseScenario({ ...base.input, delays }).ok),
      { numRuns: 20, seed: 42 },
    );
  });

  it.each([
    [[5, 2], /rangesMs\["app\.exit"\]: \[5, 2\] is no range\. Use two whole numbers from 0/],
    [[0.5, 2], /\[0\.5, 2\] is no range/],
    [[-1, 2], /\[-1, 2\] is no range/],
  ] as const)('refuses the range %j', (range, problem) => {
    expect(() => delaysArbitrary({ rangesMs: { 'app.exit': [range[0], range[1]] } })).toThrow(problem);
  });

  it('refuses a site that is none', () => {
    const rangesMs: object = { 'watch.kubProxy': [0, 1] };
    expect(() => delaysArbitrary({ rangesMs })).toThrow(/"watch\.kubProxy" is no delay site/);
  });
});

describe('scenarioArbitrary', () => {
  it('draws what its constraints name, and the delays', () => {
    const withRouter = deletion({ manifests: web(), routers: [{ name: 'lb', lag: '1s' }] });
    const scenarios = sample(
      scenarioArbitrary(withRouter, {
        delays: { rangesMs: { 'watch.router': [7, 9] } },
        routersMs: { lb: [100, 200] },
        nodes: [2, 4],
        replicas: { web: [2, 5] },
        minSyncPeriodMs: [0, 1000],
        endpointUpdatesBatchPeriodMs: [0, 500],
        endpointSliceUpdatesPerSecond: [0, 3],
        preStopSeconds: [0, 30],
      }),
    );
    const seen = (of: (scenario: (typeof scenarios)[number]) => unknown) => new Set(scenarios.map(of)).size;
    expect(seen(({ world }) => world.nodes.length)).toBe(3);
    expect(seen(({ world }) => world.replicaSets[0]!.replicas)).toBe(4);
    expect(seen(({ world }) => (world.dataPlane.config as KubeProxyConfig).minSyncPeriodUs)).toBeGreaterThan(
      20,
    );
    expect(seen(({ world }) => world.controllerManager.endpointSliceBatchPeriod)).toBeGreaterThan(20);
    expect(seen(({ world }) => world.churn.endpointSliceUpdatesPerSecond)).toBe(4);
    expect(seen(({ world }) => world.templates[0]!.containers[0]!.hook?.duration)).toBeGreaterThan(15);
    expect(seen(({ settings }) => settings.delays['watch.router'])).toBe(3);
    expect(seen(({ settings }) => settings.routers[0]!.lag)).toBeGreaterThan(20);
  });

  it('leaves the delays to the base where they are not to be drawn', () => {
    const [drawn] = sample(scenarioArbitrary(base, { delays: false, nodes: [5, 5] }), 1);
    expect(drawn!.settings.delays).toEqual(base.settings.delays);
  });

  it('takes an input as well as a scenario', () => {
    const [drawn] = sample(scenarioArbitrary(base.input), 1);
    expect(simulate(drawn!).eventCount).toBeGreaterThan(0);
  });

  it('is printed as the expression that makes it', () => {
    const [drawn] = sample(
      scenarioArbitrary(base, {
        delays: { rangesMs: { 'app.exit': [3, 3] } },
        replicas: { web: [2, 2] },
        preStopSeconds: [4, 4],
      }),
      1,
    );
    expect(fc.stringify(drawn)).toBe(
      'varyScenario(applyPreStop(scenario, 4), {"delays":{"app.exit":3},"replicas":{"web":[2,2]}}, 0)',
    );
  });

  it('says at once what the base does not admit', () => {
    expect(() => scenarioArbitrary(base, { preStopSeconds: [0, 31] })).toThrow(ScenarioError);
    expect(() => scenarioArbitrary(base, { replicas: { api: [1, 2] } })).toThrow(
      /Deployment or ReplicaSet "api"/,
    );
    expect(() => scenarioArbitrary(base, { replicas: { web: [0, 2] } })).toThrow(/There is no Pod "web-1-0"/);
    expect(() => scenarioArbitrary(base, { routersMs: { lb: [0, 2] } })).toThrow(/router "lb"/);
    expect(() => scenarioArbitrary(base, { nodes: [3, 2] })).toThrow(/nodes: \[3, 2\] is no range/);
    expect(() => scenarioArbitrary({ manifests: '' })).toThrow(ScenarioError);
  });
});

describe('manifestsArbitrary', () => {
  it('draws manifests that the API server admits, with a Pod web-1-0', () => {
    fc.assert(
      fc.property(manifestsArbitrary(), (manifests) => {
        const scenario = defineScenario({ manifests, actions: [{ type: 'deletePod', pod: 'web-1-0' }] });
        expect(
          simulate(scenario, { trace: 'none' }).verdict.violations.map(({ kind }) => kind),
        ).not.toContain('nothingToJudge');
      }),
      { numRuns: 100, seed: 42 },
    );
  });

  it('shrinks to one replica, no hook, no probe', () => {
    const details = fc.check(
      fc.property(manifestsArbitrary(), (drawn) => drawn.length === 0),
      { seed: 42 },
    );
    expect(details.counterexample?.[0][0]).toMatchObject({
      spec: {
        replicas: 1,
        template: {
          spec: {
            terminationGracePeriodSeconds: 2,
            containers: [{ name: 'web', image: 'registry.example/web:1', ports: [{ containerPort: 8080 }] }],
          },
        },
      },
    });
    expect(JSON.stringify(details.counterexample)).not.toMatch(/preStop|readinessProbe/);
  });

  it('keeps to its constraints', () => {
    const drawn = sample(
      manifestsArbitrary({
        replicas: [2, 2],
        preStopSeconds: [5, 5],
        remainingSeconds: [10, 10],
        handlers: ['exec'],
        readinessPeriodSeconds: [1, 1],
      }),
      3,
    );
    for (const [deployment] of drawn) {
      expect(deployment).toMatchObject({
        spec: {
          replicas: 2,
          template: {
            spec: {
              terminationGracePeriodSeconds: 15,
              containers: [{ lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }],
            },
          },
        },
      });
    }
  });

  it('refuses a constraint that is none', () => {
    expect(() => manifestsArbitrary({ handlers: [] })).toThrow(/handlers is empty/);
    expect(() => manifestsArbitrary({ replicas: [3, 1] })).toThrow(/replicas: \[3, 1\] is no range/);
  });
});
