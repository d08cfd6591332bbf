import { describe, expect, it } from 'vitest';
import { lags, mean, play, routesTo, through } from '../play.ts';

describe('lag', () => {
  it('takes as long as it says', () => {
    expect(through([{ lag: '2500ms' }], [1, 2])).toEqual([3.5, 4.5]);
  });

  it('keeps the order of changes, whatever the draws', () => {
    for (let seed = 0; seed < 50; seed++) {
      const at = Array.from({ length: 10 }, (_, k) => k / 2);
      const taken = play(
        [{ lag: { uniform: ['0s', '10s'] } }],
        at.map((second, k) => ({ at: second, routes: routesTo(k) })),
        { seed },
      );
      const pods = taken.map((each) => each.pods[0]!);
      expect(pods).toEqual([...pods].sort((a, b) => a - b));
      expect(pods.at(-1)).toBe(9);
    }
  });

  it('draws from its distribution', () => {
    expect(mean(lags([{ lag: { uniform: ['2s', '4s'] } }], 5000))).toBeCloseTo(3, 1);
  });
});
