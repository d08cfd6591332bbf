import type { Micros } from './time.ts';
import { unreachable } from './unreachable.ts';

/** How long something takes. Sampled with arithmetic that every engine does alike: no logarithm, no exponential. */
export type Distribution =
  | { readonly kind: 'constant'; readonly micros: Micros }
  | { readonly kind: 'uniform'; readonly min: Micros; readonly max: Micros }
  | {
      readonly kind: 'quantiles';
      /** Cumulative probabilities in 1/2³², rising from 0 to 2³². */
      readonly at: Float64Array;
      /** The quantile at each of them, not falling. Between two the distribution is uniform. */
      readonly micros: Float64Array;
    };

/** As many values 32 bits have. */
export const RANGE = 4_294_967_296;

export function constant(micros: Micros): Distribution {
  return { kind: 'constant', micros };
}

export function uniform(min: Micros, max: Micros): Distribution {
  return min === max ? constant(min) : { kind: 'uniform', min, max };
}

/** A table of [cumulative probability, value] rows; the first must be at 0 and the last at 1. */
export function quantiles(rows: readonly (readonly [number, Micros])[]): Distribution {
  return {
    kind: 'quantiles',
    at: Float64Array.from(rows, ([p]) => Math.round(p * RANGE)),
    micros: Float64Array.from(rows, ([, micros]) => micros),
  };
}

/** The value at `bits` (32 uniformly distributed bits). */
export function sample(distribution: Distribution, bits: number): Micros {
  switch (distribution.kind) {
    case 'constant':
      return distribution.micros;
    case 'uniform':
      return distribution.min + Math.floor((bits / RANGE) * (distribution.max - distribution.min + 1));
    case 'quantiles': {
      const { at, micros } = distribution;
      let upper = 1;
      while (at[upper]! <= bits) upper++;
      const from = at[upper - 1]!;
      const low = micros[upper - 1]!;
      return low + Math.floor(((bits - from) / (at[upper]! - from)) * (micros[upper]! - low));
    }
    default:
      return unreachable(distribution);
  }
}

/** The smallest and the largest value it can take. */
export function bounds(distribution: Distribution): readonly [Micros, Micros] {
  switch (distribution.kind) {
    case 'constant':
      return [distribution.micros, distribution.micros];
    case 'uniform':
      return [distribution.min, distribution.max];
    case 'quantiles':
      return [distribution.micros[0]!, distribution.micros[distribution.micros.length - 1]!];
    default:
      return unreachable(distribution);
  }
}
