import { describe, expect, it } from 'vitest';
import { validateSleepAction } from '../../../src/rules/validation/validate-sleep.ts';

describe('a native sleep hook', () => {
  const hint = '. Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.';
  const positive = (grace: number) =>
    `must be greater than 0 and less than terminationGracePeriodSeconds (${grace})`;
  const nonNegative = (grace: number) =>
    `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;

  it.each<[text: string, minor: number, seconds: number, grace: number, detail: string | undefined]>([
    ['shorter than the grace period is accepted', 30, 10, 30, undefined],
    ['as long as the grace period is accepted', 30, 30, 30, undefined],
    ['longer than the grace period is refused', 30, 31, 30, positive(30)],
    ['longer than the grace period is refused where zero is allowed', 36, 31, 30, nonNegative(30)],
    ['of zero is refused in 1.31 without a hint', 31, 0, 30, positive(30)],
    ['of zero is refused in 1.32 with a hint at the gate', 32, 0, 30, positive(30) + hint],
    ['of zero is accepted since 1.33', 33, 0, 30, undefined],
    ['below zero is refused in every version', 36, -1, 30, nonNegative(30)],
    ['beside a negative grace period is refused', 36, 0, -1, nonNegative(-1)],
  ])('%s', (_, minor, seconds, terminationGracePeriodSeconds, detail) => {
    const errors = validateSleepAction({ seconds }, 'hook.sleep', { minor, terminationGracePeriodSeconds });
    expect(errors).toEqual(
      detail === undefined ? [] : [{ type: 'Invalid', field: 'hook.sleep', value: seconds, detail }],
    );
  });

  it('is not judged where the Pod has no grace period, which is an error of its own', () => {
    const options = { minor: 30, terminationGracePeriodSeconds: undefined };
    expect(validateSleepAction({ seconds: 1000 }, 'hook.sleep', options)).toEqual([]);
  });

  it('of zero follows the gate where one is given', () => {
    const options = { minor: 32, terminationGracePeriodSeconds: 30, allowZero: true };
    expect(validateSleepAction({ seconds: 0 }, 'hook.sleep', options)).toEqual([]);
  });
});
