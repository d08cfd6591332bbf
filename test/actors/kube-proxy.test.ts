import { describe, expect, it } from 'vitest';
import { type Run, rulesAt, type ScenarioInput, describe as told } from '../../src/index.ts';
import { barePod, deployment, service, sleeps } from '../run/manifests.ts';
import { deletion, eventsOf, momentsOf, runOf } from '../run/run-of.ts';

const NODE = 'kube-proxy/node-1';

function deleted(at: Readonly<Record<string, number>>, cluster: ScenarioInput['cluster'] = {}): Run {
  const pods = [...Object.keys(at), 'stays'];
  return runOf({
    manifests: [...pods.map((pod) => barePod({ pod, preStop: sleeps(30) })), service()],
    cluster: { version: '1.30', nodes: 3, ...cluster },
    actions: Object.entries(at).map(([pod, ms]) => deletion(pod, ms)),
    horizon: '25s',
  });
}

/** Since the change arrived, in ms: when each Pod's rules were gone on the first node. */
function lags(run: Run): Record<string, number> {
  const seen = eventsOf(run, { type: 'endpointSliceObserved', actor: NODE });
  const pairs = eventsOf(run, { type: 'routesChanged', actor: NODE }).flatMap(({ atMs, data }) =>
    (data!.removed as string[]).map((pod) => {
      const arrived = seen.find((event) => event.pod === pod)!.atMs;
      return [pod, Math.round(atMs - arrived)] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

describe('kube-proxy', () => {
  it('changes the rules at the end of a sync, all Services at once, and is done a little later', () => {
    const run = deleted({ a: 0 });
    const [arrived] = momentsOf(run, { type: 'endpointSliceObserved', actor: NODE });
    const [programmed] = momentsOf(run, { type: 'routesChanged', actor: NODE });
    const [ended] = momentsOf(run, { type: 'proxySyncEnded', actor: NODE });
    expect(arrived).toBe(25);
    expect(programmed! - arrived!).toBeCloseTo(30, 0);
    expect(ended! - programmed!).toBe(10);
    expect(eventsOf(run, { type: 'routesChanged', actor: NODE })[0]!.data).toMatchObject({
      removed: ['a'],
      added: [],
      rejects: [],
    });
  });

  it.each([
    ['1.30 has a burst of two: the second change goes at once', '1.30', { a: 0, b: 300 }, { a: 30, b: 30 }],
    ['1.33 has it still', '1.33', { a: 0, b: 300 }, { a: 30, b: 30 }],
    ['1.34 waits until a second after the first has ended', '1.34', { a: 0, b: 300 }, { a: 30, b: 770 }],
    ['1.36 does', '1.36', { a: 0, b: 300 }, { a: 30, b: 770 }],
    ['1.36 does not after that second', '1.36', { a: 0, b: 1_300 }, { a: 30, b: 30 }],
    ['1.30 makes the third of three wait', '1.30', { a: 0, b: 100, c: 200 }, { a: 30, b: 30, c: 970 }],
  ])('%s', (_, version, at, expected) => {
    const found = lags(deleted(at, { version }));
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [pod, ms] of Object.entries(expected)) expect(Math.abs(found[pod]! - ms)).toBeLessThan(15);
  });

  it.each(['1.30', '1.36'])(
    'waits by minSyncPeriod: 10 s make a change wait ten times as long (%s)',
    (version) => {
      const burst = version === '1.30' ? { a: 0, b: 100, c: 300 } : { a: 0, c: 300 };
      const { c } = lags(deleted(burst, { version, kubeProxy: { minSyncPeriod: '10s' } }));
      expect(c).toBeGreaterThan(9_500);
      expect(c).toBeLessThan(10_100);
    },
  );

  it('takes what arrives during a sync with the next', () => {
    const run = deleted({ a: 0, b: 10 });
    const removed = eventsOf(run, { type: 'routesChanged', actor: NODE }).map(({ data }) => data!.removed);
    expect(removed).toEqual([['a'], ['b']]);
  });

  it('falls back to a terminating Pod that serves where no other is left, and refuses when that is gone', () => {
    const run = runOf({
      manifests: [barePod({ preStop: sleeps(2) }), service()],
      actions: [deletion('web')],
    });
    const changes = eventsOf(run, { type: 'routesChanged', actor: NODE }).map(({ data }) => data);
    expect(changes).toMatchObject([
      { removed: [], added: [], rejects: [] },
      { removed: ['web'], added: [], rejects: ['web'] },
    ]);
  });

  it('comes back to a terminating Pod when the other endpoint goes, too', () => {
    const run = runOf({
      manifests: [
        barePod({ pod: 'a', preStop: sleeps(20) }),
        barePod({ pod: 'b', preStop: sleeps(20) }),
        service(),
      ],
      actions: [deletion('a'), deletion('b', 2_000)],
      horizon: '10s',
    });
    const changes = eventsOf(run, { type: 'routesChanged', actor: NODE }).map(({ data }) => data);
    expect(changes).toMatchObject([
      { removed: ['a'], added: [], rejects: [] },
      { removed: [], added: ['a'], rejects: [] },
    ]);
  });

  it('knows nothing of a headless Service', () => {
    const run = runOf({
      manifests: [deployment({ preStop: sleeps(5) }), service({ clusterIP: 'None' })],
      inferRouters: false,
    });
    expect(momentsOf(run, { type: 'endpointSliceObserved', actor: NODE })).toEqual([]);
    expect(run.verdict.requiredPreStopReason).toBe('nothingToJudge');
  });

  it('sends nowhere else with internalTrafficPolicy Local, and refuses where its node has none', () => {
    const run = runOf({
      manifests: [deployment({ preStop: sleeps(5) }), service({ internalTrafficPolicy: 'Local' })],
    });
    const byNode = ['node-1', 'node-2', 'node-3'].map((node) =>
      eventsOf(run, { type: 'routesChanged', actor: `kube-proxy/${node}` }).some(({ data }) =>
        (data!.removed as string[]).includes('web-1-0'),
      ),
    );
    expect(byNode).toEqual([true, false, false]);
  });
});

describe('trafficDistribution', () => {
  it.each([
    ['PreferSameNode keeps connections on their node', 'PreferSameNode', '1.35', ['web-1-1']],
    ['means nothing where its gate is off', 'PreferClose', '1.30', ['web-1-0', 'web-1-1', 'web-1-2']],
    [
      'PreferClose does not tell nodes of one zone apart',
      'PreferClose',
      '1.35',
      ['web-1-0', 'web-1-1', 'web-1-2'],
    ],
  ])('%s', (_, trafficDistribution, version, expected) => {
    const run = runOf({
      manifests: [deployment(), service({ trafficDistribution })],
      cluster: { version, nodes: 3 },
    });
    expect(rulesAt(run, 'node-2', 0).match(/web-1-\d/g)).toEqual(expected);
  });

  it('is ignored beside topology hints, which are not simulated, and that is said', () => {
    const hinted = service({ trafficDistribution: 'PreferSameNode' });
    const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' };
    const run = runOf({
      manifests: [deployment(), { ...hinted, metadata: { ...hinted.metadata, annotations } }],
      cluster: { version: '1.35', nodes: 3 },
    });
    expect(rulesAt(run, 'node-2', 0).match(/web-1-\d/g)).toEqual(['web-1-0', 'web-1-1', 'web-1-2']);
    const hints = run.verdict.assumptions.find(({ code }) => code === 'topologyHints');
    expect(told(hints!)).toContain('topology hints of Service web are not simulated');
  });
});

describe('changes of Services that the scenario does not hold', () => {
  it.each(['1.33', '1.36'])('cost nothing while the runner of %s would not listen to them', (version) => {
    const run = runOf({
      manifests: [deployment({ preStop: sleeps(3) }), service()],
      cluster: {
        version,
        churn: { endpointSliceUpdatesPerSecond: 1000 },
        controllerManager: { kubeAPIQPS: 2000, kubeAPIBurst: 3000 },
        kubeProxy: { minSyncPeriod: '10h' },
      },
    });
    expect(run.trace.length).toBeLessThan(2000);
    expect(run.verdict.safe).toBe(false);
  });
});
