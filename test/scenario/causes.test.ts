import { describe, expect, it } from 'vitest';
import {
  type ActionInput,
  type AppInput,
  defineScenario,
  simulate,
  describe as told,
} from '../../src/index.ts';
import { formatTimeline } from '../../src/report/timeline.ts';
import { prover } from '../../src/run/proven-fix.ts';
import { gravest } from '../../src/verdict/types.ts';
import { container, deployment, execSleeps, service, sleeps } from '../run/manifests.ts';

/** A fix names the cause, and not what usually helps. */

const web = deployment({ replicas: 2, preStop: sleeps(6) });

function worstOf(manifests: readonly object[], actions: readonly ActionInput[], web: AppInput = {}) {
  const { verdict } = simulate(defineScenario({ manifests, actions, apps: { web } }), { trace: 'none' });
  const worst = gravest(verdict.violations)!;
  return { outcome: verdict.outcome, text: told(worst), fix: worst.fix };
}

describe('what would have helped', () => {
  it('where the new revision has left the Service: its labels', () => {
    const selector = { app: 'web', track: 'stable' };
    const labelled = (track: string) => ({
      ...web.spec.template,
      metadata: { labels: { app: 'web', track } },
    });
    const before = { ...web, spec: { ...web.spec, template: labelled('stable') } };
    const own = service();
    const selecting = { ...own, spec: { ...own.spec, selector } };
    const template = labelled('next') as never;
    const rolled = { type: 'rollingUpdate', deployment: 'web', template } as const;
    expect(worstOf([before, selecting], [rolled]).fix).toEqual({
      code: 'keepTheLabels',
      service: 'web',
      workload: 'web',
    });
  });

  it('where all Pods are stopped before the first new one: the strategy', () => {
    const recreated = { ...web, spec: { ...web.spec, strategy: { type: 'Recreate' } } };
    const { fix } = worstOf([recreated, service()], [{ type: 'rollingUpdate', deployment: 'web' }]);
    expect(fix).toEqual({ code: 'useRollingUpdate', workload: 'web', awaySeconds: expect.any(Number) });
  });

  it('where the node goes before the work is done: a shorter hook, by how much', () => {
    const long = deployment({ replicas: 2, preStop: execSleeps(50), terminationGracePeriodSeconds: 120 });
    const { fix, text } = worstOf(
      [long, service()],
      [
        { type: 'drainNode', node: 'node-1' },
        { type: 'nodeLost', node: 'node-1', at: '90s' },
      ],
      { drain: '60s' },
    );
    expect(fix).toEqual({ code: 'endBeforeTheNode', atMostSeconds: 29, goneAfterSeconds: 90 });
    expect(text).toContain('Set preStop to at most 29 s: the node is gone 90 s after the Pod began to stop');
  });

  it('where a budget allows no eviction: the budget, with its arithmetic', () => {
    const one = deployment({ replicas: 1, preStop: sleeps(6) });
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'keep' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    };
    const found = worstOf([one, service(), budget], [{ type: 'drainNode', node: 'node-1' }]);
    expect(found).toMatchObject({ outcome: 'notJudged', fix: { code: 'loosenTheBudget' } });
    expect(found.text).toContain('PodDisruptionBudget keep (needs 1, has 1: never ends)');
  });
});

/** The scenario with the fix in it is safe under the same seed, or the fix says that none was found. */
describe('a fix was tried before it is given', () => {
  const rolled = [{ type: 'rollingUpdate', deployment: 'web' }] as const;

  it('a preStop that the grace period does not hold comes with one that does, drain included', () => {
    const { fix } = worstOf([web, service()], rolled, { drain: '28s' });
    expect(fix).toMatchObject({ code: 'moreGrace', giver: 'manifest', seconds: 35 });
    const slow = [{ name: 'lb', lag: '40s' }] as const;
    const input = {
      manifests: [web, service()],
      actions: rolled,
      routers: slow,
      apps: { web: { drain: '9s' } },
    } as const;
    const found = gravest(simulate(defineScenario(input)).verdict.violations)!.fix;
    expect(found).toMatchObject({ code: 'moreGrace', for: 'preStop' });
    const { seconds, preStopSeconds } = found as { seconds: number; preStopSeconds: number };
    const raised = deployment({
      replicas: 2,
      preStop: sleeps(preStopSeconds),
      terminationGracePeriodSeconds: seconds,
    });
    expect(seconds).toBe(preStopSeconds + 9 + 3);
    expect(simulate(defineScenario({ ...input, manifests: [raised, service()] })).verdict.outcome).toBe(
      'safe',
    );
  });

  it('what one change does not mend is mended by several, named together', () => {
    const lone = deployment({ replicas: 1 });
    const { fix, text } = worstOf([lone, service()], [{ type: 'deletePod', pod: 'web-1-0' }]);
    expect(fix).toMatchObject({
      code: 'together',
      fixes: [{ code: 'moreReplicas', workload: 'web' }, { code: 'setPreStop' }],
    });
    expect(text).toContain('No one change is enough, these together are: Run more replicas of web');
  });

  it('of two containers on the path it names the one whose hook is too short', () => {
    const proxy = { ...container({ name: 'proxy', preStop: sleeps(9) }) };
    const two = deployment({ replicas: 2, containers: [proxy, container({ name: 'app', port: 9000 })] });
    const verdict = simulate(
      defineScenario({
        manifests: [two, service()],
        actions: rolled,
        apps: { app: { onPath: 'always' } },
      }),
    ).verdict;
    expect(gravest(verdict.violations)!.fix).toMatchObject({ code: 'setPreStop', container: 'app' });
  });

  it('and where nothing that was tried is enough, that is said', () => {
    const scenario = defineScenario({ manifests: [web, service()], actions: rolled });
    const { verdict } = simulate(scenario, { trace: 'none' });
    const never = prover({ scenario, depth: 0, verdictOf: () => ({ ...verdict, outcome: 'unsafe' }) });
    const tried = { code: 'useRollingUpdate', workload: 'web' } as const;
    const fix = never(tried);
    expect(fix).toEqual({ code: 'noneFound', tried });
    expect(told(fix)).toContain('None was found. Even with this the run is not safe: No preStop value helps');
  });
});

it('a timeline says what happens in the words of the API, in their order', () => {
  const scenario = defineScenario({
    manifests: [web, service()],
    actions: [{ type: 'deletePod', pod: 'web-1-1' }],
  });
  const text = formatTimeline(simulate(scenario), { pod: 'web-1-1' });
  const words = [
    'deletionTimestamp set',
    'preStop starts: web (sleep 6 s)',
    'EndpointSlice web: ready=false (serving,',
    'iptables rules without web-1-1',
    'preStop ended',
    'SIGTERM',
  ];
  const places = words.map((each) => text.indexOf(each));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});
