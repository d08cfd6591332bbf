import { describe, expect, it } from 'vitest';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import { type Run, simulate } from '../../src/simulate.ts';
import { podTemplate, type RolloutOptions, rollout } from './manifests.ts';

function run(options: RolloutOptions, seed = 0): Run {
  return simulate(defineScenario(rollout(options)), { seed });
}

function budget(spec: object) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  };
}

const stopped = (result: Run) =>
  result.trace
    .filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'terminating')
    .map(({ atMs, pod }) => ({ atMs, pod: pod! }));
const answers = (result: Run) =>
  result.trace.filter(({ type }) => type === 'evictionAnswered').map(({ data }) => data?.refusal);
const ended = (result: Run) => result.trace.filter(({ type }) => type === 'drainEnded');

describe('an eviction', () => {
  it('without a budget is a deletion, and the replacement is made at once', () => {
    const result = run({ actions: [{ type: 'evictPod', pod: 'web-1-0' }] });
    expect(stopped(result).map(({ pod }) => pod)).toEqual(['web-1-0']);
    expect(result.trace.filter(({ type }) => type === 'createPod')).toHaveLength(1);
    expect(answers(result)).toEqual([null]);
    expect(result.verdict.safe).toBe(true);
  });

  it('is refused with 429 where the budget is used up, and kubectl does not retry', () => {
    const result = run({
      replicas: 2,
      extra: [budget({ minAvailable: 2 })],
      actions: [{ type: 'evictPod', pod: 'web-1-0' }],
    });
    expect(stopped(result)).toEqual([]);
    expect(answers(result)).toMatchObject([
      { code: 429, cause: 'The disruption budget web needs 2 healthy pods and has 2 currently' },
    ]);
  });

  it('takes from the budget at once: two at one instant get what one of them may have', () => {
    const result = run({
      replicas: 3,
      extra: [budget({ maxUnavailable: 1 })],
      actions: [
        { type: 'evictPod', pod: 'web-1-0' },
        { type: 'evictPod', pod: 'web-1-1' },
      ],
    });
    expect(stopped(result)).toHaveLength(1);
    expect(answers(result).filter((refusal) => refusal !== null)).toHaveLength(1);
  });
});

describe('kubectl drain', () => {
  it('empties the node and cordons it for new Pods', () => {
    const result = run({ replicas: 6, nodes: 3, actions: [{ type: 'drainNode', node: 'node-1' }] });
    expect(stopped(result).map(({ pod }) => pod)).toEqual(['web-1-0', 'web-1-3']);
    expect(ended(result)).toMatchObject([{ data: { outcome: 'drained' } }]);
    const bound = result.trace.filter(({ type }) => type === 'bindPod').map(({ data }) => data?.node);
    expect(bound).toHaveLength(2);
    expect(bound).not.toContain('node-1');
  });

  it('retries what a budget refuses after 5 s, until a replacement is Ready', () => {
    const result = run({
      replicas: 4,
      nodes: 2,
      extra: [budget({ maxUnavailable: 1 })],
      actions: [{ type: 'drainNode', node: 'node-1' }],
    });
    const [first, second] = stopped(result);
    expect(stopped(result)).toHaveLength(2);
    expect(second!.atMs - first!.atMs).toBeGreaterThan(4_900);
    expect(second!.atMs - first!.atMs).toBeLessThan(5_200);
    expect(ended(result)).toMatchObject([{ data: { outcome: 'drained' } }]);
  });

  it('sends ten evictions at once and then five a second: kubectl throttles itself', () => {
    const result = run({ replicas: 20, nodes: 1, actions: [{ type: 'drainNode', node: 'node-1' }] });
    const times = stopped(result).map(({ atMs }) => atMs);
    expect(times).toHaveLength(20);
    expect(times[9]! - times[0]!).toBeLessThan(50);
    expect(times[19]! - times[9]!).toBeGreaterThan(1_900);
    expect(result.verdict.rollout!.unscheduled).toHaveLength(20);
  });

  it('leaves DaemonSet Pods, and refuses bare ones unless forced', () => {
    const agent = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate({ name: 'agent' }) },
    };
    const bare = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare' },
      spec: podTemplate({ name: 'bare' }).spec,
    };
    const cluster = { version: '1.36', nodes: [{ pods: ['bare', 'web-1-0'] }, { pods: ['web-1-1'] }] };
    const drained = (force: boolean) =>
      run({
        replicas: 2,
        extra: [agent, bare],
        input: { cluster },
        actions: [{ type: 'drainNode', node: 'node-1', force }],
      });
    expect(stopped(drained(false))).toEqual([]);
    expect(ended(drained(false))).toMatchObject([
      { data: { outcome: 'refused', why: expect.stringContaining('bare declares no controller') } },
    ]);
    expect(
      stopped(drained(true))
        .map(({ pod }) => pod)
        .sort(),
    ).toEqual(['bare', 'web-1-0']);
    const agents = drained(true).snapshotAt(60_000).actor('api-server')!.pod as readonly {
      name: string;
    }[];
    expect(agents.filter(({ name }) => name.startsWith('agent'))).toMatchObject([
      { name: 'agent-node-1', node: 0, gone: false, deletionTimestamp: null },
      { name: 'agent-node-2', node: 1, gone: false, deletionTimestamp: null },
    ]);
  });

  it('drains node after node', () => {
    const result = run({
      replicas: 4,
      nodes: 4,
      actions: [{ type: 'drainNode', node: ['node-1', 'node-2'] }],
    });
    const [first, second] = stopped(result);
    expect([first!.pod, second!.pod]).toEqual(['web-1-0', 'web-1-1']);
    expect(second!.atMs).toBeGreaterThan(ended(result)[0]!.atMs);
    expect(ended(result)).toHaveLength(2);
  });

  it('names the nodes where an action names one that is not there', () => {
    expect(parseScenario(rollout({ actions: [{ type: 'drainNode', node: 'node-9' }] }))).toMatchObject({
      ok: false,
      issues: [{ code: 'unknownNode', fix: 'Known nodes: node-1, node-2, node-3.' }],
    });
  });
});

describe('the scheduler', () => {
  it('gives a cordoned node nothing, and what no node can take waits until one is uncordoned', () => {
    const result = run({
      replicas: 1,
      nodes: 1,
      actions: [
        { type: 'cordonNode', node: 'node-1' },
        { type: 'scale', deployment: 'web', replicas: 3, at: '1s' },
        { type: 'uncordonNode', node: 'node-1', at: '10s' },
      ],
    });
    const bound = result.trace.filter(({ type }) => type === 'bindPod').map(({ atMs }) => atMs);
    expect(bound).toHaveLength(2);
    expect(Math.min(...bound)).toBeGreaterThan(10_000);
  });

  it('puts no two Pods with the same host port on one node: a rolling update with surge waits for room', () => {
    const ports = [{ containerPort: 8080, hostPort: 80 }];
    const result = run({ replicas: 3, nodes: 3, container: { ports } });
    const [first] = result.trace.filter(({ type }) => type === 'createPod');
    const bound = result.trace.filter(({ type }) => type === 'bindPod');
    expect(first!.atMs).toBeLessThan(100);
    expect(bound).toHaveLength(0);
    expect(result.verdict.rollout!.unscheduled).toEqual(['web-2-0']);
  });
});
