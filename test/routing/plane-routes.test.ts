import { describe, expect, it } from 'vitest';
import { parseScenario, type Run, rulesAt, type ScenarioInput } from '../../src/index.ts';
import { MODE_NAMES, PLANES } from '../../src/routing/planes/registry.ts';
import { barePod, service, sleeps } from '../run/manifests.ts';
import { deletion, runOf } from '../run/run-of.ts';

/** The data planes of nodes: whom each sends new connections to, and what one reads there. */

type Cluster = NonNullable<ScenarioInput['cluster']>;

const NAMES = Object.keys(PLANES);

function behind(plane: string, more: Cluster = {}): Cluster {
  const mode = MODE_NAMES.find((each) => each === plane);
  const own = mode === undefined ? { dataPlane: plane as 'cilium' } : { kubeProxy: { mode } };
  return { version: '1.34', nodes: 3, ...own, ...more };
}

/** Bare Pods `a`, `b`, …, of which `a` is deleted at once and stops accepting after 10 s. */
function leaving(plane: string, count: number, over: Readonly<Record<string, unknown>> = {}): Run {
  const pods = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
  return runOf({
    manifests: [...pods.map((pod) => barePod({ pod, preStop: sleeps(10) })), service(over)],
    cluster: behind(plane),
    actions: [deletion('a')],
  });
}

const OTHERS = NAMES.filter((name) => name !== 'calicoEbpf' && name !== 'kubeRouter');

describe('one replica that terminates and still serves', () => {
  it.each([
    ...NAMES.filter((name) => name !== 'calicoEbpf').map((name) => [name, 'gets what is left'] as const),
    ['calicoEbpf', 'gets nothing: there is no backend'] as const,
  ])('behind %s %s', (plane, what) => {
    const text = rulesAt(leaving(plane, 1), 'node-2', 5_000);
    const { refuse, forward } = PLANES[plane]!.idiom;
    expect(text).toContain(what.startsWith('gets nothing') ? refuse : ` ${forward}`);
    expect(text).not.toContain(what.startsWith('gets nothing') ? ' a ' : refuse);
  });

  it.each(NAMES)('behind %s is gone for all once its Pod is', (plane) => {
    const run = leaving(plane, 1);
    expect(rulesAt(run, 'node-3', run.endedAtMs)).toContain(PLANES[plane]!.idiom.refuse);
  });
});

describe('one of two that terminates', () => {
  it.each([
    ...[...OTHERS, 'calicoEbpf'].map((name) => [name, ['b']] as const),
    ['kubeRouter', ['a', 'b']] as const,
  ])('behind %s new connections go to %j', (plane, expected) => {
    const text = rulesAt(leaving(plane, 2), 'node-1', 5_000);
    const lines = text.split('\n').filter((line) => !/ terminating$| weight 0$/.test(line));
    const found = ['a', 'b'].filter((pod) => lines.some((line) => line.includes(` ${pod} `)));
    expect(found).toEqual(expected);
  });

  it.each(NAMES)('behind %s keeps its connections where the Service publishes what is not ready', (plane) => {
    const text = rulesAt(leaving(plane, 2, { publishNotReadyAddresses: true }), 'node-1', 5_000);
    expect(text.match(/ [ab] /g)).toEqual([' a ', ' b ']);
  });
});

