import { describe, expect, it } from 'vitest';
import { play, routesTo } from '../play.ts';

const parts = [{ register: { initial: '20s' } }] as const;

describe('register', () => {
  it('leaves a target that goes out at once, and takes a new one in when it is registered', () => {
    const taken = play([...parts], [{ at: 5, routes: routesTo(2, 3) }], { from: routesTo(1, 2) });
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([
      [5, [2]],
      [25, [2, 3]],
    ]);
  });

  it('has nobody while the only target is new', () => {
    const taken = play([...parts], [{ at: 5, routes: routesTo(2) }], { from: routesTo(1) });
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([
      [5, []],
      [25, [2]],
    ]);
  });

  it('counts from the registration of each, and anew for one that went and came back', () => {
    const taken = play(
      [...parts],
      [
        { at: 0, routes: routesTo(1, 2) },
        { at: 10, routes: routesTo(1, 2, 3) },
        { at: 15, routes: routesTo(1, 3) },
        { at: 18, routes: routesTo(1, 2, 3) },
      ],
      { from: routesTo(1) },
    );
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([
      [0, [1]],
      [10, [1]],
      [15, [1]],
      [18, [1]],
      [30, [1, 3]],
      [38, [1, 2, 3]],
    ]);
  });
});
