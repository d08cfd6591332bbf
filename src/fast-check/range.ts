import { type Arbitrary, integer } from 'fast-check';
import { wrongArgument } from '../scenario/options.ts';

/** The smallest and the largest value, both included; whole numbers. */
export type Range = readonly [min: number, max: number];

/**
 * A whole number within a range. It shrinks towards its smallest value in single steps at the end, so that a counterexample stands
 * exactly at the boundary. Throws an OptionsError, which names the constraint, where the range is none.
 */
export function within(call: string, name: string, range: Range): Arbitrary<number> {
  const [min, max] = range;
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || min > max) {
    throw wrongArgument(
      call,
      [name],
      `${name}: [${String(min)}, ${String(max)}] is no range.`,
      range,
      'Use two whole numbers from 0, the smaller one first.',
    );
  }
  return integer({ min, max });
}
