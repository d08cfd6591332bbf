import { expect, it } from 'vitest';
import { defineScenario, type ScenarioInput, simulate } from '../../src/index.ts';
import { WIDE_DELAYS } from '../run/delays.ts';
import { barePod, container, deployment, execSleeps, service, sleeps } from '../run/manifests.ts';
import { deletion } from '../run/run-of.ts';

/**
 * What happens, to the microsecond and in its order, as a hash: a change here means that runs changed. Delays are named, so
 * better-measured defaults change nothing.
 */

const probe = { httpGet: { port: 8080 }, periodSeconds: 2, failureThreshold: 1 };
const web = [deployment({ preStop: sleeps(5), readinessProbe: probe }), service()];
const one = [deletion('web-1-0')];
const cluster = (version: string, more: object = {}) => ({ version, nodes: 3, ...more });
const churn = { endpointSliceUpdatesPerSecond: 1, podWritesPerSecond: 1, services: 50, endpoints: 200 };

const SCENARIOS: Readonly<Record<string, ScenarioInput>> = {
  'one of three, native sleep, 1.30': { manifests: web, cluster: cluster('1.30'), actions: one },
  'one of three, native sleep, 1.36': { manifests: web, cluster: cluster('1.36'), actions: one },
  'one of three, exec sleep, 1.26': {
    manifests: [deployment({ preStop: execSleeps(5), readinessProbe: probe }), service()],
    cluster: cluster('1.26'),
    actions: one,
  },
  'no hook, a load balancer': {
    manifests: [deployment({ readinessProbe: probe }), service()],
    cluster: cluster('1.30'),
    routers: [{ name: 'alb', lag: '5s' }],
    actions: one,
  },
  'a bare Pod, alone': {
    manifests: [barePod({ preStop: sleeps(3) }), service()],
    cluster: cluster('1.33'),
    actions: [deletion('web')],
  },
  'three in turn, in a busy cluster': {
    manifests: [deployment({ replicas: 5, preStop: sleeps(2), readinessProbe: probe }), service()],
    cluster: cluster('1.35', { churn, controllerManager: { endpointUpdatesBatchPeriod: '500ms' } }),
    actions: [deletion('web-1-0'), deletion('web-1-3', 400), deletion('web-1-4', 800)],
  },
  'sidecars and an app that has to be killed': {
    manifests: [
      deployment({
        terminationGracePeriodSeconds: 10,
        sidecars: [container({ name: 'first', port: null }), container({ name: 'second', port: null })],
      }),
      service({ internalTrafficPolicy: 'Local' }),
    ],
    cluster: cluster('1.34'),
    apps: { web: { onStopSignal: 'ignore' }, first: { onPath: 'always', drain: '1s' } },
    actions: one,
  },
  'deleted twice, then by force, ties shuffled': {
    manifests: web,
    cluster: cluster('1.31'),
    actions: [deletion('web-1-1'), deletion('web-1-1', 1_000, 5), deletion('web-1-1', 2_000, 0)],
    ties: 'shuffled',
  },
};

it('digests', () => {
  const digests = Object.fromEntries(
    Object.entries(SCENARIOS).map(([name, input]) => {
      const scenario = defineScenario({ ...input, delays: WIDE_DELAYS });
      return [name, [1, 2].map((seed) => simulate(scenario, { seed, trace: 'none' }).digest)] as const;
    }),
  );
  expect(digests).toMatchInlineSnapshot(`
    {
      "a bare Pod, alone": [
        "b7128b7af6fd42cd",
        "0774a9fc31887e5b",
      ],
      "deleted twice, then by force, ties shuffled": [
        "ac1c3e60f88cdaa1",
        "0a746ce521d8be70",
      ],
      "no hook, a load balancer": [
        "4f9ffaa58bb86da8",
        "97f77ac111e02bad",
      ],
      "one of three, exec sleep, 1.26": [
        "8cb3744250801f25",
        "3c0b97b384d511e1",
      ],
      "one of three, native sleep, 1.30": [
        "d58a8015ff8b1181",
        "8d848adff60982c9",
      ],
      "one of three, native sleep, 1.36": [
        "c7872fd07f20d38a",
        "2a8ecd3b114164dc",
      ],
      "sidecars and an app that has to be killed": [
        "8f769af374650443",
        "90dc92a78ba0b710",
      ],
      "three in turn, in a busy cluster": [
        "e4cede6127615fda",
        "43fb51c8c22279a0",
      ],
    }
  `);
});
