import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  type RouterInput,
  type ScenarioInput,
  simulate,
  describe as told,
} from '../../src/index.ts';
import { requeuedAtUs } from '../../src/rules/routers/aws.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

/** A Pod whose readiness waits for a load balancer: registered before it is Ready, Ready when the load balancer sends to it. */

const AWS = 'target-health.elbv2.k8s.aws';
const alb = (over: Partial<RouterInput> = {}): RouterInput => ({
  name: 'alb',
  parts: [{ register: { initial: '22s' } }],
  controller: 'awsLoadBalancerController',
  readinessGates: { conditionType: AWS, every: '15s' },
  ...over,
});

/** One replica, whose successor has to be Ready before it is asked to stop. */
const rolled = (
  gates: readonly string[],
  routers: readonly RouterInput[],
  over: Partial<ScenarioInput> = {},
) => {
  const plain = deployment({
    replicas: 1,
    preStop: sleeps(5),
    readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
  });
  const { template } = plain.spec;
  const readinessGates = gates.map((conditionType) => ({ conditionType }));
  const spec = { ...plain.spec, template: { ...template, spec: { ...template.spec, readinessGates } } };
  return defineScenario({
    manifests: [{ ...plain, spec }, service()],
    cluster: { version: '1.34', nodes: 2 },
    delays: CONSTANT_DELAYS,
    actions: [{ type: 'rolloutRestart', deployment: 'web' }],
    routers,
    ...over,
  });
};

/** When what the kubelets say of the new Pod reaches the API server, and when a router writes its gate, in seconds. */
const times = (scenario: ReturnType<typeof rolled>) => {
  const { trace, verdict } = simulate(scenario, { seed: 1 });
  const patches = trace.filter(({ type, pod }) => type === 'patchPodStatus' && pod === 'web-2-0');
  const at = (field: string) =>
    patches
      .filter(
        ({ data }) =>
          (data as Readonly<Record<string, unknown>>)[field] !== undefined &&
          (data as Readonly<Record<string, unknown>>)[field] !== false,
      )
      .map(({ atMs }) => atMs / 1000);
  const registered = trace.find(
    ({ actor, type, data }) =>
      actor === 'router/alb' &&
      type === 'routesChanged' &&
      (data as { readonly added: readonly string[] }).added.includes('web-2-0'),
  );
  return {
    containersReady: at('containersReady')[0],
    gate: at('gate')[0],
    ready: at('ready')[0],
    inService: registered === undefined ? undefined : registered.atMs / 1000,
    looks: trace.filter(({ type }) => type === 'gatesLookedAt').length,
    outage: verdict.violations
      .filter(({ kind, router }) => kind === 'noEndpoints' && router === 'router/alb')
      .reduce((sum, { fromMs, toMs }) => sum + (toMs! - fromMs!) / 1000, 0),
  };
};

