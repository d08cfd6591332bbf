import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../src/cluster/state.ts';
import { explain } from '../../src/report/explain.ts';
import { formatRollout } from '../../src/report/rollout-text.ts';
import { withHooks } from '../../src/run/compiled-scenario.ts';
import { ran } from '../../src/run/observed-loop.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, type Scenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import type { TraceEvent } from '../../src/verdict/trace-events.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { rollout } from './manifests.ts';

/** Whatever is done to Pods that start slowly, are killed by their probes, and have hooks of all sorts: what holds always. */

const at = fc.integer({ min: 0, max: 30_000 }).map((ms) => `${ms}ms` as const);
const node = fc.constantFrom('node-1', 'node-2');
const deployment = fc.constant('web');

const action: fc.Arbitrary<ActionInput> = fc.oneof(
  fc.record({ type: fc.constant('scale' as const), deployment, replicas: fc.nat(5), at }),
  fc.record({ type: fc.constant('rollingUpdate' as const), deployment, at }),
  fc.record({ type: fc.constant('rolloutRestart' as const), deployment, at }),
  fc.record({ type: fc.constant('deletePod' as const), pod: fc.constant('web-1-0'), at }),
  fc.record({ type: fc.constant('evictPod' as const), pod: fc.constant('web-1-1'), at }),
  fc.record({ type: fc.constant('drainNode' as const), node, at, disableEviction: fc.boolean() }),
  fc.record({ type: fc.constant('kubeletEviction' as const), pod: fc.constant('web-1-1'), at }),
  fc.record({ type: fc.constant('nodeLost' as const), node, at }),
  fc.record({
    type: fc.constant('nodeShutdown' as const),
    node,
    at,
    shutdownGracePeriod: fc.constantFrom('8s', '20s', '40s'),
    shutdownGracePeriodCriticalPods: fc.constantFrom('0s', '5s'),
  }),
);

const probe = fc.record({
  httpGet: fc.constant({ port: 8080 }),
  periodSeconds: fc.integer({ min: 1, max: 5 }),
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  initialDelaySeconds: fc.nat(6),
});
const killing = fc.option(probe, { nil: undefined, freq: 2 });

const preStop = fc.constantFrom(
  undefined,
  { sleep: { seconds: 3 } },
  { exec: { command: ['sleep', '7'] } },
  { exec: { command: ['sh', '-c', 'sleep 4; nginx -s quit'] } },
  { exec: { command: ['sh', '-c', 'nginx -s quit; sleep 4'] } },
);

const story: fc.Arbitrary<Scenario> = fc
  .record({
    version: fc.constantFrom('1.26', '1.30', '1.32', '1.36'),
    replicas: fc.integer({ min: 2, max: 4 }),
    terminationGracePeriodSeconds: fc.constantFrom(5, 10, 30),
    readinessProbe: fc.option(probe, { nil: undefined, freq: 4 }),
    livenessProbe: killing,
    startupProbe: killing,
    preStop,
    startup: fc.constantFrom('0s', '2s', '6s', '15s'),
    onStopSignal: fc.constantFrom('drain' as const, 'exit' as const, 'ignore' as const),
    sidecar: fc.boolean(),
    actions: fc.array(action, { minLength: 1, maxLength: 3 }),
  })
  .map((sketch) => {
    const { version, replicas, terminationGracePeriodSeconds, startup, onStopSignal, actions } = sketch;
    const { readinessProbe, livenessProbe, startupProbe } = sketch;
    // The sleep action is refused below 1.30.
    const hook = version === '1.26' && sketch.preStop?.sleep !== undefined ? undefined : sketch.preStop;
    const side = { name: 'side', image: 'registry.example/side:1', restartPolicy: 'Always', livenessProbe };
    return defineScenario(
      rollout({
        version,
        nodes: 2,
        replicas,
        terminationGracePeriodSeconds,
        container: { readinessProbe, livenessProbe, startupProbe, lifecycle: hook && { preStop: hook } },
        podSpec: sketch.sidecar && version !== '1.26' ? { initContainers: [side] } : {},
        actions,
        input: { apps: { web: { startup, onStopSignal } }, delays: CONSTANT_DELAYS },
      }),
    );
  });

const campaign = { numRuns: tries(6), seed: 20_26 };

function always(holds: (run: Run, scenario: Scenario) => void): void {
  fc.assert(
    fc.property(story, fc.nat(1_000), (scenario, seed) => holds(simulate(scenario, { seed }), scenario)),
    campaign,
  );
}

const ofContainers = (run: Run) => {
  const stories = new Map<string, TraceEvent[]>();
  for (const event of run.trace) {
    if (event.data?.container === undefined) continue;
    const key = `${event.pod}/${String(event.data.container)}`;
    stories.set(key, [...(stories.get(key) ?? []), event]);
  }
  return [...stories.values()];
};

describe('in any story', () => {
  it('the run ends, and tells of itself without a hole', () => {
    always((run) => {
      expect(run.endedAtMs).toBeLessThan(2 * 3_600_000);
      const told = `${explain(run)}\n${formatRollout(run)}`;
      expect(told).not.toMatch(/undefined|NaN|Infinity/);
      for (const { fromMs, toMs } of run.verdict.violations) expect(fromMs).toBeLessThanOrEqual(toMs);
      for (const { usedMs } of Object.values(run.verdict.grace)) expect(usedMs).toBeGreaterThanOrEqual(0);
    });
  });

  it('every Pod that is deleted goes in the end, unless its node went before', () => {
    always((run) => {
      const lost = new Set(run.trace.filter(({ type }) => type === 'nodeLost').map((event) => event.node));
      const pods = run.snapshotAt(run.endedAtMs).actor('api-server')!.pod as readonly PodObject[];
      const left = pods.filter(
        (pod) => pod.deletionTimestamp !== null && !pod.gone && !lost.has(`node-${pod.node + 1}`),
      );
      expect(left).toEqual([]);
    });
  });

  it('a run of a container has one hook and one stop signal at most, and none begins once its Pod stops', () => {
    always((run) => {
      for (const events of ofContainers(run)) {
        let hooks = 0;
        let signals = 0;
        for (const { type } of events) {
          if (type === 'containerStarted') [hooks, signals] = [0, 0];
          if (type === 'preStopStarted') hooks++;
          if (type === 'stopSignal') signals++;
          expect(Math.max(hooks, signals)).toBeLessThanOrEqual(1);
        }
      }
      const stopping = new Set<string>();
      for (const { type, pod } of run.trace) {
        if (type === 'podKillStarted') stopping.add(pod!);
        if (type === 'containerRestarted') expect(stopping.has(pod!)).toBe(false);
      }
    });
  });

  it('the required preStop is enough, and a millisecond less is not', () => {
    always((run, scenario) => {
      const { requiredPreStopMs: required } = run.verdict;
      if (required === null) return;
      const exposed = (ms: number) => ran(scenario, withHooks(scenario, ms * 1_000), run.seed).fold.exposed;
      // Without a hook the signal comes otherwise than after one of no length; the run itself is then the proof.
      if (required > 0) expect([exposed(required), exposed(required - 1)]).toEqual([false, true]);
    });
  });

  it('a trace changes nothing, and a seed is one story', () => {
    always((run, scenario) => {
      expect(simulate(scenario, { seed: run.seed, trace: 'none' }).digest).toBe(run.digest);
    });
  });
});
