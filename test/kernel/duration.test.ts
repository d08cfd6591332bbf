import { describe, expect, test } from 'vitest';
import { formatDuration, MAX_DURATION, parseDuration, toMs } from '../../src/kernel/time.ts';

describe('a duration', () => {
  test.each<{ text: string | number; micros: number; why: string }>([
    { text: '5s', micros: 5_000_000, why: 'seconds' },
    { text: '250ms', micros: 250_000, why: 'milliseconds' },
    { text: '1m30s', micros: 90_000_000, why: 'parts add up' },
    { text: '1h', micros: 3_600_000_000, why: 'hours' },
    { text: '30s1m', micros: 90_000_000, why: 'parts come in any order, as in Go' },
    { text: '1.5s', micros: 1_500_000, why: 'fractions' },
    { text: '.5s', micros: 500_000, why: 'a fraction without a leading digit, as in Go' },
    { text: '0.1s', micros: 100_000, why: 'a decimal fraction comes out whole' },
    { text: '7us', micros: 7, why: 'microseconds in ASCII' },
    { text: '7µs', micros: 7, why: 'microseconds with the micro sign' },
    { text: '7μs', micros: 7, why: 'microseconds with the Greek letter' },
    { text: '1600ns', micros: 2, why: 'nanoseconds are rounded to whole microseconds' },
    { text: '0', micros: 0, why: 'zero needs no unit' },
    { text: '0s', micros: 0, why: 'zero may have one' },
    { text: ' 5s ', micros: 5_000_000, why: 'blanks around it do not matter' },
    { text: 250, micros: 250_000, why: 'a number is milliseconds' },
    { text: 0.25, micros: 250, why: 'a number may be a fraction of a millisecond' },
    { text: 0, micros: 0, why: 'the number zero' },
    { text: '720h', micros: MAX_DURATION, why: '30 days are the limit' },
    { text: 30 * 24 * 3_600_000, micros: MAX_DURATION, why: '30 days in milliseconds, too' },
  ])('$text is $micros µs: $why', ({ text, micros }) => {
    expect(parseDuration(text)).toBe(micros);
  });

  test.each<{ text: string | number; why: string }>([
    { text: '', why: 'it is empty' },
    { text: '5', why: 'a unit is missing' },
    { text: 's', why: 'a number is missing' },
    { text: '5 s', why: 'there is a blank inside' },
    { text: '5s3', why: 'the last part has no unit' },
    { text: '5sec', why: 'sec is no unit' },
    { text: '1d', why: 'Go has no days' },
    { text: '5S', why: 'units are lower case' },
    { text: '-5s', why: 'it is negative' },
    { text: '1e3s', why: 'there is no exponent' },
    { text: '1,5s', why: 'the decimal point is a point' },
    { text: '.s', why: 'a point is no number' },
    { text: '5s!', why: 'something follows' },
    { text: '721h', why: 'it exceeds 30 days' },
    { text: 30 * 24 * 3_600_000 + 1, why: 'it exceeds 30 days' },
    { text: -1, why: 'it is negative' },
    { text: Number.NaN, why: 'it is not a number' },
    { text: Number.POSITIVE_INFINITY, why: 'it is infinite' },
  ])('"$text" is none: $why', ({ text }) => {
    expect(parseDuration(text)).toBeNull();
  });

  test('is read alike each time, whatever was read before', () => {
    expect(['1m30s', 'bad', '1m30s', '5s', '1m30s'].map(parseDuration)).toEqual([
      90_000_000,
      null,
      90_000_000,
      5_000_000,
      90_000_000,
    ]);
  });

  test('in milliseconds may be a fraction', () => {
    expect(toMs(1_500)).toBe(1.5);
  });

  test.each([
    { micros: 0, reads: '0 ms' },
    { micros: 400, reads: '0.4 ms' },
    { micros: 1_234, reads: '1.23 ms' },
    { micros: 612_000, reads: '612 ms' },
    { micros: 1_500_000, reads: '1.5 s' },
    { micros: 30_000_000, reads: '30 s' },
    { micros: 90_000_000, reads: '90 s' },
    { micros: 120_000_000, reads: '2 min' },
    { micros: -30_000_000, reads: '-30 s' },
  ])('of $micros µs reads "$reads"', ({ micros, reads }) => {
    expect(formatDuration(micros)).toBe(reads);
  });
});
