import { describe, expect, it } from 'vitest';
import { formatRollout } from '../../src/index.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import { deployment, podTemplate, type RolloutOptions, rollout, service } from './manifests.ts';

function run(options: RolloutOptions = {}, seed = 0): Run {
  return simulate(defineScenario(rollout(options)), { seed });
}

function times(result: Run, type: string, holds: (data: Record<string, unknown>) => boolean = () => true) {
  return result.trace
    .filter((event) => event.type === type && holds((event.data ?? {}) as Record<string, unknown>))
    .map(({ atMs }) => atMs);
}

const created = (result: Run) => times(result, 'createPod');
const stopped = (result: Run) => times(result, 'deletePod', ({ outcome }) => outcome === 'terminating');

/** Sizes of the ReplicaSets over time, as `<new>/<old>`, each pair once. */
function sizes(result: Run, [newRS, oldRS] = ['web-2', 'web-1']): string[] {
  const now = new Map<unknown, unknown>();
  const seen: string[] = [];
  for (const { type, data, actor } of result.trace) {
    if (type !== 'replicaSetObserved' || actor !== 'deployment-controller') continue;
    now.set(data?.replicaSet, data?.replicas);
    if (now.has(newRS) && now.has(oldRS)) seen.push(`${now.get(newRS)}/${now.get(oldRS)}`);
  }
  return seen.filter((pair, index) => pair !== seen[index - 1]);
}

describe('the default action', () => {
  it('is one rolling update of the only Deployment at 0 s', () => {
    const result = run();
    const report = result.verdict.rollout!;
    expect(report.deployments).toMatchObject([{ deployment: 'web', revision: 2 }]);
    expect(created(result)).toHaveLength(4);
    expect(stopped(result)).toHaveLength(4);
    expect(result.trace[0]).toMatchObject({ atMs: 0, actor: 'kubectl', type: 'deploymentChangeRequested' });
  });

  it('is refused with the choices where there are several Deployments, or none', () => {
    const several = parseScenario({
      manifests: [deployment(), deployment({ name: 'api' }), service()],
    });
    expect(several).toMatchObject({
      ok: false,
      issues: [{ code: 'noActions', fix: expect.stringContaining('Known: Deployment/web, Deployment/api') }],
    });
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' }, spec: podTemplate().spec };
    expect(parseScenario({ manifests: [pod] })).toMatchObject({
      ok: false,
      issues: [{ code: 'noActions', fix: expect.stringContaining("type: 'deletePod', pod: 'one'") }],
    });
  });

  it('names the Deployments where an action names one that is not there', () => {
    expect(
      parseScenario(rollout({ actions: [{ type: 'rollingUpdate', deployment: 'shop' }] })),
    ).toMatchObject({
      ok: false,
      issues: [{ code: 'unknownDeployment', fix: 'Known: Deployment/web.' }],
    });
  });
});

describe('a rolling update', () => {
  it.each([
    [1, '1/1'],
    [2, '1/2'],
    [3, '1/3'],
    [4, '1/3'],
    [5, '2/4'],
    [8, '2/6'],
    [10, '3/8'],
    [20, '5/15'],
  ])('of %i replicas makes the first sizes %s before any new Pod can be Ready', (replicas, first) => {
    const result = run({ replicas });
    const firstReady = times(result, 'patchPodStatus', ({ ready }) => ready === true)[0]!;
    const before = result.trace
      .filter(({ type, atMs }) => type === 'scaleReplicaSet' && atMs < firstReady)
      .map(({ data }) => data?.replicas);
    const createdWith = result.trace.find(({ type }) => type === 'createReplicaSet')?.data?.replicas;
    expect(`${createdWith}/${before.length === 0 ? replicas : before[0]}`).toBe(first);
  });

  it('of 15 replicas at 25 %/25 % first has 3 terminating and 7 starting Pods: 22 in all', () => {
    const { firstStepPods } = run({ replicas: 15 }).verdict.rollout!.deployments[0]!;
    expect(firstStepPods).toMatchObject({ total: 22, ready: 12, terminating: 3, starting: 7 });
  });

  it('takes the steps that the real cluster took: one down at once, one up for each that went, one down for each Ready', () => {
    const result = run();
    expect(sizes(result)).toEqual(['1/3', '2/3', '2/2', '3/2', '3/1', '4/1', '4/0']);
    const [first, second] = created(result);
    expect(first).toBeLessThan(60);
    expect(second! - first!).toBeGreaterThan(20);
    expect(second! - first!).toBeLessThan(120);
  });

  it('can be reported as done while old Pods are still terminating', () => {
    const [report] = run().verdict.rollout!.deployments;
    expect(report!.completedAfterMs).toBeLessThan(report!.oldPodsGoneAfterMs! - 3000);
  });

  it('with maxUnavailable 0 stops no Pod before a new one is available', () => {
    const spec = { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } };
    const result = run({ replicas: 3, spec });
    const ready = times(result, 'patchPodStatus', ({ ready: is }) => is === true);
    expect(stopped(result).every((at, index) => at > ready[index]!)).toBe(true);
    expect(result.verdict.rollout!.readyEndpoints).toMatchObject([{ initial: 3, lowest: 3 }]);
  });

  it('waits minReadySeconds from each step to the next', () => {
    const gaps = (minReadySeconds: number, version: string) => {
      const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
      const result = run({ replicas: 2, version, spec: { minReadySeconds, strategy } });
      const ready = times(result, 'patchPodStatus', ({ ready: is }) => is === true);
      return stopped(result).map((at, index) => at - ready[index]!);
    };
    for (const gap of gaps(10, '1.36')) expect(gap).toBeGreaterThan(9_000);
    for (const gap of gaps(10, '1.36')) expect(gap).toBeLessThan(10_200);
    // Up to 1.33 the look comes a whole minReadySeconds after the sync, and a second later than a Pod became Ready.
    for (const gap of gaps(10, '1.33')) expect(gap).toBeGreaterThan(9_900);
    for (const gap of gaps(10, '1.33')) expect(gap).toBeLessThan(11_300);
  });

  it('starts another revision while the first still rolls: the newest grows, both others shrink', () => {
    const result = run({
      actions: [
        { type: 'rollingUpdate', deployment: 'web' },
        { type: 'rollingUpdate', deployment: 'web', at: '600ms' },
      ],
    });
    const [first, second] = result.verdict.rollout!.deployments;
    expect(first!.completedAfterMs).toBeNull();
    expect(second).toMatchObject({ revision: 3, completedAfterMs: expect.any(Number) });
    const names = new Set(
      result.trace.filter(({ type }) => type === 'createPod').map(({ data }) => data?.name),
    );
    expect([...names].filter((name) => String(name).startsWith('web-3-'))).toHaveLength(4);
  });

  it('does nothing while paused, and goes on when resumed', () => {
    const result = run({
      actions: [
        { type: 'rolloutPause', deployment: 'web' },
        { type: 'rollingUpdate', deployment: 'web', at: '1s' },
        { type: 'rolloutResume', deployment: 'web', at: '20s' },
      ],
    });
    expect(created(result)[0]).toBeGreaterThan(20_000);
    expect(created(result)).toHaveLength(4);
    const restart = run({
      spec: { paused: true },
      actions: [{ type: 'rolloutRestart', deployment: 'web' }],
    });
    expect(created(restart)).toHaveLength(0);
  });

  it('says when its progress deadline ran out, and stops nothing', () => {
    const result = run({
      spec: { progressDeadlineSeconds: 60, minReadySeconds: 0 },
      input: { apps: { web: { startup: '5m' } } },
    });
    const [report] = result.verdict.rollout!.deployments;
    expect(report!.deadlineExceededAfterMs).toBeGreaterThan(60_000);
    expect(report!.deadlineExceededAfterMs).toBeLessThan(63_000);
    expect(report!.completedAfterMs).toBeGreaterThan(300_000);
    expect(formatRollout(result)).toMatch(
      /rollout status {2}done after \d+\.\d s; failed after 6\d\.\d s: progressDeadlineSeconds ran\s+out/,
    );
  });
});

