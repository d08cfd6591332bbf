import { describe, expect, it } from 'vitest';
import type { DrainSession } from '../../src/actors/drain.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
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
      {
        data: {
          outcome: 'refused',
          refused: [{ pod: 'bare', reason: 'unmanaged' }],
          why: 'cannot delete Pods that declare no controller (use --force to override): bare',
        },
      },
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

  it('takes local storage along, unless it is told not to', () => {
    const podSpec = { volumes: [{ name: 'cache', emptyDir: {} }] };
    const drained = (options: object) =>
      run({ replicas: 2, nodes: 2, podSpec, actions: [{ type: 'drainNode', node: 'node-1', ...options }] });
    expect(stopped(drained({}))).toHaveLength(1);
    const refused = drained({ deleteEmptyDirData: false });
    expect(stopped(refused)).toEqual([]);
    expect(ended(refused)).toMatchObject([
      {
        data: {
          outcome: 'refused',
          why: 'cannot delete Pods with local storage (use --delete-emptydir-data to override): web-1-0',
        },
      },
    ]);
  });

  const sessions = (result: Run) =>
    result.snapshotAt(result.endedAtMs).actor('kubectl-drain')!.session as readonly DrainSession[];

  it.each(['0s', '20ms', '1s', '6040ms', '6500ms'] as const)(
    'twice of the same nodes, the second at %s, ends once for each and leaves nothing to wait for',
    (at) => {
      const result = run({
        replicas: 6,
        nodes: 3,
        actions: [
          { type: 'drainNode', node: ['node-1', 'node-2'] },
          { type: 'drainNode', node: ['node-1', 'node-2'], at },
        ],
      });
      for (const session of sessions(result).filter((each) => each !== undefined))
        expect(session).toMatchObject({ state: 'drained', remaining: 0 });
      expect(new Set(stopped(result).map(({ pod }) => pod)).size).toBeGreaterThanOrEqual(4);
      expect(ended(result).length).toBeLessThanOrEqual(4);
    },
  );

  it('is refused by a second one that may not take local storage along', () => {
    const podSpec = { volumes: [{ name: 'cache' }] };
    const result = run({
      replicas: 6,
      nodes: 3,
      podSpec,
      actions: [
        { type: 'drainNode', node: ['node-1', 'node-2'] },
        { type: 'drainNode', node: 'node-1', at: '1s', deleteEmptyDirData: false },
      ],
    });
    const outcomes = ended(result).map(({ data }) => data?.outcome);
    expect(outcomes).toEqual(['refused', 'drained']);
    expect(sessions(result).map(({ remaining }) => remaining)).toEqual([0, 0]);
  });

  it('takes over what an earlier drain of the node has not finished', () => {
    const result = run({
      replicas: 4,
      nodes: 2,
      extra: [budget({ maxUnavailable: 0 })],
      actions: [
        { type: 'drainNode', node: ['node-1', 'node-2'] },
        { type: 'drainNode', node: 'node-1', disableEviction: true, at: '12s' },
      ],
    });
    expect(stopped(result)).toHaveLength(2);
    expect(stopped(result)[0]!.atMs).toBeGreaterThan(12_000);
    const nodes = result.snapshotAt(result.endedAtMs).actor('kubectl-drain')!
      .session as readonly DrainSession[];
    expect(nodes[0]).toMatchObject({ state: 'drained', remaining: 0 });
    // The node that the first one would have gone on with is not forgotten.
    expect(nodes[1]).toBeDefined();
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

  it('goes on with the next node where one is refused, and says of each what came of it', () => {
    const bare = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare' },
      spec: podTemplate({ name: 'bare' }).spec,
    };
    const nodes = [{ pods: ['bare', 'web-1-0'] }, { pods: ['web-1-1'] }, {}];
    const result = run({
      replicas: 2,
      extra: [bare],
      input: { cluster: { version: '1.36', nodes } },
      actions: [{ type: 'drainNode', node: ['node-1', 'node-2'] }],
    });
    expect(stopped(result).map(({ pod }) => pod)).toEqual(['web-1-1']);
    expect(ended(result).map(({ data }) => data?.outcome)).toEqual(['refused', 'drained']);
  });

  it('fails for a node of which an eviction is refused for good, once its other Pods are gone', () => {
    const result = run({
      replicas: 2,
      nodes: 2,
      extra: [budget({ maxUnavailable: 1 }), { ...budget({ maxUnavailable: 1 }), metadata: { name: 'two' } }],
      actions: [{ type: 'drainNode', node: ['node-1', 'node-2'] }],
    });
    expect(stopped(result)).toEqual([]);
    const refused = {
      outcome: 'refused',
      refused: [],
      why: expect.stringContaining('more than one PodDisruptionBudget'),
    };
    expect(ended(result).map(({ data }) => data)).toEqual([refused, refused]);
  });

  it('drains a node that is named twice once', () => {
    const actions = [{ type: 'drainNode', node: ['node-1', 'node-2', 'node-1'] }] as const;
    const result = run({ replicas: 4, nodes: 4, actions });
    expect(ended(result)).toHaveLength(2);
    expect(result.trace.filter(({ type }) => type === 'cordonNode')).toHaveLength(2);
  });

  it('names the nodes where an action names one that is not there', () => {
    expect(parseScenario(rollout({ actions: [{ type: 'drainNode', node: 'node-9' }] }))).toMatchObject({
      ok: false,
      issues: [{ code: 'unknownNode', fix: 'Known nodes: node-1, node-2, node-3.' }],
    });
  });
});

