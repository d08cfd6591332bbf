import { describe, expect, it } from 'vitest';
import { RANGE, sample } from '../../src/kernel/distribution.ts';
import { type DelayInput, toDistribution } from '../../src/schema/delay-input.ts';

/** The mean in milliseconds of evenly spaced draws. */
function meanMs(delay: DelayInput): number {
  const distribution = toDistribution(delay);
  const draws = 200_000;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++)
    sum += sample(distribution, Math.floor(((draw + 0.5) / draws) * RANGE));
  return sum / draws / 1000;
}

describe('an exponential delay', () => {
  it.each([
    [{ mean: '20ms' }, 20],
    [{ mean: '1s' }, 1000],
    [{ mean: '50ms', min: '40ms' }, 50],
    [{ mean: '7ms', min: '7ms' }, 7],
  ] as const)('%o has a mean of %d ms', (exponential, mean) => {
    expect(meanMs({ exponential })).toBeCloseTo(mean, 1);
  });

  it('with a max has whatever is longer take just that, which lowers its mean', () => {
    const exponential = { mean: '20ms', max: '30ms' } as const;
    const distribution = toDistribution({ exponential });
    expect(sample(distribution, RANGE - 1)).toBe(30_000);
    // 20 × (1 − e^−1.5): what is left of the mean below 1.5 times of it.
    expect(meanMs({ exponential })).toBeGreaterThan(15);
    expect(meanMs({ exponential })).toBeLessThan(16.2);
  });
});
