import { bounds, type Distribution, RANGE, sample } from '../kernel/distribution.ts';
import { hash32 } from '../kernel/draws.ts';
import { MICROS_PER_MS } from '../kernel/time.ts';
import { ascending, quantileOf } from './order-statistics.ts';

/** A table of quantiles as `delays` takes it: [cumulative probability, ms], from 0 to 1. */
export type QuantileTable = readonly (readonly [probability: number, ms: number])[];

/** Rows of a table: enough for its shape, few enough to be read. */
const PROBABILITIES = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 1] as const;

/** Of a table whose tail goes on beyond what its values fill. */
export const TAIL_PROBABILITIES: readonly number[] = [...PROBABILITIES.slice(0, -1), 0.995, 1];

/** Probabilities of the rows that n values fill. */
export function tableProbabilities(n: number): readonly number[] {
  return PROBABILITIES.filter((p) => p === 0 || p === 1 || (p * n >= 1 && (1 - p) * n >= 0.5));
}

/** The value of a table at a probability, ms. */
export function at(table: QuantileTable, p: number): number {
  let upper = 1;
  while (upper < table.length - 1 && table[upper]![0] < p) upper++;
  const [from, low] = table[upper - 1]!;
  const [to, high] = table[upper]!;
  return low + ((high - low) * (p - from)) / (to - from);
}

export function tableOf(values: readonly number[]): QuantileTable {
  const sorted = ascending(values);
  return tableProbabilities(sorted.length).map((p) => [p, rounded(quantileOf(sorted, p))] as const);
}

/** A table that can be drawn from: nothing below 0, and nothing that falls. */
export function lawful(rows: QuantileTable): QuantileTable {
  let floor = 0;
  return rows.map(([p, ms]) => {
    floor = Math.max(floor, rounded(ms));
    return [p, floor] as const;
  });
}

/** To a microsecond, which is what a run can tell apart. */
export function rounded(ms: number): number {
  return Math.round(ms * MICROS_PER_MS) / MICROS_PER_MS;
}

/** The value of a distribution at a probability in [0, 1), ms. */
export function valueAt(distribution: Distribution, p: number): number {
  return sample(distribution, Math.min(RANGE - 1, Math.floor(p * RANGE))) / MICROS_PER_MS;
}

export function largest(distribution: Distribution): number {
  return bounds(distribution)[1] / MICROS_PER_MS;
}

/**
 * `count` probabilities spread evenly over (0, 1), in an order that goes with no other `stream`'s: sums of several delays are computed
 * with them instead of chance.
 */
export function evenly(count: number, stream: number): readonly number[] {
  const known = spread.get(stream);
  if (known?.length === count) return known;
  const order = Array.from({ length: count }, (_, index) => [hash32(7, stream, index), index] as const);
  order.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const found = order.map(([, index]) => (index + 0.5) / count);
  spread.set(stream, found);
  return found;
}

/** By stream: the same few are asked for again and again. */
const spread = new Map<number, readonly number[]>();
