import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delaysArbitrary, scenarioArbitrary } from '../../src/fast-check/index.ts';
import { defineScenario, type Scenario, simulate } from '../../src/index.ts';
import { deletion, sleep, web } from '../report/scenarios.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

/** A hook of 1 s, and one delay drawn from 0 to 5 s: from some millisecond on, a router is slower than the hook. */
const oneSecond = deletion({ manifests: web({ lifecycle: sleep(1) }), delays: CONSTANT_DELAYS });
const rangesMs = { 'watch.kubeProxy': [0, 5000] } as const;

const required = (scenario: Scenario) => simulate(scenario).verdict.requiredPreStopMs;
const withWatch = (ms: number) =>
  defineScenario({ ...oneSecond.input, delays: { ...CONSTANT_DELAYS, 'watch.kubeProxy': ms } });

describe('"a preStop of 1 s is safe", with a watch delay of up to 5 s, shrinks to the millisecond at which it is not', () => {
  it.each([1, 42, 2026])('as delays, under seed %i', (seed) => {
    const details = fc.check(
      fc.property(delaysArbitrary({ rangesMs }), (drawn) => {
        const delays = { ...CONSTANT_DELAYS, ...drawn };
        return simulate(defineScenario({ ...oneSecond.input, delays })).verdict.safe;
      }),
      { seed },
    );
    expect(details.failed).toBe(true);
    const boundary = details.counterexample![0]['watch.kubeProxy']!;
    expect(simulate(withWatch(boundary)).verdict.safe).toBe(false);
    expect(simulate(withWatch(boundary - 1)).verdict.safe).toBe(true);
    expect(required(withWatch(boundary))).toBe(1001);
    expect(required(withWatch(boundary - 1))).toBe(1000);
  });

  it.each([1, 42, 2026])('as scenarios, under seed %i', (seed) => {
    const details = fc.check(
      fc.property(
        scenarioArbitrary(oneSecond, { delays: { rangesMs } }),
        (scenario) => simulate(scenario).verdict.safe,
      ),
      { seed },
    );
    const [scenario] = details.counterexample!;
    expect(required(scenario)).toBe(1001);
    const delays = JSON.stringify({ 'watch.kubeProxy': scenario.settings.delays['watch.kubeProxy'] });
    expect(fc.stringify(scenario)).toBe(`varyScenario(scenario, {"delays":${delays}}, 0)`);
  });

  it('and of several delays leaves only those that matter', () => {
    const many = {
      ...rangesMs,
      'app.exit': [0, 500],
      'kubelet.statusManager': [0, 500],
      'watch.kubelet': [0, 500],
    } as const;
    const details = fc.check(
      fc.property(
        scenarioArbitrary(oneSecond, { delays: { rangesMs: many } }),
        (scenario) => simulate(scenario).verdict.safe,
      ),
      { seed: 42, numRuns: 1000 },
    );
    const [scenario] = details.counterexample!;
    expect(scenario.settings.delays).toMatchObject({
      'app.exit': 0,
      'kubelet.statusManager': 0,
      'watch.kubelet': 0,
    });
    expect(required(scenario)).toBe(1001);
  });

  it('and is found again from the seed and the path that fast-check prints', () => {
    const property = fc.property(
      scenarioArbitrary(oneSecond, { delays: { rangesMs } }),
      (scenario) => simulate(scenario).verdict.safe,
    );
    const first = fc.check(property, { seed: 42 });
    const again = fc.check(property, { seed: 42, path: first.counterexamplePath!, endOnFailure: true });
    expect(again.numRuns).toBe(1);
    expect(fc.stringify(again.counterexample)).toBe(fc.stringify(first.counterexample));
  });

  it('and of a hook and a lag both, the hook shrinks to its smallest and the lag to the boundary', () => {
    const lb = deletion({
      manifests: web({ grace: 60 }),
      delays: CONSTANT_DELAYS,
      routers: [{ name: 'lb', lag: '12s' }],
    });
    const details = fc.check(
      fc.property(
        scenarioArbitrary(lb, { delays: false, preStopSeconds: [1, 60], routersMs: { lb: [0, 60_000] } }),
        (scenario) => simulate(scenario).verdict.safe,
      ),
      { seed: 42 },
    );
    const [scenario] = details.counterexample!;
    expect(scenario.world.templates[0]!.containers[0]!.hook?.duration).toBe(1_000_000);
    expect(required(scenario)).toBe(1001);
  });
});
