import { describe, expect, it } from 'vitest';
import { lags, mean, play, routesTo, through } from '../play.ts';

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor(q * sorted.length)]!;

describe('ticker', () => {
  it('X1.4 ticks at 0.2, 0.7, 1.2 …: an event at 1.00 waits for 1.2, events at 1.25 and 1.60 both for 1.7', () => {
    const parts = [{ ticker: { period: '500ms' } }] as const;
    expect(through(parts, [1], { phases: [0.4] })).toEqual([1.2]);
    const taken = play(
      parts,
      [1.25, 1.6].map((at, k) => ({ at, routes: routesTo(k) })),
      { phases: [0.4] },
    );
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([[1.7, [1]]]);
  });

  it('X4.4 Kong ticks at 0, 3, 6: an event at 3.1 waits for 6', () => {
    expect(through([{ ticker: { period: '3s' } }], [3.1], { phases: [0] })).toEqual([6]);
  });

  it('X4.1 workers that poll at 100.3 and 100.9: the last connection is possible until 100.9', () => {
    const parts = [{ ticker: { period: '1s', instances: 2 } }] as const;
    expect(through(parts, [100], { phases: [0.3, 0.9] })).toEqual([100.9]);
  });

  it('X3.1 is uniform over its period: mean 0.25, p90 0.45, p99 0.495, never above 0.5; 20 % above 0.4', () => {
    const all = lags([{ ticker: { period: '500ms' } }], 6000);
    expect(mean(all)).toBeCloseTo(0.25, 2);
    expect(quantile(all, 0.9)).toBeCloseTo(0.45, 2);
    expect(quantile(all, 0.99)).toBeCloseTo(0.495, 2);
    expect(all.at(-1)).toBeLessThanOrEqual(0.5);
    expect(all.filter((lag) => lag > 0.4).length / all.length).toBeCloseTo(0.2, 2);
  });

  it('X4.1 four workers: the slowest takes 0.8 s on average, all are within 0.5 s in 0.0625 of the cases', () => {
    const all = lags([{ ticker: { period: '1s', instances: 4 } }], 6000);
    expect(mean(all)).toBeCloseTo(0.8, 2);
    expect(all.filter((lag) => lag <= 0.5).length / all.length).toBeCloseTo(0.0625, 2);
  });

  it.each([1, 2, 7, 50])('the slowest of %i clocks takes p · w / (w + 1) on average', (instances) => {
    const all = lags([{ ticker: { period: '1s', instances } }], 5000, 33.3);
    expect(mean(all)).toBeCloseTo(instances / (instances + 1), 1);
  });
});
