import { describe, expect, it } from 'vitest';
import { defineScenario, type RouterInput, routers, simulate } from '../../src/index.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

/** What routers cost: events that a run handles. */

const eventsOf = (own: readonly RouterInput[], over: object = {}) =>
  simulate(
    defineScenario({
      manifests: [deployment({ preStop: sleeps(5) }), service()],
      cluster: { version: '1.34', nodes: 3 },
      actions: [{ type: 'deletePod', pod: 'web-1-1' }],
      routers: own,
      ...over,
    }),
    { seed: 3 },
  ).trace;

const POLLING: readonly RouterInput[] = [
  { name: 'ticker', parts: [{ ticker: { period: '100ms', instances: 8 } }] },
  { name: 'loop', parts: [{ loop: { period: '100ms' } }] },
  { name: 'health', parts: [{ healthCheck: { interval: '100ms', threshold: 2 } }] },
  { name: 'cache', parts: [{ ttlCache: { ttl: '1s', mode: 'fixed' } }] },
];

describe('what routers cost', () => {
  it('a deletion behind three of them handles no more than twice the events of one without', () => {
    const alone = eventsOf([]).length;
    const three = eventsOf([routers.ingressNginx(), routers.awsAlbIp(), routers.istio()]).length;
    expect(three).toBeGreaterThan(alone);
    expect(three).toBeLessThanOrEqual(2 * alone);
  });

  it('what polls costs nothing while nothing changes: an idle hour has no event of theirs, churn or not', () => {
    const over = { actions: [{ type: 'deletePod', pod: 'web-1-1', at: '1h' }] };
    const churning = { version: '1.34', nodes: 3, churn: { endpointSliceUpdatesPerSecond: 1 } };
    for (const cluster of [{ version: '1.34', nodes: 3 }, churning]) {
      const own = eventsOf(POLLING, { ...over, cluster }).filter(({ actorKind }) => actorKind === 'router');
      expect(own.length).toBeGreaterThan(POLLING.length);
      expect(own.length).toBeLessThan(60);
      expect(own[0]!.atMs).toBeGreaterThanOrEqual(3_600_000);
    }
  });
});