describe('a drain that does not come to an end', () => {
  const underWay = (result: Run) =>
    result.snapshotAt(result.endedAtMs).actor('kubectl-drain')!.session as readonly DrainSession[];

  it('ends the run once a retry has found nothing changed: a budget that allows no disruption', () => {
    const blocked = {
      replicas: 2,
      nodes: 2,
      extra: [budget({ maxUnavailable: 0 })],
      actions: [{ type: 'drainNode', node: 'node-1' }],
    } as const;
    const result = run(blocked);
    expect(answers(result)).toMatchObject([{ code: 429 }, { code: 429 }]);
    expect(stopped(result)).toEqual([]);
    expect(ended(result)).toEqual([]);
    expect(underWay(result)[0]).toMatchObject({ state: 'underWay', remaining: 1 });
    expect(result.endedAtMs).toBeLessThan(6_000);
    const clients: ScenarioInput['clients'] = [
      { name: 'load', from: { node: 'node-2' }, service: 'web', load: { ratePerSecond: 2 } },
    ];
    expect(run({ ...blocked, input: { clients } }).endedAtMs).toBeLessThan(12_000);
  });

  it('goes on with its retries up to a horizon', () => {
    const result = run({
      replicas: 2,
      nodes: 2,
      extra: [budget({ maxUnavailable: 0 })],
      actions: [{ type: 'drainNode', node: 'node-1' }],
      input: { horizon: '1m' },
    });
    expect(answers(result)).toHaveLength(12);
  });

  it.each([
    { what: 'is lost', how: { type: 'nodeLost', node: 'node-1' } },
    {
      what: 'shuts down before the kubelet has reported their end',
      how: {
        type: 'nodeShutdown',
        node: 'node-1',
        shutdownGracePeriod: '1s',
        shutdownGracePeriodCriticalPods: '0s',
      },
    },
  ] as const)('ends the run where the Pods never go since their node $what', ({ how }) => {
    const actions = [how, { type: 'drainNode', node: 'node-1', at: '20s' }] as const;
    const delays = { ...CONSTANT_DELAYS, 'node.powerOff': '0s' } as const;
    const result = run({ replicas: 2, nodes: 2, actions, input: { delays } });
    expect(stopped(result)).toMatchObject([{ pod: 'web-1-0' }]);
    expect(ended(result)).toEqual([]);
    expect(underWay(result)[0]).toMatchObject({ state: 'underWay', remaining: 1 });
    expect(result.endedAtMs).toBeLessThan(400_000);
  });

  it('goes on with its retries while anything is to come, and has its way in the end', () => {
    const result = run({
      replicas: 2,
      nodes: 2,
      extra: [budget({ minAvailable: 2 })],
      actions: [
        { type: 'drainNode', node: 'node-1' },
        { type: 'scale', deployment: 'web', replicas: 3, at: '61s' },
      ],
    });
    expect(stopped(result)).toMatchObject([{ pod: 'web-1-0' }]);
    expect(stopped(result)[0]!.atMs).toBeGreaterThan(61_000);
    expect(ended(result)).toMatchObject([{ data: { outcome: 'drained' } }]);
    expect(underWay(result)[0]).toMatchObject({ state: 'drained', remaining: 0 });
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

  it('gives the host port that a Pod leaves to the first that waits for it', () => {
    const ports = [{ containerPort: 8080, hostPort: 80 }];
    const actions = [
      { type: 'deletePod', pod: 'web-1-1' },
      { type: 'deletePod', pod: 'web-1-0', at: '2s' },
    ] as const;
    const result = run({ replicas: 2, nodes: 2, container: { ports }, actions });
    const events = (type: string) => result.trace.filter((event) => event.type === type);
    const over = events('patchPodStatus').filter(({ data }) => data?.phase === 'Succeeded');
    const bound = events('bindPod');
    expect(bound.map(({ data }) => data?.node)).toEqual(['node-2', 'node-1']);
    expect(bound.map(({ pod }) => pod)).toEqual(events('createPod').map(({ pod }) => pod));
    const waited = bound.map(({ atMs }, index) => atMs - over[index]!.atMs);
    expect(Math.min(...waited)).toBeGreaterThan(0);
    expect(Math.max(...waited)).toBeLessThan(100);
  });
});
