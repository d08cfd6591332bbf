import { describe, expect, it } from 'vitest';
import { createSimulation, defineScenario, type Run, type Scenario, simulate } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { deployment, service } from '../run/manifests.ts';

function rolling(horizon?: Duration): Scenario {
  return defineScenario({
    manifests: [deployment({ replicas: 2, terminationGracePeriodSeconds: 20 }), service()],
    cluster: { version: '1.36' },
    apps: { web: { drain: '3s' } },
    actions: [{ type: 'rollingUpdate', deployment: 'web' }],
    ...(horizon === undefined ? {} : { horizon }),
  });
}

const end = ({ digest, endedAtMs, eventCount, verdict, trace }: Run) => ({
  digest,
  endedAtMs,
  eventCount,
  verdict: JSON.stringify(verdict),
  traced: trace.length,
});

describe('a simulation that is stepped by hand', () => {
  // Within the rollout, at its very beginning, and long after it.
  it.each([undefined, '2s', '0s', '10m'] as const)('ends as one that runs at once: horizon %s', (horizon) => {
    const scenario = rolling(horizon);
    for (const seed of [0, 1, 2]) {
      const expected = end(simulate(scenario, { seed }));
      expect(end(createSimulation(scenario, { seed }).finish())).toEqual(expected);
      const stepped = createSimulation(scenario, { seed });
      let steps = 0;
      while (stepped.step() !== undefined) steps++;
      expect(steps).toBe(expected.eventCount);
      expect([stepped.done, stepped.peek()]).toEqual([true, undefined]);
      expect(end(stepped.finish())).toEqual(expected);
    }
  });

  it('lets no more time pass than its horizon', () => {
    const scenario = rolling('2s');
    const simulation = createSimulation(scenario);
    const events = [...simulation.runUntil('1s'), ...simulation.runUntil('1h')];
    expect(simulation.nowMs).toBe(2000);
    expect(simulation.runUntil('1h')).toEqual([]);
    expect(events).toHaveLength(simulate(scenario).eventCount);
    expect(end(simulation.finish())).toEqual(end(simulate(scenario)));
  });

  it.each([-1, -1.5, 0.5, Number.NaN, 2 ** 53])(
    'refuses the seed %s as one that runs at once does',
    (seed) => {
      const refusal = (start: () => unknown) => {
        try {
          return start();
        } catch (error) {
          return `${(error as Error).name}: ${(error as Error).message}`;
        }
      };
      const refused = refusal(() => simulate(rolling(), { seed }));
      expect(refused).toContain('OptionsError: ');
      expect(refusal(() => createSimulation(rolling(), { seed }))).toBe(
        String(refused).replace('simulate:', 'createSimulation:'),
      );
    },
  );
});
