import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  parseScenario,
  podTimeline,
  type ScenarioInput,
  SITE_DEFAULTS,
  simulate,
} from '../../src/index.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { tries } from '../effort.ts';
import { container, deployment, service, sleeps } from './manifests.ts';

/** What goes unseen where only the first Pod, container, node or Service is ever asked about, or where there is one of each. */

const other = (name: string) => ({
  ...service({}, name),
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 9000 }] },
});

describe('whichever Pod, container and Service it is about', () => {
  const drawn = fc.record({
    victim: fc.nat(3),
    serving: fc.constantFrom('web', 'side'),
    nodes: fc.integer({ min: 2, max: 4 }),
    perSlice: fc.constantFrom(1, 2, 3, 100),
    seed: fc.nat(100),
  });

  it('the verdict names that Pod, the container that closed and the Service', () => {
    fc.assert(
      fc.property(drawn, ({ victim, serving, nodes, perSlice, seed }) => {
        const pod = `web-1-${victim}`;
        const scenario = defineScenario({
          manifests: [
            deployment({
              replicas: 4,
              containers: [container({ name: 'web' }), container({ name: 'side', port: 9000 })],
            }),
            serving === 'web' ? service() : other('side'),
          ],
          cluster: { nodes, controllerManager: { maxEndpointsPerSlice: perSlice } },
          routers: [{ name: 'edge', lag: '2s' }],
          actions: [{ type: 'deletePod', pod }],
        });
        const run = simulate(scenario, { seed });
        const exposed = run.verdict.violations.filter(({ kind }) => kind === 'exposed');
        expect(exposed.map((each) => [each.pod, each.service])).toContainEqual([pod, serving]);
        expect(new Set(exposed.map((each) => each.pod))).toEqual(new Set([pod]));
        expect(run.verdict.decidedBy).toMatchObject({ pod, container: serving, router: 'router/edge' });
        // Its listener is that of the container that serves, in the Pod that was stopped.
        const { containers, listenerClosedMs, rulesRemovedMs, sliceRemovedMs } = podTimeline(run, pod);
        expect(containers[serving]?.listenerClosedMs).toBe(exposed[0]?.fromMs);
        expect(listenerClosedMs).not.toBeNull();
        expect(Object.values(rulesRemovedMs)).not.toContain(null);
        expect(sliceRemovedMs).not.toBeNull();
        // However many slices there are, each Pod stands in one of them, once.
        const slices = run.snapshotAt(run.endedAtMs).actor('api-server')!.endpointSlice as readonly {
          readonly gone: boolean;
          readonly endpoints: readonly { readonly pod: number }[];
        }[];
        const there = slices.filter(({ gone }) => !gone);
        const pods = there.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.pod));
        expect([pods.length, new Set(pods).size]).toEqual([4, 4]);
        expect(there.every(({ endpoints }) => endpoints.length <= perSlice)).toBe(true);
      }),
      { numRuns: tries(12), seed: 5 },
    );
  });
});

describe('more than one of something', () => {
  it('an outage that three routers see is told once, of the one that saw it first, in whatever order they are given', () => {
    const lags = [
      ['slow', '900ms'],
      ['quick', '100ms'],
      ['middling', '400ms'],
    ] as const;
    const seen = [0, 1, 2].map((turn) => {
      const routers = [...lags.slice(turn), ...lags.slice(0, turn)].map(([name, lag]) => ({ name, lag }));
      const scenario = defineScenario({
        manifests: [deployment({ replicas: 1 }), service()],
        cluster: { nodes: 1 },
        routers,
        actions: [{ type: 'deletePod', pod: 'web-1-0' }],
      });
      return simulate(scenario).verdict.violations.filter(({ kind }) => kind === 'noEndpoints');
    });
    for (const outages of seen) expect(outages).toHaveLength(1);
    expect(new Set(seen.map(([first]) => first!.fromMs)).size).toBe(1);
    expect(new Set(seen.map(([first]) => first!.router))).toEqual(new Set(['router/quick']));
  });

  it('a node that shuts down meets a Pod that is terminating already: its grace period is the earlier one', () => {
    const scenario = defineScenario({
      manifests: [
        deployment({ replicas: 2, preStop: sleeps(20), terminationGracePeriodSeconds: 30 }),
        service(),
      ],
      cluster: { nodes: 2 },
      actions: [
        { type: 'deletePod', pod: 'web-1-1' },
        { type: 'nodeShutdown', node: 'node-2', at: '5s', shutdownGracePeriod: '60s' },
      ],
    });
    const run = simulate(scenario);
    const { preStopStartedMs, sigtermMs, sigkillMs, exitedMs } = podTimeline(run, 'web-1-1');
    // One hook, one signal, and the hook is the deletion's: it began before the node went.
    expect(run.trace.filter(({ type, pod }) => type === 'preStopStarted' && pod === 'web-1-1')).toHaveLength(
      1,
    );
    expect(run.trace.filter(({ type, pod }) => type === 'stopSignal' && pod === 'web-1-1')).toHaveLength(1);
    expect(preStopStartedMs!).toBeLessThan(5_000);
    expect(sigtermMs! - preStopStartedMs!).toBeCloseTo(20_000, -2);
    expect(exitedMs!).toBeGreaterThanOrEqual(sigtermMs!);
    expect(sigkillMs).toBeNull();
  });

  it('an exec hook that outlasts the grace period is where SIGKILL ends the accepting', () => {
    const scenario = defineScenario({
      manifests: [
        deployment({
          replicas: 2,
          terminationGracePeriodSeconds: 5,
          preStop: { exec: { command: ['sleep', '60'] } },
        }),
        service(),
      ],
      apps: { web: { onStopSignal: 'ignore' } },
      routers: [{ name: 'slow', lag: '20s' }],
      actions: [{ type: 'deletePod', pod: 'web-1-1' }],
    });
    const run = simulate(scenario);
    const { sigkillMs, exitedMs, preStopOutcome } = podTimeline(run, 'web-1-1');
    const exposed = run.verdict.violations.find(({ kind }) => kind === 'exposed');
    expect(preStopOutcome).toBe('cutOff');
    expect(sigkillMs).not.toBeNull();
    expect(exposed).toMatchObject({ pod: 'web-1-1', router: 'router/slow' });
    expect(exposed!.fromMs).toBe(exitedMs);
    expect(run.verdict.grace['web-1-1']).toMatchObject({ sigkilled: true });
  });
});

