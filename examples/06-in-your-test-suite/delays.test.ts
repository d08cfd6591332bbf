import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { defineScenario, simulate } from 'prestop';
import { scenarioArbitrary } from 'prestop/fast-check';
import { expect, it } from 'vitest';

const manifests = readFileSync(new URL('./web.yaml', import.meta.url), 'utf8');
const scenario = defineScenario({ manifests, actions: [{ type: 'deletePod', pod: 'web-1-0' }] });

it('is safe while kube-proxy hears of a change within 4 s, on up to 10 nodes', () => {
  const scenarios = scenarioArbitrary(scenario, {
    delays: { rangesMs: { 'watch.kubeProxy': [0, 4000] } },
    nodes: [1, 10],
  });
  fc.assert(fc.property(scenarios, fc.nat(), (drawn, seed) => simulate(drawn, { seed }).verdict.safe));
});

it('is not safe at 10 s, and shrinks to the first millisecond that is too much', () => {
  const scenarios = scenarioArbitrary(scenario, { delays: { rangesMs: { 'watch.kubeProxy': [0, 10_000] } } });
  const { counterexample } = fc.check(
    fc.property(scenarios, (drawn) => simulate(drawn).verdict.safe),
    { seed: 42 },
  );
  const [smallest] = counterexample!;
  expect(simulate(smallest).verdict.requiredPreStopMs).toBe(5001);
});
