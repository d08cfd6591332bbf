import { describe, expect, it } from 'vitest';
import { applyPreStop, defineScenario, explain, fuzz } from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';

/** `explain` of a campaign: rate, requirement, worst run and how to repeat it. */

const withHook = defineScenario({
  manifests: [deployment({ preStop: { sleep: { seconds: 5 } } }), service()],
  delays: CONSTANT_DELAYS,
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});

describe('an explanation of a campaign', () => {
  it('says what failed, what would have been enough, and how to repeat the worst run', () => {
    const report = fuzz(applyPreStop(withHook, 0), { runs: 3, seed: 4 });
    const text = explain(report);
    expect(text).toContain('UNSAFE: 3 of 3 runs were not safe.');
    expect(text).toContain(`Required preStop: ${report.requiredPreStopMs.p50} ms in half of the runs`);
    expect(text).toContain(report.worst!.verdict.violations[0]!.kind);
    expect(text).toContain(`Repeat the worst run: ${report.replay}`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('says how sure it is where nothing failed', () => {
    const report = fuzz(withHook, { runs: 3 });
    expect(explain(report)).toContain(`SAFE: every one of 3 runs was safe.\n${report.claim}.`);
  });
});
