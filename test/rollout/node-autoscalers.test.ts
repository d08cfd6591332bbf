import { describe, expect, it } from 'vitest';
import { describe as inWords } from '../../src/report/describe.ts';
import { formatTimeline } from '../../src/report/timeline.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import { podTemplate, type RolloutOptions, rollout } from './manifests.ts';

/** cluster-autoscaler and Karpenter: what they make of grace periods, budgets and annotations. */

const run = (options: RolloutOptions): Run => simulate(defineScenario(rollout(options)));

const scaleDown = (more: object = {}): ActionInput => ({
  type: 'clusterAutoscalerScaleDown',
  node: 'node-1',
  ...more,
});
const disruption = (more: object = {}): ActionInput => ({
  type: 'karpenterDisruption',
  node: 'node-1',
  ...more,
});

/** It has more to do than its Pod may take. */
const LONG = { apps: { web: { drain: '700s' } } } as const;

const seconds = (ms: number) => Math.floor(ms / 1000);

/** `evict web-1-0 (600) 5`: what is asked for, and when. */
function asked({ trace }: Run): readonly string[] {
  return trace.flatMap(({ type, pod, data, atMs }) => {
    const grace = data?.gracePeriodSeconds ?? 'own';
    if (type === 'evictPod') return [`evict ${pod} (${grace}) ${seconds(atMs)}`];
    if (type !== 'deletePod' || data?.outcome !== 'terminating') return [];
    return [`delete ${pod} (${data.deletionGracePeriodSeconds}) ${seconds(atMs)}`];
  });
}

const endings = ({ trace }: Run) =>
  trace.flatMap(({ type, data, atMs }) =>
    type === 'nodeRemovalEnded' ? [`${data.outcome} ${data.node} ${seconds(atMs)}`] : [],
  );

const annotated = (annotations: object, spec: object = {}): RolloutOptions => {
  const template = podTemplate();
  return {
    replicas: 3,
    spec: { template: { ...template, metadata: { ...template.metadata, annotations } }, ...spec },
  };
};

const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' } };
const strict = { ...budget, spec: { minAvailable: '100%', selector: { matchLabels: { app: 'web' } } } };

describe('cluster-autoscaler', () => {
  it('gives a Pod 600 s, however long its grace period is, and the fix is its flag', () => {
    const result = run({
      replicas: 3,
      terminationGracePeriodSeconds: 3600,
      actions: [scaleDown()],
      input: LONG,
    });
    expect(asked(result)).toEqual(['evict web-1-0 (600) 5', 'delete web-1-0 (600) 5']);
    const [cut] = result.verdict.violations;
    expect(cut).toMatchObject({ kind: 'cutByKill', pod: 'web-1-0' });
    expect(inWords(cut!.fix)).toMatch(/--max-graceful-termination-sec to at least 70[0-9]: it names 600 s/);
    expect(endings(result)).toEqual(['removed node-1 610']);
  });

  it('leaves a shorter grace period as it is, and the Pod comes up elsewhere', () => {
    const result = run({ replicas: 3, actions: [scaleDown()] });
    expect(asked(result)).toContain('delete web-1-0 (30) 5');
    const bound = result.trace.filter(({ type }) => type === 'bindPod').map(({ data }) => data?.node);
    expect(bound).toHaveLength(1);
    expect(bound).not.toContain('node-1');
    expect(result.verdict.safe).toBe(true);
  });

  it.each<[string, RolloutOptions, RegExp]>([
    [
      'that is not safe to evict',
      annotated({ 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' }),
      /web-1-0 is annotated .*safe-to-evict/,
    ],
    [
      'with an emptyDir',
      { replicas: 3, podSpec: { volumes: [{ name: 'tmp', emptyDir: {} }] } },
      /has an emptyDir/,
    ],
  ])('leaves a node with a Pod %s', (_, options, why) => {
    const { verdict } = run({ ...options, actions: [scaleDown()] });
    const [reason] = verdict.violations;
    expect(verdict.safe).toBe(false);
    expect(inWords(reason!)).toMatch(why);
  });

  it('asks again every 10 s for what a budget refuses, and keeps the node after two minutes', () => {
    const result = run({ replicas: 3, extra: [strict], actions: [scaleDown()] });
    const times = asked(result).map((each) => Number(each.split(' ').at(-1)));
    expect(times.slice(0, 3)).toEqual([5, 15, 25]);
    expect(times.at(-1)).toBeLessThanOrEqual(125);
    expect(endings(result)).toEqual(['kept node-1 125']);
    expect(formatTimeline(result)).toMatch(/node node-1 kept: web-1-0 could not be evicted/);
  });

  it('drains one node at a time', () => {
    const action = scaleDown({ node: ['node-1', 'node-2'] });
    const [first, second] = endings(run({ replicas: 3, actions: [action] })).map((each) =>
      Number(each.split(' ')[2]),
    );
    expect(second! - first!).toBeGreaterThanOrEqual(5);
  });

  it('evicts the Pods of DaemonSets, too, which do not come back to its node', () => {
    const daemon = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate({ name: 'agent' }) },
    };
    const result = run({ replicas: 3, extra: [daemon], actions: [scaleDown()] });
    expect(asked(result)).toContain('delete agent-node-1 (30) 5');
    const created = result.trace.filter(({ type, pod }) => type === 'createPod' && pod!.startsWith('agent'));
    expect(created).toEqual([]);
  });
});

