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
        "8f76fc18a193044b",
        "68ef67a8cec3bfcc",
      ],
      "deleted twice, then by force, ties shuffled": [
        "5208be95cbc125a8",
        "e590813fb21ef49e",
      ],
      "no hook, a load balancer": [
        "d477e4067168ac63",
        "09a50ab6c0341c17",
      ],
      "one of three, exec sleep, 1.26": [
        "b2d48fc827025507",
        "52e4c0e37eb8326f",
      ],
      "one of three, native sleep, 1.30": [
        "d4208f22898c4f16",
        "ef79562bbfe2cba1",
      ],
      "one of three, native sleep, 1.36": [
        "fd7afa2735acff28",
        "e4c06f373088c75a",
      ],
      "sidecars and an app that has to be killed": [
        "c94fdbf3ad1f5b53",
        "1fabb4b4494e3e36",
      ],
      "three in turn, in a busy cluster": [
        "cb55afe91fa08b1b",
        "01d6c1f86e7fc8b8",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"antrea"}": [
        "aad644bb83aad512",
        "a530937070a86e10",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"calicoEbpf"}": [
        "c9e2c847fc8cc63d",
        "b2d5650c09192b0b",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"cilium"}": [
        "a062f9780a6cb9d1",
        "88877e68ebda9ae7",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"kubeRouter"}": [
        "2e8d5e13a34c2446",
        "2838dff1e23dc66f",
      ],
      "two in turn, in a busy cluster, {"dataPlane":"ovnKubernetes"}": [
        "29e4e183dd3a7ca6",
        "ccfef7ba40c1b39c",
      ],
      "two in turn, in a busy cluster, {"dataPlane":{"cilium":{"version":"1.17","socketLB":false}}}": [
        "79d459a42924744e",
        "0af3abeeeb23ff1c",
      ],
      "two in turn, in a busy cluster, {"kubeProxy":{"mode":"ipvs"}}": [
        "b302c6245d2710ea",
        "ae8e27798ab855d1",
      ],
      "two in turn, in a busy cluster, {"kubeProxy":{"mode":"nftables"}}": [
        "90365ba2ad5658f4",
        "5e49a6020f72e3fa",
      ],
    }
  `);
});