describe('each traffic policy alone', () => {
  it.each([
    ['external', { type: 'NodePort', externalTrafficPolicy: 'Local' }, ['externalTrafficPolicy: Local']],
    ['internal', { internalTrafficPolicy: 'Local' }, ['internalTrafficPolicy: Local']],
    ['neither', { type: 'NodePort', externalTrafficPolicy: 'Cluster', internalTrafficPolicy: 'Cluster' }, []],
  ])('%s: the text of the fix names that one and no other', (_, spec, named) => {
    const scenario = defineScenario({
      manifests: [
        {
          ...service(),
          spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
        },
        deployment({ replicas: 1 }),
      ],
      cluster: { nodes: 2 },
      delays: { 'kubelet.startPod': '3s' },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    const { violations } = simulate(scenario).verdict;
    const texts = violations.flatMap(({ kind, fix }) =>
      kind === 'exposed' && fix !== null ? [fixText(fix)] : [],
    );
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      const policies = text.match(/(?:ex|in)ternalTrafficPolicy: Local/g) ?? [];
      expect([...new Set(policies)]).toEqual(named);
    }
  });
});

describe('the edges of what is admitted', () => {
  const budget = (minAvailable: unknown) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
  });
  it.each([
    ['100%', null],
    ['101%', 'must not be greater than 100%'],
    ['0%', null],
    [0, null],
    [-1, 'must be greater than or equal to 0'],
    ['-1%', 'a valid percent string'],
  ])('minAvailable: %s', (minAvailable, told) => {
    const parsed = parseScenario({
      manifests: [deployment({}), service(), budget(minAvailable)],
      actions: [{ type: 'deletePod', pod: 'web-1-2' }],
    } as ScenarioInput);
    expect(parsed.ok ? null : parsed.issues.map(({ message }) => message).join()).toEqual(
      told === null ? null : expect.stringContaining(told),
    );
  });

  it('a problem in an item of a list is told with its path, line and column', () => {
    const manifests = [
      'apiVersion: v1',
      'kind: List',
      'items:',
      '  - apiVersion: v1',
      '    kind: Service',
      '    metadata: {name: web}',
      '    spec: {selector: {app: web}, ports: [{port: 80}]}',
      '  - apiVersion: v1',
      '    kind: Pod',
      '    metadata: {name: lone, labels: {app: web}}',
      '    spec:',
      '      containers:',
      '        - {name: a, image: a}',
      '        - name: b',
      '          image: b',
      '          lifecycle:',
      '            preStop:',
      '              httpGet:',
      '                port:   99999',
    ].join('\n');
    const parsed = parseScenario({ manifests });
    if (parsed.ok) throw new Error('It was not refused.');
    expect(parsed.issues[0]).toMatchObject({ line: 19, column: 25 });
    expect(parsed.issues[0]!.path.join('.')).toBe(
      'manifests.0.items.1.spec.containers.1.lifecycle.preStop.httpGet.port',
    );
  });
});

it('the default delays are those that were measured: whoever changes one changes every seed', () => {
  const hash = createHash('sha256').update(JSON.stringify(SITE_DEFAULTS)).digest('hex');
  expect(hash).toBe('65833d9f30f192c8f4e532a85ae096d66140e648323ad80a02f7b25b1c138a93');
});
