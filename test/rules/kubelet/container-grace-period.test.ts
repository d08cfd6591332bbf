import { describe, expect, it } from 'vitest';
import { containerGraceSeconds } from '../../../src/rules/kubelet/container-grace-period.ts';
import { evictionGraceOverrideSeconds } from '../../../src/rules/kubelet/eviction-grace.ts';

describe('containerGraceSeconds', () => {
  it.each([
    ['neither deleted nor with a grace of its own: the minimum', null, null, 7, 9, 'Unknown', 2],
    ['the Pod’s grace', null, 30, 7, 9, 'Unknown', 30],
    ['a failed liveness probe brings its own', null, 30, 7, 9, 'LivenessProbe', 9],
    ['a failed startup probe brings its own', null, 30, 7, 9, 'StartupProbe', 7],
    ['a probe’s grace may exceed the Pod’s', null, 30, null, 90, 'LivenessProbe', 90],
    ['a probe without one leaves the Pod’s', null, 30, 7, null, 'LivenessProbe', 30],
    ['a deletion makes the probe’s value irrelevant', 20, 30, 7, 9, 'LivenessProbe', 20],
    ['a deletion with 0 counts as 0', 0, 30, null, null, 'Unknown', 0],
  ] as const)('%s', (_, deletion, own, startup, liveness, reason, expected) => {
    expect(
      containerGraceSeconds({
        deletionGracePeriodSeconds: deletion,
        terminationGracePeriodSeconds: own,
        startupProbeTerminationGracePeriodSeconds: startup,
        livenessProbeTerminationGracePeriodSeconds: liveness,
        reason,
      }),
    ).toBe(expected);
  });
});

describe('evictionGraceOverrideSeconds', () => {
  it.each([
    ['hard from 1.30: 1', 'hard', 60, 30, 30, 1],
    ['hard up to 1.29: 0', 'hard', 60, 30, 29, 0],
    ['a storage limit counts as hard', 'localStorageLimit', 60, 30, 36, 1],
    ['soft from 1.32: at most the Pod’s own', 'soft', 60, 30, 32, 30],
    ['soft up to 1.31: the configured maximum, even above it', 'soft', 60, 30, 31, 60],
    ['soft below the Pod’s own', 'soft', 10, 30, 36, 10],
    ['soft for a Pod without a grace', 'soft', 10, null, 36, 10],
  ] as const)('%s', (_, threshold, maximum, own, minor, expected) => {
    expect(
      evictionGraceOverrideSeconds({
        threshold,
        evictionMaxPodGracePeriodSeconds: maximum,
        terminationGracePeriodSeconds: own,
        minor,
      }),
    ).toBe(expected);
  });
});