describe('Karpenter', () => {
  it('gives each Pod its own grace period', () => {
    const result = run({
      replicas: 3,
      terminationGracePeriodSeconds: 900,
      actions: [disruption()],
      input: LONG,
    });
    expect(asked(result)).toEqual(['evict web-1-0 (own) 0', 'delete web-1-0 (900) 0']);
    expect(endings(result)).toEqual(['removed node-1 706']);
  });

  it('cuts a grace period that is longer than the 120 s that its node has', () => {
    const result = run({
      replicas: 3,
      terminationGracePeriodSeconds: 900,
      actions: [disruption({ terminationGracePeriod: '120s' })],
      input: LONG,
    });
    expect(asked(result)).toContain('delete web-1-0 (120) 0');
    const [cut] = result.verdict.violations;
    expect(cut).toMatchObject({ kind: 'cutByKill', pod: 'web-1-0' });
    expect(inWords(cut!.fix)).toMatch(/the NodePool's terminationGracePeriod by at least 5[89]\d s/);
    expect(endings(result)).toEqual(['removed node-1 120']);
  });

  it('overrules a budget just so early that the grace period fits', () => {
    const result = run({
      replicas: 3,
      extra: [strict],
      actions: [disruption({ terminationGracePeriod: '5m' })],
    });
    expect(asked(result).filter((each) => each.startsWith('delete'))).toEqual(['delete web-1-0 (30) 270']);
    expect(endings(result)).toEqual([expect.stringMatching(/^removed node-1 27\d$/)]);
  });

  it('waits for a budget without end where its node has no deadline', () => {
    const result = run({ replicas: 3, extra: [strict], actions: [disruption()] });
    expect(endings(result)).toEqual([]);
    expect(result.verdict.violations.map((each) => inWords(each)).join()).toMatch(/PodDisruptionBudget web/);
  });

  it('does not begin with a node that must not be disrupted, unless it has a deadline', () => {
    const options = annotated({ 'karpenter.sh/do-not-disrupt': 'true' });
    const refused = run({ ...options, actions: [disruption()] });
    expect(inWords(refused.verdict.violations[0]!)).toMatch(
      /web-1-0 is annotated karpenter.sh\/do-not-disrupt/,
    );
    const deleted = run({ ...options, actions: [disruption({ terminationGracePeriod: '2m' })] });
    expect(asked(deleted)).toEqual(['delete web-1-0 (30) 90']);
  });

  it('drains as many nodes at a time as its budget lets it', () => {
    const all = (more: object) =>
      endings(run({ replicas: 3, actions: [disruption({ node: ['node-1', 'node-2'], ...more })] })).map(
        (each) => Number(each.split(' ')[2]),
      );
    const [one, two] = [all({ budget: '10%' }), all({ budget: 2 })];
    expect(one[1]! - one[0]!).toBeGreaterThan(4);
    expect(two[1]).toBe(two[0]);
  });
});
