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
  ...Object.fromEntries(
    [
      { kubeProxy: { mode: 'nftables' } },
      { kubeProxy: { mode: 'ipvs' } },
      { dataPlane: 'cilium' },
      { dataPlane: { cilium: { version: '1.17', socketLB: false } } },
      { dataPlane: 'calicoEbpf' },
      { dataPlane: 'ovnKubernetes' },
      { dataPlane: 'antrea' },
      { dataPlane: 'kubeRouter' },
    ].map((plane) => [
      `two in turn, in a busy cluster, ${JSON.stringify(plane)}`,
      {
        manifests: web,
        cluster: cluster('1.33', { churn, ...plane }),
        actions: [deletion('web-1-0'), deletion('web-1-2', 400)],
      },
    ]),
  ),
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
        "564bd254f9db04d5",
        "572ae7d701196f41",
      ],
      "deleted twice, then by force, ties shuffled": [
        "45dda4dc43306729",
        "7818a0583e4055cb",
      ],
      "no hook, a load balancer": [
        "f7e82c937cd45d26",
        "bc7c82dba86b0196",
      ],
      "one of three, exec sleep, 1.26": [
        "5c7bc0446d3ba133",
        "b26bad8b89b5557d",
      ],
      "one of three, native sleep, 1.30": [
        "17b7b62305617ed3",
        "4d4a7c73339813d9",
      ],
      "one of three, native sleep, 1.36": [
        "6d3623be0673fe0d",
        "d22de7dfd579994c",
      ],
      "sidecars and an app that has to be killed": [
        "386b8526943d3a20",
        "525e53812e76d837",
      ],
      "three in turn, in a busy cluster": [
        "0c2b66fd33e030d2",
        "90d8e7291d529b70",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"antrea"}": [
        "ed828f8a8a53fce4",
        "2b1c01cbc1ca3ce3",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"calicoEbpf"}": [
        "71d3444d0e432d9f",
        "0c8e4be68b8d74c0",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"cilium"}": [
        "572fcd050c8803ee",
        "842f0c70b60ec8cb",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"kubeRouter"}": [
        "68a8f20f4bc70a58",
        "1df2b21d65738c8b",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"ovnKubernetes"}": [
        "ac5151284072184e",
        "3c9280bb8e47ecbb",
      ],
      "two in turn, in a busy cluster, {"dataPlane":{"cilium":{"version":"1.17","socketLB":false}}}": [
        "12dd1d522dd3416e",
        "ec3e05d7a95333da",
      ],
      "two in turn, in a busy cluster, {"kubeProxy":{"mode":"ipvs"}}": [
        "8858bed6590571ae",
        "9a87a3d7e2f2ec2c",
      ],
      "two in turn, in a busy cluster, {"kubeProxy":{"mode":"nftables"}}": [
        "174e7bc34a21d60c",
        "a879c0e004c060ec",
      ],
    }
  `);
});
