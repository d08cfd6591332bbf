import { describe, expect, it } from 'vitest';
import { calculateEffectiveGracePeriod } from '../../../src/rules/kubelet/effective-grace-period.ts';

const grace = (
  previousGraceSeconds: number,
  deletionGracePeriodSeconds: number | null,
  graceOverrideSeconds: number | null,
  terminationGracePeriodSeconds: number | null,
  minor: number,
) =>
  calculateEffectiveGracePeriod({
    previousGraceSeconds,
    deletionGracePeriodSeconds,
    graceOverrideSeconds,
    terminationGracePeriodSeconds,
    minor,
  });

describe('calculateEffectiveGracePeriod', () => {
  it.each([
    ['nothing asked: the Pod’s own grace', 0, null, null, 30, 36, 30, false],
    ['nothing known at all: 1', 0, null, null, null, 36, 1, false],
    ['a DELETE with 5 beats the Pod’s 30', 0, 5, null, 30, 36, 5, false],
    ['a DELETE may ask for more than the Pod’s own', 0, 60, null, 30, 36, 60, false],
    ['an override of 2 beats a DELETE with 5', 0, 5, 2, 30, 36, 2, false],
    ['an override of 9 does not lengthen a DELETE with 5', 0, 5, 9, 30, 36, 5, false],
    ['a second DELETE shortens 30 to 10 and says so', 30, 10, null, 30, 36, 10, true],
    ['a second DELETE cannot lengthen 10', 10, 30, null, 30, 36, 10, false],
    ['force delete from 1.30: 1 second', 0, 0, null, 30, 30, 1, false],
    ['force delete up to 1.29: the Pod’s whole grace', 0, 0, null, 30, 29, 30, false],
    ['hard eviction up to 1.29 (override 0): the whole grace', 0, null, 0, 45, 29, 45, false],
    ['a DELETE with 0 does not stop an override from counting', 0, 0, 5, 30, 36, 5, false],
    ['a negative DELETE grace is raised to 1', 0, -3, null, 30, 36, 1, false],
  ] as const)('%s', (_, previous, deletion, override, own, minor, graceSeconds, gracePeriodShortened) => {
    expect(grace(previous, deletion, override, own, minor)).toEqual({ graceSeconds, gracePeriodShortened });
  });
});
