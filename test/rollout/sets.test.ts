import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/kernel/time.ts';
import { describe as inWords } from '../../src/report/describe.ts';
import { rulesAt } from '../../src/report/rules.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput, ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { podTemplate, service } from './manifests.ts';

/** StatefulSets and DaemonSets, rolled, scaled, drained: what their controllers do of a run. */

interface SetOptions {
  readonly spec?: object;
  readonly template?: Parameters<typeof podTemplate>[0];
  readonly nodes?: number;
  readonly version?: string;
  readonly actions?: readonly ActionInput[];
  readonly input?: Partial<ScenarioInput>;
}

const roll = (kind: string) => ({ type: 'rollingUpdate', workload: `${kind}/db` }) as const;

function input(kind: 'StatefulSet' | 'DaemonSet', options: SetOptions): ScenarioInput {
  const { spec = {}, template = {}, nodes = 3, version = '1.33', actions = [roll(kind)] } = options;
  const { apps = { db: { drain: '2s', startup: '3s' } }, ...more } = options.input ?? {};
  return {
    manifests: [
      {
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'db' },
        spec: {
          ...(kind === 'StatefulSet' && { serviceName: 'db', replicas: 3 }),
          selector: { matchLabels: { app: 'db' } },
          template: podTemplate({ name: 'db', preStopSeconds: 5, ...template }),
          ...spec,
        },
      },
      service('db'),
    ],
    cluster: { version, nodes },
    delays: CONSTANT_DELAYS,
    apps,
    actions,
    ...more,
  };
}

const run = (kind: 'StatefulSet' | 'DaemonSet', options: SetOptions = {}, seed = 0): Run =>
  simulate(defineScenario(input(kind, options)), { seed });

/** What was asked of Pods, in order: `-db-2` is a DELETE, `+db-2` a create. */
function story(result: Run): readonly string[] {
  const told: string[] = [];
  for (const { type, pod, data } of result.trace) {
    if (type === 'createPod') told.push(`+${pod}`);
    if (type === 'deletePod' && data?.outcome === 'terminating') told.push(`-${pod}`);
  }
  return told;
}

const rolloutOf = (result: Run) => result.verdict.rollout!.workloads[0]!;

