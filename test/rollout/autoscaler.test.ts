import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/kernel/time.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput, ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { campaign } from '../run/scenarios.ts';
import { deployment, service } from './manifests.ts';

/** Autoscalers that scale in, and clouds that take nodes back. */

interface Options {
  readonly behavior?: object;
  readonly replicas?: number;
  readonly maxReplicas?: number;
  readonly actions: readonly ActionInput[];
}

function input({ behavior, replicas = 10, maxReplicas = 20, actions }: Options): ScenarioInput {
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas,
      ...(behavior !== undefined && { behavior }),
    },
  };
  return {
    manifests: [deployment({ replicas, preStopSeconds: 1 }), service(), autoscaler],
    cluster: { version: '1.33', nodes: 3 },
    delays: CONSTANT_DELAYS,
    apps: { web: { drain: '1s' } },
    actions,
  };
}

const curve = (...points: readonly (readonly [seconds: number, load: number])[]): ActionInput => ({
  type: 'metric',
  autoscaler: 'web',
  curve: points.map(([seconds, load]) => ({ at: `${seconds}s`, load })),
});

/** The sizes that the autoscaler asked for, and when, in seconds. */
function sizes(run: Run): readonly (readonly [number, number])[] {
  return run.trace
    .filter(({ type }) => type === 'changeDeployment')
    .map(({ atMs, data }) => [atMs / 1000, (data as { replicas: number }).replicas] as const);
}

const scaled = (options: Options, seed = 0) => sizes(simulate(defineScenario(input(options)), { seed }));

describe('a HorizontalPodAutoscaler', () => {
  const dropsAt20s = [curve([0, 10], [20, 3])];

  it.each([0, 1, 2, 3])(
    'without behavior takes the whole difference away at once, 300 s after the load fell (seed %i)',
    (seed) => {
      const [[at, replicas] = [0, 0], ...more] = scaled({ actions: dropsAt20s }, seed);
      expect(replicas).toBe(3);
      expect(more).toEqual([]);
      // The last look that found the old load is up to 15 s before it fell; a look after it is forgotten takes up to 15 s more.
      expect(at).toBeGreaterThan(305);
      expect(at).toBeLessThan(336);
    },
  );

  it('goes down by its policy, step by step', () => {
    const scaleDown = {
      stabilizationWindowSeconds: 60,
      policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
    };
    const steps = scaled({ behavior: { scaleDown }, actions: dropsAt20s });
    expect(steps.map(([, replicas]) => replicas)).toEqual([8, 6, 4, 3]);
    const gaps = steps.slice(1).map(([at], index) => Math.round(at - steps[index]![0]));
    expect(gaps).toEqual([60, 60, 60]);
  });

  it.each<[string, Options, readonly number[]]>([
    ['does not move within its tolerance', { actions: [curve([0, 9.2], [400, 10.9])] }, []],
    [
      'keeps what it has where scaling down is disabled',
      { behavior: { scaleDown: { selectPolicy: 'Disabled' } }, actions: dropsAt20s },
      [],
    ],
    ['never goes below its minimum', { actions: [curve([0, 0.5])] }, [2]],
    ['grows to twice as many at most at a time', { actions: [curve([0, 40])], maxReplicas: 100 }, [20, 40]],
    [
      'is corrected at once where there are more than its maximum',
      { actions: [curve([0, 10])], maxReplicas: 6 },
      [6],
    ],
    [
      'does not go down where the load comes back in time',
      { actions: [curve([0, 10], [20, 3], [200, 10])] },
      [],
    ],
  ])('%s', (_, options, expected) => {
    expect(scaled(options).map(([, replicas]) => replicas)).toEqual(expected);
  });

  it('never goes down by more than its policy within any of its periods, whatever the load does', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 20 })), {
      minLength: 1,
      maxLength: 12,
    });
    const property = fc.property(
      points,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(15, 30, 60, 120),
      fc.constantFrom(0, 60),
      (gaps, value, periodSeconds, stabilizationWindowSeconds) => {
        const load = gaps.map(
          ([, height], index) =>
            [gaps.slice(0, index + 1).reduce((sum, [gap]) => sum + gap, 0), height] as const,
        );
        const policies = [{ type: 'Pods', value, periodSeconds }];
        const scaleDown = { stabilizationWindowSeconds, policies };
        const steps = scaled({ behavior: { scaleDown }, actions: [curve(...load)] });
        const sizeAt = (seconds: number) => steps.filter(([at]) => at <= seconds + 0.001).at(-1)?.[1] ?? 10;
        steps.forEach(([at, replicas], index) => {
          const before = steps[index - 1]?.[1] ?? 10;
          if (replicas < before) expect(replicas).toBeGreaterThanOrEqual(sizeAt(at - periodSeconds) - value);
        });
      },
    );
    fc.assert(property, campaign(4));
  });

  describe('that KEDA makes of a ScaledObject', () => {
    const scaledObject = (spec: object) => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'web' },
      spec: { scaleTargetRef: { name: 'web' }, cooldownPeriod: 600, ...spec },
    });
    const of = (spec: object, replicas: number, ...actions: readonly ActionInput[]) => {
      const whole = input({ replicas, actions });
      const [web, behind] = whole.manifests as object[];
      return parseScenario({ ...whole, manifests: [web, behind, scaledObject(spec)] });
    };
    const sizesOf = (...args: Parameters<typeof of>) => {
      const parsed = of(...args);
      if (!parsed.ok) throw new Error(parsed.issues[0]!.message);
      return sizes(simulate(parsed.scenario));
    };

    it('goes down to 1 as any other, and to 0 by KEDA after its cooldown', () => {
      const steps = sizesOf({}, 4, curve([0, 4], [40, 0]));
      expect(steps.map(([, replicas]) => replicas)).toEqual([1, 0]);
      const [[one], [none]] = steps as [[number, number], [number, number]];
      expect(one).toBeGreaterThan(325);
      expect(one).toBeLessThan(356);
      // From the last poll that found something to do, up to 30 s before it was gone, to the first one after 600 s.
      expect(none).toBeGreaterThan(610);
      expect(none).toBeLessThan(671);
    });

    it('stays at its least size where that is not 0, and goes to its idle size where it has one', () => {
      const last = (spec: object) => sizesOf(spec, 4, curve([0, 4], [40, 0])).at(-1)![1];
      expect(last({ minReplicaCount: 2 })).toBe(2);
      expect(last({ minReplicaCount: 3, idleReplicaCount: 0 })).toBe(0);
    });

    it('wakes at the next poll', () => {
      const [[at, replicas] = [0, 0]] = sizesOf({ pollingInterval: 10 }, 0, curve([0, 0], [20, 1]));
      expect(replicas).toBe(1);
      expect(at).toBeGreaterThan(20);
      expect(at).toBeLessThan(31);
    });

    it('is refused where its counts contradict each other', () => {
      const parsed = of({ minReplicaCount: 2, idleReplicaCount: 3 }, 4, curve([0, 1]));
      expect(parsed.ok ? [] : parsed.issues.map(({ message }) => message)).toEqual([
        expect.stringMatching(/idleReplicaCount.*must be less than minReplicaCount=2/),
      ]);
    });
  });

  it('has to be among the manifests', () => {
    const parsed = parseScenario(
      input({ actions: [{ type: 'metric', autoscaler: 'api', curve: [{ load: 1 }] }] }),
    );
    expect(parsed).toMatchObject({ ok: false, issues: [{ code: 'unknownAutoscaler', fix: 'Known: web.' }] });
  });
});

