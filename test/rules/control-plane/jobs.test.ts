import { describe, expect, it } from 'vitest';
import { matchSuccessPolicy, parseIndexes } from '../../../src/rules/batch/indexed-job.ts';
import {
  effectivePodReplacementPolicy,
  firstPendingIndexes,
  isJobPodFailed,
  type JobSpec,
  jobBackoffUs,
  jobComplete,
  jobFailure,
  jobPodsWanted,
  matchPodFailurePolicy,
  type PodFailurePolicyRule,
} from '../../../src/rules/batch/job.ts';

const SPEC: JobSpec = {
  parallelism: 3,
  completions: 10,
  indexed: false,
  backoffLimit: 6,
  backoffLimitPerIndex: null,
  maxFailedIndexes: null,
  successPolicy: null,
  activeDeadlineSeconds: null,
  podReplacementPolicy: 'TerminatingOrFailed',
  podFailurePolicy: null,
};
const NONE = { active: 0, terminating: 0, succeeded: 0, failed: 0 };

describe('isJobPodFailed', () => {
  it.each([
    ['that runs has not', 'Running', false, 'TerminatingOrFailed', false],
    ['that says so has', 'Failed', false, 'Failed', true],
    ['that was deleted has, where it is replaced at once', 'Running', true, 'TerminatingOrFailed', true],
    [
      'that was deleted has not yet, where it is replaced once it has ended',
      'Running',
      true,
      'Failed',
      false,
    ],
    ['that was deleted and has succeeded never has', 'Succeeded', true, 'TerminatingOrFailed', false],
  ] as const)('a Pod %s', (_, phase, terminating, policy, expected) => {
    expect(isJobPodFailed({ phase, terminating }, policy)).toBe(expected);
  });
});

describe('effectivePodReplacementPolicy', () => {
  it.each([
    ['is off up to 1.28', 'Failed', false, 28, 'TerminatingOrFailed'],
    ['is what is written from 1.29', 'Failed', false, 29, 'Failed'],
    ['is Failed with a podFailurePolicy', null, true, 26, 'Failed'],
    ['replaces at once by default', null, false, 36, 'TerminatingOrFailed'],
  ] as const)('%s', (_, written, hasPolicy, minor, expected) => {
    expect(effectivePodReplacementPolicy(written, hasPolicy, minor)).toBe(expected);
  });
});

describe('jobPodsWanted', () => {
  it.each([
    ['as many as it may run', {}, {}, 3],
    ['no more than are left to do', {}, { succeeded: 9 }, 1],
    ['none once all is done', {}, { succeeded: 10 }, 0],
    ['those that are missing', {}, { active: 2 }, 1],
    ['fewer where parallelism was lowered', { parallelism: 1 }, { active: 3 }, -2],
    ['one for each that terminates', {}, { active: 2, terminating: 1 }, 1],
    [
      'none while one terminates that holds its place',
      { podReplacementPolicy: 'Failed' },
      { active: 2, terminating: 1 },
      0,
    ],
    [
      'no other after a success where it counts no completions',
      { completions: null },
      { active: 1, succeeded: 1 },
      0,
    ],
    ['at most 500 at a time', { parallelism: 2000, completions: 5000 }, {}, 500],
  ] as const)('wants %s', (_, spec, counts, expected) => {
    expect(jobPodsWanted({ ...SPEC, ...spec }, { ...NONE, ...counts })).toBe(expected);
  });
});

it('firstPendingIndexes are the lowest that are neither done nor held', () => {
  expect(firstPendingIndexes(6, new Set([0, 3]), new Set([1]), 2)).toEqual([2, 4]);
  expect(firstPendingIndexes(2, new Set([0]), new Set(), 5)).toEqual([1]);
});

describe('jobFailure', () => {
  const STATE = { policyFailsIt: false, suspended: false, activeForUs: 0 };
  it.each([
    ['goes on with as many failures as its limit', {}, { failed: 6 }, {}, null],
    ['fails with one more', {}, { failed: 7 }, {}, 'BackoffLimitExceeded'],
    ['fails by a rule of its own first', {}, { failed: 7 }, { policyFailsIt: true }, 'PodFailurePolicy'],
    ['goes on before its deadline', { activeDeadlineSeconds: 10 }, {}, { activeForUs: 9_999_999 }, null],
    [
      'fails at its deadline',
      { activeDeadlineSeconds: 10 },
      {},
      { activeForUs: 10_000_000 },
      'DeadlineExceeded',
    ],
    [
      'has no deadline while it is suspended',
      { activeDeadlineSeconds: 10 },
      {},
      { activeForUs: 1e9, suspended: true },
      null,
    ],
  ] as const)('a Job %s', (_, spec, counts, state, expected) => {
    expect(jobFailure({ ...SPEC, ...spec }, { ...NONE, ...counts }, { ...STATE, ...state })).toBe(expected);
  });
});

