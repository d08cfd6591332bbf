import { describe, expect, it } from 'vitest';
import { lags, mean, through } from '../play.ts';

const coreDns = { ttlCache: { ttl: '30s', mode: 'decrement' } } as const;
const nodeLocal = { ttlCache: { ttl: '30s', floor: '5s', mode: 'decrement' } } as const;
const jvm = { ttlCache: { ttl: '30s', mode: 'fixed' } } as const;

const longest = (parts: Parameters<typeof lags>[0]): number => lags(parts, 6000).at(-1)!;

describe('ttlCache', () => {
  it.each([
    ['X8.2 NodeLocal over a CoreDNS that does not cache: 30 s', [nodeLocal], 30],
    ['X8.2 NodeLocal over CoreDNS with its cache: 35 s', [coreDns, nodeLocal], 35],
    ['X1.6 with decrementing caches alone: the first TTL', [coreDns, coreDns], 30],
    ['X1.6 a JVM below a decrementing cache without a floor: 60 s', [coreDns, jvm], 60],
    ['X8.3 a JVM below NodeLocal and CoreDNS: 65 s', [coreDns, nodeLocal, jvm], 65],
  ] as const)('%s at most', (_, parts, bound) => {
    const most = longest(parts);
    expect(most).toBeLessThanOrEqual(bound);
    expect(most).toBeGreaterThan(bound * 0.95);
  });

  it('X8.1 a client that looks up per dial, without a cache between: no lag', () => {
    expect(through([], [10])).toEqual([10]);
  });

  it('X8.2 an entry with 2 s left at CoreDNS is kept for 5 s below: the floor, not the TTL again', () => {
    const beyond = lags([coreDns, nodeLocal], 6000).filter((lag) => lag > 30);
    expect(beyond.length).toBeGreaterThan(0);
    expect(Math.max(...beyond)).toBeLessThanOrEqual(35);
  });

  it('is stale for anything up to its TTL', () => {
    expect(mean(lags([jvm], 5000))).toBeCloseTo(15, 0);
  });

  it('asks again when an entry is too old, and gets what is newest then', () => {
    const [first, second, ...others] = through([jvm], [0, 1, 100], { seed: 3 });
    expect(first).toBeLessThanOrEqual(30);
    expect(second).toBeGreaterThanOrEqual(100);
    expect(others).toEqual([]);
  });
});
