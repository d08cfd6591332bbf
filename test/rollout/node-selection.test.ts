import { describe, expect, it } from 'vitest';
import { defineScenario, formatIssues, parseScenario, simulate } from '../../src/index.ts';
import { assumptionText } from '../../src/report/describe-assumption.ts';
import { findMatchingUntoleratedTaint, matchesRequiredNodeAffinity } from '../../src/rules/index.ts';
import type { Run } from '../../src/run/simulate.ts';
import type { ActionInput, ClusterInput, ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { podTemplate, service } from './manifests.ts';

/** Which nodes Pods are put on and stay on: labels, taints, nodes that come and go. */

type NodeInput = Exclude<NonNullable<ClusterInput['nodes']>, number>[number];

interface Asked {
  readonly kind?: 'DaemonSet' | 'Deployment';
  readonly nodes: number | readonly NodeInput[];
  readonly pod?: object;
  readonly spec?: object;
  readonly actions?: readonly ActionInput[];
  readonly manifests?: readonly object[];
}

function input({
  kind = 'DaemonSet',
  nodes,
  pod = {},
  spec = {},
  actions,
  manifests = [],
}: Asked): ScenarioInput {
  const template = podTemplate({ name: 'agent', preStopSeconds: 2 });
  return {
    manifests: [
      {
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'agent' },
        spec: {
          ...(kind === 'Deployment' && { replicas: 2 }),
          selector: { matchLabels: { app: 'agent' } },
          template: { ...template, spec: { ...template.spec, ...pod } },
          ...spec,
        },
      },
      service('agent'),
      ...manifests,
    ],
    cluster: { version: '1.33', nodes },
    delays: CONSTANT_DELAYS,
    apps: { agent: { drain: '1s', startup: '1s' } },
    ...(actions === undefined ? {} : { actions }),
  };
}

const scenarioOf = (asked: Asked) => defineScenario(input(asked));
const atFirst = (asked: Asked) =>
  scenarioOf(asked).world.pods.map(({ node }) => scenarioOf(asked).world.nodes[node]!.name);
const runOf = (asked: Asked): Run => simulate(scenarioOf(asked), { seed: 0 });

/** Deletions and creations with the second in which they come: `-agent-node-1 5`. */
function story({ trace }: Run): readonly string[] {
  return trace.flatMap(({ type, pod, atMs, data }) => {
    const second = Math.floor(atMs / 1000);
    if (type === 'createPod') return [`+${pod} ${second}`];
    return type === 'deletePod' && data?.outcome === 'terminating' ? [`-${pod} ${second}`] : [];
  });
}

const tolerated = (more: object = {}) => [{ key: 'gpu', operator: 'Exists', ...more }];
const taint = (node: string, effect: 'NoSchedule' | 'NoExecute', at = '1s' as const): ActionInput => {
  return { type: 'taintNode', node, at, taint: { key: 'gpu', effect } };
};
const affinity = (...nodeSelectorTerms: object[]) => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  },
});
const ssd = { labels: { disk: 'ssd' } };

