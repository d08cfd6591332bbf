import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  findSafePreStop,
  type RouterInput,
  routers,
  type ScenarioInput,
  simulate,
} from '../../src/index.ts';

/** Routers in whole runs: when each lets go of a Pod, and what that means for its preStop. */

const web = (
  over: {
    readonly replicas?: number;
    readonly preStop?: number;
    readonly grace?: number;
    readonly service?: object;
  } = {},
) => {
  const { replicas = 3, preStop, grace = 30, service = {} } = over;
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            terminationGracePeriodSeconds: grace,
            containers: [
              {
                name: 'web',
                image: 'web',
                readinessProbe: { httpGet: { port: 8080 } },
                ...(preStop !== undefined && { lifecycle: { preStop: { sleep: { seconds: preStop } } } }),
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...service },
    },
  ];
};

/** Bare Pods, which nobody replaces, one on each node, and their Service. */
const barePods = (count: number, preStop: number, service: object = {}) => [
  ...Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `web-1-${index}`, labels: { app: 'web' } },
    spec: {
      containers: [{ name: 'web', image: 'web', lifecycle: { preStop: { sleep: { seconds: preStop } } } }],
    },
  })),
  web({ service })[1]!,
];

const scenario = (input: Partial<ScenarioInput>) =>
  defineScenario({
    manifests: web(),
    cluster: { nodes: 3 },
    actions: [{ at: '0s', type: 'deletePod', pod: 'web-1-0' }],
    ...input,
  });

/** When a router lets go of the Pod, in seconds, of one run for each seed. */
const letGo = (input: Partial<ScenarioInput>, router: string, seeds: number): number[] => {
  const own = scenario(input);
  return Array.from({ length: seeds }, (_, seed) => {
    const out = simulate(own, { seed }).trace.filter(
      (event) =>
        event.actor === `router/${router}` &&
        event.type === 'routesChanged' &&
        (event.data as { readonly removed: readonly string[] }).removed.includes('web-1-0'),
    );
    return out.length === 0 ? Number.POSITIVE_INFINITY : out.at(-1)!.atMs / 1000;
  });
};

