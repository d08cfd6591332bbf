import { describe, expect, it } from 'vitest';
import {
  goesThroughKill,
  hasContainerSpec,
  preStopBudgetSeconds,
  preStopRuns,
  remainingGraceSeconds,
  runtimeStop,
  stopTimeoutSeconds,
  terminatedState,
  wholeSeconds,
} from '../../../src/rules/kubelet/kill-container.ts';

describe('preStopBudgetSeconds', () => {
  it.each([
    ['from 1.28 the override', 30, 1, 28, 1],
    ['up to 1.27 the container’s own', 30, 1, 27, 30],
    ['up to 1.27 nothing for a force delete', 0, 30, 27, 0],
    ['without an override the container’s own', 30, null, 36, 30],
  ] as const)('%s', (_, containerGraceSeconds, graceOverrideSeconds, minor, expected) => {
    expect(preStopBudgetSeconds({ containerGraceSeconds, graceOverrideSeconds, minor })).toBe(expected);
  });
});

describe('preStopRuns', () => {
  it('needs a hook and a budget', () => {
    expect(preStopRuns({ hasPreStop: true, budgetSeconds: 1 })).toBe(true);
    expect(preStopRuns({ hasPreStop: true, budgetSeconds: 0 })).toBe(false);
    expect(preStopRuns({ hasPreStop: false, budgetSeconds: 30 })).toBe(false);
  });
});

describe('remainingGraceSeconds', () => {
  it.each([
    ['a whole second costs a second', 30, 1000, 29],
    ['5.9 s cost 5', 30, 5900, 25],
    ['0.999 s cost nothing', 30, 999, 30],
    ['a microsecond short of 5 s costs 4', 30, 4999.999, 26],
    ['may go below zero: the floor comes later', 1, 3000, -2],
  ] as const)('%s', (_, graceSeconds, elapsedMs, expected) => {
    expect(remainingGraceSeconds({ graceSeconds, elapsedMs })).toBe(expected);
  });

  it('loses no second to a sum of fractions that falls short by a rounding error', () => {
    expect(wholeSeconds(3999.9999999999995)).toBe(4);
    expect(wholeSeconds(3999.9)).toBe(3);
  });
});

describe('stopTimeoutSeconds', () => {
  it.each([
    ['what remains', 25, 30, 36, 25],
    ['never below 2', 0, 30, 36, 2],
    ['never below 2 after an overdrawn budget', -3, 30, 28, 2],
    ['up to 1.27 the override in full', 25, 30, 27, 30],
    ['up to 1.27 an override of 1 is not raised', 0, 1, 27, 1],
    ['up to 1.27 without override as later', 25, null, 27, 25],
  ] as const)('%s', (_, remainingSeconds, graceOverrideSeconds, minor, expected) => {
    expect(stopTimeoutSeconds({ remainingSeconds, graceOverrideSeconds, minor })).toBe(expected);
  });
});

describe('runtimeStop', () => {
  it.each([
    ['an obedient process exits by itself', 5000, 25, 800, 5800, false],
    ['a deaf one is killed at the timeout', 5000, 25, null, 30000, true],
    ['a slow one is killed at the timeout', 5000, 2, 2001, 7000, true],
    ['one that needs exactly the timeout made it', 5000, 2, 2000, 7000, false],
    ['a timeout of 0 kills at once', 5000, 0, 0, 5000, true],
  ] as const)('%s', (_, stopMs, timeoutSeconds, exitAfterStopSignalMs, exitMs, sigkilled) => {
    expect(runtimeStop({ stopMs, timeoutSeconds, exitAfterStopSignalMs })).toEqual({ exitMs, sigkilled });
  });
});

describe('how a container ends', () => {
  it.each([
    ['by SIGKILL', { sigkilled: true, ownExitCode: 0 }, { exitCode: 137, reason: 'Error' }],
    ['by itself with 0', { sigkilled: false, ownExitCode: 0 }, { exitCode: 0, reason: 'Completed' }],
    ['of SIGTERM’s default', { sigkilled: false, ownExitCode: 143 }, { exitCode: 143, reason: 'Error' }],
    [
      'by the kernel for its memory',
      { sigkilled: true, outOfMemory: true, ownExitCode: 0 },
      { exitCode: 137, reason: 'OOMKilled' },
    ],
  ] as const)('%s', (_, input, expected) => {
    expect(terminatedState(input)).toEqual(expected);
  });

  it('runs no hook where the kubelet did not kill it', () => {
    expect(goesThroughKill('exitByItself')).toBe(false);
    expect(goesThroughKill('outOfMemory')).toBe(false);
    expect(goesThroughKill('livenessProbeFailure')).toBe(true);
  });

  it('fails to kill what the spec does not know', () => {
    expect(hasContainerSpec(['web'], 'web')).toBe(true);
    expect(hasContainerSpec(['web'], 'db')).toBe(false);
  });
});
