import { describe, expect, it } from 'vitest';
import {
  applyPreStop,
  defineScenario,
  findSafePreStop,
  type ScenarioInput,
  simulate,
  describe as text,
} from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

interface Mesh {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly preStop?: number;
  readonly version?: string;
  readonly containers?: readonly object[];
  readonly more?: readonly object[];
  readonly apps?: ScenarioInput['apps'];
}

const ISTIO = { 'sidecar.istio.io/inject': 'true' };
const LINKERD = { 'linkerd.io/inject': 'enabled' };

/** Istio's routers are told 8 s after the others, so that a sidecar that leaves after 5 s is missed. */
function input({
  labels = {},
  annotations = {},
  preStop = 15,
  version = '1.30',
  ...more
}: Mesh): ScenarioInput {
  const container = {
    name: 'web',
    image: 'web',
    ports: [{ containerPort: 80 }],
    lifecycle: { preStop: { sleep: { seconds: preStop } } },
  };
  return {
    manifests: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web', ...labels }, annotations },
            spec: { containers: [container, ...(more.containers ?? [])] },
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
      ...(more.more ?? []),
    ],
    cluster: { version },
    delays: { 'watch.router': '8s' },
    actions: [{ type: 'deletePod', pod: 'web-1-1', at: '0s' }],
    ...(more.apps !== undefined && { apps: more.apps }),
  };
}

/** When the container stopped accepting, in seconds after its Pod was asked to stop; null: it did not before the Pod's end. */
function stopsAt(given: Mesh, container: string): number | null {
  const run = simulate(defineScenario(input(given)), { seed: 2 });
  const closed = run.trace.find(
    ({ type, data }) =>
      type === 'listenerClosed' && (data as { readonly container: string }).container === container,
  );
  return closed === undefined ? null : Math.round(closed.atMs / 100) / 10;
}

const safe = (given: Mesh) => simulate(defineScenario(input(given)), { seed: 2 }).verdict.safe;
const namespace = (labels: object) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels } },
];

