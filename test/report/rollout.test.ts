import { describe, expect, it } from 'vitest';
import { fixText } from '../../src/report/describe-fix.ts';
import { violationText } from '../../src/report/describe-violation.ts';
import { explain } from '../../src/report/explain.ts';
import { formatRollout } from '../../src/report/rollout-text.ts';
import { REPORT_WIDTH } from '../../src/report/wrap.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { type RolloutOptions, rollout } from '../rollout/manifests.ts';

const run = (options: RolloutOptions = {}): Run =>
  simulate(defineScenario(rollout({ replicas: 2, ...options })));
const text = (result: Run) => formatRollout(result);

describe('formatRollout', () => {
  it('says what a rollout took, within the width of a report', () => {
    const told = text(run());
    expect(told).toMatchInlineSnapshot(`
      "Rollout of Deployment web, revision 2, from 0.0 s on
        rollout status  done after 1.4 s
        old Pods gone   after 6.8 s
        first step      3 Pods: 2 ready, 1 starting, 0 terminating
        at peak         4 Pods: 2 ready, 1 starting, 1 terminating
        at worst        never fewer ready Pods than wanted
      Ready endpoints of Service web: never fewer than 2"
    `);
    for (const line of told.split('\n')) expect(line.length).toBeLessThanOrEqual(REPORT_WIDTH);
  });

  it('stands in the explanation of the run', () => {
    const result = run();
    expect(explain(result)).toContain(text(result));
  });

  it('says how few endpoints were ready, and for how long', () => {
    const strategy = { type: 'Recreate' };
    expect(text(run({ spec: { strategy } }))).toMatch(
      /^Ready endpoints of Service web: 2 at first, at fewest 0, so few from \d+\.\d s on for \d+\.\d s$/m,
    );
  });

  it('names Pods that no node could take', () => {
    const podSpec = { hostNetwork: true };
    const told = text(
      run({ podSpec, nodes: 2, spec: { strategy: { rollingUpdate: { maxUnavailable: 0 } } } }),
    );
    expect(told).toContain('Pending for want of a node that could take them: web-2-0');
  });

  it('names containers that were restarted, and what keeps the rollout from its end', () => {
    const livenessProbe = { httpGet: { port: 8080 }, periodSeconds: 2, failureThreshold: 3 };
    const result = run({ container: { livenessProbe }, input: { apps: { web: { startup: '1m' } } } });
    expect(text(result)).toMatch(
      /^Container web of Pod web-2-0 failed its startup or liveness probe: restarted \d+ times, and then again\nevery 5 min, without an end$/m,
    );
    expect(text(result)).toMatch(/never done: progressDeadlineSeconds ran out after 60\d\.\d s/);
    const [violation] = result.verdict.violations;
    expect(violationText(violation!)).toContain('killed by its startup or liveness probe again and again');
    expect(fixText(violation!.fix)).toContain('startupProbe');
  });
});
