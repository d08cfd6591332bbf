import { describe, expect, it } from 'vitest';
import { endpoint, play, through } from '../play.ts';

const US_ROUNDING = 5;

describe('bucket', () => {
  it('X1.1 calls at 0 and 0.5 run at 0 and 3.333 with 0.3 a second', () => {
    const [first, second] = through([{ bucket: { perSecond: 0.3, burst: 1 } }], [0, 0.5]);
    expect(first).toBe(0);
    expect(second).toBeCloseTo(3.333, 3);
  });

  it.each([
    [20, 0],
    [21, 0.25],
    [30, 2.5],
  ])('X1.1 of 30 calls at 0 with 4 a second and a burst of 20, call %i runs at %f s', (k, at) => {
    const services = Array.from({ length: 30 }, () => null);
    const routes = {
      services: services.map(() => ({ endpoints: [endpoint(1)], targets: [endpoint(1)], sessions: null })),
    };
    const taken = play([{ bucket: { perSecond: 4, burst: 20, per: 'service' } }], [{ at: 0, routes }], {
      from: { services },
    });
    const called = taken.find(({ pods }) => pods.length >= k)!;
    expect(called.at).toBeCloseTo(at, US_ROUNDING);
  });

  it.each([
    [30, 2.5],
    [100, 20],
  ])('X6.2 with %i bindings that roll at once the last call leaves %f s late', (count, late) => {
    const services = Array.from({ length: count }, () => null);
    const routes = {
      services: services.map(() => ({ endpoints: [endpoint(1)], targets: [endpoint(1)], sessions: null })),
    };
    const taken = play([{ bucket: { perSecond: 4, burst: 20, per: 'service' } }], [{ at: 0, routes }], {
      from: { services },
    });
    expect(taken.at(-1)).toMatchObject({ at: expect.closeTo(late, US_ROUNDING), cause: 'sync' });
    expect(taken.at(-1)!.pods).toHaveLength(count);
  });

  it('starts the k-th call of a burst at (k - burst) / rate', () => {
    const [rate, burst, calls] = [2, 3, 12];
    const services = Array.from({ length: calls }, () => null);
    const routes = {
      services: services.map(() => ({ endpoints: [endpoint(1)], targets: [endpoint(1)], sessions: null })),
    };
    const taken = play([{ bucket: { perSecond: rate, burst, per: 'service' } }], [{ at: 0, routes }], {
      from: { services },
    });
    for (let k = 1; k <= calls; k++) {
      const at = taken.find(({ pods }) => pods.length >= k)!.at;
      expect(at).toBeCloseTo(Math.max(0, (k - burst) / rate), US_ROUNDING);
    }
  });

  it('takes what came in while it waited up with the call that waited', () => {
    const [first, second, third] = through([{ bucket: { perSecond: 0.3, burst: 1 } }], [0, 0.5, 2]);
    expect([first, second, third]).toEqual([0, expect.closeTo(3.333, 3), undefined]);
  });

  it('X4.2 ingress-nginx: events at 0 and 0.5, worker phase .9: first list at 0.9, second at 3.9', () => {
    const parts = [{ bucket: { perSecond: 0.3, burst: 1 } }, { ticker: { period: '1s' } }] as const;
    expect(through(parts, [0, 0.5], { phases: [0.9] })).toEqual([0.9, 3.9]);
  });

  it('X4.2 ingress-nginx: no pattern of events takes longer than 4.333 s', () => {
    const parts = [{ bucket: { perSecond: 0.3, burst: 1 } }, { ticker: { period: '1s' } }] as const;
    for (let seed = 0; seed < 200; seed++) {
      const at = Array.from({ length: 8 }, (_, k) => (k * (7 + (seed % 13))) / 9 + (seed % 7) / 10);
      const taken = play(
        parts,
        at.map((second, k) => ({
          at: second,
          routes: { services: [{ endpoints: [], targets: [endpoint(k)], sessions: null }] },
        })),
        { seed },
      );
      at.forEach((second, k) => {
        const inForce = taken.find(({ pods }) => pods[0]! >= k)!;
        expect(inForce.at - second).toBeLessThanOrEqual(4.333334);
      });
    }
  });
});
