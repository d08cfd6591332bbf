import { durationSchema, micros } from '../../schema/delay-input.ts';

/** A duration that is not zero: a period, an interval. */
export const positiveDuration = durationSchema.refine((value) => micros(value) > 0, {
  error: 'must be longer than 0; leave the part out if nothing waits',
});
