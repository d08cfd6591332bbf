import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibration/calibrate.ts';
import type { Calibration } from '../../src/calibration/calibration.ts';
import { delaysOf } from '../../src/calibration/delays-file.ts';
import { at, type QuantileTable } from '../../src/calibration/quantile-table.ts';
import type { Recording } from '../../src/calibration/recording.ts';
import { type ToRecordingOptions, toRecording } from '../../src/calibration/to-recording.ts';
import { sumOf } from '../../src/calibration/un-mix.ts';
import { hash32 } from '../../src/kernel/draws.ts';
import { simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import type { DelaysInput } from '../../src/scenario/schema.ts';
import { runSeed } from '../../src/scenario/seeds.ts';
import { tries } from '../effort.ts';

/** Clusters whose delays are known, recorded as a recorder with kubectl would, and calibrated from that alone. */

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: app
          image: web:1
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

type Tables = Readonly<Record<string, QuantileTable>>;

function scenarioOf(tables: Tables, k: number) {
  const delays = Object.fromEntries(Object.entries(tables).map(([site, quantiles]) => [site, { quantiles }]));
  return defineScenario({
    manifests: MANIFESTS,
    cluster: { version: '1.36', nodes: 3 },
    apps: { app: { onStopSignal: 'exit' } },
    delays: delays as DelaysInput,
    actions: [{ type: 'deletePod', pod: `web-1-${k % 3}` }],
  });
}

function recordings(
  tables: Tables,
  count: number,
  cluster: number,
  options: ToRecordingOptions = {},
): readonly Recording[] {
  const scenarios = [0, 1, 2].map((k) => scenarioOf(tables, k));
  return Array.from({ length: count }, (_, rep) =>
    toRecording(simulate(scenarios[rep % 3]!, { seed: runSeed(cluster, rep) }), {
      name: `${cluster}/${rep}`,
      rep,
      ...options,
    }),
  );
}

/** A table from its smallest value and its spread, in ms. */
function table(least: number, spread: number): QuantileTable {
  return [
    [0, least],
    [0.5, least + spread],
    [0.9, least + 3 * spread],
    [1, least + 8 * spread],
  ];
}

const draw = (cluster: number, what: number) => hash32(11, cluster, what) / 4294967296;

function randomTables(cluster: number): Tables {
  const of = (what: number, least: number, spread: number) =>
    table(least * (0.5 + 2 * draw(cluster, what)), spread * (0.5 + 4 * draw(cluster, what + 50)));
  const watch = of(1, 0.5, 2);
  return {
    'apiServer.write': of(0, 3, 3),
    'apiServer.response': of(2, 0.5, 1),
    'watch.kubelet': watch,
    'watch.endpointSliceController': watch,
    'watch.replicaSetController': watch,
    'watch.scheduler': watch,
    'endpointSliceController.sync': of(3, 1, 4),
    'replicaSetController.sync': of(4, 2, 8),
    'scheduler.schedule': of(5, 5, 10),
    'kubelet.podWorker': of(6, 0.5, 2),
  };
}

/** The true quantile of what a recorder sees: the sites that stand between, and the recorder's own watch where only one end has it. */
function truth(tables: Tables, sites: readonly string[]): (p: number) => number {
  return sumOf(
    sites.map((site) => (p: number) => {
      const own = tables[site.endsWith('recorder') ? 'watch.kubelet' : site]!;
      return site === '-recorder' ? -at(own, p) : at(own, p);
    }),
  );
}

const SUMS: Readonly<Record<string, readonly string[]>> = {
  answer: ['apiServer.write', 'apiServer.response'],
  'deletion seen': ['apiServer.write', 'recorder'],
  replacement: [
    'watch.replicaSetController',
    'replicaSetController.sync',
    'apiServer.write',
    'recorder',
    '-recorder',
  ],
  binding: ['watch.scheduler', 'scheduler.schedule', 'recorder', '-recorder'],
};

interface Claim {
  readonly holds: boolean;
  readonly what: string;
}

function claims({ sums }: Calibration, tables: Tables, cluster: number): readonly Claim[] {
  return Object.entries(SUMS).flatMap(([name, sites]) => {
    const found = sums.find((sum) => sum.name === name);
    const exact = truth(tables, sites);
    return (found?.quantiles ?? []).flatMap(({ p, lowerMs, upperMs }) => [
      ...(upperMs === null
        ? []
        : [{ holds: exact(p) <= upperMs + 0.05, what: `${cluster} ${name} p${p * 100} ≤ ${upperMs}` }]),
      ...(lowerMs === null
        ? []
        : [{ holds: exact(p) >= lowerMs - 0.05, what: `${cluster} ${name} p${p * 100} ≥ ${lowerMs}` }]),
    ]);
  });
}

describe('clusters whose delays are known', () => {
  const clusters = Array.from({ length: tries(3) }, (_, cluster) => cluster);

  it('lie within the bounds, at least as often as the bounds say', () => {
    const all = clusters.flatMap((cluster) => {
      const tables = randomTables(cluster);
      const skewMs = {
        'node-1': 900 * draw(cluster, 90) - 400,
        'node-2': -300 * draw(cluster, 91),
        'node-3': 0,
      };
      const calibration = calibrate({
        recordings: recordings(tables, 20, cluster, { skewMs, lostEvents: 0.1 }),
      });
      return claims(calibration, tables, cluster);
    });
    expect(all.length).toBeGreaterThan(7 * clusters.length);
    const broken = all.filter(({ holds }) => !holds).map(({ what }) => what);
    expect(broken.length / all.length, broken.join('; ')).toBeLessThanOrEqual(0.05);
  });
});

describe('a cluster that is calibrated', () => {
  const tables = randomTables(7);
  const recorded = recordings(tables, 60, 7, { skewMs: { 'node-1': 400, 'node-2': -250 } });
  const calibration = calibrate({ recordings: recorded });

  it("bounds each node's clock from its own repetitions, and the truth lies within", () => {
    const skew: Readonly<Record<string, number>> = { 'node-1': 400, 'node-2': -250, 'node-3': 0 };
    expect(calibration.clocks).toHaveLength(3);
    for (const { node, offsetMs, uncertaintyMs } of calibration.clocks)
      expect(Math.abs(offsetMs - skew[node]!), node).toBeLessThanOrEqual(uncertaintyMs + 0.001);
  });

  it('looks the same to a recorder when it is simulated with what was found', () => {
    const fitted = delaysOf(calibration, 'estimate');
    const found = Object.fromEntries(
      Object.entries(fitted).flatMap(([site, delay]) =>
        typeof delay === 'object' && 'quantiles' in delay ? [[site, delay.quantiles as QuantileTable]] : [],
      ),
    );
    const again = calibrate({ recordings: recordings(found, 60, 8) });
    for (const name of ['answer', 'deletion seen', 'slice', 'replacement', 'binding']) {
      const [before, after] = [calibration, again].map(
        ({ sums }) => sums.find((sum) => sum.name === name)?.quantiles[0],
      );
      expect(after!.estimateMs, name).toBeGreaterThan(before!.lowerMs! * 0.7);
      expect(after!.estimateMs, name).toBeLessThan(before!.upperMs! * 1.3);
    }
  });
});

describe('a rule', () => {
  // Watches so slow that a sync often finds its slices older than its own write.
  const slow = table(60, 120);
  const watches = {
    'watch.kubelet': slow,
    'watch.endpointSliceController': slow,
    'watch.replicaSetController': table(1, 1),
    'watch.scheduler': table(1, 1),
    'kubelet.startPod': table(20, 60),
  };
  const staleOf = (recorded: readonly Recording[]) => {
    const found = calibrate({ recordings: recorded }).modes.find(({ mode }) => mode === 'staleSlice');
    return found === undefined ? 0 : found.count / found.of;
  };

  it('is not counted twice: the fitted cluster has as many stale syncs', () => {
    const recorded = recordings(watches, 90, 3);
    const calibration = calibrate({ recordings: recorded });
    const fitted = delaysOf(calibration, 'estimate') as Readonly<
      Record<string, { readonly quantiles?: QuantileTable }>
    >;
    const found = Object.fromEntries(
      Object.entries(fitted).flatMap(([site, { quantiles }]) =>
        quantiles === undefined ? [] : [[site, quantiles]],
      ),
    );
    const [before, after] = [staleOf(recorded), staleOf(recordings(found, 90, 4))];
    expect(before).toBeGreaterThan(0.01);
    expect(after).toBeGreaterThan(0);
    expect(Math.abs(after - before)).toBeLessThan(0.12);
  });
});