describe('a StatefulSet', () => {
  it('is rolled from the highest ordinal down, each Pod gone before its successor is made', () => {
    const result = run('StatefulSet');
    expect(story(result)).toEqual(['-db-2', '+db-2', '-db-1', '+db-1', '-db-0', '+db-0']);
    expect(rolloutOf(result)).toMatchObject({
      workload: 'StatefulSet/db',
      namespace: 'default',
      revision: 2,
      peakPods: { total: 3 },
      unavailableAtWorst: { pods: 1 },
    });
  });

  it.each(['OrderedReady', 'Parallel'])(
    'takes its number of Pods times stop and start under %s',
    (policy) => {
      const times = [2, 3, 5].map((replicas) => {
        const result = run('StatefulSet', { spec: { replicas, podManagementPolicy: policy } });
        return rolloutOf(result).completedAfterMs!;
      });
      const step = times[1]! - times[0]!;
      // A hook of 5 s, a drain of 2 s, a start of 3 s, and what Kubernetes adds.
      expect(step).toBeGreaterThan(10_000);
      expect(step).toBeLessThan(14_000);
      // Ticks of probes and relists fall anywhere within their second.
      expect(Math.abs((times[2]! - times[1]!) / 2 - step)).toBeLessThan(2_000);
    },
  );

  it.each<[string, object, readonly string[]]>([
    [
      'down to its partition',
      { updateStrategy: { rollingUpdate: { partition: 1 } } },
      ['-db-2', '+db-2', '-db-1', '+db-1'],
    ],
    ['not at all from a partition beyond it', { updateStrategy: { rollingUpdate: { partition: 3 } } }, []],
    ['only by whoever deletes its Pods', { updateStrategy: { type: 'OnDelete' } }, []],
    [
      'one by one whatever maxUnavailable says, where its gate is off',
      { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }, podManagementPolicy: 'Parallel' },
      ['-db-2', '+db-2', '-db-1', '+db-1', '-db-0', '+db-0'],
    ],
    [
      'by ordinals that start elsewhere',
      { ordinals: { start: 4 }, replicas: 2 },
      ['-db-5', '+db-5', '-db-4', '+db-4'],
    ],
  ])('is rolled %s', (_, spec, expected) => {
    expect(story(run('StatefulSet', { spec }))).toEqual(expected);
  });

  it('makes a Pod again that is deleted below the partition, of the old revision', () => {
    const spec = { updateStrategy: { rollingUpdate: { partition: 2 } } };
    const actions = [roll('StatefulSet'), { type: 'deletePod', pod: 'db-0', at: '60s' }] as const;
    const result = run('StatefulSet', { spec, actions });
    const pods = result.snapshotAt(result.endedAtMs).actor('api-server')!.pod as readonly {
      readonly name: string;
      readonly gone: boolean;
      readonly member: { readonly revision: number };
    }[];
    const left = pods.filter(({ gone }) => !gone).map(({ name, member }) => [name, member.revision]);
    expect(left.sort()).toEqual([
      ['db-0', 1],
      ['db-1', 1],
      ['db-2', 2],
    ]);
  });

  it('is scaled in from the highest ordinal down and out from the lowest up, one at a time', () => {
    const to = (replicas: number, at: Duration) =>
      ({ type: 'scale', workload: 'StatefulSet/db', replicas, at }) as const;
    const result = run('StatefulSet', { actions: [to(1, '0s'), to(3, '60s')] });
    expect(story(result)).toEqual(['-db-2', '-db-1', '+db-1', '+db-2']);
  });

  it('is scaled all at once under Parallel', () => {
    const spec = { podManagementPolicy: 'Parallel', replicas: 4 };
    const actions = [{ type: 'scale', workload: 'StatefulSet/db', replicas: 0 }] as const;
    const result = run('StatefulSet', { spec, actions });
    const deletes = result.trace.filter(
      ({ type, data }) => type === 'deletePod' && data?.outcome === 'terminating',
    );
    expect(deletes.map(({ pod }) => pod)).toEqual(['db-3', 'db-2', 'db-1', 'db-0']);
    expect(deletes.at(-1)!.atMs - deletes[0]!.atMs).toBeLessThan(100);
  });

  describe('whose new revision never gets Ready', () => {
    const broken = podTemplate({
      name: 'db',
      preStopSeconds: 0,
      container: { name: 'broken' },
    });
    const actions = [
      { ...roll('StatefulSet'), template: broken },
      { type: 'rollback', workload: 'StatefulSet/db', at: '60s' },
    ] as const;
    const apps = { db: { startup: '1s' }, broken: { startup: '10h' } } as const;

    it('stays stuck under OrderedReady, whatever is rolled back (kubernetes issue 67250)', () => {
      const result = run('StatefulSet', { actions, input: { apps, horizon: '10m' } });
      expect(story(result)).toEqual(['-db-2', '+db-2']);
      expect(result.verdict.rollout!.workloads.map(({ completedAfterMs }) => completedAfterMs)).toEqual([
        null,
        null,
      ]);
    });

    it('is mended by the rollback under Parallel', () => {
      const spec = { podManagementPolicy: 'Parallel' };
      const result = run('StatefulSet', { spec, actions, input: { apps, horizon: '10m' } });
      expect(story(result)).toEqual(['-db-2', '+db-2', '-db-2', '+db-2']);
      expect(result.verdict.rollout!.workloads[1]!.completedAfterMs).not.toBeNull();
    });
  });

  it('waits at a lower ordinal that is drained before it makes the higher one again', () => {
    const actions = [
      { type: 'deletePod', pod: 'db-0' },
      { type: 'deletePod', pod: 'db-2' },
    ] as const;
    const result = run('StatefulSet', { actions, input: { apps: { db: { drain: '0s', startup: '3s' } } } });
    expect(story(result)).toEqual(['-db-0', '-db-2', '+db-0', '+db-2']);
  });

  it('of one replica is an outage, and the verdict says for how long', () => {
    const { violations } = run('StatefulSet', { spec: { replicas: 1 } }).verdict;
    const [outage] = violations.filter(({ kind }) => kind === 'noEndpoints');
    expect(outage).toBeDefined();
    // From the moment it stops to accept until its successor is Ready.
    expect(outage!.toMs - outage!.fromMs).toBeGreaterThan(3_000);
    expect(inWords(outage!)).toMatch(/had no usable endpoint on .* for \d/);
  });

  it.each([0, 1, 2])('does the same at each seed (%i), and twice at the same', (seed) => {
    const [first, second] = [run('StatefulSet', {}, seed), run('StatefulSet', {}, seed)];
    expect(second.digest).toBe(first.digest);
    expect(story(first)).toEqual(story(run('StatefulSet')));
  });
});

