import { describe, expect, it } from 'vitest';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import { podTimeline, type Run, simulate } from '../../src/simulate.ts';
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

  it('runs the readiness probe only once the startup probe has succeeded', () => {
    const input = { apps: { web: { startup: '4500ms' } } };
    const { readyMs, runningMs } = started(
      run({ input, container: { startupProbe: { ...probe, periodSeconds: 3 } } }),
    );
    // Its third attempt, six seconds after the first one, finds the app up.
    expect(readyMs! - runningMs!).toBeGreaterThan(5_900);
    expect(readyMs! - runningMs!).toBeLessThan(7_700);
    const plain = started(run({ input }));
    expect(plain.readyMs! - plain.runningMs!).toBeLessThan(5_600);
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

  it('is refused where the probe would kill the app before it is up', () => {
    const input = { apps: { web: { startup: '2m' } } };
    const container = { livenessProbe: { ...probe, failureThreshold: 3, periodSeconds: 10 } };
    expect(parseScenario(rollout({ input, container }))).toMatchObject({
      ok: false,
      issues: [{ code: 'startupTooSlow', path: ['apps', 'web', 'startup'] }],
    });
  });
});