describe('routers of parts, in whole runs', () => {
  it('X6.1 an NLB with a lag of 120 s and 30 s of grace: no safe value, raise the grace period to at least 125', () => {
    const answer = findSafePreStop(
      scenario({ routers: [routers.awsNlbIp({ lag: '120s' })], apps: { web: { drain: '5s' } } }),
      { runs: 10 },
    );
    expect(answer).toMatchObject({ kind: 'none' });
    if (answer.kind !== 'none') return;
    expect(answer.raiseTerminationGracePeriodSecondsTo).toBe(127);
  });

  it('X6.2 a load balancer before nodes asks the health port: the last Pod of its node is let go after interval × threshold', () => {
    const service = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
    const lb: RouterInput = {
      name: 'lb',
      targets: 'nodes',
      parts: [{ healthCheck: { interval: '3s', timeout: '1s', threshold: 2 } }],
    };
    const input = { manifests: barePods(3, 20, service), routers: [lb] };
    for (const at of letGo(input, 'lb', 15)) {
      expect(at).toBeGreaterThanOrEqual(3);
      expect(at).toBeLessThanOrEqual(7.5);
    }
  });

  it('X7.2 the last Pod of its node is safe behind a load balancer before nodes once its health check has failed: 3 s × 2', () => {
    const service = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
    const of = (preStop: number) =>
      simulate(scenario({ manifests: barePods(3, preStop, service), routers: [routers.gceL4()] }), {
        seed: 3,
      }).verdict;
    expect(of(10).safe).toBe(true);
    expect(of(2).safe).toBe(false);
    expect(of(2).requiredPreStopMs).toBeGreaterThan(2_900);
    expect(of(2).requiredPreStopMs).toBeLessThan(7_500);
  });

  it('a Pod that is not the last of its node is let go of as soon as the rules of its node are', () => {
    const service = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
    const lb: RouterInput = {
      name: 'lb',
      targets: 'nodes',
      parts: [{ healthCheck: { interval: '60s', threshold: 5 } }],
    };
    const input = { manifests: web({ service, preStop: 20 }), routers: [lb], cluster: { nodes: 1 } };
    for (const at of letGo(input, 'lb', 5)) expect(at).toBeLessThan(2);
  });

  it('before nodes with externalTrafficPolicy Cluster the data plane alone picks', () => {
    const lb: RouterInput = {
      name: 'lb',
      targets: 'nodes',
      parts: [{ healthCheck: { interval: '60s', threshold: 5 } }],
    };
    const run = simulate(
      scenario({ manifests: web({ service: { type: 'LoadBalancer' }, preStop: 5 }), routers: [lb] }),
    );
    expect(run.verdict.safe).toBe(true);
  });

  it('X1.5 a health check that is refused takes the Pod out after (n - 1) to n intervals, whatever the slice says', () => {
    const lb: RouterInput = {
      name: 'lb',
      parts: [{ lag: '300s' }, { healthCheck: { interval: '5s', threshold: 2 } }],
    };
    for (const at of letGo({ routers: [lb] }, 'lb', 10)) {
      expect(at).toBeGreaterThanOrEqual(5);
      expect(at).toBeLessThanOrEqual(11);
    }
  });

  it('one bare Pod alone, stopping: who may be picked decides who answers', () => {
    const parts = [] as const;
    const rules = [
      'readyElseServingTerminating',
      'readyOrServing',
      'readyOnly',
      'servingFenced',
      'drainingPanic',
      'notTerminating',
    ] as const;
    const gone = Object.fromEntries(
      rules.map((pick) => {
        const input = { manifests: barePods(1, 10), routers: [{ name: 'r', parts, pick }] };
        const [at] = letGo(input, 'r', 1);
        return [pick, at! < 2];
      }),
    );
    expect(gone).toEqual({
      readyElseServingTerminating: false,
      readyOrServing: false,
      readyOnly: true,
      servingFenced: true,
      drainingPanic: false,
      notTerminating: true,
    });
  });

  it('one that watches Pods does not wait for the EndpointSlice controller', () => {
    const delays = { 'endpointSliceController.sync': '3s', 'watch.router': '100ms' } as const;
    const of = (watches: 'pods' | 'endpointSlices') =>
      letGo(
        { manifests: web({ preStop: 20 }), delays, routers: [{ name: 'r', parts: [], watches }] },
        'r',
        5,
      );
    for (const at of of('pods')) expect(at).toBeLessThan(1);
    for (const at of of('endpointSlices')) expect(at).toBeGreaterThan(3);
    expect(routers.istioAmbient()).toMatchObject({ watches: 'pods' });
  });

  it('one that watches Pods takes up what starts as the others do', () => {
    const watching = (watches: 'pods' | 'endpointSlices'): RouterInput => ({
      name: watches.toLowerCase(),
      parts: [],
      watches,
    });
    const run = simulate(
      scenario({ manifests: web({ preStop: 5 }), routers: [watching('pods'), watching('endpointSlices')] }),
    );
    const added = (name: string) =>
      run.trace
        .filter(({ actor, type }) => actor === `router/${name}` && type === 'routesChanged')
        .flatMap(({ data }) => (data as { readonly added: readonly string[] }).added);
    expect(added('pods')).toEqual(added('endpointslices'));
    expect(added('pods')).toHaveLength(1);
  });

  const { fixedLag: _, ...presets } = routers;
  it.each(Object.entries(presets))('the preset %s stands in a scenario as it is', (__, preset) => {
    const { settings } = scenario({ routers: [preset()] });
    expect(settings.routers).toMatchObject([{ name: preset().name }]);
  });

  it('one router of many instances is as slow as its slowest', () => {
    const mean = (instances: number) => {
      const router = { name: 'r', parts: [{ lag: { uniform: ['0s', '10s'] as const } }], instances };
      const all = letGo({ manifests: web({ preStop: 20 }), routers: [router] }, 'r', 40);
      return all.reduce((sum, at) => sum + at, 0) / all.length;
    };
    expect(mean(1)).toBeLessThan(7);
    expect(mean(9)).toBeGreaterThan(8);
  });

  it('adding a router never makes a run safer, and leaves the draws of others alone', () => {
    const alone: RouterInput = { name: 'a', parts: [{ lag: { uniform: ['0s', '8s'] } }] };
    const other: RouterInput = { name: 'b', parts: [{ ticker: { period: '5s' } }] };
    const base = scenario({ manifests: web({ preStop: 3 }), routers: [alone] });
    const both = scenario({ manifests: web({ preStop: 3 }), routers: [other, alone] });
    const only = scenario({ manifests: web({ preStop: 3 }), routers: [other] });
    for (let seed = 0; seed < 15; seed++) {
      const one = simulate(base, { seed, trace: 'none' }).verdict;
      const two = simulate(both, { seed, trace: 'none' }).verdict;
      const three = simulate(only, { seed, trace: 'none' }).verdict;
      expect(two.marginMs).toBe(Math.min(one.marginMs!, three.marginMs!));
      expect(two.requiredPreStopMs).toBe(Math.max(one.requiredPreStopMs!, three.requiredPreStopMs!));
    }
  });
});
