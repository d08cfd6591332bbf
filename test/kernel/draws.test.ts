import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bounds,
  constant,
  type Distribution,
  quantiles,
  sample,
  uniform,
} from '../../src/kernel/distribution.ts';
import { Draws, hash32 } from '../../src/kernel/draws.ts';

const RANGE = 2 ** 32;
const WIDE = uniform(0, 999_999_999);
type Key = readonly [site: number, receiver: number, object: number, transition: number];

const next = (draws: Draws, [site, receiver, object, transition]: Key) =>
  draws.delay(site, receiver, object, transition);
const sequence = (draws: Draws, key: Key, length: number) => Array.from({ length }, () => next(draws, key));

describe('a draw', () => {
  test('does not depend on what else is drawn before, between and after', () => {
    const key = fc.tuple(fc.nat(1), fc.nat(3), fc.nat(30), fc.nat(3));
    const property = fc.property(
      key,
      fc.array(key, { maxLength: 1_500, size: 'max' }),
      fc.integer(),
      (mine, others, seed) => {
        const strangers = others.filter((other) => other.join() !== mine.join());
        const alone = sequence(new Draws(seed, [WIDE, WIDE]), mine, 5);
        const draws = new Draws(seed, [WIDE, WIDE]);
        const among = alone.map((_, round) => {
          for (const [index, other] of strangers.entries()) if (index % 5 === round) next(draws, other);
          return next(draws, mine);
        });
        expect(among).toEqual(alone);
      },
    );
    fc.assert(property, { seed: 3, numRuns: 60 });
  });

  test.each<{ part: string; a: Key; b: Key; seeds: [number, number] }>([
    { part: 'seed', a: [0, 1, 2, 3], b: [0, 1, 2, 3], seeds: [1, 2] },
    { part: 'upper half of the seed', a: [0, 1, 2, 3], b: [0, 1, 2, 3], seeds: [1, 1 + RANGE] },
    { part: 'site', a: [0, 1, 2, 3], b: [1, 1, 2, 3], seeds: [1, 1] },
    { part: 'receiver', a: [0, 1, 2, 3], b: [0, 4, 2, 3], seeds: [1, 1] },
    { part: 'object', a: [0, 1, 2, 3], b: [0, 1, 4, 3], seeds: [1, 1] },
    { part: 'transition', a: [0, 1, 2, 3], b: [0, 1, 2, 4], seeds: [1, 1] },
    { part: 'place of the numbers', a: [0, 1, 2, 3], b: [0, 2, 1, 3], seeds: [1, 1] },
  ])('depends on the $part', ({ a, b, seeds }) => {
    const [one, other] = seeds;
    const first = sequence(new Draws(one, [WIDE, WIDE]), a, 4);
    const second = sequence(new Draws(other, [WIDE, WIDE]), b, 4);
    expect(new Set([...first, ...second]).size).toBe(8);
  });

  test('depends on the occurrence: the same draw again is another one', () => {
    expect(new Set(sequence(new Draws(1, [WIDE]), [0, 0, 0, 0], 200)).size).toBe(200);
  });

  test('keeps its count however many other keys there are', () => {
    const draws = new Draws(9, [WIDE]);
    const twice = [0, 1].map(() =>
      Array.from({ length: 3_000 }, (_, object) => draws.delay(0, 0, object, 0)),
    );
    const expected = [0, 1].map((occurrence) =>
      Array.from({ length: 3_000 }, (_, object) => sample(WIDE, hash32(9, 0, 0, object, 0, occurrence))),
    );
    expect(twice).toEqual(expected);
  });

  test('of a fixed delay is the same each time and counts as no occurrence', () => {
    const draws = new Draws(4, [WIDE]);
    const untouched = sequence(new Draws(4, [WIDE]), [0, 1, 2, 0], 3);
    const fixed = draws.fixed(0, 1, 2);
    const drawn = [0, 1, 2].map(() => {
      expect(draws.fixed(0, 1, 2)).toBe(fixed);
      return draws.delay(0, 1, 2, 0);
    });
    expect(drawn).toEqual(untouched);
    expect(draws.fixed(0, 1, 3)).not.toBe(fixed);
  });

  test('of a site that is certain is that delay', () => {
    const draws = new Draws(1, [constant(250)]);
    expect([draws.delay(0, 1, 2, 3), draws.delay(0, 1, 2, 3), draws.fixed(0, 1, 2)]).toEqual([250, 250, 250]);
  });
});