describe('a node that its cloud takes back', () => {
  const spot = (action: object, drain: Duration) =>
    simulate(
      defineScenario({
        ...input({
          replicas: 4,
          actions: [{ type: 'spotInterruption', node: 'node-1', ...action } as ActionInput],
        }),
        apps: { web: { drain } },
      }),
    );
  const kinds = (run: Run) => run.verdict.violations.filter(({ gating }) => gating).map(({ kind }) => kind);
  const lostAt = (run: Run) => run.trace.find(({ type }) => type === 'nodeLost')!.atMs / 1000;

  it.each([
    ['aws', 120],
    ['gcp', 30],
    ['azure', 30],
  ])('by %s is gone %i s after the notice', (cloud, seconds) => {
    expect(lostAt(spot({ cloud }, '1s'))).toBe(seconds);
  });

  it('cuts what takes longer than the notice, and nothing that does not', () => {
    expect(kinds(spot({ cloud: 'gcp' }, '20s'))).toEqual([]);
    expect(kinds(spot({ cloud: 'gcp' }, '60s'))).toContain('cutByKill');
  });

  it('that nobody listens to is lost with all that is on it', () => {
    const run = spot({ notice: '10s', handled: false }, '1s');
    expect(run.trace.filter(({ type }) => type === 'evictPod')).toEqual([]);
    expect(lostAt(run)).toBe(10);
  });

  it('has to name its notice', () => {
    const parsed = parseScenario(input({ actions: [{ type: 'spotInterruption', node: 'node-1' }] }));
    expect(parsed).toMatchObject({ ok: false, issues: [{ code: 'noNotice' }] });
  });
});
