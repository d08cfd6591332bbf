import { describe, expect, it } from 'vitest';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, podTemplate, service } from './manifests.ts';

/** `kubectl delete` of workloads: the garbage collector follows the owners. */

const set = (kind: string, apiVersion: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'db' },
  spec: { selector: { matchLabels: { app: 'db' } }, template: podTemplate({ name: 'db' }), ...spec },
});
const { selector: _, ...job } = set('Job', 'batch/v1', {}).spec;
const MANIFESTS = [
  deployment({ replicas: 4 }),
  service(),
  set('StatefulSet', 'apps/v1', { replicas: 3, serviceName: 'db' }),
  set('DaemonSet', 'apps/v1', {}),
  { ...set('ReplicaSet', 'apps/v1', { replicas: 2 }), metadata: { name: 'rs' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' }, spec: podTemplate().spec },
  {
    ...set('Job', 'batch/v1', {}),
    spec: {
      ...job,
      parallelism: 2,
      template: { ...job.template, spec: { ...job.template.spec, restartPolicy: 'Never' } },
    },
  },
];

function run(action: object, manifests: readonly object[] = MANIFESTS): Run {
  return simulate(
    defineScenario({
      manifests,
      cluster: { version: '1.33', nodes: 3 },
      delays: CONSTANT_DELAYS,
      actions: [{ type: 'delete', ...action } as ActionInput],
    }),
  );
}

const deleted = (result: Run) =>
  result.trace.filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'terminating');
const created = (result: Run) => result.trace.filter(({ type }) => type === 'createPod');

describe('delete', () => {
  it.each([
    ['Deployment/web', 4],
    ['StatefulSet/db', 3],
    ['DaemonSet/db', 3],
    ['ReplicaSet/rs', 2],
    ['Job/db', 2],
    ['Pod/bare', 1],
  ])('of %s stops all its Pods at once, and nobody makes them again', (workload, pods) => {
    const result = run({ workload });
    expect(deleted(result)).toHaveLength(pods);
    const times = deleted(result).map(({ atMs }) => atMs);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(500);
    expect(created(result)).toEqual([]);
  });

  it('of a Deployment goes over its ReplicaSet: a write and a watch more than a StatefulSet', () => {
    const first = (workload: string) => deleted(run({ workload }))[0]!.atMs;
    expect(first('Deployment/web')).toBeGreaterThan(first('StatefulSet/db'));
  });

  it('leaves its Service without an endpoint for good, and says that nobody is left', () => {
    const { violations } = run({ deployment: 'web' }).verdict;
    expect(violations).toContainEqual(expect.objectContaining({ kind: 'noEndpoints', forGood: true }));
  });

  it.each(['Deployment/web', 'StatefulSet/db'])('of %s leaves its Pods where it orphans them', (workload) => {
    expect(deleted(run({ workload, cascade: 'orphan' }))).toEqual([]);
  });

  it('of many Pods goes at 20 a second, once the burst is used up', () => {
    const times = deleted(run({ deployment: 'web' }, [deployment({ replicas: 55 }), service()])).map(
      ({ atMs }) => atMs,
    );
    expect(times).toHaveLength(55);
    // A read and a DELETE each: 14 Pods at once, the others 50 ms apart.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(1_900);
    expect(times.at(-1)! - times[0]!).toBeLessThan(2_200);
  });

  it('of something that is not there is refused with what is', () => {
    const parsed = parseScenario({
      manifests: MANIFESTS,
      actions: [{ type: 'delete', workload: 'Job/web' }],
    });
    expect(parsed).toMatchObject({
      ok: false,
      issues: [
        {
          code: 'unknownWorkload',
          path: ['actions', 0, 'workload'],
          fix: expect.stringContaining('ReplicaSet/rs'),
        },
      ],
    });
  });
});

describe('a ReplicaSet of its own', () => {
  const own = { ...deployment({ replicas: 3 }), kind: 'ReplicaSet' };
  const told = (action: ActionInput) =>
    parseScenario({ manifests: [own, service()], delays: CONSTANT_DELAYS, actions: [action] });

  it('is scaled: its newest Pods go, or more are made', () => {
    const parsed = told({ type: 'scale', workload: 'ReplicaSet/web', replicas: 1 });
    if (!parsed.ok) throw new Error(parsed.issues[0]!.message);
    const { trace, verdict } = simulate(parsed.scenario);
    expect(trace.filter(({ type }) => type === 'resizeReplicaSet')).toHaveLength(1);
    const deleted = trace.filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'terminating');
    expect(deleted).toHaveLength(2);
    expect(verdict.safe).toBe(true);
  });

  it.each<[string, ActionInput, RegExp]>([
    ['rolled', { type: 'rolloutRestart', workload: 'ReplicaSet/web' }, /keeps the Pods that it has/],
    [
      'given an image',
      { type: 'setImage', workload: 'ReplicaSet/web', image: 'web:2' },
      /kubectl rollout knows/,
    ],
    ['paused', { type: 'rolloutPause', workload: 'ReplicaSet/web' }, /kubectl rollout knows/],
  ])('cannot be %s, and the rule says why', (_, action, rule) => {
    const parsed = told(action);
    expect(parsed.ok ? [] : parsed.issues).toMatchObject([
      { code: 'notForThisKind', rule: expect.stringMatching(rule) },
    ]);
  });
});

it('a bare Pod cannot be rolled or scaled, since nobody makes it again', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    ...podTemplate(),
    metadata: { name: 'web', labels: { app: 'web' } },
  };
  for (const type of ['rolloutRestart', 'scale'] as const) {
    const action = { type, workload: 'Pod/web', ...(type === 'scale' && { replicas: 2 }) } as ActionInput;
    const parsed = parseScenario({ manifests: [pod], actions: [action] });
    expect(parsed.ok ? [] : parsed.issues).toMatchObject([
      { code: 'notForThisKind', fix: expect.stringMatching(/deletePod', pod: 'web'/) },
    ]);
  }
});

it('a Job goes ttlSecondsAfterFinished after its end, with its Pods', () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'w', image: 'w' }] } };
  const spec = { template, ttlSecondsAfterFinished: 30 };
  const result = simulate(
    defineScenario({
      manifests: [{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'import' }, spec }],
      cluster: { version: '1.33' },
      delays: CONSTANT_DELAYS,
      apps: { w: { completesAfter: '20s' } },
      actions: [{ type: 'uncordonNode', node: 'node-1' }],
    }),
  );
  const gone = result.trace.find(({ type, data }) => type === 'deletePod' && data?.outcome === 'gone');
  expect(gone?.atMs).toBeGreaterThan(51_000);
  expect(gone?.atMs).toBeLessThan(53_000);
});
