import { describe, expect, it } from 'vitest';
import { lags, mean, through } from '../play.ts';

describe('loop', () => {
  it('X4.4 haproxytech rounds at 0, 5, 10: an event at 0.1 waits for 5', () => {
    expect(through([{ loop: { period: '5s' } }], [0.1], { phases: [0] })).toEqual([5]);
  });

  it('rounds of 1 s with 5 s of sleep lie 6 s apart, and what a round took up is in force when it ends', () => {
    expect(through([{ loop: { period: '5s', cost: '1s' } }], [0.1, 6.5], { phases: [0] })).toEqual([7, 13]);
  });

  it('is uniform over period and cost, plus the cost', () => {
    const all = lags([{ loop: { period: '5s', cost: '1s' } }], 5000);
    expect(mean(all)).toBeCloseTo(4, 1);
    expect(all[0]).toBeGreaterThanOrEqual(1);
    expect(all.at(-1)).toBeLessThanOrEqual(7);
  });
});