describe('a proxy that a mesh puts into the Pod', () => {
  it.each<readonly [what: string, mesh: Mesh, container: string, at: number | null, safe: boolean]>([
    [
      '#75, X5.2 Istio, classic, leaves after 5 s though preStop is 15',
      { labels: ISTIO },
      'istio-proxy',
      5,
      false,
    ],
    [
      'X5.2 terminationDrainDuration 20 s',
      { labels: ISTIO, annotations: { 'proxy.istio.io/config': 'terminationDrainDuration: 20s' } },
      'istio-proxy',
      20,
      true,
    ],
    [
      'native by its annotation',
      { labels: ISTIO, annotations: { 'sidecar.istio.io/nativeSidecar': 'true' } },
      'istio-proxy',
      15,
      true,
    ],
    ['native where Kubernetes is 1.33', { labels: ISTIO, version: '1.33' }, 'istio-proxy', 15, true],
    [
      'classic where its revision is older than 1.27',
      { more: namespace({ 'istio.io/rev': '1-26-0' }), version: '1.34' },
      'istio-proxy',
      5,
      false,
    ],
    [
      'native from revision 1.27 on',
      { more: namespace({ 'istio.io/rev': '1-27' }), version: '1.34' },
      'istio-proxy',
      15,
      true,
    ],
    [
      '#76 Linkerd: the app sleeps, the proxy takes no more at once',
      { annotations: LINKERD },
      'linkerd-proxy',
      0,
      false,
    ],
    [
      'Linkerd, with a wait before its exit',
      { annotations: { ...LINKERD, 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '12' } },
      'linkerd-proxy',
      12,
      true,
    ],
    [
      '#77, X5.5 Linkerd waits 40 s under a grace period of 30: cut at 30',
      {
        annotations: { ...LINKERD, 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '40' },
        preStop: 10,
      },
      'linkerd-proxy',
      30,
      false,
    ],
    [
      'one whose end the scenario describes',
      { labels: ISTIO, apps: { 'istio-proxy': { keepAccepting: '12s', onPath: 'always' } } },
      'istio-proxy',
      12,
      true,
    ],
  ])('%s', (_, mesh, container, at, isSafe) => {
    const seen = stopsAt(mesh, container);
    if (at === null) expect(seen).toBeNull();
    else expect(seen).toBeCloseTo(at, 0);
    expect(safe(mesh)).toBe(isSafe);
  });

  describe('with EXIT_ON_ZERO_ACTIVE_CONNECTIONS', () => {
    const untilIdle = {
      labels: ISTIO,
      annotations: {
        'proxy.istio.io/config': 'proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true" }',
      },
    };
    /** One stream that opens before the deletion at 10 s and ends so long after it. */
    const goneAt = (endsAt: number | null) => {
      const clients: ScenarioInput['clients'] =
        endsAt === null
          ? []
          : [
              {
                name: 'stream',
                from: { node: 'node-1' },
                load: { concurrency: 3 },
                connection: { stream: { duration: `${9 + endsAt}s` } },
                start: '1s',
                stop: '1.5s',
                requestTimeout: '100s',
              },
            ];
      const run = simulate(
        defineScenario({
          ...input(untilIdle),
          actions: [{ type: 'deletePod', pod: 'web-1-1', at: '10s' }],
          delays: CONSTANT_DELAYS,
          clients,
        }),
        { seed: 1 },
      );
      const of = (type: string) =>
        run.trace.find(
          (event) =>
            event.type === type &&
            (event.data as { readonly container?: string } | undefined)?.container === 'istio-proxy',
        )!.atMs;
      return (of('listenerClosed') - of('stopSignal')) / 1000;
    };

    it.each([
      ['no connection is open: at the first look after 5 s, 6', null, 6],
      ['X5.3 the last one ends at 3: 6', 3, 6],
      ['X5.3 the last one ends at 7.4: 8', 7.4, 8],
    ])('%s', (_, endsAt, gone) => {
      expect(goneAt(endsAt)).toBeCloseTo(gone, 3);
    });
  });

  it('which leaves by itself: no preStop helps, and the fix is to keep it', () => {
    const scenario = defineScenario(input({ labels: ISTIO }));
    const { verdict } = simulate(scenario, { seed: 2 });
    expect(verdict.requiredPreStopReason).toBe('sidecarLeavesFirst');
    const [violation] = verdict.violations;
    expect(violation!.fix).toMatchObject({ code: 'keepSidecar', container: 'istio-proxy' });
    expect(text(violation!.fix)).toMatch(
      /^No preStop of the app helps: istio-proxy .* terminationDrainDuration to at least (8|9)s/,
    );
    const found = findSafePreStop(scenario, { runs: 10 });
    expect(found).toMatchObject({ kind: 'none', reason: 'sidecarLeavesFirst' });
  });

  it('is given no preStop, and stands in no manifest that is handed back', () => {
    const longer = applyPreStop(defineScenario(input({ labels: ISTIO })), 20);
    expect(JSON.stringify(longer.input.manifests)).not.toContain('istio-proxy');
    expect(
      longer.world.templates[0]!.containers.map(({ name, hook }) => [name, hook?.duration ?? null]),
    ).toEqual([
      ['web', 20_000_000],
      ['istio-proxy', null],
    ]);
  });

  it('is told with the assumptions, with what is not said of it', () => {
    const { assumptions } = defineScenario(input({ labels: ISTIO }));
    const own = assumptions.find(({ code }) => code === 'meshSidecar');
    expect(text(own!)).toBe(
      "apps.istio-proxy: Deployment/web (sidecar.istio.io/inject) has istio-proxy in its Pods (its mesh's version is not said): an ordinary " +
        'container, which leaves 5 s after the Pod has begun to stop, whatever hook the app has.',
    );
  });

  it('is not put in twice where the manifest shows it', () => {
    const shown = defineScenario(
      input({ labels: ISTIO, containers: [{ name: 'istio-proxy', image: 'istio/proxyv2' }] }),
    );
    expect(shown.world.templates[0]!.containers.map(({ name, injected }) => [name, injected])).toEqual([
      ['web', false],
      ['istio-proxy', false],
    ]);
    expect(
      stopsAt(
        { labels: ISTIO, containers: [{ name: 'istio-proxy', image: 'istio/proxyv2' }] },
        'istio-proxy',
      ),
    ).toBe(5);
  });
});
