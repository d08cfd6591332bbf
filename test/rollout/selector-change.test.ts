import { describe, expect, it } from 'vitest';
import {
  type ActionInput,
  defineScenario,
  formatTimeline,
  parseScenario,
  type RouterInput,
  simulate,
} from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

/** A Service that is told to select other Pods: blue-green by a selector, as Argo Rollouts does it. */

const BLUE = { app: 'web', color: 'blue' };
const GREEN = { app: 'web', color: 'green' };

interface Given {
  readonly actions: readonly ActionInput[];
  readonly routers?: readonly RouterInput[];
  readonly preStop?: number;
  readonly publishNotReadyAddresses?: boolean;
}

function switched({ actions, routers = [], preStop, publishNotReadyAddresses = false }: Given) {
  const hook = preStop === undefined ? {} : { preStop: sleeps(preStop) };
  const colored = (name: string, labels: typeof BLUE) => {
    const plain = deployment({ deployment: name, ...hook, replicas: 2, terminationGracePeriodSeconds: 600 });
    const template = { ...plain.spec.template, metadata: { labels } };
    return { ...plain, spec: { ...plain.spec, selector: { matchLabels: labels }, template } };
  };
  return {
    manifests: [
      colored('blue', BLUE),
      colored('green', GREEN),
      service({ selector: BLUE, publishNotReadyAddresses }),
    ],
    cluster: { version: '1.34', nodes: 2 },
    delays: CONSTANT_DELAYS,
    actions,
    routers,
  };
}

const switchOver: ActionInput = { type: 'setSelector', service: 'web', selector: GREEN };
const scaleDown = (at: Duration): ActionInput => ({ type: 'scale', at, deployment: 'blue', replicas: 0 });

describe('a Service whose selector changes', () => {
  const run = simulate(defineScenario(switched({ actions: [switchOver] })), { seed: 1 });

  it('drops the old Pods from its slices without a terminating phase, and takes in the new ones, in one write', () => {
    const writes = run.trace.filter(({ type }) => type === 'writeEndpointSlice');
    expect(writes.map(({ data }) => data?.changes)).toEqual([
      [
        { pod: 'blue-1-0', from: 'ready', to: 'absent' },
        { pod: 'blue-1-1', from: 'ready', to: 'absent' },
        { pod: 'green-1-0', from: 'absent', to: 'ready' },
        { pod: 'green-1-1', from: 'absent', to: 'ready' },
      ],
    ]);
  });

  it('is synced as soon as its new version is seen, without waiting for a batch', () => {
    const batched = simulate(
      defineScenario({
        ...switched({ actions: [switchOver] }),
        cluster: { version: '1.34', nodes: 2, controllerManager: { endpointUpdatesBatchPeriod: '10s' } },
      }),
      { seed: 1 },
    );
    const at = ({ trace }: typeof run) => trace.find(({ type }) => type === 'writeEndpointSlice')!.atMs;
    expect(at(batched)).toBe(at(run));
    expect(at(run)).toBeLessThan(1_000);
  });

  it('stands in the timeline with what it selects', () => {
    expect(formatTimeline(run).replace(/\s+/g, ' ')).toContain(
      'Service web selects app=web,color=green from now on',
    );
  });

  it('to one that it has already changes nothing', () => {
    const same = { ...switchOver, selector: { color: 'blue', app: 'web' } };
    const { trace } = simulate(defineScenario(switched({ actions: [same] })), { seed: 1 });
    expect(trace.map(({ type }) => type)).toEqual(['selectorChangeRequested', 'changeService']);
  });

  it('to one that no Pod has is an outage of the Service', () => {
    const nobody = { ...switchOver, selector: { app: 'web', color: 'red' } };
    const { verdict } = simulate(defineScenario(switched({ actions: [nobody, scaleDown('10s')] })));
    expect(verdict.violations.map(({ kind }) => kind)).toContain('noEndpoints');
  });

  it('a Pod of the old ones that changes afterwards no longer concerns it', () => {
    const { trace } = simulate(defineScenario(switched({ actions: [switchOver, scaleDown('10s')] })));
    expect(trace.filter(({ type }) => type === 'writeEndpointSlice')).toHaveLength(1);
  });

  it('reaches a router that watches Pods over its own watch of Services', () => {
    const ztunnel: RouterInput = { name: 'ztunnel', watches: 'pods', parts: [] };
    const { trace } = simulate(defineScenario(switched({ actions: [switchOver], routers: [ztunnel] })));
    const changed = trace.filter(({ type, actorKind }) => type === 'routesChanged' && actorKind === 'router');
    expect(changed.map(({ data }) => [data?.removed, data?.added])).toEqual([
      [
        ['blue-1-0', 'blue-1-1'],
        ['green-1-0', 'green-1-1'],
      ],
    ]);
  });
});

describe('X9.3 and #86: old Pods are scaled down some time after the switch', () => {
  const nlb: RouterInput = { name: 'nlb', parts: [{ lag: '120s' }] };
  const required = (delay: number, routers: readonly RouterInput[]) =>
    simulate(
      defineScenario(switched({ actions: [switchOver, scaleDown(`${delay}s`)], routers, preStop: 1 })),
      { seed: 1, trace: 'none' },
    ).verdict.requiredPreStopMs! / 1000;

  it('scaleDownDelay 30 and an NLB of 120 s: 90 s of exposure for each Pod unless preStop is 90', () => {
    expect(required(30, [nlb])).toBeCloseTo(90, 0);
    const { violations, safe } = simulate(
      defineScenario(switched({ actions: [switchOver, scaleDown('30s')], routers: [nlb] })),
      { seed: 1, trace: 'none' },
    ).verdict;
    expect(safe).toBe(false);
    const exposed = violations.filter(({ kind }) => kind === 'exposed');
    expect(exposed.map(({ pod, fromMs, toMs }) => [pod, Math.round((toMs! - fromMs!) / 1000)])).toEqual([
      ['blue-1-0', 90],
      ['blue-1-1', 90],
    ]);
  });

  it('a delay longer than the slowest router needs no hook at all', () => {
    expect(required(125, [nlb])).toBe(0);
    expect(required(30, [])).toBe(0);
  });

  it('in the same instant it is the whole lag', () => {
    expect(required(0, [nlb])).toBeCloseTo(120, 0);
  });
});

describe('what the action refuses', () => {
  it.each([
    [
      'a Service that is not there',
      { service: 'wbe' },
      'There is no Service "wbe" with a selector. Known Services: web.',
    ],
    [
      'a selector of nothing',
      { selector: {} },
      "actions[0].selector must name a label, as in { color: 'green' }; it is an object. Correct the value.",
    ],
  ])('%s', (_, wrong, message) => {
    const parsed = parseScenario(switched({ actions: [{ ...switchOver, ...wrong }] }));
    expect(parsed.ok ? [] : parsed.issues.map(({ message: told, fix }) => `${told} ${fix}`)).toEqual([
      message,
    ]);
  });
});
