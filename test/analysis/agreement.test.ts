import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyPreStop, findSafePreStop, fuzz, type Scenario, scenariosByWorkload } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, execSleeps, type Hook, service, sleeps } from '../run/manifests.ts';

/** `check` of what is deployed, `check --pre-stop N` and `find` are three ways to ask one question. */

const RUNS = 1;
const named = (name: string, object: object) =>
  JSON.parse(JSON.stringify(object).replaceAll('"web"', `"${name}"`)) as object;

const sketch = fc.record({
  grace: fc.integer({ min: 2, max: 4 }),
  drainMs: fc.constantFrom(0, 900, 3000),
  lagMs: fc.constantFrom(0, 700, 2500),
  hook: fc.constantFrom('sleep', 'exec', 'script'),
  kind: fc.constantFrom('Deployment', 'StatefulSet', 'CloneSet'),
  shared: fc.boolean(),
  others: fc.constantFrom(0, 1, 2),
});
type Sketch = typeof sketch extends fc.Arbitrary<infer S> ? S : never;

const HOOKS: Readonly<Record<Sketch['hook'], (seconds: number) => Hook>> = {
  sleep: sleeps,
  exec: execSleeps,
  script: (seconds) => ({ exec: { command: ['sh', '-c', `exec sleep ${seconds}`] } }),
};

/** The workload `web`, whose hook lasts `seconds`, beside others; one of them may be behind its Service, too. */
function webWith(seconds: number, { grace, drainMs, lagMs, hook, kind, shared, others }: Sketch): Scenario {
  const native = hook === 'sleep';
  const preStop = seconds === 0 ? undefined : HOOKS[hook](seconds);
  const pods = deployment({ replicas: 2, terminationGracePeriodSeconds: grace, preStop });
  const own = { ...pods, kind, ...(kind === 'CloneSet' && { apiVersion: 'apps.kruise.io/v1alpha1' }) };
  const twin = { ...deployment({ replicas: 1 }), metadata: { name: 'twin' } };
  const beside = ['api', 'cart']
    .slice(0, others)
    .flatMap((name) => [named(name, deployment({ replicas: 2 })), named(name, service())]);
  const all = scenariosByWorkload({
    manifests: [...beside, ...(shared ? [twin] : []), own, service()],
    cluster: { version: native ? '1.34' : '1.29', nodes: 2 },
    delays: CONSTANT_DELAYS,
    apps: { web: { drain: drainMs } },
    routers: [{ name: 'lb', lag: lagMs, services: ['web'] }],
  });
  return all.find(({ workload }) => workload.name === 'web')!.scenario;
}

const isSafe = (scenario: Scenario) => fuzz(scenario, { runs: RUNS, shrink: false }).failures === 0;

it('what is deployed, what is asked for and what is found agree for every N up to the grace period', () => {
  fc.assert(
    fc.property(sketch, (shape) => {
      const base = webWith(1, shape);
      const found = findSafePreStop(base, { runs: RUNS });
      const seconds = Array.from({ length: shape.grace + 1 }, (_, each) => each);
      const inside = seconds.map(
        (each) => found.kind === 'interval' && each >= found.minSeconds && each <= found.maxSeconds,
      );
      expect(seconds.map((each) => isSafe(applyPreStop(base, each)))).toEqual(inside);
      expect(seconds.map((each) => isSafe(webWith(each, shape)))).toEqual(inside);
    }),
    { numRuns: tries(1), seed: 12 },
  );
});