it.each([
  ['1', [[1, 1]]],
  [
    '0,2-4,7',
    [
      [0, 0],
      [2, 4],
      [7, 7],
    ],
  ],
  ['3,1', null],
  ['2-2', null],
  ['1,1', null],
  ['', null],
  ['1-', null],
])('parseIndexes reads %o as %o', (text, expected) => {
  expect(parseIndexes(text)).toEqual(expected);
});

describe('matchSuccessPolicy', () => {
  const rule = (succeededIndexes: string | null, succeededCount: number | null) => [
    { succeededIndexes: succeededIndexes === null ? null : parseIndexes(succeededIndexes), succeededCount },
  ];
  it.each([
    [true, 'all named indexes', rule('0-2', null), [0, 1, 2]],
    [false, 'all named indexes but one', rule('0-2', null), [0, 2, 5]],
    [true, 'as many of the named as are asked for', rule('0-2', 2), [0, 2]],
    [false, 'as many, of which one is not named', rule('0-2', 2), [0, 5]],
    [true, 'all named, which begin later', rule('2-3', null), [2, 3]],
    [true, 'all of several intervals', rule('1,3-4', null), [1, 3, 4]],
    [false, 'as many, of which one lies before the named', rule('3-4', null), [0, 3]],
    [true, 'all named that there are', rule('4-9', null), [4, 5]],
    [true, 'any that many', rule(null, 2), [4, 5]],
    [false, 'too few of any', rule(null, 2), [4]],
    [false, 'a rule that asks for nothing', rule(null, null), [0, 1, 2, 3, 4, 5]],
    [false, 'anything without a rule', [], [0, 1, 2, 3, 4, 5]],
  ] as const)('is %s of %s', (expected, _, rules, succeeded) => {
    expect(matchSuccessPolicy(rules, 6, new Set(succeeded))).toBe(expected);
  });
});

describe('jobComplete', () => {
  it.each([
    [true, 10, { succeeded: 10 }],
    [false, 10, { succeeded: 9 }],
    [false, 10, { succeeded: 10, active: 1 }],
    [true, null, { succeeded: 1 }],
    [false, null, { succeeded: 1, active: 2 }],
    [false, null, {}],
  ] as const)('is %s of completions %s with %o', (expected, completions, counts) => {
    expect(jobComplete({ ...SPEC, completions }, { ...NONE, ...counts })).toBe(expected);
  });
});

describe('matchPodFailurePolicy', () => {
  const codes = (operator: 'In' | 'NotIn', values: number[], containerName: string | null = null) =>
    ({
      action: 'FailJob',
      onExitCodes: { containerName, operator, values },
      onDisruptionTarget: false,
    }) as const;
  const ignores: PodFailurePolicyRule = { action: 'Ignore', onExitCodes: null, onDisruptionTarget: true };
  it.each<[string, PodFailurePolicyRule[], Record<string, number> | null, boolean, string]>([
    ['counts without a rule', [], { app: 1 }, false, 'Count'],
    ['matches a code', [codes('In', [42])], { app: 42 }, false, 'FailJob'],
    ['matches no other', [codes('In', [42])], { app: 1 }, false, 'Count'],
    ['matches every other with NotIn', [codes('NotIn', [42])], { app: 1 }, false, 'FailJob'],
    ['never matches 0', [codes('NotIn', [42])], { app: 0 }, false, 'Count'],
    [
      'looks at the container that it names',
      [codes('In', [42], 'app')],
      { proxy: 42, app: 1 },
      false,
      'Count',
    ],
    ['ignores a disruption', [ignores], null, true, 'Ignore'],
    ['takes the first that matches', [codes('In', [143]), ignores], { app: 143 }, true, 'FailJob'],
  ])('%s', (_, rules, exitCodes, disruptionTarget, expected) => {
    expect(matchPodFailurePolicy(rules, { exitCodes, disruptionTarget })).toBe(expected);
  });
});

it.each([
  [0, 36, 0],
  [1, 36, 10],
  [2, 36, 20],
  [6, 36, 320],
  [7, 36, 600],
  [7, 27, 360],
])('jobBackoffUs after %i failures in a row on 1.%i is %i s', (failures, minor, seconds) => {
  expect(jobBackoffUs(failures, 5_000_000, 5_000_000, minor)).toBe(seconds * 1_000_000);
});
