import { describe, expect, it } from 'vitest';
import { dateOf, secondOf } from '../../src/calibration/civil-time.ts';
import { lateStarts } from '../../src/calibration/fit-repetitions.ts';
import {
  describeSupport,
  quantileBounds,
  upperRank,
  valuesNeeded,
} from '../../src/calibration/order-statistics.ts';
import { at, lawful, tableOf } from '../../src/calibration/quantile-table.ts';
import { withoutRelistWaits, withoutStaleRetries } from '../../src/calibration/second-modes.ts';
import { remainderOf } from '../../src/calibration/un-mix.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('order statistics at 95 %', () => {
  it.each([
    ['the largest of 29 bounds p90', 29, 0.9, 29],
    ['28 do not', 28, 0.9, null],
    ['the largest of 59 bounds p95', 59, 0.95, 59],
    ['the second largest of 93 does', 93, 0.95, 92],
    ['the largest of 299 bounds p99', 299, 0.99, 299],
    ['the second largest of 473 does', 473, 0.99, 472],
    ['the third largest of 628 does', 628, 0.99, 626],
    ['p99.9 takes 2995', 2995, 0.999, 2995],
    ['no value bounds a quantile of nothing', 0, 0.5, null],
  ] as const)('%s', (_, n, p, rank) => {
    expect(upperRank(n, p, 0.95)).toBe(rank);
  });

  it('bound the median of 12 from both sides', () => {
    expect(quantileBounds(upTo(12), 0.5, 0.95)).toEqual({ lower: 3, upper: 10 });
  });

  it('say what N does not support', () => {
    expect(valuesNeeded(0.99, 0.95)).toBe(299);
    expect(describeSupport(upTo(60), 0.95)).toBe(
      'p95 ≤ 60 ms at 95 %; p99 is not supported by N = 60, which takes 299',
    );
    expect(describeSupport(upTo(300), 0.95)).toBe('p99 ≤ 300 ms at 95 %');
    expect(describeSupport([1, 2], 0.95)).toBe('N = 2 bounds no quantile at 95 %; the median takes 5');
  });
});

describe('a table of quantiles', () => {
  it('goes from the smallest to the largest value', () => {
    const table = tableOf(upTo(101));
    expect([at(table, 0), at(table, 0.5), at(table, 1)]).toEqual([1, 51, 101]);
  });

  it.each([5, 20, 24, 60, 300, 5000])(
    'of the late ones among %i starts rises, however few they are',
    (of) => {
      for (const late of [0, 1, of - 1, of]) {
        const rows = lateStarts(late, of, 17);
        expect(rows.every(([p, ms], k) => k === 0 || (p > rows[k - 1]![0] && ms >= rows[k - 1]![1]))).toBe(
          true,
        );
        expect(rows[1]![0]).toBeCloseTo(1 - late / of, 0);
      }
    },
  );

  it('neither falls nor goes below 0', () => {
    expect(
      lawful([
        [0, -1],
        [0.5, 7],
        [1, 3],
      ]),
    ).toEqual([
      [0, 0],
      [0.5, 7],
      [1, 7],
    ]);
  });
});

describe('a second mode that a rule makes', () => {
  it.each([
    ['a stale sync comes back after a second', withoutStaleRetries, [9, 12, 15, 1013], [9, 12, 15]],
    [
      'a cluster whose first mode is as slow has none',
      withoutStaleRetries,
      [900, 1100, 1300],
      [900, 1100, 1300],
    ],
    ['a wait for a relist stands out', withoutRelistWaits, [8, 9, 10, 11, 12, 610], [8, 9, 10, 11, 12]],
    ['a slow worker is no wait', withoutRelistWaits, [100, 150, 200, 250, 300], [100, 150, 200, 250, 300]],
    ['one value tells nothing', withoutRelistWaits, [900], [900]],
  ] as const)('%s', (_, without, values, kept) => {
    expect(without(values).kept).toEqual(kept);
  });
});

describe('what is left of a sum', () => {
  const uniform = (from: number, to: number) => (p: number) => from + (to - from) * p;

  it('is the delay that makes the sum as recorded', () => {
    // A uniform delay of 100 to 200 ms beside one of 0 to 10: the sum is the recorded one.
    const target = uniform(100, 210);
    const table = remainderOf({
      probabilities: [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1],
      target,
      sum: (rest, draw) => rest + draw(0),
      known: [uniform(0, 10)],
    });
    for (const p of [0.25, 0.5, 0.75]) expect(Math.abs(at(table, p) - (target(p) - 5))).toBeLessThan(2);
  });

  it('is nothing where the known delays are longer already', () => {
    const table = remainderOf({
      probabilities: [0, 0.5, 1],
      target: uniform(1, 2),
      sum: (rest, draw) => rest + draw(0),
      known: [uniform(50, 60)],
    });
    expect(table.every(([, ms]) => ms === 0)).toBe(true);
  });
});

describe('a stamp', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1_795_450_015_900_407, '2026-11-23T16:06:55Z'],
    [951_782_399_999_999, '2000-02-28T23:59:59Z'],
    [951_782_400_000_000, '2000-02-29T00:00:00Z'],
  ])('of %d µs is %s', (us, text) => {
    expect(secondOf(us)).toBe(text);
    expect(dateOf(us)).toBe(text.slice(0, 10));
  });
});
