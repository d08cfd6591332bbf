import { bounds, constant, type Distribution, quantiles, uniform } from '../kernel/distribution.ts';
import { type Duration, type DurationText, parseDuration } from '../kernel/time.ts';
import * as z from './zod.ts';

/** A duration in Go's notation, as Kubernetes's flags take it, or a number of milliseconds. */
const NO_DURATION =
  'must be a duration; write it as Kubernetes does, like "250ms", "5s" or "1m30s" (a number that is no text is milliseconds; at most 30 days)';
/** Whatever is a text is taken, and looked at below; what may be written is of a narrower type. */
const text: z.ZodType<string, string> = z.string();
export const durationSchema = z
  .union([text as z.ZodType<DurationText, DurationText>, z.number()], { error: NO_DURATION })
  .refine((value) => parseDuration(value) !== null, { error: NO_DURATION });

/** A duration with a least value of its own. */
export function durationOf(least: Duration) {
  const tooShort = `must be a duration of ${least} or more; a shorter one is a slip of the unit`;
  return durationSchema.refine((value) => micros(value) >= micros(least), { error: tooShort });
}

/** Reads a duration that the schema has let through. */
export function micros(value: Duration): number {
  return parseDuration(value) ?? 0;
}

const rowSchema = z.tuple([z.number().min(0).max(1), durationSchema]);

/**
 * How long something takes: always the same, anything between two values, a table of quantiles, or an exponential tail. That one
 * begins at `min`, has the mean `mean`, and with `max` whatever is longer takes just that: so the mean is then a little smaller.
 */
export const delaySchema = z.union(
  [
    durationSchema,
    z
      .strictObject({ uniform: z.tuple([durationSchema, durationSchema]) })
      .refine(({ uniform: [min, max] }) => micros(min) <= micros(max), {
        error: 'must not end before it begins; put the smaller duration first',
      }),
    z.strictObject({ quantiles: z.array(rowSchema).min(2) }).refine(({ quantiles: rows }) => isTable(rows), {
      error:
        'must be a table of [cumulative probability, duration]; begin with probability 0, end with 1, let probabilities rise and durations not fall',
    }),
    z.strictObject({
      exponential: z
        .strictObject({
          mean: durationSchema,
          min: durationSchema.optional(),
          max: durationSchema.optional(),
        })
        .refine(({ min = 0, max }) => max === undefined || micros(min) <= micros(max), {
          error: 'must not have a max below its min; raise max, or lower min',
        })
        // Where max is below min, that has been said.
        .refine(({ mean, min = 0, max = min }) => micros(max) < micros(min) || micros(min) <= micros(mean), {
          error: 'must not have a min above its mean; lower min, or raise mean',
        }),
    }),
  ],
  {
    error:
      'must be a delay; use a duration, { uniform: [min, max] }, { quantiles: [[0, min], …, [1, max]] } or { exponential: { mean } }',
  },
);

/** How long something takes. */
export type DelayInput = Duration | UniformDelay | QuantilesDelay | ExponentialDelay;

/** Anything between two values, each as probable as the other. */
export interface UniformDelay {
  readonly uniform: readonly [min: Duration, max: Duration];
}

/** A table: with which probability it takes at most how long. From probability 0 to 1; between rows all is as probable. */
export interface QuantilesDelay {
  readonly quantiles: readonly (readonly [probability: number, duration: Duration])[];
}

/** An exponential tail above `min`, cut at `max`. */
export interface ExponentialDelay {
  readonly exponential: {
    readonly mean: Duration;
    readonly min?: Duration | undefined;
    readonly max?: Duration | undefined;
  };
}

function isTable(rows: readonly (readonly [number, Duration])[]): boolean {
  if (rows[0]?.[0] !== 0 || rows[rows.length - 1]?.[0] !== 1) return false;
  return rows.every(([p, value], index) => {
    const before = rows[index - 1];
    return before === undefined || (p > before[0] && micros(value) >= micros(before[1]));
  });
}

/**
 * Quantiles of the exponential distribution with mean 1, as a table, so that no logarithm is computed at run time.
 * Between rows it is taken as uniform; the tail ends at the 99.99th percentile. `TABLE_MEAN` is what that comes to.
 */
// biome-ignore-start lint/suspicious/noApproximativeNumericConstant: quantiles, not constants of nature.
const EXPONENTIAL: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.1, 0.105361],
  [0.2, 0.223144],
  [0.3, 0.356675],
  [0.4, 0.510826],
  [0.5, 0.69315],
  [0.6, 0.916291],
  [0.7, 1.203973],
  [0.8, 1.609438],
  [0.9, 2.30259],
  [0.95, 2.995732],
  [0.99, 4.60517],
  [0.999, 6.907755],
  [1, 9.21034],
];
// biome-ignore-end lint/suspicious/noApproximativeNumericConstant: quantiles, not constants of nature.

const TABLE_MEAN = EXPONENTIAL.slice(1).reduce((sum, [p, x], before) => {
  const [from, least] = EXPONENTIAL[before]!;
  return sum + (p - from) * ((x + least) / 2);
}, 0);

/** The longest that a delay can be. */
export function longestOf(delay: DelayInput): number {
  return bounds(toDistribution(delay))[1];
}

/** Whether it is a range, and not the same each time. */
export function isRange(delay: DelayInput | undefined): delay is Exclude<DelayInput, Duration> {
  return typeof delay === 'object';
}

/** The distribution that a delay stands for. */
export function toDistribution(delay: DelayInput): Distribution {
  if (typeof delay === 'string' || typeof delay === 'number') return constant(micros(delay));
  if ('uniform' in delay) return uniform(micros(delay.uniform[0]), micros(delay.uniform[1]));
  if ('quantiles' in delay)
    return quantiles(delay.quantiles.map(([p, value]) => [p, micros(value)] as const));
  const { mean, min = 0, max } = delay.exponential;
  const floor = micros(min);
  const ceiling = max === undefined ? Number.POSITIVE_INFINITY : micros(max);
  const spread = micros(mean) - floor;
  return quantiles(
    EXPONENTIAL.map(
      ([p, x]) => [p, Math.min(ceiling, floor + Math.round((x / TABLE_MEAN) * spread))] as const,
    ),
  );
}
