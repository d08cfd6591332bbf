import { describe, expect, it } from 'vitest';
import { fuzz, mergeFuzzReports } from '../../src/analysis/fuzz.ts';
import { shrink } from '../../src/analysis/shrink.ts';
import { varyScenario } from '../../src/analysis/vary.ts';
import { applyPreStop, defineScenario, routers, runSeed, type Scenario, simulate } from '../../src/index.ts';
import type { KubeProxyConfig } from '../../src/routing/planes/kube-proxy-mode.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

/** One thing is random: the lag of a router, evenly between 0 and 4 s. */
const LAG_MS = 4000;
const coin = defineScenario({
  manifests: [deployment({ preStop: sleeps(1) }), service()],
  cluster: { version: '1.36', nodes: 2 },
  delays: CONSTANT_DELAYS,
  routers: [routers.fixedLag('lb', { uniform: ['0s', LAG_MS] })],
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});
/** With the hook that a run would have needed, its lag follows: everything else is constant. */
const exactRate = (() => {
  const { requiredPreStopMs } = simulate(coin, { seed: 0 }).verdict;
  const lagOf = (seed: number) => simulate(coin, { seed }).verdict.decidedBy?.exactMs ?? 0;
  expect(requiredPreStopMs).not.toBeNull();
  // required = lag + constant: the constant from one run whose lag is the whole of what was late.
  const run = simulate(coin, { seed: 0 });
  const slice = run.trace.find(
    (event) => event.actor === 'router/lb' && event.type === 'endpointSliceObserved',
  )!;
  const updated = run.trace.find((event) => event.actor === 'router/lb' && event.type === 'routesChanged')!;
  const constant = lagOf(0) - (updated.atMs - slice.atMs);
  return (LAG_MS - (1000 - constant)) / LAG_MS;
})();