describe('readiness gates', () => {
  it('X6.4 in a run: registered at a look, in service 22 s later, True at the second look after: 30 s', () => {
    const { containersReady, gate, ready, inService, looks } = times(rolled([`${AWS}/web`], [alb()]));
    const registered = inService! - 22;
    expect(registered - containersReady!).toBeGreaterThan(0);
    expect(registered - containersReady!).toBeLessThanOrEqual(15);
    expect(gate! - registered).toBeCloseTo(30, 1);
    expect(ready!).toBeGreaterThan(gate!);
    expect(ready! - gate!).toBeLessThan(1.5);
    // At which something was to be done: not every 15 s.
    expect(looks).toBe(2);
  });

  it('the old Pod is asked to stop when the new one is in service, so that nobody is left without', () => {
    expect(times(rolled([], [alb()])).outage).toBeGreaterThan(15);
    expect(times(rolled([`${AWS}/web`], [alb()])).outage).toBe(0);
  });

  it('a router without a controller of its own registers such a Pod, too, and looks as often as it says', () => {
    const own = alb({
      pick: 'readyOnly',
      controller: undefined,
      readinessGates: { conditionType: 'lb.example/', every: '2s' },
    });
    const { gate, inService, outage } = times(rolled(['lb.example/web'], [own]));
    expect(gate! - inService!).toBeGreaterThan(0);
    expect(gate! - inService!).toBeLessThanOrEqual(2.1);
    expect(outage).toBe(0);
  });

  it('a Pod with two gates waits for both: of a router, and of somebody who is not there', () => {
    const both = times(
      rolled([`${AWS}/web`, 'example.com/warm'], [alb()], {
        delays: { ...CONSTANT_DELAYS, 'readinessGate.set': '100s' },
      }),
    );
    expect(both.ready! - both.containersReady!).toBeCloseTo(100, 0);
    const early = times(
      rolled([`${AWS}/web`, 'example.com/warm'], [alb()], {
        delays: { ...CONSTANT_DELAYS, 'readinessGate.set': '1s' },
      }),
    );
    expect(early.ready!).toBeGreaterThan(early.gate!);
  });

  it('a Pod whose containers are no longer ready leaves the load balancer, gate or not', () => {
    const scenario = rolled([`${AWS}/web`], [alb({ parts: [] })], {
      apps: { web: { readiness: [{ since: 'start', at: '60s', for: '10s' }] } },
      actions: [{ type: 'rolloutRestart', deployment: 'web' }],
    });
    const removed = simulate(scenario, { seed: 1 }).trace.filter(
      ({ actor, type, data }) =>
        actor === 'router/alb' &&
        type === 'routesChanged' &&
        (data as { readonly removed: readonly string[] }).removed.includes('web-2-0'),
    );
    expect(removed).toHaveLength(1);
    expect(removed[0]!.atMs).toBeGreaterThan(60_000);
  });

  it.each([
    [0, 0, 15],
    [0, 15, 15],
    [0, 15.001, 30],
    [3, 22, 33],
  ])('looked at %d s and every 15 s: what happens at %d s is seen at %d s', (before, now, next) => {
    expect(requeuedAtUs(before, 15, now)).toBe(next);
  });
});

describe('gates that stand in the manifests', () => {
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
    spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  };
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default', labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } },
  };
  const of = (gates: readonly string[], more: readonly object[]) => {
    const plain = rolled(gates, []);
    const scenario = defineScenario({
      manifests: [...(plain.input.manifests as readonly object[]), ...more],
      actions: [{ type: 'rolloutRestart', deployment: 'web' }],
    });
    const gate = scenario.assumptions.filter(({ code }) => code === 'readinessGate').map(told);
    return { gate, doubts: scenario.doubts.map(({ what }) => what), world: scenario.world };
  };

  it('are set by the router that the manifests name', () => {
    expect(of([`${AWS}/web`], [ingress])).toMatchObject({
      gate: [
        `manifests: the readiness gate ${AWS}/web of Deployment/web becomes True once aws-alb sends to the Pod: a rollout waits for that.`,
      ],
      doubts: [],
    });
  });

  it('are put there by a label of the namespace', () => {
    const { gate, world } = of([], [ingress, namespace]);
    expect(gate).toEqual([
      `manifests: the readiness gate ${AWS}/web of Deployment/web (put there by the label elbv2.k8s.aws/pod-readiness-gate-inject of its ` +
        'namespace) becomes True once aws-alb sends to the Pod: a rollout waits for that.',
    ]);
    expect(world.templates[0]!.readinessGates).toEqual({ routers: [0], unknown: [] });
    expect(of([], [namespace]).gate).toEqual([]);
  });

  it('of a load balancer that is not there are not judged, by name', () => {
    expect(of(['cloud.google.com/load-balancer-neg-ready'], []).doubts).toEqual([
      'a load balancer that sets its readiness gate cloud.google.com/load-balancer-neg-ready',
    ]);
  });

  it('of anybody else are named with what is taken', () => {
    const { gate, doubts } = of(['www.example.com/feature-1'], []);
    expect(doubts).toEqual([]);
    expect(gate).toEqual([
      'delays.readinessGate.set: the readiness gate www.example.com/feature-1 of Deployment/web is set by nobody here, and when it becomes ' +
        'True is not judged: taken for as long after its containers are ready as delays.readinessGate.set says.',
    ]);
  });
});
