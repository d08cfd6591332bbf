import { describe, expect, it } from 'vitest';
import {
  type ActionInput,
  defineScenario,
  formatRollout,
  parseScenario,
  scenariosByWorkload,
  simulate,
  describe as words,
} from '../../src/index.ts';
import { parseTogether } from '../../src/scenario/by-workload.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { podTemplate, service } from './manifests.ts';

/** Argo Rollouts, to the extent of Pods and Services. */

const CHANGED: ActionInput = { type: 'setImage', workload: 'Rollout/web', image: 'registry.example/web:2' };
const PROMOTED: ActionInput = { type: 'rolloutResume', at: '60s', workload: 'Rollout/web' };

function given(strategy: object, actions: readonly ActionInput[] = [CHANGED], replicas = 10) {
  const template = { ...podTemplate(), metadata: { labels: { app: 'web' } } };
  const selector = { matchLabels: { app: 'web' } };
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { replicas, selector, template, strategy },
  };
  const preview = { ...service(), metadata: { name: 'preview' } };
  const cluster = { version: '1.34', nodes: 3 };
  return { manifests: [rollout, service(), preview], cluster, delays: CONSTANT_DELAYS, actions };
}

function ran(strategy: object, actions?: readonly ActionInput[], replicas?: number) {
  const run = simulate(defineScenario(given(strategy, actions, replicas)), { seed: 1 });
  const sizes = run.trace.flatMap(({ type, atMs, data }) =>
    type === 'scaleReplicaSet' && data?.replicaSet !== undefined
      ? [{ atMs, set: data.replicaSet as string, replicas: data.replicas as number }]
      : [],
  );
  const switched = run.trace.flatMap((event) =>
    event.type === 'changeService' ? [{ atMs: event.atMs, service: event.service }] : [],
  );
  return { run, sizes, switched, rollout: run.verdict.rollout!.workloads.at(-1)! };
}

/** Sizes of both ReplicaSets after each step, as `new + stable`. */
function states(sizes: ReturnType<typeof ran>['sizes'], replicas: number) {
  const now = new Map([
    ['web-1', replicas],
    ['web-2', 0],
  ]);
  return sizes.map(({ set, replicas: size }) => {
    now.set(set, size);
    return `${now.get('web-2')} + ${now.get('web-1')}`;
  });
}

describe('a canary', () => {
  it('shares its replicas by weight, and waits as long as its steps say', () => {
    const steps = [
      { setWeight: 20 },
      { pause: { duration: '1m' } },
      { setWeight: 50 },
      { pause: { duration: 30 } },
    ];
    const { sizes, rollout } = ran({ canary: { maxSurge: 2, maxUnavailable: 0, steps } });
    const at = (ms: number) =>
      states(
        sizes.filter(({ atMs }) => atMs <= ms),
        10,
      ).at(-1);
    expect([at(30_000), at(85_000), rollout.completedAfterMs! > 90_000]).toEqual(['2 + 8', '5 + 5', true]);
    expect(states(sizes, 10).at(-1)).toBe('10 + 0');
    expect(rollout).toMatchObject({ workload: 'Rollout/web', heldBy: null, unavailableAtWorst: { pods: 0 } });
  });

  it('waits at a pause without a duration until somebody promotes it, and says so', () => {
    const strategy = { canary: { steps: [{ setWeight: 10 }, { pause: {} }] } };
    const { run, rollout } = ran(strategy);
    expect(rollout.heldBy).toEqual({ code: 'pauseStep', step: 1 });
    expect(formatRollout(run)).toContain('held by         step 2, a pause until somebody promotes it');
    const promoted = ran(strategy, [CHANGED, PROMOTED]).rollout;
    expect(promoted.heldBy).toBeNull();
    expect(promoted.completedAfterMs).toBeGreaterThan(60_000);
  });

  it('is looked at whole where nobody says what happens, and in a check: whoever it waits for promotes it', () => {
    const strategy = {
      canary: { steps: [{ setWeight: 10 }, { pause: {} }, { setWeight: 60 }, { pause: {} }] },
    };
    const { actions: _, ...silent } = given(strategy);
    const alone = defineScenario({ ...silent, manifests: silent.manifests.slice(0, 2) });
    const [checked] = scenariosByWorkload(given(strategy));
    for (const scenario of [alone, checked!.scenario]) {
      const [rollout] = simulate(scenario, { seed: 2 }).verdict.rollout!.workloads;
      expect(rollout!.heldBy).toBeNull();
      expect(rollout!.oldPodsGoneAfterMs).toBeGreaterThan(0);
      expect(scenario.assumptions.map((each) => each.code)).toContain('rolloutPromoted');
    }
  });

  it('without steps rolls as maxSurge and maxUnavailable let it', () => {
    const { rollout } = ran({ canary: { maxSurge: 1, maxUnavailable: 0 } }, [CHANGED], 4);
    expect([rollout.steps, rollout.unavailableAtWorst.pods]).toEqual([5, 0]);
  });

  it('goes back to the stable revision past all steps', () => {
    const back: ActionInput = { type: 'rollback', at: '30s', workload: 'Rollout/web' };
    const steps = [{ setWeight: 50 }, { pause: {} }];
    const { sizes, rollout } = ran({ canary: { steps } }, [CHANGED, back]);
    expect([states(sizes, 10).at(-1), rollout.heldBy]).toEqual(['0 + 10', null]);
  });

  it('with traffic routing keeps all of the stable Pods, 30 s longer than they get requests', () => {
    const canary = { stableService: 'web', canaryService: 'preview', trafficRouting: { nginx: {} } };
    const { run, sizes, switched } = ran({
      canary: { ...canary, steps: [{ setWeight: 50 }, { analysis: {} }] },
    });
    const down = sizes.find(({ set, replicas }) => set === 'web-1' && replicas === 0)!;
    expect(sizes.filter(({ set }) => set === 'web-1')).toEqual([down]);
    const last = switched.findLast(({ service: name }) => name === 'web')!;
    expect(down.atMs - last.atMs).toBeGreaterThan(28_900);
    const told = run.verdict.assumptions.map((each) => words(each)).join('\n');
    expect(told).toMatch(
      /Rollout\/web .* weights of its traffic routing are not simulated.*analysis is taken to succeed/s,
    );
  });
});

