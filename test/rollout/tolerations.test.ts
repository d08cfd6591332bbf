import { describe, expect, it } from 'vitest';
import { defineScenario, simulate } from '../../src/index.ts';
import { evictionDelaySeconds, type Toleration, withDefaultTolerations } from '../../src/rules/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const noExecute = (key: string) => [{ key, value: '', effect: 'NoExecute' }] as const;

const written = (over: Partial<Toleration>): Toleration => ({
  key: '',
  operator: 'Exists',
  value: '',
  effect: '',
  tolerationSeconds: null,
  ...over,
});

describe('a Pod on a node with a taint NoExecute', () => {
  it.each<[string, readonly Toleration[], number | null, number | null]>([
    ['is deleted after 300 s where it says nothing', [], 300, 300],
    [
      'is deleted after what it says of the one taint, and after 300 s for the other',
      [written({ key: UNREACHABLE, effect: 'NoExecute', tolerationSeconds: 30 })],
      300,
      30,
    ],
    ['is never deleted with a bare Exists', [written({})], null, null],
    [
      'is deleted at once after a toleration of 0 s',
      [written({ key: NOT_READY, effect: 'NoExecute', tolerationSeconds: 0 })],
      0,
      300,
    ],
    ['counts what is below 0 as 0', [written({ effect: 'NoExecute', tolerationSeconds: -5 })], 0, 0],
    ['is helped by no toleration of NoSchedule', [written({ effect: 'NoSchedule' })], 300, 300],
    [
      'goes by the first toleration that matches',
      [written({ key: UNREACHABLE, tolerationSeconds: 90 }), written({})],
      null,
      90,
    ],
    [
      'is deleted at once where its own toleration is of another value',
      [written({ key: UNREACHABLE, operator: 'Equal', value: 'other' })],
      300,
      0,
    ],
  ])('%s', (_, tolerations, notReady, unreachable) => {
    const stored = withDefaultTolerations(tolerations);
    expect(evictionDelaySeconds(stored, noExecute(NOT_READY))).toBe(notReady);
    expect(evictionDelaySeconds(stored, noExecute(UNREACHABLE))).toBe(unreachable);
  });
});

describe('a lost node', () => {
  const workload = (name: string, tolerationSeconds: number | null) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name, image: name, ports: [{ containerPort: 8080 }] }],
          tolerations:
            tolerationSeconds === null
              ? [{ operator: 'Exists' }]
              : [{ key: UNREACHABLE, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }],
        },
      },
    },
  });

  it.each(['node-1', 'node-2', 'node-3'])('has each of its Pods deleted in its own time (%s)', (node) => {
    const scenario = defineScenario({
      manifests: [workload('soon', 30), workload('later', 120), workload('never', null)],
      cluster: { version: '1.33', nodes: 3 },
      delays: CONSTANT_DELAYS,
      actions: [{ type: 'nodeLost', node }],
    });
    const { trace } = simulate(scenario, { seed: 0 });
    const noticed = trace.find(({ type }) => type === 'nodeNotReady')!.atMs;
    const deleted = trace
      .filter(({ type }) => type === 'deletePod')
      .map(({ pod, atMs }) => [pod?.split('-')[0], Math.floor((atMs - noticed) / 1_000)]);
    expect(deleted).toEqual([
      ['soon', 30],
      ['later', 120],
    ]);
  });
});