describe('a DaemonSet has its Pods', () => {
  it.each<[string, Asked, readonly string[]]>([
    [
      'on the nodes that its nodeSelector names',
      { nodes: [ssd, {}, ssd], pod: { nodeSelector: { disk: 'ssd' } } },
      ['node-1', 'node-3'],
    ],
    [
      'on those that one term of its required affinity matches',
      {
        nodes: [ssd, { labels: { disk: 'hdd' } }, {}],
        pod: affinity(
          { matchExpressions: [{ key: 'disk', operator: 'NotIn', values: ['ssd', 'hdd'] }] },
          { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
        ),
      },
      ['node-1', 'node-3'],
    ],
    [
      'in the zone that it asks for, which needs no label',
      {
        nodes: [{ zone: 'a' }, { zone: 'b' }],
        pod: { nodeSelector: { 'topology.kubernetes.io/zone': 'b', 'kubernetes.io/os': 'linux' } },
      },
      ['node-2'],
    ],
    [
      'on no node with a taint that it does not tolerate',
      { nodes: [{ taints: [{ key: 'gpu', effect: 'NoSchedule' }] }, {}] },
      ['node-2'],
    ],
    [
      'on such a node where it does',
      { nodes: [{ taints: [{ key: 'gpu', effect: 'NoExecute' }] }, {}], pod: { tolerations: tolerated() } },
      ['node-1', 'node-2'],
    ],
    ['on a cordoned node, too', { nodes: [{ unschedulable: true }, {}] }, ['node-1', 'node-2']],
    [
      'on the nodes of the manifests',
      {
        nodes: 3,
        manifests: [
          {
            apiVersion: 'v1',
            kind: 'Node',
            metadata: { name: 'control' },
            spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
          },
          { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker' } },
        ],
      },
      ['worker'],
    ],
  ])('%s', (_, asked, expected) => {
    expect(atFirst(asked)).toEqual(expected);
  });

  it('everywhere while nobody says which labels nodes have, and says so', () => {
    const asked: Asked = { nodes: 2, pod: { nodeSelector: { disk: 'ssd' } } };
    expect(atFirst(asked)).toEqual(['node-1', 'node-2']);
    const said = scenarioOf(asked).assumptions.find(({ code }) => code === 'nodeLabelsUnknown')!;
    expect(assumptionText(said)).toBe(
      'cluster.nodes: nobody says which labels the nodes have; all are taken to have disk, which agent asks for ' +
        '(cluster.nodes[].labels, or the manifests of the Nodes).',
    );
  });
});

describe('nodes that change', () => {
  it.each<[string, Asked, readonly string[]]>([
    [
      'a node that joins gets its Pod, and only then',
      { nodes: 2, actions: [{ type: 'nodeJoined', node: 'node-2', at: '5s' }] },
      ['+agent-node-2 5'],
    ],
    ['NoSchedule leaves the Pod that is there', { nodes: 2, actions: [taint('node-2', 'NoSchedule')] }, []],
    [
      'NoExecute takes it away, and it comes back after the taint',
      {
        nodes: 2,
        actions: [
          taint('node-2', 'NoExecute'),
          { type: 'untaintNode', node: 'node-2', key: 'gpu', at: '30s' },
        ],
      },
      ['-agent-node-2 1', '+agent-node-2 30'],
    ],
    [
      'a toleration for a time keeps it for as long',
      {
        nodes: 2,
        pod: { tolerations: tolerated({ effect: 'NoExecute', tolerationSeconds: 20 }) },
        actions: [taint('node-2', 'NoExecute')],
      },
      // The DaemonSet tolerates the taint, too, and makes the Pod anew.
      ['-agent-node-2 21', '+agent-node-2-next 24'],
    ],
    [
      'a taint that goes in time evicts nobody',
      {
        nodes: 2,
        pod: { tolerations: tolerated({ effect: 'NoExecute', tolerationSeconds: 20 }) },
        actions: [
          taint('node-2', 'NoExecute'),
          { type: 'untaintNode', node: 'node-2', key: 'gpu', at: '10s' },
        ],
      },
      [],
    ],
  ])('%s', (_, asked, expected) => {
    expect(story(runOf(asked))).toEqual(expected);
  });

  it('a template that selects other nodes takes all Pods from the rest at once', () => {
    const template = podTemplate({ name: 'agent' });
    const moved = { ...template, spec: { ...template.spec, nodeSelector: { disk: 'ssd' } } };
    const run = runOf({
      nodes: [ssd, { labels: {} }, { labels: {} }],
      actions: [{ type: 'rollingUpdate', workload: 'DaemonSet/agent', template: moved }],
    });
    expect(story(run).slice(0, 2)).toEqual(['-agent-node-2 0', '-agent-node-3 0']);
    const [rolled] = run.verdict.rollout!.workloads;
    expect([rolled!.heldBy, story(run).filter((each) => each.startsWith('+')).length]).toEqual([null, 1]);
  });

  it.each([
    ['node-1', 1, false],
    ['node-3', 1, false],
    ['node-2', 2, true],
  ] as const)('the Pod of a lost node uses up maxUnavailable (%s, %i)', (node, maxUnavailable, completes) => {
    const run = runOf({
      nodes: 3,
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } } },
      actions: [
        { type: 'nodeLost', node },
        { type: 'rollingUpdate', workload: 'DaemonSet/agent', at: '60s' },
      ],
    });
    const [rolled] = run.verdict.rollout!.workloads;
    expect(rolled!.completedAfterMs !== null).toBe(completes);
    // What ran there stays until somebody deletes the node.
    expect(rolled!.heldBy).toEqual(completes ? null : { code: 'podNotGone', pod: `agent-${node}` });
  });

  it('a node that is still to join routes to nobody', () => {
    const run = runOf({ nodes: 2, actions: [{ type: 'nodeJoined', node: 'node-2', at: '5s' }] });
    const first = run.trace.find(
      ({ type, actor }) => type === 'routesChanged' && actor === 'kube-proxy/node-2',
    )!;
    expect(first.atMs).toBeGreaterThanOrEqual(5_000);
    expect(first.data).toMatchObject({ added: ['agent-node-1'], removed: [] });
  });
});