describe('blue-green', () => {
  const services = { activeService: 'web', previewService: 'preview' };

  it.each([[0], [30], [45]])(
    'scaleDownDelaySeconds %i: the old Pods stop so long after the switch',
    (seconds) => {
      const { run, sizes, switched, rollout } = ran({
        blueGreen: { ...services, scaleDownDelaySeconds: seconds },
      });
      const active = switched.find(({ service: name }) => name === 'web')!;
      const down = sizes.find(({ set }) => set === 'web-1')!;
      expect(Math.abs(down.atMs - active.atMs - seconds * 1000)).toBeLessThan(1_100);
      expect([rollout.peakPods.total, rollout.unavailableAtWorst.pods, run.verdict.outcome]).toEqual([
        20,
        0,
        'safe',
      ]);
    },
  );

  it('waits for its promotion where it is not automatic; a smaller preview grows first', () => {
    const blueGreen = { ...services, autoPromotionEnabled: false, previewReplicaCount: 2 };
    const held = ran({ blueGreen });
    expect([held.rollout.heldBy, held.sizes.map(({ replicas }) => replicas)]).toEqual([
      { code: 'promotion' },
      [2],
    ]);
    const { sizes, switched } = ran({ blueGreen }, [CHANGED, PROMOTED]);
    expect(sizes.map(({ set, replicas }) => `${set}: ${replicas}`)).toEqual([
      'web-2: 2',
      'web-2: 10',
      'web-1: 0',
    ]);
    expect(switched.at(-1)!.atMs).toBeGreaterThan(sizes[1]!.atMs);
  });

  it('promotes itself after autoPromotionSeconds', () => {
    const { switched } = ran({ blueGreen: { ...services, autoPromotionSeconds: 20 } });
    const active = switched.find(({ service: name }) => name === 'web')!;
    expect(active.atMs).toBeGreaterThan(20_000);
    expect(active.atMs).toBeLessThan(24_000);
  });

  it('goes back at once to Pods that were still waiting for their end', () => {
    const back: ActionInput = { type: 'rollback', at: '20s', workload: 'Rollout/web' };
    const { rollout } = ran({ blueGreen: { ...services, autoPromotionEnabled: false } }, [
      CHANGED,
      { ...PROMOTED, at: '10s' },
      back,
    ]);
    expect(rollout.completedAfterMs).toBeLessThan(1_000);
  });

  it('a load balancer that still sends is why there is a delay', () => {
    const blueGreen = { ...services, scaleDownDelaySeconds: 30 };
    const scenario = {
      ...given({ blueGreen }),
      routers: [{ name: 'nlb', lag: '40s' as const, services: ['web'] }],
    };
    const run = simulate(defineScenario(scenario), { seed: 1 });
    expect(run.verdict.safe).toBe(false);
    expect(run.verdict.requiredPreStopMs).toBeGreaterThan(8_000);
  });
});

describe('a Rollout', () => {
  it('is scaled, and deleted with its Pods', () => {
    const scale: ActionInput = { type: 'scale', workload: 'Rollout/web', replicas: 3 };
    expect(ran({ canary: {} }, [scale]).sizes.at(-1)).toMatchObject({ set: 'web-1', replicas: 3 });
    const { run } = ran({ canary: {} }, [{ type: 'delete', workload: 'Rollout/web' }], 2);
    expect(run.trace.filter(({ type }) => type === 'deletePod').length).toBeGreaterThanOrEqual(2);
  });

  it('rolls by default, and where a check stops everything', () => {
    const input = given({ canary: {} });
    const { actions: _, ...silent } = input;
    const run = simulate(defineScenario(silent), { seed: 1 });
    expect(run.verdict.rollout!.workloads.map(({ workload }) => workload)).toEqual(['Rollout/web']);
    const together = parseTogether(silent);
    expect(together.ok && together.scenario.input.actions).toMatchObject([{ workload: 'Rollout/web' }]);
  });

  it.each([
    ['no strategy', {}, 'spec.strategy'],
    ['two strategies', { canary: {}, blueGreen: { activeService: 'web' } }, 'multiple Strategies'],
    ['no active Service', { blueGreen: {} }, 'activeService'],
    [
      'one Service for both',
      { blueGreen: { activeService: 'web', previewService: 'web' } },
      'must not be the activeService',
    ],
    ['a step of two', { canary: { steps: [{ setWeight: 5, pause: {} }] } }, 'must say one thing'],
    ['a weight of 101', { canary: { steps: [{ setWeight: 101 }] } }, 'between 0 and 100'],
    ['a pause of a word', { canary: { steps: [{ pause: { duration: 'long' } }] } }, 'must be seconds'],
    ['setCanaryScale alone', { canary: { steps: [{ setCanaryScale: { replicas: 1 } }] } }, 'traffic routing'],
    ['nothing to move by', { canary: { maxSurge: 0, maxUnavailable: 0 } }, 'both can not be zero'],
  ])('with %s is refused', (_, strategy, message) => {
    const parsed = parseScenario(given(strategy));
    expect(parsed.ok ? '' : parsed.issues.map((issue) => issue.message).join('\n')).toContain(message);
  });
});