describe('a DaemonSet', () => {
  /** How many DELETEs came at a time. */
  const waves = (result: Run): readonly number[] => {
    const sizes: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const { type, data, atMs } of result.trace) {
      if (type !== 'deletePod' || data?.outcome !== 'terminating') continue;
      if (atMs - last > 1_000) sizes.push(0);
      sizes[sizes.length - 1]!++;
      last = atMs;
    }
    return sizes;
  };

  it.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    ['50%', [3, 2]],
    ['100%', [5]],
  ] as const)('is rolled in waves of maxUnavailable %s', (maxUnavailable, expected) => {
    const spec = { updateStrategy: { rollingUpdate: { maxUnavailable } } };
    const result = run('DaemonSet', { spec, nodes: 5 });
    expect(waves(result)).toEqual(expected);
    expect(rolloutOf(result).completedAfterMs).not.toBeNull();
    expect(rolloutOf(result).unavailableAtWorst.pods).toBe(expected[0]);
  });

  it('has its new Pod up before the old one goes where it surges', () => {
    const spec = { updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } };
    const result = run('DaemonSet', { spec });
    expect(rolloutOf(result)).toMatchObject({ unavailableAtWorst: { pods: 0 }, workload: 'DaemonSet/db' });
    expect(rolloutOf(result).peakPods.total).toBeGreaterThan(3);
    expect(rolloutOf(result).completedAfterMs).not.toBeNull();
  });

  it('hangs where it surges with a port of the node', () => {
    const spec = { updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } };
    const template = { container: { ports: [{ containerPort: 8080, hostPort: 8080 }] } };
    const { verdict } = run('DaemonSet', { spec, template });
    expect(verdict.rollout!.workloads[0]!.completedAfterMs).toBeNull();
    expect(verdict.rollout!.unscheduled).toHaveLength(1);
  });

  describe('behind a Service with internalTrafficPolicy: Local', () => {
    const local = (updateStrategy: object, more: Partial<ScenarioInput> = {}) => {
      const own = service('db');
      const { manifests, ...rest } = input('DaemonSet', { spec: { updateStrategy }, input: more });
      const [set] = manifests as readonly object[];
      const spec = { ...own.spec, internalTrafficPolicy: 'Local' };
      return simulate(defineScenario({ ...rest, manifests: [set!, { ...own, spec }] })).verdict;
    };
    const outages = (verdict: ReturnType<typeof local>) =>
      verdict.violations.filter(({ kind }) => kind === 'noEndpoints');

    it('leaves each node without an endpoint while its Pod is away', () => {
      const [outage, ...more] = outages(local({ rollingUpdate: { maxUnavailable: 1 } }));
      expect(more).toEqual([]);
      expect(outage).toMatchObject({ connections: 'dropped', routers: 3, forGood: false });
      expect(inWords(outage!)).toMatch(
        /^Service db had no usable endpoint of its own .* on 3 routers for .*dropped without/,
      );
      expect(inWords(outage!.fix)).toMatch(/maxSurge: 1, maxUnavailable: 0/);
    });

    it('leaves none without where it surges', () => {
      expect(outages(local({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }))).toEqual([]);
    });
  });

  it.each([
    ['without surge once the old Pod has ended', {}, 7],
    ['with surge at once', { updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } }, 0],
  ])('replaces a Pod that is deleted %s', (_, spec, after) => {
    const actions = [{ type: 'deletePod', pod: 'db-node-2' }] as const;
    const result = run('DaemonSet', { spec, actions });
    const [created] = result.trace.filter(({ type }) => type === 'createPod');
    expect(Math.floor(created!.atMs / 1000)).toBe(after);
    const [bound] = result.trace.filter(({ type }) => type === 'bindPod');
    expect(bound!.data).toEqual({ node: 'node-2' });
  });

  it('is passed over by a drain, and its Pods are made on a cordoned node all the same', () => {
    const actions = [
      { type: 'drainNode', node: 'node-2' },
      { type: 'deletePod', pod: 'db-node-2', at: '10s' },
    ] as const;
    const result = run('DaemonSet', { actions });
    expect(story(result)).toEqual(['-db-node-2', '+db-node-2-next']);
    expect(result.verdict.rollout!.unscheduled).toEqual([]);
  });

  it('leaves node-local traffic without an endpoint while its Pod is away', () => {
    const base = input('DaemonSet', {});
    const [set] = base.manifests as readonly object[];
    const { spec, ...rest } = service('db');
    const local = { ...rest, spec: { ...spec, internalTrafficPolicy: 'Local' } };
    const result = simulate(defineScenario({ ...base, manifests: [set!, local] }));
    const gone = result.trace.find(({ type, pod }) => type === 'createPod' && pod?.startsWith('db-node-1'))!;
    expect(rulesAt(result, 'node-1', 0)).toContain('DNAT    db-node-1');
    expect(rulesAt(result, 'node-1', gone.atMs + 1_000)).toContain('DROP');
    expect(rulesAt(result, 'node-1', result.endedAtMs)).toContain('DNAT');
  });
});

