import { describe, expect, it } from 'vitest';
import { play, routesTo } from '../play.ts';

describe('drain', () => {
  it('opens nothing new at once and cuts what is open at the timeout', () => {
    const taken = play([{ drain: { timeout: '300s' } }], [{ at: 10, routes: routesTo(1) }], {
      from: routesTo(1, 2),
    });
    expect(taken).toEqual([
      { at: 10, pods: [1], excluded: [], cause: 'view' },
      { at: 310, pods: [1], excluded: [2], cause: 'drain' },
    ]);
  });

  it('lets a target that comes back in time keep its connections', () => {
    const taken = play(
      [{ drain: { timeout: '300s' } }],
      [
        { at: 10, routes: routesTo(1) },
        { at: 20, routes: routesTo(1, 2) },
      ],
      { from: routesTo(1, 2) },
    );
    expect(taken.at(-1)).toEqual({ at: 20, pods: [1, 2], excluded: [], cause: 'view' });
  });
});