describe('Recreate', () => {
  it('makes no new Pod before the last old one is gone where only that wakes the controller', () => {
    // Without a progress deadline nothing else wakes the controller.
    const spec = { strategy: { type: 'Recreate' }, progressDeadlineSeconds: 2_147_483_647 };
    const result = run({ version: '1.30', spec });
    const gone = times(result, 'deletePod', ({ outcome }) => outcome === 'gone');
    expect(stopped(result)).toHaveLength(4);
    expect(created(result)).toHaveLength(4);
    expect(Math.min(...created(result))).toBeGreaterThan(Math.max(...gone));
    expect(result.verdict.violations.map(({ kind }) => kind)).toContain('noEndpoints');
  });

  it('goes on as soon as the last old Pod has ended where statuses count the terminating ones (1.35)', () => {
    const result = run({ version: '1.35', spec: { strategy: { type: 'Recreate' } } });
    const ended = times(result, 'patchPodStatus', ({ phase }) => phase === 'Succeeded');
    expect(created(result)).toHaveLength(4);
    expect(Math.min(...created(result))).toBeGreaterThan(Math.max(...ended.slice(0, 4)));
  });
});

describe('scaling', () => {
  it('out makes Pods, in slow-start batches, and stops none', () => {
    const result = run({ actions: [{ type: 'scale', deployment: 'web', replicas: 11 }] });
    expect(created(result)).toHaveLength(7);
    expect(stopped(result)).toHaveLength(0);
    const distinct = new Set(created(result));
    expect(distinct.size).toBe(3);
  });

  it('in stops the Pods that are not Ready first, and all in one step', () => {
    const result = run({ replicas: 6, actions: [{ type: 'scale', deployment: 'web', replicas: 2 }] });
    expect(stopped(result)).toHaveLength(4);
    expect(new Set(stopped(result)).size).toBe(1);
    expect(created(result)).toHaveLength(0);
  });

  it('during a rollout shares the new number out in proportion', () => {
    const result = run({
      replicas: 10,
      actions: [
        { type: 'rollingUpdate', deployment: 'web' },
        { type: 'scale', deployment: 'web', replicas: 20, at: '300ms' },
      ],
      input: { apps: { web: { startup: '3s' } } },
    });
    expect(sizes(result)).toContain('10/15');
    expect(result.verdict.rollout!.deployments[0]!.completedAfterMs).not.toBeNull();
  });

  it('chooses other victims under another seed: ages and UIDs are drawn', () => {
    const victims = (seed: number) => {
      const result = run(
        { replicas: 12, actions: [{ type: 'scale', deployment: 'web', replicas: 6 }] },
        seed,
      );
      return result.trace
        .filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'terminating')
        .map(({ pod }) => pod)
        .sort()
        .join();
    };
    expect(new Set([0, 1, 2, 3].map(victims)).size).toBeGreaterThan(1);
    expect(victims(1)).toBe(victims(1));
  });
});
