import { describe, expect, it } from 'vitest';
import {
  type ActionInput,
  defineScenario,
  describe as inWords,
  parseScenario,
  simulate,
} from '../../src/index.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { podTemplate, service } from './manifests.ts';

/** What each kind of workload can be told, and what its rollout report says then. */

const selector = { matchLabels: { app: 'web' } };
const pods = { selector, template: podTemplate() };
const job = {
  parallelism: 2,
  completions: 2,
  template: podTemplate({ podSpec: { restartPolicy: 'Never' } }),
};
const SPECS: Readonly<Record<string, readonly [apiVersion: string, spec: object]>> = {
  Deployment: ['apps/v1', { ...pods, replicas: 3 }],
  Rollout: ['argoproj.io/v1alpha1', { ...pods, replicas: 3, strategy: { canary: {} } }],
  StatefulSet: ['apps/v1', { ...pods, replicas: 3, serviceName: 'web' }],
  DaemonSet: ['apps/v1', pods],
  ReplicaSet: ['apps/v1', { ...pods, replicas: 3 }],
  Job: ['batch/v1', job],
};

function told(kind: string, actions: readonly object[], more: object = {}, startup = '1s') {
  const [apiVersion, spec] = SPECS[kind]!;
  const named = actions.map((action) => ({ workload: `${kind}/web`, ...action }) as ActionInput);
  return parseScenario({
    manifests: [{ apiVersion, kind, metadata: { name: 'web' }, spec: { ...spec, ...more } }, service()],
    cluster: { version: '1.34', nodes: 3 },
    delays: CONSTANT_DELAYS,
    apps: { web: { startup } },
    actions: named,
  });
}

function rolled(...given: Parameters<typeof told>) {
  const parsed = told(...given);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join());
  return simulate(parsed.scenario, { seed: 1 }).verdict.rollout!.workloads;
}

const RESTART = { type: 'rolloutRestart' };

describe('a request that a kind does not know is refused, with what does it instead', () => {
  it.each([
    ['StatefulSet', 'rolloutPause', 'cannot be paused', 'partition'],
    ['StatefulSet', 'rolloutResume', 'cannot be resumed', 'partition'],
    ['DaemonSet', 'rolloutPause', 'cannot be paused', 'OnDelete'],
    ['DaemonSet', 'scale', 'cannot be scaled', 'more nodes'],
    ['DaemonSet', 'suspend', 'cannot be suspended', 'drain'],
    ['Rollout', 'suspend', 'cannot be suspended', 'rolloutPause'],
    ['Deployment', 'resume', 'cannot be resumed', 'rolloutPause'],
    ['ReplicaSet', 'rolloutRestart', 'cannot be rolled', 'deletePod'],
    ['Job', 'rollback', 'cannot be rolled', 'suspend'],
    ['Job', 'scale', 'cannot be scaled', 'suspend'],
  ])('%s: %s', (kind, type, message, fix) => {
    const parsed = told(kind, [{ type, ...(type === 'scale' ? { replicas: 1 } : {}) }]);
    const [issue] = parsed.ok ? [] : parsed.issues;
    expect(issue?.message).toContain(message);
    expect(issue?.fix).toContain(fix);
  });
});

describe('every kind that rolls', () => {
  it.each([
    ['Deployment', 4, 0],
    ['Rollout', 4, 0],
    ['StatefulSet', 3, 1],
    ['DaemonSet', 3, 1],
  ])(
    '%s: says its steps, how many were missing at worst, and that nothing holds it',
    (kind, steps, missing) => {
      for (const action of [RESTART, { type: 'setImage', image: 'registry.example/web:2' }]) {
        const [rollout] = rolled(kind, [action]);
        expect(rollout).toMatchObject({
          workload: `${kind}/web`,
          steps,
          heldBy: null,
          unavailableAtWorst: { pods: missing },
        });
        expect(rollout?.completedAfterMs).not.toBeNull();
      }
    },
  );

  it.each([
    [
      'Deployment',
      'a pause',
      [
        { type: 'rolloutPause', at: '0s' },
        { ...RESTART, type: 'setImage', image: 'x:2', at: '1s' },
      ],
      {},
      { code: 'paused' },
    ],
    ['StatefulSet', 'OnDelete', [RESTART], { updateStrategy: { type: 'OnDelete' } }, { code: 'onDelete' }],
    ['DaemonSet', 'OnDelete', [RESTART], { updateStrategy: { type: 'OnDelete' } }, { code: 'onDelete' }],
  ])('%s: %s holds it', (kind, _, actions, more, heldBy) => {
    expect(rolled(kind, actions, more).at(-1)?.heldBy).toEqual(heldBy);
  });

  it('a StatefulSet whose new Pod never becomes Ready stays at that Pod, and going back does not help', () => {
    const template = podTemplate({
      container: { readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 3_000 } },
    });
    const actions = [
      { type: 'rollingUpdate', template },
      { type: 'rollback', at: '120s' },
    ];
    const parsed = told('StatefulSet', actions);
    expect(parsed.ok).toBe(true);
    if (!parsed.ok) return;
    const input = { ...parsed.scenario.input, horizon: '600s' as const };
    const again = parseScenario(input);
    if (!again.ok) throw new Error('a horizon');
    const { workloads } = simulate(again.scenario, { seed: 1 }).verdict.rollout!;
    expect(workloads.at(-1)?.heldBy).toEqual({ code: 'podNotReady', pod: 'web-2' });
  });
});

describe('who has nobody to take over', () => {
  const template = podTemplate({ preStopSeconds: 5 });
  const spec = { selector: { matchLabels: { app: 'web' } }, template, replicas: 1 };
  it.each<[string, object, ActionInput, string]>([
    [
      'a bare Pod',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', labels: { app: 'web' } },
        spec: template.spec,
      },
      { type: 'deletePod', pod: 'web' },
      'Nobody makes a bare Pod anew: run web as a Deployment of two replicas or more',
    ],
    [
      'a StatefulSet of one',
      { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web' }, spec },
      { type: 'rollingUpdate', workload: 'StatefulSet/web' },
      'A StatefulSet stops a Pod before it starts its successor: run more replicas of web',
    ],
  ])('is told so: %s', (_, object, action, expected) => {
    const run = simulate(
      defineScenario({
        manifests: [object, service()],
        cluster: { version: '1.33', nodes: 2 },
        delays: CONSTANT_DELAYS,
        actions: [action],
      }),
      { seed: 0 },
    );
    const outage = run.verdict.violations.find(({ kind }) => kind === 'noEndpoints')!;
    expect(inWords(outage.fix!)).toContain(expected);
  });
});
