import { describe, expect, it } from 'vitest';
import {
  type Counterexample,
  clusters,
  defineScenario,
  explain,
  fuzz,
  mergeFuzzReports,
  routers,
  type Scenario,
  SITE_DEFAULTS,
  shrink,
  simulate,
  varyScenario,
  withCounterexample,
} from '../../src/index.ts';
import { bounds } from '../../src/kernel/distribution.ts';
import { formatDuration, toMs } from '../../src/kernel/time.ts';
import type { KubeProxyConfig } from '../../src/routing/planes/kube-proxy-mode.ts';
import { toDistribution } from '../../src/schema/delay-input.ts';
import { tries } from '../effort.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

const deletion = defineScenario({
  manifests: [deployment({}), service()],
  cluster: { version: '1.33' },
  actions: [{ type: 'deletePod', pod: 'web-1-1' }],
});
const rollout = defineScenario({
  manifests: [deployment({ preStop: sleeps(1) }), service()],
  cluster: clusters.gke130Calico(),
  actions: [{ type: 'rollingUpdate', deployment: 'web' }],
});
const behindTwo = defineScenario({
  manifests: [deployment({ preStop: sleeps(2) }), service()],
  cluster: { version: '1.36' },
  routers: [
    routers.fixedLag('slow', { uniform: ['0s', '6s'] }),
    routers.fixedLag('quick', { uniform: ['0s', '300ms'] }),
  ],
  actions: [{ type: 'deletePod', pod: 'web-1-2' }],
});

const fails = (scenario: Scenario, found: Counterexample) =>
  !simulate(withCounterexample(scenario, found), { seed: found.seed, trace: 'none' }).verdict.safe;

/** Its smaller neighbours: the least there is, half of it, one millisecond less. */
function smaller(scenario: Scenario, found: Counterexample, key: string): Counterexample[] {
  const router = key.startsWith('router/') ? key.slice('router/'.length) : null;
  const { settings } = scenario;
  const given =
    router === null
      ? (settings.delays[key as keyof typeof SITE_DEFAULTS] ??
        settings.cluster.delays?.[key as keyof typeof SITE_DEFAULTS] ??
        SITE_DEFAULTS[key as keyof typeof SITE_DEFAULTS].delay)
      : settings.routers.find(({ name }) => name === router)!.lag!;
  const least = toMs(bounds(toDistribution(given))[0]);
  const present = found.delaysMs[key]!;
  const tried = [least, Math.floor((least + present) / 2), present - 1].filter(
    (ms) => ms >= least && ms < present,
  );
  return tried.map((ms) =>
    router === null
      ? { ...found, delays: { ...found.delays, [key]: ms } }
      : { ...found, lagsMs: { ...found.lagsMs, [router]: ms } },
  );
}

describe('a counterexample', () => {
  it.each([
    ['the deletion of a Pod', deletion],
    ['a rolling update', rollout],
    ['a deletion behind two load balancers', behindTwo],
  ])('of %s fails, and none of its parts can be smaller', (_, scenario) => {
    const wanted = tries(1);
    let found = 0;
    for (let seed = 0; seed < 15 * wanted && found < wanted; seed++) {
      const counterexample = shrink(scenario, seed);
      if (counterexample === null) continue;
      found++;
      expect(fails(scenario, counterexample)).toBe(true);
      for (const key of Object.keys(counterexample.delaysMs)) {
        for (const less of smaller(scenario, counterexample, key)) {
          expect([seed, key, fails(scenario, less)]).toEqual([seed, key, false]);
        }
      }
    }
    expect(found).toBe(wanted);
  });

  it('has every delay that it does not name at its smallest', () => {
    const { delays, delaysMs, drawn } = shrink(rollout, 3) ?? shrink(rollout, 4)!;
    for (const [site, delay] of Object.entries(delays)) {
      if (site in delaysMs || drawn.includes(site)) continue;
      const given =
        rollout.settings.cluster.delays?.[site as keyof typeof SITE_DEFAULTS] ??
        SITE_DEFAULTS[site as keyof typeof SITE_DEFAULTS].delay;
      expect([site, delay]).toEqual([site, toMs(bounds(toDistribution(given))[0])]);
    }
  });

  it('names the settings that vary had changed, and its replay repeats it', () => {
    const vary = { minSyncPeriod: ['5s', '20s'], nodes: [2, 6] } as const;
    const report = fuzz(rollout, { runs: 8, seed: 1, vary });
    const found = report.counterexample!;
    const varied = varyScenario(rollout, vary, found.seed);
    expect(found.settings).toEqual({
      minSyncPeriod: formatDuration((varied.world.dataPlane.config as KubeProxyConfig).minSyncPeriodUs),
      nodes: varied.world.nodes.length,
    });
    expect(fails(varied, found)).toBe(true);
    expect(found.replay).toBe(
      `simulate(withCounterexample(varyScenario(scenario, vary, ${found.seed}), counterexample), { seed: ${found.seed} })`,
    );
    expect(explain(report)).toContain(`nodes ${varied.world.nodes.length}`);
  });

  it('says in words that it fails with every delay at its smallest', () => {
    const ignored = defineScenario({
      manifests: [deployment({}), service()],
      cluster: { version: '1.33' },
      routers: [routers.fixedLag('lb', '9s')],
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    const report = fuzz(ignored, { runs: 3 });
    expect(report.counterexample!.delaysMs).toEqual({});
    expect(explain(report)).toContain('it fails even with every delay at its smallest.');
  });
});

describe('merging with a shard in which nothing was run', () => {
  it('keeps the replay line of a campaign that varies', () => {
    const options = { runs: 2, seed: 3, vary: { nodes: [1, 4] } } as const;
    const parts = [1, 2, 3].map((index) => fuzz(deletion, { ...options, shard: { index, count: 3 } }));
    const empty = parts.filter(({ runs }) => runs === 0);
    expect(empty).toHaveLength(1);
    const merged = mergeFuzzReports([...empty, ...parts.filter(({ runs }) => runs > 0)]);
    expect(merged.replay).toContain('varyScenario(scenario, vary, ');
  });
});

describe('a varied number of nodes', () => {
  it('keeps the zones of those that are listed, and gives further ones theirs in turn', () => {
    const zoned = defineScenario({
      manifests: [deployment({}), service()],
      cluster: {
        version: '1.33',
        nodes: [
          { name: 'a', zone: 'z1' },
          { name: 'b', zone: 'z2' },
        ],
      },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    const zones = (count: number) =>
      varyScenario(zoned, { nodes: [count, count] }, 0).world.nodes.map(({ zone }) => zone);
    expect(zones(1)).toEqual(['z1']);
    expect(zones(2)).toEqual(['z1', 'z2']);
    expect(zones(5)).toEqual(['z1', 'z2', 'z1', 'z2', 'z1']);
  });
});
