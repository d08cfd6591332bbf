import { describe, expect, it } from 'vitest';
import { play, routesTo, through } from '../play.ts';

describe('gap', () => {
  it('X1.2 start to start 5 s, cost 1 s: requests at 0, 1, 7 run at 0, 5, 10', () => {
    const parts = [{ gap: { from: 'start', period: '5s', cost: '1s' } }] as const;
    // In force at the end of each run.
    expect(through(parts, [0, 1, 7])).toEqual([1, 6, 11]);
  });

  it('X1.2 start to start 5 s, cost 8 s: requests at 0, 1 run at 0, 8', () => {
    const parts = [{ gap: { from: 'start', period: '5s', cost: '8s' } }] as const;
    expect(through(parts, [0, 1])).toEqual([8, 16]);
  });

  it('X4.4 Traefik: configurations at 0, 0.5, 1.9, 5 are applied at 0, 2 (that of 1.9) and 5', () => {
    const taken = play(
      [{ gap: { from: 'end', period: '2s' } }],
      [0, 0.5, 1.9, 5].map((at, index) => ({ at, routes: routesTo(index + 1) })),
    );
    expect(taken.map(({ at, pods }) => [at, pods[0]])).toEqual([
      [0, 1],
      [2, 3],
      [5, 4],
    ]);
  });

  it('X4.6 OpenShift: changes at 0, 1, 7 with a reload of 1 s reload at 0, 5, 10', () => {
    const parts = [{ gap: { from: 'start', period: '5s', cost: '1s' } }] as const;
    expect(through(parts, [0, 1, 7]).map((at) => at - 1)).toEqual([0, 5, 10]);
  });

  it('X10.3 OpenShift, a reload running: at worst 5 s and the reload', () => {
    const parts = [{ gap: { from: 'start', period: '5s', cost: '1s' } }] as const;
    const [, second] = through(parts, [0, 0.000001]);
    expect(second! - 0.000001).toBeCloseTo(6, 5);
  });

  it('X7.3 AGIC, a PUT of 40 s and 1 s of rest: changes at 0 and 5 are live at 40 and 81', () => {
    const parts = [{ gap: { from: 'end', period: '1s', cost: '40s' } }] as const;
    expect(through(parts, [0, 5])).toEqual([40, 81]);
  });

  it('end to end waits at worst the run, the rest and the run again', () => {
    const parts = [{ gap: { from: 'end', period: '3s', cost: '2s' } }] as const;
    expect(through(parts, [0, 0.000001])).toEqual([2, 7]);
    expect(through(parts, [0, 60])).toEqual([2, 62]);
  });

  it('does not wait with an isolated change', () => {
    expect(through([{ gap: { from: 'start', period: '5s' } }], [12.5])).toEqual([12.5]);
  });
});
