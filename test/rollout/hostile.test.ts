import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/kernel/time.ts';
import { describe as describeViolation } from '../../src/report/describe.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { violationText } from '../../src/report/describe-violation.ts';
import { explain } from '../../src/report/explain.ts';
import { withHooks } from '../../src/run/compiled-scenario.ts';
import { ran } from '../../src/run/observed-loop.ts';
import { podTimeline, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario, type Scenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import { podTemplate, type RolloutOptions, rollout, service } from './manifests.ts';

/** Scenarios that once gave a wrong answer: Pods that are stopped while they start, or while a probe restarts them. */

const grow = { type: 'scale', deployment: 'web', replicas: 2 } as const;
const shrinkAt = (at: Duration) => ({ type: 'scale', deployment: 'web', replicas: 1, at }) as const;

/** A Pod without a readiness probe is Ready, and routed to, as soon as it runs. */
function unprobed(options: RolloutOptions): Scenario {
  return defineScenario(
    rollout({ ...options, container: { readinessProbe: undefined, ...options.container } }),
  );
}

const fixes = (scenario: Scenario) =>
  simulate(scenario)
    .verdict.violations.map((violation) => describeViolation(violation))
    .join('\n');

describe('a Pod that is stopped before it accepts', () => {
  it.each([0, 8])('with a hook of %i s: no hook helps, and the text says why', (preStopSeconds) => {
    const scenario = unprobed({
      nodes: 1,
      replicas: 1,
      preStopSeconds,
      actions: [grow, shrinkAt('5s')],
      input: { apps: { web: { startup: '10s' } } },
    });
    const { verdict } = simulate(scenario);
    expect(verdict.requiredPreStopMs).toBeNull();
    expect(verdict.requiredPreStopReason).toBe('readyTooEarly');
    expect(ran(scenario, withHooks(scenario, 20_000_000), 0).fold.exposed).toBe(true);
    const [exposed] = verdict.violations.filter(({ kind }) => kind === 'exposed');
    expect(violationText(exposed!)).toContain('had not begun to accept');
    expect(fixText(exposed!.fix)).toContain('give web a readinessProbe');
  });

  it('is judged by its own run where with another hook nobody is ever routed to', () => {
    const scenario = defineScenario(
      rollout({
        nodes: 2,
        replicas: 1,
        preStopSeconds: 0,
        container: {
          readinessProbe: { httpGet: { port: 8080 }, successThreshold: 3 },
          lifecycle: { preStop: { exec: { command: ['/stop.sh'] } } },
        },
        podSpec: { readinessGates: [{ conditionType: 'x/y' }] },
        actions: [grow, { type: 'nodeShutdown', node: 'node-2', at: '12531ms' }],
        input: { apps: { web: { preStop: { duration: '13043ms' } } } },
      }),
    );
    expect(() => simulate(scenario)).not.toThrow();
  });

  it('and was never Ready is not said to have no Service', () => {
    const scenario = defineScenario(
      rollout({
        nodes: 2,
        replicas: 1,
        actions: [grow, { type: 'nodeShutdown', node: 'node-2', at: '1500ms' }],
        input: { apps: { web: { startup: '2m' } } },
      }),
    );
    const { violations } = simulate(scenario).verdict;
    expect(violations.map(({ kind }) => kind)).toContain('nothingToJudge');
    const [nothing] = violations.filter(({ kind }) => kind === 'nothingToJudge');
    expect(describeViolation(nothing!)).toContain('was stopped before it had ever been Ready');
    expect(describeViolation(nothing!)).not.toContain('Service');
  });

  it('goes on starting where it takes no notice of the stop signal', () => {
    const result = simulate(
      unprobed({
        nodes: 1,
        replicas: 2,
        preStopSeconds: 0,
        actions: [grow, { ...shrinkAt('1s'), replicas: 0 }],
        input: { apps: { web: { startup: '10s', onStopSignal: 'ignore' } } },
      }),
    );
    const stopped = Object.keys(result.verdict.grace);
    expect(stopped.length).toBeGreaterThan(0);
    for (const pod of stopped) expect(podTimeline(result, pod).exitCode).toBe(137);
  });
});

describe('a Pod that is deleted while a probe restarts its container', () => {
  const liveness = { httpGet: { port: 8080 }, periodSeconds: 2, failureThreshold: 1, initialDelaySeconds: 1 };

  it('has a record of its last run alone', () => {
    const { violations, grace } = simulate(
      unprobed({
        nodes: 1,
        replicas: 1,
        preStopSeconds: 8,
        container: { livenessProbe: { ...liveness, terminationGracePeriodSeconds: 3 } },
        actions: [grow, shrinkAt('3s')],
        input: { apps: { web: { startup: '4s', drain: '5s' } } },
      }),
    ).verdict;
    expect(violations.length).toBeGreaterThan(0);
    for (const { fromMs, toMs } of violations) expect(fromMs).toBeLessThanOrEqual(toMs);
    expect(Object.keys(grace)).toEqual(['web-1-1']);
    for (const { usedMs, sigkilled } of Object.values(grace)) {
      expect(usedMs).toBeGreaterThanOrEqual(0);
      expect(sigkilled).toBe(false);
    }
  });
});

describe('a node that is lost while a Pod on it stops', () => {
  const lostAt = (at: Duration, more: RolloutOptions = {}) =>
    defineScenario(
      rollout({
        nodes: 2,
        replicas: 2,
        preStopSeconds: 0,
        actions: [
          { type: 'deletePod', pod: 'web-1-0' },
          { type: 'nodeLost', node: 'node-1', at },
        ],
        input: { apps: { web: { drain: '10s' } } },
        ...more,
      }),
    );

  it.each(['6.5ms', '8ms', '17ms', '3s'] as const)(
    'at %s blames neither the grace period nor the hook',
    (at) => {
      const scenario = lostAt(at, { terminationGracePeriodSeconds: 60 });
      const { violations, grace } = simulate(scenario).verdict;
      for (const { fromMs, toMs } of violations) expect(fromMs).toBeLessThanOrEqual(toMs);
      for (const { usedMs } of Object.values(grace)) expect(usedMs).toBeGreaterThanOrEqual(0);
      expect(fixes(scenario)).not.toMatch(/raise terminationGracePeriodSeconds/i);
      expect(explain(simulate(scenario))).not.toMatch(/-\d+(\.\d+)? m?s of/);
    },
  );
});

describe('what a fix asks for', () => {
  const asked: readonly (readonly [string, number, RolloutOptions])[] = [
    [
      'an eviction with a short grace period',
      10,
      {
        nodes: 1,
        replicas: 1,
        preStopSeconds: 0,
        container: { startupProbe: { httpGet: { port: 8080 } } },
        actions: [{ type: 'evictPod', pod: 'web-1-0', gracePeriodSeconds: 10 }],
      },
    ],
    [
      'a sidecar that waits for its turn in a shutdown',
      // What the critical Pods leave of the 18 s.
      8,
      {
        nodes: 2,
        replicas: 2,
        preStopSeconds: 0,
        podSpec: { initContainers: [{ name: 'side', image: 'x/y:1', restartPolicy: 'Always' }] },
        actions: [{ type: 'nodeShutdown', node: 'node-2', shutdownGracePeriod: '18s' }],
        input: { apps: { web: { onStopSignal: 'ignore' }, side: { drain: '6s' } } },
      },
    ],
  ];

  it.each(asked)('is more than there was: %s', (_, givenSeconds, options) => {
    const { violations } = simulate(defineScenario(rollout(options))).verdict;
    const given = violations.flatMap(({ fix }) => (fix.code === 'together' ? fix.fixes : [fix]));
    const asks = given.flatMap((fix) => ('seconds' in fix && fix.seconds !== null ? [fix.seconds] : []));
    expect(asks.length).toBeGreaterThan(0);
    for (const seconds of asks) expect(seconds).toBeGreaterThan(givenSeconds);
  });
});

describe('a hook that was cut off', () => {
  const cutOff = (sleepSeconds: number) =>
    simulate(
      defineScenario(
        rollout({
          nodes: 2,
          replicas: 2,
          terminationGracePeriodSeconds: 3,
          container: {
            lifecycle: {
              preStop: { exec: { command: ['sh', '-c', `sleep ${sleepSeconds}; nginx -s quit`] } },
            },
          },
          actions: [{ type: 'deletePod', pod: 'web-1-0' }],
          input: { apps: { web: { onStopSignal: 'ignore' } } },
        }),
      ),
    );

  it('ends with its container, and so does the run', () => {
    const result = cutOff(10);
    expect(result.endedAtMs).toBeLessThan(7_000);
    expect(result.trace.filter(({ type }) => type === 'hookEffect')).toEqual([]);
  });

  it('closes the listener all the same while the container is there', () => {
    const { preStopOutcome, preStopStartedMs, listenerClosedMs, sigtermMs } = podTimeline(
      cutOff(4),
      'web-1-0',
    );
    expect(preStopOutcome).toBe('cutOff');
    expect(listenerClosedMs! - preStopStartedMs!).toBeGreaterThan(3_999);
    expect(listenerClosedMs).toBeGreaterThan(sigtermMs!);
  });
});

describe('a priority beside its class', () => {
  it('is refused where it is another one', () => {
    const actions: readonly ActionInput[] = [{ type: 'deletePod', pod: 'bare' }];
    const parsed = (spec: object) => {
      const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', labels: { app: 'web' } } };
      const manifests = [{ ...bare, spec: { ...podTemplate().spec, ...spec } }, service()];
      return parseScenario({ manifests, actions });
    };
    expect(parsed({ priority: 2_000_000_000 })).toMatchObject({
      ok: false,
      issues: [{ code: 'priorityMismatch', value: 2_000_000_000 }],
    });
    expect(parsed({ priority: 0 }).ok).toBe(true);
    expect(parsed({ priority: 7, priorityClassName: 'gold' }).ok).toBe(true);
  });
});
