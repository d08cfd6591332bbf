import { describe, expect, it } from 'vitest';
import { rateInterval } from '../../src/analysis/binomial.ts';
import { claimOf } from '../../src/analysis/claim.ts';
import { hash32 } from '../../src/kernel/draws.ts';

describe('bounds on a failure rate', () => {
  // One-sided Clopper–Pearson bounds are quantiles of beta distributions; those of 0 and of n failures have a closed form.
  it.each([
    [0, 1, 0.95, 0, 0.95],
    [0, 10_000, 0.95, 0, 1 - 0.05 ** (1 / 10_000)],
    [0, 59, 0.95, 0, 1 - 0.05 ** (1 / 59)],
    [100, 100, 0.95, 0.05 ** (1 / 100), 1],
    [5, 100, 0.95, 0.01991, 0.10225],
    [50, 100, 0.975, 0.39832, 0.60168],
    [1, 1_000_000, 0.95, 5.129e-8, 4.744e-6],
  ])('of %d failures in %d runs at %d are [%d, %d]', (failures, runs, confidence, lower, upper) => {
    const interval = rateInterval(failures, runs, confidence);
    expect(interval.estimate).toBeCloseTo(failures / runs, 6);
    expect(interval.lower / Math.max(lower, 1e-12)).toBeCloseTo(lower === 0 ? 0 : 1, 3);
    expect(interval.upper / upper).toBeCloseTo(1, 3);
  });

  it('hold at least as often as they say', () => {
    const runs = 60;
    for (const rate of [0.01, 0.1, 0.5]) {
      let held = 0;
      for (let repetition = 0; repetition < 400; repetition++) {
        let failures = 0;
        for (let run = 0; run < runs; run++) {
          if (hash32(repetition, run, Math.round(rate * 1000)) / 4294967296 < rate) failures++;
        }
        if (rateInterval(failures, runs, 0.95).upper >= rate) held++;
      }
      expect(held / 400).toBeGreaterThanOrEqual(0.93);
    }
  });

  it('knows nothing without runs', () => {
    expect(rateInterval(0, 0)).toEqual({ estimate: 0, lower: 0, upper: 1 });
  });
});

describe('a claim', () => {
  it.each([
    [0, 10_000, '0 failures in 10,000 runs: fewer than 0.03 % fail, at 95 %'],
    [0, 200, '0 failures in 200 runs: fewer than 1.5 % fail, at 95 %'],
    [1, 200, '1 failure in 200 runs: 0.5 % fail, at most 2.3 %, at 95 %'],
    [1, 1, '1 failure in 1 run: 100 % fail, at most 100 %, at 95 %'],
  ])('after %d failures in %d runs reads: %s', (failures, runs, text) => {
    expect(claimOf(failures, runs, 0.95)).toBe(text);
  });
});
