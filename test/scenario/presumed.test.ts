import { describe, expect, it } from 'vitest';
import {
  type AppInput,
  apps,
  defineScenario,
  findSafePreStop,
  fuzz,
  type ScenarioInput,
  simulate,
  describe as told,
} from '../../src/index.ts';
import { container, deployment, type Hook, service } from '../run/manifests.ts';

/** What nobody said and the manifests do not show: judged both ways, or named with the setting that says it. */

const sh = (script: string) => ({ exec: { command: ['sh', '-c', script] } });
const deleted = [{ type: 'deletePod', pod: 'web-1-0' }] as const;

function scenarioWith(preStop: Hook, more: Partial<ScenarioInput> = {}) {
  const pods = deployment({ preStop });
  return defineScenario({
    manifests: [pods, service()],
    actions: [...deleted],
    routers: [{ name: 'lb', lag: '3s' }],
    ...more,
  });
}

describe('a hook of which nobody can say how long it takes', () => {
  const slow = { routers: [{ name: 'lb', lag: '45s' }] } as const;
  const draining = { apps: { web: { drain: '12s' } } } as const;

  it.each<[what: string, preStop: Hook, more: Partial<ScenarioInput>, outcome: string]>([
    ['that sleeps long enough before', sh('sleep 10; ./flush'), {}, 'safe'],
    ['against a router slower than the grace period', sh('./flush'), slow, 'unsafe'],
    ['and nothing else', sh('./flush'), {}, 'notJudged'],
    ['which is a request', { httpGet: { path: '/quit', port: 8080 } }, {}, 'notJudged'],
    ['before work that takes its time', sh('./flush'), draining, 'notJudged'],
    ['and is described', sh('./flush'), { apps: { web: { preStop: { duration: '5s' } } } }, 'safe'],
  ])('%s', (_, preStop, more, outcome) => {
    const { verdict } = simulate(scenarioWith(preStop, more), { seed: 3, trace: 'none' });
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.safe).toBe(outcome === 'safe');
  });

  it('says between which seconds it is safe, and both are edges', () => {
    const scenario = scenarioWith(sh('./flush'), draining);
    const open = simulate(scenario, { seed: 3, trace: 'none' }).verdict.notJudged.find(
      ({ code }) => code === 'hookDurationUnknown',
    );
    if (open?.code !== 'hookDurationUnknown') throw new Error('the hook is judged');
    const { from, to } = open.safeSeconds!;
    expect(told(open)).toContain(`It is safe if the hook takes between ${from} s and ${to} s.`);
    const outcomeAt = (seconds: number) => {
      const web = { ...draining.apps.web, preStop: { duration: `${seconds}s` as const } };
      const described = scenarioWith(sh('./flush'), { apps: { web } });
      return simulate(described, { seed: 3, trace: 'none' }).verdict.outcome;
    };
    expect([from, to].map(outcomeAt)).toEqual(['safe', 'safe']);
    expect([from - 1, to + 1].map(outcomeAt)).toEqual(['unsafe', 'unsafe']);
  });

  it('is no matter where the Pod is not stopped', () => {
    const other = deployment({ deployment: 'api', name: 'api', preStop: sh('./flush') });
    const manifests = [deployment({ preStop: { sleep: { seconds: 5 } } }), service(), other];
    const scenario = defineScenario({ manifests, actions: [...deleted] });
    expect(simulate(scenario, { trace: 'none' }).verdict.outcome).toBe('safe');
  });

  it('is the same in a campaign, and what find answers with', () => {
    const scenario = scenarioWith(sh('./flush'));
    expect(fuzz(scenario, { runs: 2, shrink: false })).toMatchObject({
      failures: 2,
      notJudged: 2,
      open: { hookDurationUnknown: 2 },
    });
    const found = findSafePreStop(scenario, { runs: 2 });
    expect(found.kind).toBe('notJudged');
    expect(told(found)).toContain('It is safe if the hook takes between');
  });
});

describe('a port that no container declares', () => {
  const sleeping = (name: string, more: object = {}) =>
    container({ name, preStop: { sleep: { seconds: 10 } }, ...more });
  const bare = (name: string) => container({ name, port: null });
  const judged = (containers: readonly object[], described: Record<string, AppInput> = {}) => {
    const manifests = [deployment({ containers }), service()];
    const scenario = defineScenario({ manifests, apps: described, actions: [...deleted] });
    const { outcome } = simulate(scenario, { trace: 'none' }).verdict;
    return { outcome, assumed: scenario.assumptions.map((each) => told(each)).join('\n') };
  };

  it.each<
    [what: string, containers: readonly object[], described: Record<string, AppInput>, outcome: string]
  >([
    [
      'is not that of a container which declares another',
      [sleeping('helper', { port: 9090 }), bare('nginx')],
      {},
      'unsafe',
    ],
    ['may be that of each: the first to stop decides', [bare('log-agent'), bare('nginx')], {}, 'unsafe'],
    [
      'is that of the one whose probe asks there',
      [
        bare('log-agent'),
        { ...sleeping('nginx', { port: 9090 }), readinessProbe: { httpGet: { path: '/', port: 8080 } } },
      ],
      {},
      'safe',
    ],
    [
      'is not that of one which is off the path',
      [bare('log-agent'), { ...bare('nginx'), lifecycle: { preStop: { sleep: { seconds: 10 } } } }],
      { 'log-agent': { onPath: 'never' } },
      'safe',
    ],
    ['is nobody’s where all are off the path', [bare('nginx')], { nginx: { onPath: 'never' } }, 'notJudged'],
  ])('%s', (_, containers, described, outcome) => {
    const found = judged(containers, described);
    expect(found.outcome).toBe(outcome);
    expect(found.assumed).toContain('no container of web declares port 8080 of Service web');
  });

  it('names a container that stops before the one which serves, until somebody says whether it is needed', () => {
    const two = [sleeping('nginx'), bare('fpm')];
    expect(judged(two)).toMatchObject({
      outcome: 'safe',
      assumed: expect.stringContaining('"fpm" of web stops before "nginx"'),
    });
    expect(judged(two, { fpm: { onPath: 'never' } }).assumed).not.toContain('stops before');
    expect(judged(two, { fpm: apps.phpFpm() }).outcome).toBe('unsafe');
  });

  it.each<[said: string, containers: readonly object[], described: Record<string, AppInput>]>([
    ['startup 0 s', [sleeping('web')], {}],
    ['accept as soon as it runs (0 s)', [sleeping('web')], { web: { drain: '1s' } }],
    ['is taken to have "sleep"', [container({ preStop: { exec: { command: ['sleep', '9'] } } })], {}],
    ['looks like a proxy', [sleeping('web'), bare('istio-proxy')], {}],
    ['exit code 137', [sleeping('web')], { web: apps.shellAsPid1() }],
    ['but maxDrain 20s', [sleeping('web')], { web: apps.springBoot({ maxDrain: '20s' }) }],
  ])('assumes, and says: %s', (said, containers, described) => {
    expect(judged(containers, described).assumed).toContain(said);
  });
});