describe('the hash', () => {
  test.each([
    { of: [0, 0], is: 0xeeaac2a3 },
    { of: [1, 0], is: 0x871d142c },
    { of: [0, 1], is: 0x8ffd2272 },
    { of: [42, 1, 2, 3, 4, 5], is: 0xc4120baa },
    { of: [-1, -1, -1, -1, -1, -1], is: 0x0f320d7f },
    { of: [2 ** 40 + 7, 3, 70_000, 2_147_483_647, 12, 1], is: 0x16efe2f6 },
  ])('of $of is pinned', ({ of, is }) => {
    const [seed, a, b, c, d, e] = of;
    expect(hash32(seed!, a!, b, c, d, e).toString(16)).toBe(is.toString(16));
  });

  test('does not depend on the order of the calls', () => {
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    const forwards = numbers.map((n) => hash32(5, n));
    const backwards = [...numbers].reverse().map((n) => hash32(5, n));
    expect(backwards.reverse()).toEqual(forwards);
  });

  test('is a whole number of 32 bits', () => {
    const property = fc.property(fc.maxSafeInteger(), fc.integer(), fc.integer(), (seed, a, b) => {
      const bits = hash32(seed, a, b);
      expect(Number.isInteger(bits) && bits >= 0 && bits < RANGE).toBe(true);
    });
    fc.assert(property, { seed: 2, numRuns: 300 });
  });

  test.each([
    { by: 'occurrence', bits: (n: number) => hash32(1, 2, 3, 4, 5, n) },
    { by: 'object', bits: (n: number) => hash32(1, 2, 3, n, 5, 0) },
    { by: 'receiver', bits: (n: number) => hash32(1, 2, n, 4, 5, 0) },
    { by: 'seed', bits: (n: number) => hash32(n, 2, 3, 4, 5, 0) },
  ])('fills all of its range evenly, by $by', ({ bits }) => {
    const samples = 64_000;
    const buckets = 64;
    for (const shift of [26, 0]) {
      const counts = new Array<number>(buckets).fill(0);
      for (let n = 0; n < samples; n++) counts[(bits(n) >>> shift) & (buckets - 1)]!++;
      const expected = samples / buckets;
      const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 63 degrees of freedom: one sample in 10,000 exceeds 113.
      expect(chiSquared).toBeLessThan(113);
    }
  });
});

const TABLE = quantiles([
  [0, 1_000],
  [0.5, 2_000],
  [0.5, 10_000],
  [0.99, 20_000],
  [1, 100_000],
]);

describe('a distribution', () => {
  test.each<{ what: string; of: Distribution; bits: number; is: number }>([
    { what: 'a constant is what it is', of: constant(7), bits: 123_456, is: 7 },
    { what: 'uniform starts at its smallest value', of: uniform(10, 13), bits: 0, is: 10 },
    { what: 'uniform reaches its largest value', of: uniform(10, 13), bits: RANGE - 1, is: 13 },
    { what: 'uniform gives each value its share', of: uniform(10, 13), bits: RANGE / 2, is: 12 },
    { what: 'uniform of one value is that value', of: uniform(5, 5), bits: RANGE - 1, is: 5 },
    { what: 'quantiles start at the first row', of: TABLE, bits: 0, is: 1_000 },
    { what: 'quantiles interpolate between two rows', of: TABLE, bits: RANGE / 4, is: 1_500 },
    { what: 'quantiles jump where two rows share a probability', of: TABLE, bits: RANGE / 2, is: 10_000 },
    { what: 'just below a jump is the row before it', of: TABLE, bits: RANGE / 2 - 1, is: 1_999 },
    { what: 'quantiles stay below the last row', of: TABLE, bits: RANGE - 1, is: 99_999 },
  ])('$what', ({ of, bits, is }) => {
    expect(sample(of, bits)).toBe(is);
  });

  test.each<{ of: Distribution; are: [number, number] }>([
    { of: constant(7), are: [7, 7] },
    { of: uniform(10, 13), are: [10, 13] },
    { of: TABLE, are: [1_000, 100_000] },
  ])('$of.kind has the bounds $are', ({ of, are }) => {
    expect(bounds(of)).toEqual(are);
  });

  const micros = fc.nat(10_000_000);
  const arbitrary: fc.Arbitrary<Distribution> = fc.oneof(
    micros.map(constant),
    fc.tuple(micros, micros).map(([a, b]) => uniform(Math.min(a, b), Math.max(a, b))),
    fc
      .tuple(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), fc.array(micros, { minLength: 2 }))
      .map(([inner, values]) => {
        const sorted = [...values].sort((a, b) => a - b);
        const at = [0, ...inner.slice(0, values.length - 2).sort((a, b) => a - b), 1];
        return quantiles(at.map((p, row) => [p, sorted[row]!] as const));
      }),
  );

  test('gives whole microseconds within its bounds, not falling as the bits rise', () => {
    const bits = fc.integer({ min: 0, max: RANGE - 1 });
    const property = fc.property(arbitrary, bits, bits, (distribution, a, b) => {
      const [min, max] = bounds(distribution);
      const low = sample(distribution, Math.min(a, b));
      const high = sample(distribution, Math.max(a, b));
      expect(Number.isInteger(low) && Number.isInteger(high)).toBe(true);
      expect(min <= low && low <= high && high <= max).toBe(true);
    });
    fc.assert(property, { seed: 5, numRuns: 500 });
  });

  test('drawn many times has the shape of its table', () => {
    const draws = new Draws(17, [TABLE]);
    const drawn = sequence(draws, [0, 0, 0, 0], 20_000);
    const share = (from: number, to: number) =>
      drawn.filter((d) => from <= d && d < to).length / drawn.length;
    expect(share(1_000, 2_000)).toBeCloseTo(0.5, 1);
    expect(share(2_000, 10_000)).toBe(0);
    expect(share(10_000, 20_000)).toBeCloseTo(0.49, 1);
    expect(share(20_000, 100_000)).toBeCloseTo(0.01, 2);
    expect(share(1_000, 1_500) / share(1_000, 2_000)).toBeCloseTo(0.5, 1);
  });
});
