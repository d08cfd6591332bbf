import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counter, mergeCounts, NO_COUNTS, quantile } from '../../src/analysis/quantiles.ts';
import { mergeTallies, NO_TALLY, TallyCounter } from '../../src/analysis/tally.ts';

const value = fc.option(fc.integer({ min: 0, max: 50 }), { nil: null });

function countsOf(values: readonly (number | null)[]) {
  const counter = new Counter();
  for (const each of values) counter.add(each);
  return counter.counts();
}

describe('counts', () => {
  it('give the quantiles of the sorted values, null being infinite', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const sorted = values.map((each) => each ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
          const expected = sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1]!;
          expect(quantile(countsOf(values), percent / 100) ?? Number.POSITIVE_INFINITY).toBe(expected);
        },
      ),
    );
  });

  it('merge to the counts of all', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (a, b) => {
        expect(mergeCounts(countsOf(a), countsOf(b))).toEqual(countsOf([...a, ...b]));
      }),
    );
  });

  it('of nothing have no quantile', () => {
    expect(quantile(NO_COUNTS, 0.5)).toBeNull();
  });
});

const run = fc.record({
  safe: fc.boolean(),
  marginMs: fc.option(fc.integer({ min: -50, max: 50 }), { nil: null }),
  required: value,
  router: fc.constantFrom('kube-proxy/node-1', 'kube-proxy/node-2'),
});

describe('tallies', () => {
  it('of any partition of the runs merge to the tally of all, in any order', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (runs, parts) => {
        const counters = Array.from({ length: parts }, () => new TallyCounter());
        const whole = new TallyCounter();
        runs.forEach(({ safe, marginMs, required, router }, k) => {
          const violations = safe
            ? []
            : [{ kind: 'exposed' as const, gating: true, fromMs: 0, toMs: (k * 7) % 5 }];
          const decidedBy = { router };
          const outcome = safe ? 'safe' : 'unsafe';
          const verdict = {
            safe,
            outcome,
            violations,
            notJudged: [],
            marginMs,
            requiredPreStopMs: required,
            decidedBy,
          };
          for (const counter of [whole, counters[k % parts]!])
            counter.add(k, { seed: k + 1000, verdict } as never);
        });
        const merged = counters
          .map((counter) => counter.tally())
          .reverse()
          .reduce(mergeTallies, NO_TALLY);
        expect(JSON.stringify(merged)).toBe(JSON.stringify(whole.tally()));
      }),
    );
  });
});