describe('a Deployment', () => {
  const spread = (asked: Asked) => atFirst({ kind: 'Deployment', ...asked });

  it('has its Pods on the nodes that take them', () => {
    expect(spread({ nodes: [{ unschedulable: true }, {}, {}] })).toEqual(['node-2', 'node-3']);
    expect(spread({ nodes: [ssd, {}], pod: { nodeSelector: { disk: 'ssd' } } })).toEqual([
      'node-1',
      'node-1',
    ]);
  });

  it('gets new Pods on such nodes alone', () => {
    const run = runOf({
      kind: 'Deployment',
      nodes: [{}, {}, {}],
      actions: [taint('node-1', 'NoSchedule'), { type: 'rollingUpdate', deployment: 'agent', at: '5s' }],
    });
    const bound = run.trace.flatMap(({ type, data }) => (type === 'bindPod' ? [data.node] : []));
    expect(bound).toHaveLength(2);
    expect(bound).not.toContain('node-1');
  });

  it.each<[string, Asked, string]>([
    [
      'labels that no node has',
      { nodes: [ssd], pod: { nodeSelector: { disk: 'hdd' } } },
      'Pod "agent-1-0" fits no node: none has the labels',
    ],
    [
      'taints everywhere',
      { nodes: [{ taints: [{ key: 'gpu', effect: 'NoSchedule' }] }] },
      'Pod "agent-1-0" fits no node: the nodes that it may run on are tainted',
    ],
    [
      'no node at first',
      { nodes: 1, actions: [{ type: 'nodeJoined', node: 'node-1' }] },
      'The only node joins in the course of the run.',
    ],
    [
      'a Node that nobody lists',
      { nodes: [{}], manifests: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' } }] },
      'The manifests hold a Node "other" that cluster.nodes does not list.',
    ],
    [
      'an operator that does not exist',
      { nodes: 1, pod: affinity({ matchExpressions: [{ key: 'disk', operator: 'Is', values: ['ssd'] }] }) },
      'matchExpressions[0].operator',
    ],
  ])('is refused with %s', (_, asked, expected) => {
    const parsed = parseScenario(input({ kind: 'Deployment', ...asked }));
    expect(parsed.ok ? '' : formatIssues(parsed.issues)).toContain(expected);
  });
});

describe('matchesRequiredNodeAffinity', () => {
  const node = { name: 'a', labels: { cores: '8', disk: 'ssd' } };
  const term = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
    matchFields: [],
  });
  it.each([
    ['no term at all matches nothing', [], false],
    ['a term without requirements matches nothing', [{ matchExpressions: [], matchFields: [] }], false],
    ['one of two terms is enough', [term('disk', 'In', 'hdd'), term('disk', 'Exists')], true],
    ['more than', [term('cores', 'Gt', '4')], true],
    ['not more than itself', [term('cores', 'Gt', '8')], false],
    ['less than, of what is no number', [term('disk', 'Lt', '8')], false],
    ['absent', [term('gpu', 'DoesNotExist')], true],
  ])('%s', (_, terms, expected) => {
    expect(matchesRequiredNodeAffinity({ nodeSelector: {}, terms }, node)).toBe(expected);
  });
});

describe('findMatchingUntoleratedTaint', () => {
  const toleration = { key: 'a', operator: 'Equal', value: 'x', effect: '', tolerationSeconds: null };
  it.each([
    ['another value is not tolerated', 'y', 'NoSchedule', 'a'],
    ['the same value is, whatever the effect', 'x', 'NoExecute', null],
    ['PreferNoSchedule keeps nobody away', 'y', 'PreferNoSchedule', null],
  ] as const)('%s', (_, value, effect, expected) => {
    const taints = [{ key: 'a', value, effect }];
    const found = findMatchingUntoleratedTaint(taints, [toleration], ['NoSchedule', 'NoExecute']);
    expect(found?.key ?? null).toBe(expected);
  });
});