describe('what is refused', () => {
  const issuesOf = (kind: 'StatefulSet' | 'DaemonSet', action: object) => {
    const parsed = parseScenario(input(kind, { actions: [action as ActionInput] }));
    return parsed.ok ? [] : parsed.issues.map(({ code, message }) => `${code}: ${message}`);
  };

  it.each<[string, 'StatefulSet' | 'DaemonSet', object, string]>([
    [
      'a DaemonSet has no number of replicas',
      'DaemonSet',
      { type: 'scale', workload: 'DaemonSet/db', replicas: 2 },
      'notForThisKind: DaemonSet/db cannot be scaled.',
    ],
    [
      'a StatefulSet is not paused',
      'StatefulSet',
      { type: 'rolloutPause', workload: 'StatefulSet/db' },
      'notForThisKind: StatefulSet/db cannot be paused.',
    ],
    [
      'a StatefulSet is no Deployment',
      'StatefulSet',
      { type: 'rolloutRestart', deployment: 'db' },
      'unknownDeployment: There is no Deployment "db".',
    ],
    [
      'nothing of that name',
      'StatefulSet',
      { type: 'rolloutRestart', workload: 'StatefulSet/dbs' },
      'unknownWorkload: There is no StatefulSet "dbs".',
    ],
    [
      'no target',
      'StatefulSet',
      { type: 'rolloutRestart' },
      'noTarget: rolloutRestart has to name one workload.',
    ],
    [
      'an image of a container that is not there',
      'StatefulSet',
      { type: 'setImage', workload: 'StatefulSet/db', container: 'web', image: 'x:2' },
      'unknownContainer: StatefulSet/db has no container "web".',
    ],
  ])('%s', (_, kind, action, expected) => {
    expect(issuesOf(kind, action)).toEqual([expected]);
  });

  it.each(['rolloutRestart', 'setImage', 'rollback'] as const)('%s is not', (type) => {
    const action = { type, workload: 'StatefulSet/db', ...(type === 'setImage' && { image: 'x:2' }) };
    expect(issuesOf('StatefulSet', action)).toEqual([]);
  });
});

describe('claims that go with their Pod', () => {
  const claimed = (policy: object) => ({
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
    persistentVolumeClaimRetentionPolicy: policy,
  });
  const scale = (replicas: number, at: Duration): ActionInput => {
    return { type: 'scale', workload: 'StatefulSet/db', replicas, at };
  };
  const scaled = (policy: object, version = '1.33') =>
    run('StatefulSet', {
      version,
      spec: claimed(policy),
      template: { preStopSeconds: version === '1.26' ? 0 : 5 },
      actions: [scale(2, '0s'), scale(3, '1s')],
    });

  it.each<[string, object, string, readonly string[]]>([
    ['are kept: the Pod comes back with them', { whenScaled: 'Retain' }, '1.33', ['-db-2', '+db-2']],
    ['are not simulated before 1.27', { whenScaled: 'Delete' }, '1.26', ['-db-2', '+db-2']],
    // The Pod was condemned when it was deleted, and its claims still are when it is gone: the sync ends without an error.
    ['keep the Pod from coming back', { whenScaled: 'Delete' }, '1.33', ['-db-2']],
  ])('%s', (_, policy, version, expected) => {
    expect(story(scaled(policy, version))).toEqual(expected);
  });

  it('let it come back with the next event of the set, once they are gone', () => {
    const late = run('StatefulSet', {
      spec: claimed({ whenScaled: 'Delete' }),
      actions: [scale(2, '0s'), scale(3, '3s'), scale(4, '60s')],
    });
    expect(story(late)).toEqual(['-db-2', '+db-2', '+db-3']);
  });

  it('are refused with a policy that does not exist', () => {
    const parsed = parseScenario(input('StatefulSet', { spec: claimed({ whenScaled: 'Keep' }) }));
    expect(parsed.ok ? '' : parsed.issues[0]!.message).toContain(
      'persistentVolumeClaimRetentionPolicy.whenScaled',
    );
  });
});
