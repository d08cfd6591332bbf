import { describe, expect, it } from 'vitest';
import { API } from '../../src/actors/protocol.ts';
import { DELAY_SITES } from '../../src/cluster/delay-sites.ts';
import type { PodObject } from '../../src/cluster/state.ts';
import { defineScenario, podTimeline, type ScenarioInput, simulate } from '../../src/index.ts';
import { Loop } from '../../src/kernel/loop.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { WIDE_DELAYS } from './delays.ts';
import { container, deployment, service, sleeps } from './manifests.ts';

/**
 * Draws go by names: who moves in next door changes nobody's weather. What is compared is each draw of a run by all that it is keyed
 * by (site, actor, Pod, transition, occurrence), with and without the neighbour.
 */

const probe = { httpGet: { port: 8080 }, periodSeconds: 2, failureThreshold: 1 };
const web = [deployment({ preStop: sleeps(5), readinessProbe: probe }), service()];

const BASE: ScenarioInput = {
  manifests: web,
  cluster: { version: '1.33', nodes: 3 },
  routers: [{ name: 'nginx', lag: { uniform: ['10ms', '900ms'] }, latency: { uniform: ['0ms', '5ms'] } }],
  clients: [{ name: 'shop', service: 'web', from: { node: 'node-1' }, load: { ratePerSecond: 5 } }],
  actions: [{ at: '0s', type: 'rollingUpdate', deployment: 'web' }],
  horizon: '40s',
  delays: WIDE_DELAYS,
};

/** Every draw of a run that is no certainty, by its key. */
function drawsOf(input: ScenarioInput, seed: number): ReadonlyMap<string, number> {
  const scenario = defineScenario(input);
  const { model, wiring, actors, world } = compiledScenario(scenario);
  const sites: readonly string[] = [
    ...DELAY_SITES,
    ...world.routers.flatMap(({ latency, parts }) => [
      latency,
      ...parts.flatMap(({ sites }) => Object.values(sites)),
    ]),
  ];
  const loop = new Loop(model, seed, { trace: false });
  const pods = () => loop.cells[wiring.apiServer]![API.pod] as readonly PodObject[];
  const drawn: [site: number, actor: number, pod: number, transition: number, delay: number][] = [];
  const delay = loop.draws.delay.bind(loop.draws);
  loop.draws.delay = (site, actor, pod, transition) => {
    const value = delay(site, actor, pod, transition);
    drawn.push([site, actor, pod, transition, value]);
    return value;
  };
  loop.run(40_000_000);
  const found = new Map<string, number>();
  for (const [site, actor, pod, transition, value] of drawn) {
    const key = [sites[site], actors[actor]!.name, pods()[pod]?.name, transition].join(' | ');
    let occurrence = 0;
    while (found.has(`${key} | ${occurrence}`)) occurrence++;
    found.set(`${key} | ${occurrence}`, value);
  }
  return found;
}

const other = deployment({ deployment: 'other', replicas: 2 });

const set = (kind: 'StatefulSet' | 'DaemonSet') => {
  const { replicas, ...spec } = deployment({ deployment: 'store', replicas: 2 }).spec;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'store' },
    spec: { ...spec, ...(kind === 'StatefulSet' && { replicas }) },
  };
};

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'other' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' },
    minReplicas: 1,
    maxReplicas: 9,
  },
};

const NEIGHBOURS: Readonly<Record<string, Partial<ScenarioInput>>> = {
  'a router': {
    routers: [{ name: 'alb', lag: { uniform: ['1s', '9s'] } }, ...BASE.routers!],
  },
  'a router with a fixed lag': { routers: [{ name: 'alb', lag: '1ms' }, ...BASE.routers!] },
  'a client': {
    clients: [
      { name: 'audit', service: 'web', from: { node: 'node-2' }, load: { ratePerSecond: 2 } },
      ...BASE.clients!,
    ],
  },
  'a node': { cluster: { version: '1.33', nodes: 4 } },
  'a Deployment': { manifests: [other, ...web] },
  'a Service of other Pods': {
    manifests: [other, service({}, 'other', 'other'), ...web],
  },
  'the controller of StatefulSets': {
    manifests: [set('StatefulSet'), ...web],
    actions: [{ at: '1s', type: 'rollingUpdate', workload: 'StatefulSet/store' }, ...BASE.actions!],
  },
  'the controller of DaemonSets': {
    manifests: [set('DaemonSet'), ...web],
    actions: [{ at: '1s', type: 'rollingUpdate', workload: 'DaemonSet/store' }, ...BASE.actions!],
  },
  'the controller of autoscalers': {
    manifests: [other, autoscaler, ...web],
    actions: [{ type: 'metric', autoscaler: 'other', curve: [{ at: '1s', load: 9 }] }, ...BASE.actions!],
  },
  'another container in front of theirs': {
    manifests: [
      deployment({
        preStop: sleeps(5),
        readinessProbe: probe,
        containers: [
          container({ name: 'agent', port: null }),
          container({ preStop: sleeps(5), readinessProbe: probe }),
        ],
      }),
      service(),
    ],
  },
};

describe.each(Object.entries(NEIGHBOURS))('beside %s', (_, neighbour) => {
  it.each([1, 7])('every draw of the others is what it was, seed %i', (seed) => {
    const alone = drawsOf(BASE, seed);
    const beside = drawsOf({ ...BASE, ...neighbour }, seed);
    const shared = [...alone].filter(([key]) => beside.has(key));
    expect(shared.length).toBeGreaterThan(alone.size / 2);
    expect(shared.filter(([key, value]) => beside.get(key) !== value)).toEqual([]);
  });
});

describe.each(['a router', 'a router with a fixed lag', 'a client'])('beside %s', (name) => {
  it.each([1, 7])('each Pod of the others ends as it did, seed %i', (seed) => {
    const alone = simulate(defineScenario(BASE), { seed });
    const beside = simulate(defineScenario({ ...BASE, ...NEIGHBOURS[name] }), { seed });
    for (const pod of ['web-1-0', 'web-1-1', 'web-1-2']) {
      expect(podTimeline(beside, pod)).toMatchObject(podTimeline(alone, pod));
    }
  });
});
