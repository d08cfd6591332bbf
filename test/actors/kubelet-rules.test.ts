import { describe, expect, it } from 'vitest';
import { podTimeline, type Run, type ScenarioInput } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { container, deployment, service } from '../run/manifests.ts';
import { eventsOf, momentsOf, runOf } from '../run/run-of.ts';

/** The kubelet as it runs decides by the rules that conformance checks: each of them seen through a run. */

const POD = 'web-1-1';

/** A Pod that is started at 0 s beside a steady one, and is the one that goes when they are one too many. */
function startedAndStopped(
  pod: Parameters<typeof deployment>[0],
  more: Partial<ScenarioInput>,
  at: number,
): Run {
  return runOf({
    manifests: [deployment({ replicas: 1, terminationGracePeriodSeconds: 60, ...pod }), service()],
    actions: [
      { type: 'scale', deployment: 'web', replicas: 2 },
      { type: 'scale', deployment: 'web', replicas: 1, at },
    ],
    delays: CONSTANT_DELAYS,
    ...more,
  });
}

describe('native sidecars of which one is in its crash back-off when the Pod is deleted', () => {
  const three = ['first', 'second', 'third'];
  const failing = {
    livenessProbe: {
      httpGet: { port: 1 },
      periodSeconds: 1,
      failureThreshold: 1,
      terminationGracePeriodSeconds: 1,
    },
  };

  /** Who gets the stop signal how many seconds after the kill began; the app goes in 2 s, each sidecar in 20 s. */
  function signals(crashed: string, version: string) {
    const sidecars = three.map((name) => ({
      ...container({ name, port: null }),
      ...(name === crashed && failing),
    }));
    const apps = {
      web: { drain: '2s' },
      ...Object.fromEntries(three.map((name) => [name, { drain: '20s' }])),
      [crashed]: { onStopSignal: 'exit', startup: '1h' },
    } as const;
    const run = startedAndStopped({ sidecars }, { cluster: { version, nodes: 1 }, apps }, 10_000);
    const [kill] = momentsOf(run, { type: 'podKillStarted', pod: POD });
    const sent = eventsOf(run, { type: 'stopSignal', pod: POD }).filter(({ atMs }) => atMs > kill!);
    return Object.fromEntries(
      sent.map(({ atMs, data }) => [data!.container, Math.round((atMs - kill!) / 1000)]),
    );
  }

  it.each([
    ['the one before it waits for the app alone', 'second', '1.33', { web: 0, third: 2, first: 2 }],
    ['nobody waits for it where it is the last', 'third', '1.33', { web: 0, second: 2, first: 22 }],
    ['the others keep their order where it is the first', 'first', '1.33', { web: 0, third: 2, second: 22 }],
    ['so it was from the beginning', 'second', '1.29', { web: 0, third: 2, first: 2 }],
  ])('%s', (_, crashed, version, expected) => {
    expect(signals(crashed, version)).toEqual(expected);
  });
});

describe('the final phase', () => {
  it.each<[string, string, string, number, string]>([
    ['Always, and all exit with 0', 'Always', '1.30', 0, 'Succeeded'],
    ['Always, and one fails', 'Always', '1.30', 3, 'Failed'],
    ['Always up to 1.26: it stays as it is', 'Always', '1.26', 3, 'Running'],
  ])('of a Pod with restartPolicy %s', (_, restartPolicy, version, exitCode, phase) => {
    const cluster = { version, nodes: 1 };
    const run = startedAndStopped({ restartPolicy }, { cluster, apps: { web: { exitCode } } }, 10_000);
    const patches = eventsOf(run, { type: 'patchPodStatus', pod: POD });
    expect(patches.at(-1)!.data).toMatchObject({ phase });
  });
});

describe('a sidecar that is still starting when its Pod is deleted', () => {
  const startupProbe = { httpGet: { port: 1 }, periodSeconds: 1, failureThreshold: 60 };
  const sidecars = [{ ...container({ name: 'proxy', port: null }), startupProbe }];
  const readiness = (startup: Duration) => {
    const apps = { web: { drain: '30s' }, proxy: { startup } } as const;
    const run = startedAndStopped({ sidecars }, { cluster: { version: '1.33', nodes: 1 }, apps }, 10_000);
    return eventsOf(run, { type: 'patchPodStatus', pod: POD }).map(({ data }) => data!.ready);
  };

  it('is probed on, and may become ready while the Pod goes', () => {
    expect(readiness('15s')).toEqual([false, true, false]);
  });

  it('has no say once all containers are stopped', () => {
    expect(readiness('50s')).toEqual([false, false]);
  });
});

describe('the period of a readiness probe', () => {
  const PERIOD_MS = 7000;

  /** When the Pod was admitted, and when its probe was asked while its app took 25 s to start. */
  const probed = (version: string) => {
    const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: PERIOD_MS / 1000 };
    const more = { cluster: { version, nodes: 1 }, apps: { web: { startup: '25s' } } } as const;
    const run = startedAndStopped({ readinessProbe }, more, 60_000);
    const [admitted] = momentsOf(run, { type: 'podObserved', pod: POD, actor: 'kubelet/node-1' });
    return { admitted: admitted!, probes: momentsOf(run, { type: 'readinessProbed', pod: POD }) };
  };
  const ANSWER_MS = 10;

  it('counts from the admission of the Pod up to 1.31', () => {
    const { admitted, probes } = probed('1.31');
    expect(probes.length).toBeGreaterThan(4);
    for (const at of probes.slice(2)) expect((at - admitted) % PERIOD_MS).toBeCloseTo(ANSWER_MS, 0);
  });

  it('counts from what triggered an attempt from 1.32 on', () => {
    const { probes } = probed('1.32');
    const [, triggered, ...later] = probes;
    expect(later.length).toBeGreaterThan(2);
    for (const at of later) expect((at - triggered!) % PERIOD_MS).toBe(0);
  });
});

describe('a request as preStop hook', () => {
  const asks = (port: number | string, ports: readonly object[]) => {
    const containers = [
      { ...container(), ports, lifecycle: { preStop: { httpGet: { port, path: '/drain' } } } },
    ];
    const apps = { web: { preStop: { duration: '4s' } } } as const;
    const run = startedAndStopped({ containers }, { apps }, 10_000);
    const { preStopOutcome, preStopStartedMs, preStopEndedMs } = podTimeline(run, POD);
    return [preStopOutcome, Math.round(preStopEndedMs! - preStopStartedMs!)];
  };
  const named = [{ containerPort: 8080 }, { name: 'admin', containerPort: 9000 }];

  it.each([
    ['to a number is sent, whether or not the container names it', 1234, 'completed', 4000],
    ['to the name of a port is sent there', 'admin', 'completed', 4000],
    ['to a name that no port has fails at once', 'adnim', 'failed', 0],
  ] as const)('%s', (_, port, outcome, ms) => {
    expect(asks(port, named)).toEqual([outcome, ms]);
  });
});
