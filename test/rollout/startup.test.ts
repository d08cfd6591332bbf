import { describe, expect, it } from 'vitest';
import { podTimeline, type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { type RolloutOptions, rollout } from './manifests.ts';

function run(options: RolloutOptions): Run {
  const actions = [{ type: 'scale', deployment: 'web', replicas: 2 }] as const;
  return simulate(defineScenario(rollout({ replicas: 1, actions, ...options })));
}

const started = (result: Run) => podTimeline(result, 'web-1-1');
const probe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 30 };

describe('the start of a Pod', () => {
  it('pulls the image first', () => {
    const [there, pulled] = [run({}), run({ input: { apps: { web: { imagePull: '8s' } } } })].map(started);
    expect(pulled!.runningMs! - there!.runningMs!).toBeGreaterThan(7_900);
    expect(pulled!.runningMs! - there!.runningMs!).toBeLessThan(8_100);
  });

  it('takes longer for each further container', () => {
    const helper = { name: 'helper', image: 'registry.example/helper:1' };
    const at = (containers: readonly object[]) =>
      started(
        run({
          podSpec: { initContainers: containers.map((one) => ({ ...one, restartPolicy: 'Always' })) },
          input: { delays: { 'runtime.startContainer': '90ms' } },
        }),
      ).runningMs!;
    expect(at([helper]) - at([])).toBeCloseTo(90, -1);
    expect(at([helper, { ...helper, name: 'other' }]) - at([])).toBeCloseTo(180, -1);
  });

  it('is not Ready before postStart has returned, though the app accepts', () => {
    const lifecycle = { postStart: { exec: { command: ['sleep', '6'] } } };
    const { readyMs } = started(run({ container: { lifecycle } }));
    expect(readyMs).toBeGreaterThan(6_500);
    expect(readyMs).toBeLessThan(7_700);
  });

  it('waits for the first tick of a startup probe, which counts from the admission of the Pod', () => {
    for (const periodSeconds of [3, 10]) {
      const result = run({ container: { startupProbe: { ...probe, periodSeconds } } });
      const seen = result.trace.find(
        ({ type, actor, pod }) => type === 'podObserved' && actor.startsWith('kubelet/') && pod === 'web-1-1',
      )!;
      const probed = result.trace.filter(({ type }) => type === 'startupProbed');
      expect(probed).toHaveLength(1);
      // The probe itself takes 10 ms.
      expect(probed[0]!.atMs - seen.atMs).toBe(periodSeconds * 1_000 + 10);
      // The sync that follows makes the readiness probe run.
      const { readyMs } = started(result);
      expect(readyMs! - probed[0]!.atMs).toBeLessThan(1_200);
    }
  });

  it('runs the readiness probe only once the startup probe has succeeded', () => {
    const input = { apps: { web: { startup: '4500ms' } } } as const;
    const { readyMs, createdMs } = started(
      run({ input, container: { startupProbe: { ...probe, periodSeconds: 3 } } }),
    );
    // Its second attempt, six seconds after the admission, finds the app up.
    expect(readyMs! - createdMs!).toBeGreaterThan(5_900);
    expect(readyMs! - createdMs!).toBeLessThan(7_700);
    const plain = started(run({ input }));
    expect(plain.readyMs! - plain.runningMs!).toBeLessThan(5_600);
  });

  it('counts an initial delay from the second of the start', () => {
    const container = {
      readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, initialDelaySeconds: 5 },
    };
    const waits = [0, 1, 2, 3, 4, 5].map((seed) => {
      const actions = [{ type: 'scale', deployment: 'web', replicas: 2 }] as const;
      const scenario = defineScenario(rollout({ replicas: 1, actions, container, version: '1.31' }));
      const result = simulate(scenario, { seed });
      const startedAt = result.trace.find(({ type }) => type === 'containerStarted')!.atMs;
      const { readyMs } = started(result);
      return readyMs! - startedAt;
    });
    for (const wait of waits) {
      expect(wait).toBeGreaterThan(3_900);
      expect(wait).toBeLessThan(6_100);
    }
    expect(Math.min(...waits)).toBeLessThan(5_000);
  });

  it('without a readiness probe is Ready as soon as the startup probe has succeeded', () => {
    const container = { startupProbe: probe, readinessProbe: undefined };
    const { readyMs } = started(run({ container, input: { apps: { web: { startup: '3s' } } } }));
    expect(readyMs).toBeGreaterThan(3_000);
    expect(readyMs).toBeLessThan(6_000);
  });

  it('waits for readiness gates that somebody else sets', () => {
    const podSpec = { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/web' }] };
    const [plain, gated] = [run({}), run({ podSpec })].map(started);
    expect(gated!.readyMs! - plain!.readyMs!).toBeGreaterThan(9_500);
    expect(gated!.readyMs! - plain!.readyMs!).toBeLessThan(10_500);
    // A rolling update goes at their pace.
    const rolled = simulate(defineScenario(rollout({ replicas: 2, podSpec })));
    expect(rolled.verdict.rollout!.deployments[0]!.completedAfterMs).toBeGreaterThan(20_000);
  });
});
