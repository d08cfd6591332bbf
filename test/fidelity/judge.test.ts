import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/calibration/observation.ts';
import { judgeMilestone, judgeSet, judgeShares, plausible, quantile } from './judge.ts';

const hundred = Array.from({ length: 101 }, (_, index) => 100 + index);

describe('quantile', () => {
  it.each([
    ['the only value', [7], 0.975, 7],
    ['the middle of two', [10, 20], 0.5, 15],
    ['the 2.5 % point of 0 to 100', hundred, 0.025, 102.5],
    ['the largest', [1, 2, 3], 1, 3],
  ] as const)('is %s', (_, values, p, expected) => {
    expect(quantile(values, p)).toBeCloseTo(expected, 9);
  });
});

describe('a milestone', () => {
  it.each([
    [
      'passes where the real median lies within the runs and theirs among the real values',
      [140, 145, 150, 155, 160],
      null,
    ],
    [
      'fails where the median of twelve lies below 95 % of the runs, though some of them do not',
      [80, 90, 95, 98, 100, 100, 101, 101, 101, 102, 190, 210],
      'real median outside the simulated range',
    ],
    [
      'fails where the real median lies above 95 % of the runs',
      [199, 199, 199],
      'real median outside the simulated range',
    ],
    [
      'fails where the simulated median lies above every one of five real values',
      [110, 111, 112, 113, 139],
      'simulated medians outside the real range',
    ],
    ['passes where the median of five may lie within them', [80, 90, 101, 190, 210], null],
    ['passes where it lies no more than the resolution above', [110, 111, 112, 113, 140], null],
    ['passes where it lies no more than the resolution below', [160, 165, 170, 175, 180], null],
    ['is not held to the real range with four values', [110, 111, 112, 113], null],
  ] as const)('%s', (_, realMs, failure) => {
    expect(judgeMilestone('exitedMs', realMs, [hundred]).failure).toBe(failure);
  });

  it('fails where no run shows it', () => {
    expect(judgeMilestone('exitedMs', [1], [])).toMatchObject({
      simulated: null,
      failure: 'never simulated',
    });
  });

  it('shows what it compared', () => {
    const row = judgeMilestone('exitedMs', [160, 140, 150], [hundred]);
    expect(row.real).toEqual({ n: 3, min: 140, median: 150, max: 160 });
    expect(row.simulated).toEqual({ n: 101, low: 102.5, median: 150, high: 197.5 });
  });
});

describe('shares', () => {
  it.each([
    ['all of all', 12, 12, 1, true],
    ['one too few of all', 11, 12, 1, false],
    ['none of what never happens', 0, 12, 0, true],
    ['one of what never happens', 1, 12, 0, false],
    ['two of twelve at an eighth', 2, 12, 0.125, true],
    ['eight of twelve at an eighth', 8, 12, 0.125, false],
  ] as const)('%s', (_, count, n, share, expected) => {
    expect(plausible(count, n, share)).toBe(expected);
  });

  it('have one row for each value that occurs on either side', () => {
    const rows = judgeShares('exitCode', ['0', '0'], ['0', '137']);
    expect(rows.map(({ name, failure }) => [name, failure === null])).toEqual([
      ['exitCode = 0', true],
      ['exitCode = 137', true],
    ]);
  });

  it('tell a yes and a no once', () => {
    expect(judgeShares('servingFalseSeen', ['no'], ['no', 'yes']).map(({ name }) => name)).toEqual([
      'servingFalseSeen = yes',
    ]);
  });

  it('have no row for what the recorder did not see', () => {
    expect(judgeShares('exitCode', [], ['0'])).toEqual([]);
  });
});

function observation(stoppedAtMs: readonly number[], createdMs: readonly number[] = []): Observation {
  return {
    pods: stoppedAtMs.map((at) => ({
      name: `pod-${at}`,
      node: null,
      moments: { stoppedAtMs: at, exitedMs: at + 5 },
      outcomes: { exitCode: '0' },
    })),
    replacements: createdMs.map((at) => ({ name: `new-${at}`, moments: { createdMs: at } })),
  };
}

describe('a set', () => {
  it('holds the k-th Pod against the k-th', () => {
    const rows = judgeSet(
      [observation([0, 400])],
      [[observation([0, 400]), observation([0, 400])]],
      'request',
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'Pod 1 exitedMs',
      'Pod 1 exitCode = 0',
      'Pod 2 exitedMs',
      'Pod 2 exitCode = 0',
    ]);
    expect(rows.every(({ failure }) => failure === null)).toBe(true);
  });

  it('judges when a controller stopped a Pod, and not when the recorder itself did', () => {
    const name = (stoppedBy: 'request' | 'controller') =>
      judgeSet([observation([3])], [[observation([3])]], stoppedBy)[0]!.name;
    expect(name('controller')).toBe('stoppedAtMs');
    expect(name('request')).toBe('exitedMs');
  });

  it('fails a replacement that no run made', () => {
    const rows = judgeSet([observation([0], [20])], [[observation([0])]], 'request');
    expect(rows.at(-1)).toMatchObject({ name: 'replacement createdMs', failure: 'never simulated' });
  });

  it('passes where the delays of one other set agree, and fails where those of none do', () => {
    const far = [300, 301, 302, 303, 304];
    const near = (ms: number) => [ms - 1, ms, ms + 1];
    expect(judgeMilestone('exitedMs', far, [near(200), near(302)]).failure).toBeNull();
    expect(judgeMilestone('exitedMs', far, [near(400), near(500)]).failure).toContain(
      'outside the real range',
    );
  });
});
