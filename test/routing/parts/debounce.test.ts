import { describe, expect, it } from 'vitest';
import { lags, through } from '../play.ts';

const istio = [{ debounce: { quiet: '100ms', max: '10s' } }] as const;

describe('debounce', () => {
  it('X1.3 events at 0, 0.06 and 0.15 make one push at 0.25', () => {
    expect(through(istio, [0, 0.06, 0.15])).toEqual([0.25]);
  });

  it('X1.3 a push of 0.2 s holds the next one up: events at 0 and 0.06 are pushed at 0.05 and 0.25', () => {
    const parts = [{ debounce: { quiet: '50ms', max: '100ms', cost: '200ms' } }] as const;
    expect(through(parts, [0, 0.06]).map((at) => Number((at - 0.2).toFixed(6)))).toEqual([0.05, 0.25]);
  });

  it('X5.1 one event is pushed at 0.1', () => {
    expect(lags(istio, 5)).toEqual([0.1, 0.1, 0.1, 0.1, 0.1].map((lag) => expect.closeTo(lag, 6)));
  });

  it('X5.1 events every 50 ms for 20 s: the first push comes between 10.0 and 10.1', () => {
    const [first] = through(
      istio,
      Array.from({ length: 400 }, (_, k) => k * 0.05),
    );
    expect(first).toBeGreaterThanOrEqual(10);
    expect(first).toBeLessThanOrEqual(10.1);
  });

  it('pushes within max and quiet, whatever comes', () => {
    for (let step = 1; step < 100; step++) {
      const events = Array.from({ length: 1000 }, (_, k) => (k * step) / 1000);
      const [first] = through(istio, events);
      expect(first).toBeLessThanOrEqual(10.1);
    }
  });
});
