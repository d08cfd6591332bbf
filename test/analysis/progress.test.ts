import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/analysis/campaign.ts';
import { defineScenario, findSafePreStop, simulate, sweepPreStop } from '../../src/index.ts';
import { judgement } from '../../src/run/simulate.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

const rollout = defineScenario({ manifests: [deployment({ replicas: 3 }), service()] });
const deletion = defineScenario({
  manifests: [deployment({ preStop: sleeps(1) }), service()],
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});

describe('the progress of a search', () => {
  it('names the preStop that is tried, and counts its runs', () => {
    const seen: Progress[] = [];
    findSafePreStop(deletion, { runs: 100, maxSeconds: 4, onProgress: (progress) => seen.push(progress) });
    expect(seen.every(({ done, runs }) => done <= runs && (runs === 100 || runs === 20))).toBe(true);
    expect([...new Set(seen.map(({ preStopSeconds }) => preStopSeconds))]).toEqual([1, 0, 4, 2, 3]);
    expect(seen.filter(({ done, runs }) => done === runs).length).toBeGreaterThan(3);
  });

  it('of a sweep counts the runs of all values', () => {
    const seen: Progress[] = [];
    const { rows } = sweepPreStop(deletion, {
      secondsTo: 10,
      runs: 3,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.every(({ runs }) => runs === 9)).toBe(true);
    expect(seen.at(-1)!.failures).toBe(rows.reduce((sum, { unsafeRuns }) => sum + unsafeRuns, 0));
  });
});

describe('a judgement', () => {
  it.each([
    ['a rollout', rollout],
    ['a deletion', deletion],
  ])('says of %s what the verdict of a whole run says, but for the preStop that it needed', (_, scenario) => {
    for (let seed = 0; seed < 10; seed++) {
      const { verdict } = simulate(scenario, { seed });
      const judged = judgement(scenario, seed);
      expect(judged.safe).toBe(verdict.safe);
      for (const part of ['marginMs', 'grace', 'rollout', 'requests'] as const)
        expect(judged[part]).toEqual(verdict[part]);
      const kinds = (violations: typeof verdict.violations) =>
        violations.map(({ kind, pod, router, fromMs, toMs }) => [kind, pod, router, fromMs, toMs]);
      expect(kinds(judged.violations)).toEqual(kinds(verdict.violations));
    }
  });
});