describe('fuzz', () => {
  it('covers a failure rate that is known exactly, at the confidence that it states', () => {
    const repetitions = tries(8);
    let upperHolds = 0;
    let lowerHolds = 0;
    for (let seed = 0; seed < repetitions; seed++) {
      const { failureRate } = fuzz(coin, { runs: 40, seed, shrink: false });
      if (failureRate.upper95 >= exactRate) upperHolds++;
      if (failureRate.lower95 <= exactRate) lowerHolds++;
    }
    expect(exactRate).toBeGreaterThan(0.5);
    // Three standard errors below what is stated.
    const least = 0.95 - 3 * Math.sqrt((0.95 * 0.05) / repetitions);
    expect(upperHolds / repetitions).toBeGreaterThanOrEqual(least);
    expect(lowerHolds / repetitions).toBeGreaterThanOrEqual(least);
  });

  it('merges from any partition to the report of the whole, byte for byte', () => {
    const options = { runs: 40, seed: 5 };
    const whole = JSON.stringify(fuzz(coin, options));
    for (const count of [1, 5]) {
      const parts = Array.from({ length: count }, (_, index) =>
        fuzz(coin, { ...options, shard: { index: index + 1, count } }),
      );
      expect(JSON.stringify(mergeFuzzReports(parts.reverse()))).toBe(whole);
    }
  });

  it('refuses to merge what does not belong together', () => {
    const part = (index: number, seed = 5) =>
      fuzz(coin, { runs: 10, seed, shrink: false, shard: { index, count: 2 } });
    expect(() => mergeFuzzReports([part(1), part(2, 6)])).toThrow(/different campaigns/);
    expect(() => mergeFuzzReports([part(1), part(1)])).toThrow('shard 1/2 is there twice');
    expect(() => mergeFuzzReports([])).toThrow('no reports');
    expect(mergeFuzzReports([part(1)]).complete).toBe(false);
  });

  it('gives each run a seed that repeats it alone', () => {
    const { worst, failures } = fuzz(coin, { runs: 30, seed: 9, shrink: false });
    expect(failures).toBeGreaterThan(0);
    expect(worst!.seed).toBe(runSeed(9, worst!.k));
    const { verdict } = simulate(coin, { seed: worst!.seed });
    expect(verdict.safe).toBe(false);
    expect(verdict.marginMs).toBe(worst!.verdict.marginMs);
  });

  it('counts a run without any sufficient hook as infinite', () => {
    const alone = defineScenario({
      manifests: [deployment({ replicas: 1, terminationGracePeriodSeconds: 3 }), service()],
      cluster: { version: '1.36' },
      delays: { ...CONSTANT_DELAYS, 'kubelet.startPod': '30s' },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    const report = fuzz(alone, { runs: 3 });
    expect(report.requiredPreStopMs).toEqual({ p50: null, p90: null, p99: null, p999: null, max: null });
    expect(report.reasons).toEqual({ routedUntilGone: 3 });
  });

  it('ends early without losing what was done', () => {
    const signal = { aborted: false };
    const seen: number[] = [];
    const report = fuzz(coin, {
      runs: 1000,
      shrink: false,
      signal,
      onProgress: ({ done }) => {
        seen.push(done);
        if (done >= 128) signal.aborted = true;
      },
    });
    expect(report.runs).toBe(128);
    expect(report.complete).toBe(false);
    expect(seen.length).toBeGreaterThan(1);
    expect(fuzz(coin, { runs: 500, stopAfterFailures: 3, shrink: false }).failures).toBe(3);
  });

  it.each([
    [{ runs: 0 }, /runs must be a whole number from 1; it is 0/],
    [{ runs: 1.5 }, /runs must be a whole number from 1; it is 1.5/],
    [{ seed: -1 }, /seed must be a seed; it is -1/],
    [{ shard: { index: 3, count: 2 } }, /shard must be a part of the whole/],
  ])('refuses %j', (options, message) => {
    expect(() => fuzz(coin, options)).toThrow(message);
  });
});

describe('a counterexample', () => {
  it('keeps the one delay that matters, at the smallest whole millisecond that fails', () => {
    const scenario = applyPreStop(coin, 1);
    const report = fuzz(scenario, { runs: 20, seed: 3 });
    const { lagsMs, delays, seed } = report.counterexample!;
    const at = (lagMs: number) => {
      const changed = {
        ...scenario.settings,
        delays,
        routers: [{ ...scenario.settings.routers[0]!, lag: lagMs }],
      };
      return simulate({ ...scenario, settings: changed }, { seed }).verdict.safe;
    };
    expect(lagsMs.lb).toBeGreaterThan(0);
    expect(at(lagsMs.lb!)).toBe(false);
    expect(at(lagsMs.lb! - 1)).toBe(true);
  });

  it('does not exist for a run that does not fail', () => {
    expect(shrink(applyPreStop(coin, 10), 0)).toBeNull();
  });
});

describe('what a campaign varies', () => {
  const vary = { nodes: [1, 6], minSyncPeriod: ['1s', '10s'], replicas: { web: [2, 5] } } as const;

  it('is drawn from the seed alone and stays in its range', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { world } = varyScenario(coin, vary, seed);
      expect(varyScenario(coin, vary, seed).world).toEqual(world);
      expect(world.nodes.length).toBeGreaterThanOrEqual(1);
      expect(world.nodes.length).toBeLessThanOrEqual(6);
      expect(world.pods.length).toBeGreaterThanOrEqual(2);
      expect(world.pods.length).toBeLessThanOrEqual(5);
    }
  });

  const minSyncPeriodOf = ({ world }: Scenario) =>
    (world.dataPlane.config as KubeProxyConfig).minSyncPeriodUs;

  it('differs between runs, and a swarm leaves some of it alone', () => {
    const nodes = new Set<number>();
    let untouched = 0;
    for (let seed = 0; seed < 60; seed++) {
      nodes.add(varyScenario(coin, vary, seed).world.nodes.length);
      if (minSyncPeriodOf(varyScenario(coin, vary, seed, { swarm: true })) === minSyncPeriodOf(coin))
        untouched++;
    }
    expect(nodes.size).toBe(6);
    expect(untouched).toBeGreaterThan(15);
    expect(untouched).toBeLessThan(50);
  });

  it.each([
    [{ nodes: [5, 1] }, /vary.nodes is no range/],
    [{ replicas: { api: [1, 2] } }, /"api", which the scenario does not have/],
    [{ routers: { nlb: '1s' } }, /"nlb", which the scenario does not have/],
  ])('is refused where it makes no sense: %j', (bad, message) => {
    expect(() => varyScenario(coin, bad as never, 0)).toThrow(message);
  });
});
