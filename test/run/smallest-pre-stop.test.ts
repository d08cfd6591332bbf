import { describe, expect, it } from 'vitest';
import { defineScenario, explain, type ScenarioInput, simulate } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { withHooks } from '../../src/run/compiled-scenario.ts';
import { horizonOf, start } from '../../src/run/observed-loop.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS } from './delays.ts';
import {
  barePod,
  type DeploymentOptions,
  deployment,
  execScript,
  execSleeps,
  httpGets,
  service,
  sleeps,
} from './manifests.ts';

/** `requiredPreStopMs` where a longer hook is not the safer one. */

function scenarioOf(input: ScenarioInput) {
  return defineScenario({
    cluster: { version: '1.36', nodes: 1 },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    ...input,
  });
}

function exposedWith(scenario: ReturnType<typeof scenarioOf>, ms: number, seed = 1): boolean {
  const { loop, fold } = start(withHooks(scenario, ms * 1000), seed, false);
  loop.run(horizonOf(scenario));
  fold.finish(loop.quietAt);
  return fold.exposed;
}

describe('the smallest hook', () => {
  it.each(['10.3s', '10.4s', '10.7s'] as const)(
    'is found where SIGKILL ends the accepting, so that each second of hook takes one from it (lag %s)',
    (lag) => {
      const scenario = scenarioOf({
        manifests: [deployment({ terminationGracePeriodSeconds: 10 }), service()],
        apps: { web: { keepAccepting: '8.3s' } },
        routers: [{ name: 'lb', lag }],
      });
      const required = simulate(scenario, { seed: 1, trace: 'none' }).verdict.requiredPreStopMs!;
      expect(exposedWith(scenario, required)).toBe(false);
      for (let ms = 0; ms < required; ms += 50) expect(exposedWith(scenario, ms), `${ms} ms`).toBe(true);
      expect(exposedWith(scenario, required - 1)).toBe(true);
    },
  );

  it('is none where the app accepts until it is let go, though the longest that fits leaves no time for that', () => {
    const readinessProbe = { periodSeconds: 3, failureThreshold: 1, httpGet: { path: '/', port: 8080 } };
    const scenario = scenarioOf({
      manifests: [barePod({ terminationGracePeriodSeconds: 20, readinessProbe }), service()],
      apps: { web: { keepAccepting: '10s', failReadiness: true } },
      actions: [{ type: 'deletePod', pod: 'web' }],
    });
    for (let seed = 0; seed < 6; seed++) {
      const { requiredPreStopMs, marginMs } = simulate(scenario, { seed, trace: 'none' }).verdict;
      expect(marginMs).toBeGreaterThan(0);
      expect(requiredPreStopMs).toBe(0);
    }
  });
});

describe('the requirement is enough, and a millisecond less is not, whatever hook is there', () => {
  const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 2, failureThreshold: 1 };
  const hooks: readonly [string, DeploymentOptions['preStop'], ScenarioInput['apps']?][] = [
    ['none', undefined],
    ['a native sleep', sleeps(5)],
    ['a command that sleeps', execSleeps(5)],
    ['a command that is too short', execSleeps(0)],
    ['a script of a known length', execScript, { web: { preStop: { duration: '3s' } } }],
    ['an HTTP hook', httpGets, { web: { preStop: { duration: '3s' } } }],
    [
      'a command that ends with closing the listener',
      { exec: { command: ['sh', '-c', 'sleep 4; nginx -s quit'] } },
    ],
  ];
  const stops: readonly [string, ScenarioInput['actions']][] = [
    ['one Pod', [{ type: 'deletePod', pod: 'web-1-1' }]],
    ['the Pods of a node', [{ type: 'drainNode', node: 'node-2' }]],
    ['all, one after the other', [{ type: 'rollingUpdate', deployment: 'web' }]],
  ];
  it.each(
    hooks.flatMap(([hook, preStop, apps = {}]) =>
      stops.map(([stop, actions]) => ({ hook, preStop, apps, stop, actions })),
    ),
  )('$hook, and $stop stopped', ({ preStop, apps, actions }) => {
    const scenario = defineScenario({
      manifests: [deployment({ preStop, readinessProbe }), service()],
      cluster: { version: '1.30', nodes: 3 },
      apps,
      actions,
    });
    for (let seed = 0; seed < tries(4); seed++) {
      const { requiredPreStopMs: required } = simulate(scenario, { seed, trace: 'none' }).verdict;
      if (required === null || required === 0) continue;
      expect(exposedWith(scenario, required, seed), `${required} ms, seed ${seed}`).toBe(false);
      expect(exposedWith(scenario, required - 1, seed), `${required - 1} ms, seed ${seed}`).toBe(true);
    }
  });
});

