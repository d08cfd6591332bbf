import { describe, expect, it } from 'vitest';
import { play, routesTo } from '../play.ts';

describe('api', () => {
  it('X7.1 attach in flight 0–8 s, Pod deleted at 3: it is detached when the attach has ended and its own call', () => {
    const parts = [{ api: { duration: '8s' } }] as const;
    const taken = play(
      parts,
      [
        { at: 0, routes: routesTo(1, 2) },
        { at: 3, routes: routesTo(1) },
      ],
      { from: routesTo(1) },
    );
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([
      [8, [1, 2]],
      [16, [1]],
    ]);
  });

  it('X7.1 with a detach of 2 s the endpoint leaves 2 s after the call under way has ended', () => {
    const parts = [{ api: { duration: '2s' } }] as const;
    const taken = play(
      parts,
      [
        { at: 6, routes: routesTo(1, 2) },
        { at: 7, routes: routesTo(1) },
      ],
      { from: routesTo(1) },
    );
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([
      [8, [1, 2]],
      [10, [1]],
    ]);
  });

  it('does not make endpoints without a call of their own wait', () => {
    const taken = play(
      [{ api: { duration: '5s' } }],
      [
        { at: 0, routes: routesTo(1, 2, 3) },
        { at: 1, routes: routesTo(2, 3) },
      ],
      { from: routesTo(1, 2) },
    );
    expect(taken.map(({ at, pods }) => [at, pods])).toEqual([
      [5, [1, 2, 3]],
      [6, [2, 3]],
    ]);
  });
});