describe('kube-router', () => {
  const four = (failsReadinessAtMs: number | null) =>
    runOf({
      manifests: [
        ...['a', 'b', 'c', 'd'].map((pod) =>
          barePod({
            pod,
            preStop: sleeps(20),
            readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
          }),
        ),
        service(),
      ],
      cluster: behind('kubeRouter', { nodes: 1 }),
      actions: [deletion('a')],
      ...(failsReadinessAtMs !== null && {
        apps: { web: { preStop: { effect: 'failReadiness', effectAt: failsReadinessAtMs } } },
      }),
    });

  it('X3.5 sends a quarter of the new connections to the one of four in preStop, and after it, until it leaves the slice', () => {
    const run = four(null);
    expect(rulesAt(run, 'node-1', 19_000).match(/weight 1/g)).toHaveLength(4);
    const [violation] = run.verdict.violations;
    expect(violation).toMatchObject({ kind: 'exposed', router: 'kube-router/node-1', pod: 'a' });
    expect(violation!.fromMs).toBeGreaterThan(20_000);
    expect(run.verdict.requiredPreStopMs).toBeNull();
    expect(violation!.fix).toMatchObject({
      code: 'failReadinessInPreStop',
      router: expect.stringMatching(/^kube-router\//),
    });
  });

  it('lets go once the readiness fails during preStop', () => {
    const run = four(8_000);
    expect(rulesAt(run, 'node-1', 8_000).match(/weight 1/g)).toHaveLength(4);
    expect(rulesAt(run, 'node-1', 10_000).match(/weight 1/g)).toHaveLength(3);
    expect(run.verdict.outcome).toBe('safe');
  });
});

describe('policy Local', () => {
  it.each(NAMES)('behind %s a node without a Pod of its own says so, the others send to theirs', (plane) => {
    const run = leaving(plane, 2, { internalTrafficPolicy: 'Local' });
    const { idiom } = PLANES[plane]!;
    const nowhere = plane === 'ipvs' ? idiom.refuse : idiom.drop;
    expect(rulesAt(run, 'node-3', 0)).toContain(nowhere);
    expect(rulesAt(run, 'node-2', 0)).toContain(` ${idiom.forward}`);
  });

  it('behind ipvs uses the Pods of other nodes where the Service can be reached from outside', () => {
    const run = leaving('ipvs', 2, {
      type: 'NodePort',
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
    });
    expect(rulesAt(run, 'node-3', 0)).toMatch(/cluster IP {4}-> {6}a .*\n.*b .*\n.*from outside {2}lost/);
  });

  it.each(NAMES)('behind %s the health check of the node whose only Pod terminates answers 503', (plane) => {
    const run = leaving(plane, 2, { type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(rulesAt(run, 'node-1', 0)).toContain('health check  200');
    expect(rulesAt(run, 'node-1', 5_000)).toContain('health check  503');
  });
});

describe('each in its own words', () => {
  it.each([
    ['nftables', 'goto    a  numgen random mod 3: 0'],
    ['ipvs', '->      a  weight 1'],
    ['cilium', 'backend  a  active'],
    ['calicoEbpf', 'backend  a   33.33 %'],
    ['ovnKubernetes', 'IP      a   33.33 %'],
    ['antrea', 'bucket  a  weight 100'],
    ['kubeRouter', '->      a  weight 1'],
  ])('%s: %s', (plane, line) => {
    expect(rulesAt(leaving(plane, 3), 'node-1', 0)).toContain(line);
  });

  it.each([
    ['ipvs', {}, 'TCP', true],
    ['ipvs', {}, 'UDP', false],
    ['kubeRouter', { ipvsGracefulTermination: true }, 'TCP', true],
    ['kubeRouter', {}, 'TCP', false],
  ] as const)(
    '%s %j: a real server for %s that goes waits for its connections at weight 0: %j',
    (plane, own, protocol, waits) => {
      const run = runOf({
        manifests: [
          barePod({
            pod: 'a',
            preStop: sleeps(10),
            readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
          }),
          barePod({ pod: 'b' }),
          service({ ports: [{ port: 80, targetPort: 8080, protocol }] }),
        ],
        cluster: plane === 'ipvs' ? behind('ipvs') : { nodes: 3, dataPlane: { kubeRouter: own } },
        actions: [deletion('a')],
        apps: { web: { preStop: { effect: 'failReadiness', effectAt: '1s' } } },
      });
      expect(/ a +weight 0/.test(rulesAt(run, 'node-2', 5_000))).toBe(waits);
      expect(rulesAt(run, 'node-2', run.endedAtMs)).not.toContain(' a ');
    },
  );

  it('cilium keeps a terminating backend until it leaves the slice', () => {
    const run = leaving('cilium', 2);
    expect(rulesAt(run, 'node-1', 5_000)).toContain('backend  a  terminating');
    expect(rulesAt(run, 'node-1', run.endedAtMs)).not.toContain(' a ');
  });
});

describe('input of a data plane', () => {
  it.each<[string, Cluster, string]>([
    [
      'a mode beside another plane',
      { dataPlane: 'cilium', kubeProxy: { mode: 'ipvs' } },
      'cluster.kubeProxy.mode',
    ],
    [
      'a period of kube-proxy beside another plane',
      { dataPlane: 'antrea', kubeProxy: { minSyncPeriod: '1s' } },
      'cluster.kubeProxy.minSyncPeriod',
    ],
    ['nftables before 1.29', { version: '1.28', kubeProxy: { mode: 'nftables' } }, 'cluster.kubeProxy.mode'],
    ['a mode as a plane', { dataPlane: 'ipvs' as 'cilium' }, 'cluster.dataPlane'],
    [
      'no version of Cilium',
      { dataPlane: { cilium: { version: '1.x' } } },
      'cluster.dataPlane.cilium.version',
    ],
    ['two planes', { dataPlane: { cilium: {}, antrea: {} } }, 'cluster.dataPlane'],
  ])('%s is refused', (_, cluster, path) => {
    const result = parseScenario({ manifests: [barePod(), service()], cluster, actions: [deletion('web')] });
    expect(result.ok ? [] : result.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
