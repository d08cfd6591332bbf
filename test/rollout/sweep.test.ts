import { describe, expect, it } from 'vitest';
import { findSafePreStop } from '../../src/analysis/find-safe-pre-stop.ts';
import { sweepPreStop } from '../../src/analysis/sweep.ts';
import { formatSweep } from '../../src/report/sweep.ts';
import { simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { rollout } from './manifests.ts';

const scenario = defineScenario(rollout({ replicas: 6 }));

describe('a sweep over preStop', () => {
  const report = sweepPreStop(scenario, { secondsTo: 40, step: 10, runs: 3 });

  it('says what each value costs: old Pods stay as long as the hook, the rollout itself does not', () => {
    const [none, ten, twenty] = report.rows;
    expect(none).toMatchObject({ seconds: 0, runs: 3, unsafeRuns: 3 });
    expect(ten).toMatchObject({ seconds: 10, unsafeRuns: 0 });
    expect(twenty!.oldPodsGoneMs!.p50 - ten!.oldPodsGoneMs!.p50).toBeGreaterThan(9_000);
    expect(Math.abs(twenty!.rolloutMs!.p50 - ten!.rolloutMs!.p50)).toBeLessThan(1_000);
    expect(twenty!.peakPods!.max).toBe(12);
    expect(twenty!.marginMs! - ten!.marginMs!).toBeCloseTo(10_000, -2);
  });

  it('says why a value cannot be tried at all', () => {
    const last = report.rows.at(-1)!;
    expect(last).toMatchObject({ seconds: 40, runs: 0, rolloutMs: null });
    expect(last.refused[0]!.message).toContain('terminationGracePeriodSeconds');
  });

  it('prints as a table', () => {
    const lines = formatSweep(report).split('\n');
    expect(lines[0]).toMatch(
      /^preStop {2,}rollout done {2,}old Pods gone {2,}peak Pods {2,}margin {2,}unsafe$/,
    );
    expect(lines).toHaveLength(8);
    expect(lines.at(-2)).toMatch(/^40 s is refused: /);
    expect(lines.at(-1)).toMatch(/^median of the runs \(the most\)/);
  });

  it('counts from the action on, and says where kubectl rollout status had given up before', () => {
    const late = defineScenario(
      rollout({
        replicas: 2,
        spec: { progressDeadlineSeconds: 60 },
        actions: [{ type: 'rollingUpdate', deployment: 'web', at: '100s' }],
        input: { apps: { web: { startup: '90s' } } },
      }),
    );
    const swept = sweepPreStop(late, { secondsFrom: 5, secondsTo: 5, runs: 2 });
    expect(swept.rows[0]).toMatchObject({ runs: 2, deadlineExceededRuns: 2 });
    expect(swept.rows[0]!.rolloutMs!.max).toBeLessThan(200_000);
    const lines = formatSweep(swept).split('\n');
    expect(lines[0]).toMatch(/unsafe {2,}past deadline$/);
    expect(lines[1]).toMatch(/2 of 2$/);
    expect(lines.at(-1)).toContain('kubectl rollout status failed');
  });

  it('refuses options that make no range', () => {
    expect(() => sweepPreStop(scenario, { secondsFrom: 5, secondsTo: 3 })).toThrow(
      /sweepPreStop: secondsTo must be secondsFrom, 5, or more; it is 3\. Raise it/,
    );
    expect(() => sweepPreStop(scenario, { step: 0 })).toThrow(
      /sweepPreStop: step must be a whole number from 1; it is 0\. Use 1 or more/,
    );
  });
});

describe('the hook that a rollout needs', () => {
  it('is found by rerun: with it nothing is exposed, with 1 ms less something is', () => {
    const { requiredPreStopMs } = simulate(scenario).verdict;
    const exposed = (ms: number) => {
      const apps = { web: { preStop: { duration: ms } } };
      const container = { lifecycle: { preStop: { exec: { command: ['/bin/drain.sh'] } } } };
      const { verdict } = simulate(defineScenario(rollout({ replicas: 6, container, input: { apps } })));
      return verdict.violations.some(({ kind }) => kind === 'exposed');
    };
    expect(requiredPreStopMs).toBeGreaterThan(0);
    expect(exposed(requiredPreStopMs!)).toBe(false);
    expect(exposed(requiredPreStopMs! - 1)).toBe(true);
  });

  it('gives an interval of safe seconds for rollouts and drains', () => {
    expect(findSafePreStop(scenario, { runs: 5, maxSeconds: 6 })).toMatchObject({ kind: 'interval' });
    const drained = defineScenario(rollout({ actions: [{ type: 'drainNode', node: 'node-1' }] }));
    expect(findSafePreStop(drained, { runs: 5, maxSeconds: 6 })).toMatchObject({ kind: 'interval' });
  });
});
