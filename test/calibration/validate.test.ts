import { beforeAll, describe, expect, it } from 'vitest';
import { calibrate, repetitionsOf } from '../../src/calibration/calibrate.ts';
import type { Recording } from '../../src/calibration/recording.ts';
import { type ToRecordingOptions, toRecording } from '../../src/calibration/to-recording.ts';
import { validate } from '../../src/calibration/validate.ts';
import { simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';

/** Recordings of simulated clusters against runs of their own scenario. */

const manifests = (hook: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: server
          image: web:1
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
          ${hook}
        - { name: logger, image: logs }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ port: 80, targetPort: 8080 }] }
`;
const SLEEP = 'lifecycle: { preStop: { sleep: { seconds: 2 } } }';

function recorded(
  input: Partial<ScenarioInput>,
  { hook = SLEEP, count = 6, ...options }: ToRecordingOptions & { hook?: string; count?: number } = {},
): readonly Recording[] {
  const scenario = defineScenario({
    manifests: manifests(hook),
    cluster: { version: '1.36', nodes: 2 },
    apps: { server: { onStopSignal: 'exit' }, logger: { onStopSignal: 'exit' } },
    actions: [{ type: 'deletePod', pod: 'shop-1-1' }],
    ...input,
  });
  return Array.from({ length: count }, (_, rep) =>
    toRecording(simulate(scenario, { seed: 170 + rep }), { name: `shop/0${rep}.jsonl`, rep, ...options }),
  );
}

const judged = (recordings: readonly Recording[], runs = 100) =>
  validate(repetitionsOf(recordings).repetitions, { runs });
/** Where it only matters what is compared. */
const FEW = 20;

describe('recordings of two containers, by the names that the manifest gives them', () => {
  it('agree with runs of their own scenario', () => {
    const { rows, failed, notJudged } = judged(recorded({}));
    expect(rows.length).toBeGreaterThan(10);
    expect([failed, notJudged]).toEqual([0, []]);
  });

  it('are blamed where they are off, and not where that is only seen again', () => {
    const { rows } = judged(recorded({ delays: { 'runtime.startContainer': { uniform: ['4s', '5s'] } } }));
    const failed = rows.filter(({ passed }) => !passed);
    expect(failed.map(({ milestone }) => milestone)).toEqual([
      'replacement runningMs',
      'replacement readyMs',
      'replacement sliceReadyMs',
    ]);
    expect(failed.map(({ site }) => site)).toEqual(Array(3).fill('runtime.startContainer'));
    expect(failed[2]?.why).toMatch(/above the simulated 95 %.*what is off is runningMs on its way/);
  });
});

describe('a teardown that began a second late', () => {
  let recordings: readonly Recording[];
  beforeAll(() => {
    const all = recorded({});
    const kill = all[2]!.lines.find(({ what }) => what === 'Killing')!.t;
    const late = all[2]!.lines.map((line) =>
      line.t < kill || line.source === 'client' ? line : { ...line, t: line.t + 900 },
    );
    // No nanoseconds: its arrival bounds it.
    const blurred = (lines: Recording['lines']) =>
      lines.map((line) => (line.source === 'events' ? { ...line, detail: { obj: line.detail.obj } } : line));
    recordings = all.map((each, k) => ({ ...each, lines: blurred(k === 2 ? late : each.lines) }));
  });
  const withMeta = (more: object) => recordings.map((each) => ({ ...each, meta: { ...each.meta, ...more } }));

  it('is set aside where nothing shows that its Pod was steady', () => {
    const { setAside, rows } = judged(withMeta({ quietMs: undefined }), FEW);
    expect(setAside).toHaveLength(1);
    expect(setAside[0]?.why).toMatch(/^shop\/02\.jsonl: shop-1-1 began to stop .*waits for a relist/);
    expect(rows.find(({ milestone }) => milestone === 'terminalPhaseMs')?.recorded.n).toBe(5);
    expect(rows.find(({ milestone }) => milestone === 'sliceTerminatingMs')?.recorded.n).toBe(6);
  });

  it('is judged where the recorder had waited for quiet', () => {
    const { setAside, rows } = judged(withMeta({ quietMs: 10_000 }), FEW);
    expect(setAside).toEqual([]);
    const row = rows.find(({ milestone }) => milestone === 'terminalPhaseMs');
    expect(row).toMatchObject({ passed: false, recorded: { n: 6 } });
  });
});

describe('calibrate', () => {
  it('leaves out last answers that the end of the Pod cut off, and says so', () => {
    const slow = { delays: { 'kubeProxy.sync': { uniform: ['800ms', '900ms'] } } } as const;
    const { sites, notes } = calibrate({ recordings: recorded(slow, { hook: '', probesPerSecond: 100 }) });
    expect(sites['kubeProxy.sync']).toBeUndefined();
    expect(notes.join()).toContain('of 6 last answers were left out');
  });

  it('takes rollouts: writes from the answer, controllers, starts and teardowns from what was seen', () => {
    const rollouts = recorded({ actions: [{ type: 'rollingUpdate', deployment: 'shop' }] });
    const { sites } = calibrate({ recordings: rollouts });
    for (const site of [
      'apiServer.write',
      'deploymentController.sync',
      'scheduler.schedule',
      'kubelet.terminatedPod',
    ] as const)
      expect(sites[site]?.n, site).toBeGreaterThanOrEqual(6);
  });

  it('takes deletions close to each other, and validate knows how far apart they were', () => {
    const actions: ScenarioInput['actions'] = [
      { type: 'deletePod', pod: 'shop-1-0' },
      { type: 'deletePod', pod: 'shop-1-2', at: '500ms' },
    ];
    const recordings = recorded({ actions });
    expect(calibrate({ recordings }).sites['apiServer.write']?.n).toBe(12);
    const { rows, failed } = judged(recordings);
    expect(rows.some(({ milestone }) => milestone === 'Pod 2 podDeletedMs')).toBe(true);
    expect(failed).toBeLessThanOrEqual(1);
  });

  it.each([
    [{ replicas: 1e9 }, /validate simulates up to 1000/],
    [{ workload: 'StatefulSet' }, /of another controller than a Deployment/],
  ])('and a meta of %o is told and not simulated', (meta, why) => {
    const { notJudged } = judged(recorded({}, { count: 2, meta }), FEW);
    expect(notJudged[0]?.why).toMatch(why);
  });
});