describe('a Pod that is asked to stop before it has begun to accept', () => {
  const twice = (startup: Duration, readinessProbe?: Readonly<Record<string, unknown>>) =>
    simulate(
      scenarioOf({
        manifests: [
          deployment({ replicas: 2, preStop: { sleep: { seconds: 5 } }, readinessProbe }),
          service(),
        ],
        apps: { web: { startup } },
        actions: [
          { type: 'rollingUpdate', deployment: 'web' },
          { type: 'rollingUpdate', deployment: 'web', at: '20s' },
        ],
      }),
      { seed: 1 },
    );

  it('is exposed for as long as it is routed to, and no hook helps', () => {
    const run = twice('120s');
    const { safe, requiredPreStopMs, requiredPreStopReason, violations } = run.verdict;
    expect(safe).toBe(false);
    expect(requiredPreStopMs).toBeNull();
    expect(requiredPreStopReason).toBe('readyTooEarly');
    expect(violations[0]).toMatchObject({
      kind: 'exposed',
      accepted: false,
      fix: { code: 'addReadinessProbe', container: 'web' },
    });
    expect(explain(run)).toContain('no preStop helps (readyTooEarly)');
  });

  it('is not where its process accepts at once', () => {
    expect(twice('0s').verdict.violations).toEqual([]);
  });
});

describe('a drain that ends with the very second in which SIGKILL comes', () => {
  const drained = (graceSeconds: number) =>
    simulate(
      scenarioOf({
        manifests: [
          deployment({ terminationGracePeriodSeconds: graceSeconds, preStop: { sleep: { seconds: 25 } } }),
          service(),
        ],
        apps: { web: { drain: '15s' } },
        delays: CONSTANT_DELAYS,
      }),
    ).verdict.violations.filter(({ kind }) => kind === 'cutByKill');

  it('is cut, and the grace period that its fix names is enough', () => {
    const [cut] = drained(30);
    const [, named] = /at least (\d+)/.exec(fixText(cut!.fix))!;
    expect(drained(Number(named) - 1)).toHaveLength(1);
    expect(drained(Number(named))).toEqual([]);
  });
});

describe('a run that is safe without a hook', () => {
  it.each<[string, ScenarioInput['actions']]>([
    [
      'one Pod after the other',
      ['web-1-0', 'web-1-1'].map((pod, i) => ({ type: 'deletePod', pod, at: i * 400 })),
    ],
    ['a drain', [{ type: 'drainNode', node: 'node-1' }]],
    ['a rollout', undefined],
  ])('needs none: %s', (_, actions) => {
    const scenario = defineScenario({
      manifests: [
        deployment({
          replicas: 3,
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
        }),
        service(),
      ],
      ...(actions === undefined ? {} : { actions }),
    });
    for (let seed = 0; seed < tries(4); seed++) {
      const { safe, requiredPreStopMs } = simulate(scenario, { seed, trace: 'none' }).verdict;
      expect(requiredPreStopMs === 0, `seed ${seed}`).toBe(safe);
    }
  });
});
