import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../src/analysis/critical-path.ts';
import { apps, clusters, type Run, routers, type Scenario, simulate } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { barePod, deletion, execSleep, roundDelays, sleep, web } from './scenarios.ts';

const SEEDS = Array.from({ length: tries(8) }, (_, seed) => seed);

const busy = clusters.gke130Calico();
const sidecar = { name: 'proxy', image: 'proxy' };

const scenarios: readonly (readonly [text: string, scenario: Scenario])[] = [
  ['without a hook', deletion({ manifests: web() })],
  ['with an exec hook', deletion({ manifests: web({ lifecycle: execSleep(4) }) })],
  [
    'with a sleep hook on a busy cluster',
    deletion({ manifests: web({ lifecycle: sleep(5) }), cluster: busy }),
  ],
  [
    'of an app that ignores the signal',
    deletion({ manifests: web({ grace: 5 }), apps: { web: apps.shellAsPid1() } }),
  ],
  [
    'of an app that ignores the signal, behind a slow router',
    deletion({
      manifests: web({ grace: 40 }),
      apps: { web: apps.shellAsPid1() },
      routers: [routers.fixedLag('lb', { uniform: ['1s', '60s'] })],
    }),
  ],
  [
    'of an app that keeps accepting',
    deletion({ manifests: web({ grace: 3 }), apps: { web: apps.keepsAccepting('5s') }, cluster: busy }),
  ],
  ['with two Services', deletion({ manifests: web({ services: ['a', 'b'], lifecycle: execSleep(1) }) })],
  [
    'behind an ingress controller',
    deletion({ manifests: web({ lifecycle: sleep(10) }), routers: [routers.ingressNginx()] }),
  ],
  [
    'of three Pods at short distances',
    deletion({
      manifests: web({ replicas: 5 }),
      cluster: busy,
      actions: [0, 1, 2].map((ordinal) => ({
        type: 'deletePod',
        pod: `web-1-${ordinal}`,
        at: `${ordinal * 40}ms`,
      })),
    }),
  ],
  [
    'with a proxy in front',
    deletion({
      manifests: web({ containers: [sidecar] }),
      apps: { proxy: { onPath: 'always', keepAccepting: '20ms' } },
    }),
  ],
  [
    'of one replica of two, whose other one is deleted too',
    deletion({
      manifests: web({ replicas: 2 }),
      actions: [
        { type: 'deletePod', pod: 'web-1-0' },
        { type: 'deletePod', pod: 'web-1-1', at: '300ms' },
      ],
    }),
  ],
];

const micros = (ms: number) => Math.round(ms * 1000);

function checkSum(run: Run): boolean {
  const path = criticalPath(run);
  if (path === null) {
    expect(run.verdict.decidedBy?.reading ?? null).toBeNull();
    return false;
  }
  const sum = path.links.reduce((total, link) => total + micros(link.ms), 0);
  expect(sum).toBe(micros(run.verdict.decidedBy!.exactMs));
  expect(path.exactMs).toBe(run.verdict.decidedBy!.exactMs);
  const { rounding, requiredPreStopMs } = path;
  expect(rounding === null).toBe(requiredPreStopMs === null);
  if (rounding !== null) expect(sum + micros(rounding.ms)).toBe(micros(requiredPreStopMs!));
  return true;
}

describe('the links of a critical path add up to the exact requirement', () => {
  it.each(scenarios)('%s', (_, scenario) => {
    const read = SEEDS.map((seed) => checkSum(simulate(scenario, { seed })));
    expect(read.filter(Boolean).length).toBeGreaterThan(0);
  });

  it('of a run without a trace as of the same run with one', () => {
    const [, scenario] = scenarios[1]!;
    const paths = (['full', 'none'] as const).map((trace) =>
      criticalPath(simulate(scenario, { seed: 3, trace })),
    );
    expect(paths[1]).toEqual(paths[0]);
  });
});

describe('a critical path', () => {
  it('goes along the routers and comes back along the Pod', () => {
    const run = simulate(deletion({ manifests: web(), delays: roundDelays() }));
    const links = criticalPath(run)!.links.map(({ kind, event, ms }) => `${ms} ${event?.type ?? kind}`);
    expect(links).toMatchInlineSnapshot(`
      [
        "10 deletePod",
        "10 podObserved",
        "10 serviceEnqueued",
        "10 serviceSyncStarted",
        "10 writeEndpointSlice",
        "10 endpointSliceObserved",
        "10.328 routesChanged",
        "10 wayToPod",
        "-10 deletePod",
        "-10 podObserved",
        "-10 podKillStarted",
        "-10 stopSignal",
      ]
    `);
  });

  it('says what an exec hook adds by itself, and what the app does after the signal', () => {
    const manifests = web({ lifecycle: execSleep(1) });
    const scenario = deletion({
      manifests,
      delays: roundDelays(),
      apps: { web: apps.keepsAccepting('15ms') },
    });
    const path = criticalPath(simulate(scenario))!;
    expect(
      path.links.filter(({ kind }) => kind !== 'event').map(({ kind, ms }) => [kind, ms]),
    ).toMatchInlineSnapshot(`
      [
        [
          "wayToPod",
          10,
        ],
        [
          "hookStartUp",
          -10,
        ],
        [
          "stopSignal",
          -10,
        ],
        [
          "accepting",
          -15,
        ],
      ]
    `);
    expect(path.rounding).toMatchInlineSnapshot(`
      {
        "ms": 0.672,
        "why": "wholeMs",
      }
    `);
  });

  it('is none where routing ends only because the Pod is gone', () => {
    const run = simulate(deletion({ manifests: barePod(), actions: [{ type: 'deletePod', pod: 'web' }] }));
    expect(run.verdict.requiredPreStopReason).toBe('routedUntilGone');
    expect(criticalPath(run)).toBeNull();
  });
});
