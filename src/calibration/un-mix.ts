import { ascending, quantileOf } from './order-statistics.ts';
import { at, evenly, lawful, type QuantileTable } from './quantile-table.ts';

/**
 * Takes what is known out of a sum. A recorder sees times that several delay sites share, and rules beside them; where all but one
 * are known, the table of that one is what makes the simulated sum look like the recorded one.
 */

export interface Mixture {
  /** Quantiles of what was recorded, ms: the value at a probability. */
  readonly target: (p: number) => number;
  /** Rows of the table that is looked for. */
  readonly probabilities: readonly number[];
  /** The sum in one repetition, from the delay that is looked for and draws of those that are known (by their index), all ms. */
  readonly sum: (remainder: number, draw: (known: number) => number) => number;
  /** The known delays: the value of each at a probability, ms. */
  readonly known: readonly ((p: number) => number)[];
}

/** How many repetitions stand for the distribution of a sum, and how often the table is set right. */
const REPETITIONS = 400;
const ROUNDS = 30;
/** How far a row follows its deviation in one round: rows move together, so more would swing. */
const STEP = 0.7;

export function remainderOf(mixture: Mixture): QuantileTable {
  const { probabilities, target, sum, known } = mixture;
  const wanted = probabilities.map(target);
  if (known.length === 0) return lawful(probabilities.map((p, row) => [p, wanted[row]!]));
  const draws = known.map((value, index) => evenly(REPETITIONS, index + 1).map(value));
  const where = evenly(REPETITIONS, 0);
  const middle = draws.reduce((total, each) => total + quantileOf(ascending(each), 0.5), 0);
  let table = lawful(probabilities.map((p, row) => [p, wanted[row]! - middle]));
  for (let round = 0; round < ROUNDS; round++) {
    const sums = ascending(where.map((p, k) => sum(at(table, p), (index) => draws[index]![k]!)));
    table = lawful(table.map(([p, ms], row) => [p, ms + STEP * (wanted[row]! - quantileOf(sums, p))]));
  }
  return table;
}

/** Quantiles of a sum of independent delays. */
export function sumOf(parts: readonly ((p: number) => number)[]): (p: number) => number {
  const draws = parts.map((value, index) => evenly(REPETITIONS, index).map(value));
  const sums = ascending(draws[0]!.map((_, k) => draws.reduce((total, each) => total + each[k]!, 0)));
  return (p) => quantileOf(sums, p);
}
