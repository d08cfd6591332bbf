import { describe, expect, it } from 'vitest';
import { cronJobName, cronJobStarts, mostRecentScheduleTime } from '../../../src/rules/batch/cron-job.ts';
import { nextScheduled, parseSchedule } from '../../../src/rules/batch/cron-schedule.ts';

const secondsOf = (text: string) => Date.parse(`${text}Z`) / 1000;
const textOf = (seconds: number | null) =>
  seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 16);

describe('nextScheduled', () => {
  it.each([
    ['every minute, strictly later', '* * * * *', '2026-01-01T00:00', '2026-01-01T00:01'],
    ['a step', '*/15 * * * *', '2026-01-01T00:16', '2026-01-01T00:30'],
    ['a step from a number on', '5/20 * * * *', '2026-01-01T00:26', '2026-01-01T00:45'],
    ['lists and ranges', '0,30 9-17 * * *', '2026-01-01T17:30', '2026-01-02T09:00'],
    ['a name of a day', '0 3 * * mon', '2026-01-01T00:00', '2026-01-05T03:00'],
    ['a range of days', '0 3 * * MON-FRI', '2026-01-02T04:00', '2026-01-05T03:00'],
    ['a day of a month or of a week', '0 0 13 * 5', '2026-01-03T00:00', '2026-01-09T00:00'],
    ['a day of both where one is a star', '0 0 */1 * 5', '2026-01-03T00:00', '2026-01-09T00:00'],
    ['a question mark for a star', '0 0 1 ? *', '2026-01-03T00:00', '2026-02-01T00:00'],
    ['the leap day', '0 0 29 2 *', '2026-01-01T00:00', '2028-02-29T00:00'],
    ['the end of a year', '@hourly', '2026-12-31T23:30', '2027-01-01T00:00'],
    ['a span', '@every 1h30m', '2026-01-01T00:10', '2026-01-01T01:40'],
    ['a day that there is not', '0 0 31 2 *', '2026-01-01T00:00', null],
  ])('finds %s: %s after %s', (_, text, after, expected) => {
    const schedule = parseSchedule(text);
    if (typeof schedule === 'string') throw new Error(schedule);
    expect(textOf(nextScheduled(schedule, secondsOf(after)))).toBe(expected);
  });

  it.each([
    ['', 'expected exactly 5 fields, found 0'],
    ['* * * * * *', 'expected exactly 5 fields, found 6'],
    ['60 * * * *', 'minute "60" is not within 0 to 59'],
    ['* * * * 7', 'day of week "7" is not within 0 to 6'],
    ['5-1 * * * *', 'minute "5-1" is not within 0 to 59'],
    ['*/0 * * * *', 'cannot read minute "*/0"'],
    ['* * * foo *', 'cannot read month "foo"'],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
  ])('%o is no schedule: %s', (text, why) => {
    expect(parseSchedule(text)).toBe(why);
  });
});

describe('mostRecentScheduleTime', () => {
  const minutes = [0, 60, 120, 180].map((seconds) => seconds * 1e6);
  it.each([
    ['the latest that has come', 0, 130, null, 120],
    ['none that has started something', 120, 130, null, null],
    ['none that is longer ago than its deadline', 0, 130, 5, null],
    ['one within its deadline', 0, 130, 15, 120],
  ])('is %s', (_, last, now, startingDeadlineSeconds, expected) => {
    const state = { lastScheduledUs: last * 1e6, nowUs: now * 1e6, startingDeadlineSeconds };
    expect(mostRecentScheduleTime(minutes, state)).toBe(expected === null ? null : expected * 1e6);
  });
});

it.each([
  ['Allow', 1, true, false],
  ['Forbid', 0, true, false],
  ['Forbid', 1, false, false],
  ['Replace', 2, true, true],
  ['Replace', 0, true, false],
] as const)('under %s with %i Jobs that run: starts %o, replaces %o', (policy, active, starts, replaces) => {
  expect(cronJobStarts(policy, active)).toEqual({ starts, replaces });
});

it('a Job is called after its minute', () => {
  expect(cronJobName('sync', secondsOf('2026-01-01T00:00'))).toBe('sync-29453760');
});
