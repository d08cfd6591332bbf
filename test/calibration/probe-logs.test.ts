import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibration/calibrate.ts';
import { isProbeLog, withProbes } from '../../src/calibration/probe-logs.ts';
import { toRecording } from '../../src/calibration/to-recording.ts';
import { simulate } from '../../src/run/simulate.ts';
import { clusters } from '../../src/scenario/presets/index.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { runSeed } from '../../src/scenario/seeds.ts';
import { SOMETIMES_UNSAFE } from '../node/sometimes-unsafe.ts';

const manifests = SOMETIMES_UNSAFE.replace('seconds: 1', 'seconds: 5');
const t0Us = 1_795_449_600_000_000;
const runs = Array.from({ length: 8 }, (_, k) =>
  simulate(
    defineScenario({
      manifests,
      cluster: clusters.quiet136({ nodes: 1 }),
      delays: { 'kubeProxy.sync': { uniform: ['150ms', '250ms'] } },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    }),
    { seed: runSeed(5, k) },
  ),
);
const options = (k: number) => ({ name: `${k}`, rep: k, t0Us: t0Us + k * 60_000_000 });

describe('a prober', () => {
  const probed = runs.map((run, k) => toRecording(run, { ...options(k), probesPerSecond: 200 }));

  it("shows when a node's rules let go: kube-proxy's sync is identified", () => {
    const { sites, notIdentified } = calibrate({ recordings: probed });
    expect(notIdentified['kubeProxy.sync']).toBeUndefined();
    const median = sites['kubeProxy.sync']!.estimate!.find(([p]) => p === 0.5)![1];
    // 150 to 250 ms, and a watch of up to 60 ms; the last answer is known to some 10 ms.
    expect(median).toBeGreaterThan(140);
    expect(median).toBeLessThan(260);
  });

  it('through another router gives its lag, and says nothing of kube-proxy', () => {
    const { routers, notIdentified } = calibrate({ recordings: probed }, { router: 'own-lb' });
    expect(routers).toMatchObject([{ name: 'own-lb', n: 8 }]);
    expect(notIdentified['kubeProxy.sync']).toBeDefined();
  });

  it('in a Pod has a clock of its own, which the recordings set right', () => {
    const skewMs = { 'node-1': 3000 };
    const silent = runs.map((run, k) => toRecording(run, { ...options(k), skewMs }));
    const logs = probed.flatMap(({ lines }, k) =>
      lines
        .filter(({ source }) => source === 'probe')
        .map((line) => {
          const wall = (ms: number) => ms + (t0Us + k * 60_000_000) / 1000 + 3000;
          return {
            ...line,
            t: wall(line.t),
            detail: { ...line.detail, sentT: wall(Number(line.detail.sentT)) },
          };
        }),
    );
    expect(isProbeLog(`${JSON.stringify(logs[0])}\n`)).toBe(true);
    expect(isProbeLog('{"t":1,"source":"meta"}\n')).toBe(false);
    const site = calibrate({ recordings: withProbes(silent, logs) }).sites['kubeProxy.sync'];
    expect(site?.n).toBe(8);
    expect(site?.estimate?.find(([p]) => p === 0.5)?.[1]).toBeGreaterThan(100);
  });
});
