import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../src/cluster/state.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { describe as describeViolation } from '../../src/report/describe.ts';
import { formatTimeline } from '../../src/report/timeline.ts';
import { podTimeline, type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import type { DelayInput } from '../../src/schema/delay-input.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { podTemplate, type RolloutOptions, rollout, service } from './manifests.ts';

function run(options: RolloutOptions, seed = 0): Run {
  return simulate(defineScenario(rollout(options)), { seed });
}

const boundTo = (result: Run) =>
  result.trace.filter(({ type }) => type === 'bindPod').map(({ data }) => data?.node);

/** The nodes, by number, of the Pods that are Ready when the run ends, as the API server has them. */
function readyOn(result: Run): readonly number[] {
  const pods = result.snapshotAt(result.endedAtMs).actor('api-server')!.pod as readonly PodObject[];
  return pods
    .filter(({ ready, gone }) => ready && !gone)
    .map(({ node }) => node)
    .sort((a, b) => a - b);
}

const app = { web: { drain: '8s' } } as const;

describe('graceful node shutdown', () => {
  const shutdown = (options: RolloutOptions = {}) =>
    run({
      replicas: 3,
      actions: [{ type: 'nodeShutdown', node: 'node-1', shutdownGracePeriod: '30s' }],
      input: { apps: app },
      ...options,
    });

  it('leaves the endpoint ready while the Pod stops: nothing sets a deletionTimestamp', () => {
    const result = shutdown({ preStopSeconds: 0 });
    const timeline = podTimeline(result, 'web-1-0');
    expect(timeline.terminatingMs).toBeNull();
    expect(timeline.sigtermMs).toBeLessThan(1_100);
    expect(timeline.terminalPhase).toBe('Failed');
    expect(result.verdict.violations.map(({ kind }) => kind)).toContain('exposed');
    // A hook that lasts until the node controller has looked, 2 s later, is enough.
    expect(result.verdict.requiredPreStopMs).toBeGreaterThan(2_000);
    expect(result.verdict.requiredPreStopMs).toBeLessThan(2_100);
  });

  it('takes the Pods out of their Services once the node controller looks, within 5 s', () => {
    const times = [0, 1, 2, 3].map((seed) => removedAt({ uniform: ['0s', '5s'] }, seed));
    expect(Math.max(...times)).toBeLessThan(5_100);
    expect(new Set(times).size).toBe(4);
    expect(removedAt('0s', 0)).toBeLessThan(100);
  });

  function removedAt(monitor: DelayInput, seed: number): number {
    const delays = { ...CONSTANT_DELAYS, 'nodeLifecycle.monitor': monitor };
    const actions: readonly ActionInput[] = [{ type: 'nodeShutdown', node: 'node-1' }];
    const result = run({ preStopSeconds: 15, actions, replicas: 3, input: { delays } }, seed);
    const removed = result.trace.find(
      ({ type, data }) => type === 'writeEndpointSlice' && JSON.stringify(data).includes('"to":"not ready"'),
    );
    return removed!.atMs;
  }

  it('makes the replacement on another node', () => {
    const result = shutdown();
    expect(boundTo(result)).toHaveLength(1);
    expect(boundTo(result)).not.toContain('node-1');
    expect(readyOn(result)).toEqual([1, 1, 2]);
  });

  it('rejects a Pod whose binding was under way, and its ReplicaSet makes another', () => {
    const delays = { ...CONSTANT_DELAYS, 'scheduler.schedule': '1s' } as const;
    const result = run({
      replicas: 2,
      nodes: 2,
      preStopSeconds: 0,
      actions: [
        { type: 'scale', deployment: 'web', replicas: 3 },
        { type: 'nodeShutdown', node: 'node-1', at: '0.5s' },
      ],
      input: { delays, apps: app },
    });
    const [first] = result.trace.filter(({ type }) => type === 'bindPod');
    expect(first!.data).toEqual({ node: 'node-1' });
    const own = result.trace.filter(({ pod }) => pod === first!.pod);
    expect(own.filter(({ type }) => type === 'containerStarted')).toEqual([]);
    expect(own.find(({ type }) => type === 'patchPodStatus')).toMatchObject({ data: { phase: 'Failed' } });
    expect(boundTo(result).slice(1)).toEqual(['node-2', 'node-2']);
    expect(readyOn(result)).toEqual([1, 1, 1]);
  });

  it('stops a Pod that is just being started: it never gets Ready there', () => {
    const result = run({
      replicas: 2,
      nodes: 2,
      preStopSeconds: 0,
      actions: [
        { type: 'scale', deployment: 'web', replicas: 3 },
        { type: 'nodeShutdown', node: 'node-1', at: '0.3s' },
      ],
    });
    const [first] = result.trace.filter(({ type }) => type === 'bindPod');
    expect(first).toMatchObject({ data: { node: 'node-1' } });
    const patches = result.trace.filter(({ type, pod }) => type === 'patchPodStatus' && pod === first!.pod);
    expect(patches.map(({ data }) => data)).toMatchObject([{ phase: 'Failed', ready: false }]);
    expect(readyOn(result)).toEqual([1, 1, 1]);
  });

  it('cuts a hook that is longer than its group has', () => {
    const result = shutdown({
      preStopSeconds: 25,
      actions: [
        {
          type: 'nodeShutdown',
          node: 'node-1',
          shutdownGracePeriod: '15s',
          shutdownGracePeriodCriticalPods: '5s',
        },
      ],
    });
    expect(podTimeline(result, 'web-1-0').preStopOutcome).toBe('cutOff');
    expect(result.verdict.grace['web-1-0']).toMatchObject({ budgetMs: 10_000 });
  });

  it.each([
    ['goes on once it has waited ten seconds at least for a Pod whose volumes stay', '1.32', 4, 10],
    ['waits one and a half times its grace period', '1.32', 30, 45],
    ['does not wait for volumes at all before 1.32', '1.31', 4, 0],
  ])('%s', (_, version, terminationGracePeriodSeconds, seconds) => {
    const result = run({
      nodes: 1,
      replicas: 1,
      preStopSeconds: 0,
      terminationGracePeriodSeconds,
      actions: [{ type: 'nodeShutdown', node: 'node-1', shutdownGracePeriod: '3m' }],
      input: {
        cluster: { version, nodes: 1 },
        delays: { ...CONSTANT_DELAYS, 'kubelet.terminatedPod': '100s', 'node.powerOff': '0s' },
      },
    });
    const [lost] = result.trace.filter(({ type }) => type === 'nodeLost');
    expect(Math.floor(lost!.atMs / 1000)).toBe(seconds);
  });

  describe('with Pods of several priorities', () => {
    const bare = (name: string, podSpec: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: name } },
      spec: podTemplate({ name, preStopSeconds: 0, podSpec: { ...podSpec } }).spec,
    });
    const pods = [
      bare('plain', {}),
      bare('vital', { priorityClassName: 'system-cluster-critical' }),
      bare('early', { priorityClassName: 'batch' }),
    ];
    const batch = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'batch' },
      value: -10,
    };
    const shuttingDown = (action: Partial<ActionInput> = {}, drain: Duration = '3s', version = '1.36') => {
      const manifests = [...pods, batch, service('plain')];
      return simulate(
        defineScenario({
          manifests,
          cluster: { version, nodes: 1 },
          delays: CONSTANT_DELAYS,
          apps: { plain: { drain }, vital: { drain }, early: { drain } },
          actions: [{ type: 'nodeShutdown', node: 'node-1', ...action } as ActionInput],
        }),
      );
    };
    const signalled = (result: Run, pod: string) => podTimeline(result, pod).sigtermMs;
    const lost = (result: Run) => result.trace.find(({ type }) => type === 'nodeLost')!.atMs;

    it('stops the critical ones once the others are gone, and the node goes with the last', () => {
      const result = shuttingDown();
      expect(signalled(result, 'early')).toBe(signalled(result, 'plain'));
      const { exitedMs } = podTimeline(result, 'plain');
      expect(signalled(result, 'vital')).toBeGreaterThan(exitedMs!);
      expect(signalled(result, 'vital')! - exitedMs!).toBeLessThan(1_500);
      expect(lost(result)).toBeGreaterThan(podTimeline(result, 'vital').exitedMs!);
      expect(lost(result)).toBeLessThan(9_500);
    });

    it('waits for volumes from 1.32 on', () => {
      const [before, since] = ['1.31', '1.32'].map((version) =>
        signalled(shuttingDown({}, '3s', version), 'vital'),
      );
      expect(since).toBeGreaterThan(before!);
    });

    it('does not wait longer than the period of a group', () => {
      const periods = { shutdownGracePeriod: '9s', shutdownGracePeriodCriticalPods: '4s' } as const;
      const result = shuttingDown(periods, '1m');
      const first = result.trace.find(({ type }) => type === 'nodeShutdownStarted')!.atMs;
      // The group has 5 s, and so has each of its Pods, SIGKILL included.
      expect(podTimeline(result, 'plain').exitCode).toBe(137);
      expect(signalled(result, 'vital')! - first).toBeGreaterThan(4_999);
      expect(signalled(result, 'vital')! - first).toBeLessThan(6_100);
      // Both periods, and the time that the machine takes to stop.
      expect(lost(result) - first).toBe(10_000);
    });

    it('goes by the priorities that the kubelet is configured with', () => {
      const shutdownGracePeriodByPodPriority = [
        { priority: 0, shutdownGracePeriodSeconds: 20 },
        { priority: -10, shutdownGracePeriodSeconds: 5 },
        { priority: 1_000_000_000, shutdownGracePeriodSeconds: 10 },
      ];
      const result = shuttingDown({ shutdownGracePeriodByPodPriority });
      const [early, plain, vital] = ['early', 'plain', 'vital'].map((pod) => signalled(result, pod)!);
      expect(plain).toBeGreaterThan(early! + 3_000);
      expect(vital).toBeGreaterThan(plain! + 3_000);
    });
  });

  it('does not wait for a Pod that has ended before', () => {
    const result = run({
      replicas: 1,
      nodes: 1,
      actions: [
        { type: 'deletePod', pod: 'web-1-0' },
        { type: 'nodeShutdown', node: 'node-1', at: '5900ms' },
      ],
    });
    const lost = result.trace.find(({ type }) => type === 'nodeLost')!.atMs;
    const started = result.trace.find(({ type }) => type === 'nodeShutdownStarted')!.atMs;
    // Only the replacement, which has a hook of 5 s, is waited for.
    expect(lost - started).toBeGreaterThan(5_000);
    expect(lost - started).toBeLessThan(9_000);
  });

  it('goes on as it was begun when another one is asked for', () => {
    const asked = { type: 'nodeShutdown', node: 'node-1' } as const;
    const none = { shutdownGracePeriod: '0s', shutdownGracePeriodCriticalPods: '0s' } as const;
    const lost = (actions: readonly ActionInput[]) =>
      run({ replicas: 2, nodes: 2, actions }).trace.find(({ type }) => type === 'nodeLost')!.atMs;
    expect(lost([asked, { ...asked, ...none, at: '3s' }])).toBe(lost([asked]));
  });

  it('whose time is too short says what has to be longer, and it is not the Pod', () => {
    const action = { type: 'nodeShutdown', node: 'node-1', shutdownGracePeriod: '12s' } as const;
    const result = shutdown({ preStopSeconds: 20, actions: [action] });
    const fixes = result.verdict.violations.map((violation) => describeViolation(violation)).join('\n');
    expect(fixes).toMatch(/[Gg]ive its group at least \d+ s of the node's shutdown, which left it 2 s/);
    expect(fixes).not.toMatch(/ -\d/);
    expect(fixes).not.toMatch(/raise terminationGracePeriodSeconds/i);
  });

  it('leaves the rules of its node as they were: nothing on it programs them any more', () => {
    const result = run({ replicas: 2, nodes: 2, actions: [{ type: 'nodeLost', node: 'node-1', at: '1s' }] });
    const after = result.trace.filter(
      ({ type, node, atMs, data }) =>
        node === 'node-1' &&
        atMs > 1_000 &&
        type === 'routesChanged' &&
        (data!.removed as string[]).length > 0,
    );
    expect(after).toEqual([]);
    expect(formatTimeline(result, { all: false })).not.toMatch(/kube-proxy\/node-1 +rules/);
  });

  it('says that it does not know a class', () => {
    const actions = [{ type: 'nodeShutdown', node: 'node-1' }] as const;
    const assumed = (podSpec: object) =>
      defineScenario(rollout({ actions, podSpec: { ...podSpec } })).assumptions.filter(
        ({ code }) => code === 'priorityUnknown',
      );
    expect(assumed({ priorityClassName: 'gold' })).toHaveLength(1);
    expect(assumed({ priorityClassName: 'gold', priority: 7 })).toEqual([]);
    expect(assumed({ priorityClassName: 'system-node-critical' })).toEqual([]);
  });

  it('makes the replacement only once the Pod has failed', () => {
    const result = shutdown();
    const failed = result.trace.find(
      ({ type, data }) => type === 'patchPodStatus' && data?.phase === 'Failed',
    );
    const created = result.trace.find(({ type }) => type === 'createPod');
    expect(created!.atMs).toBeGreaterThan(failed!.atMs);
  });
});

describe('an eviction by the kubelet', () => {
  it('over a hard threshold gives a second: the hook is cut', () => {
    const result = run({ actions: [{ type: 'kubeletEviction', pod: 'web-1-0' }] });
    const timeline = podTimeline(result, 'web-1-0');
    expect(timeline).toMatchObject({
      preStopOutcome: 'cutOff',
      terminatingMs: null,
      terminalPhase: 'Failed',
    });
    expect(timeline.sigtermMs! - timeline.preStopStartedMs!).toBeLessThan(1_100);
  });

  it('gives the whole grace period up to 1.29, where no grace could not be told from none asked for', () => {
    const result = run({
      version: '1.29',
      container: {},
      actions: [{ type: 'kubeletEviction', pod: 'web-1-0' }],
      preStopSeconds: 0,
    });
    expect(result.verdict.grace['web-1-0']).toMatchObject({ budgetMs: 30_000 });
  });

  it('over a soft one follows evictionMaxPodGracePeriod', () => {
    const actions = [
      { type: 'kubeletEviction', pod: 'web-1-0', threshold: 'soft', evictionMaxPodGracePeriod: '10s' },
    ] as const;
    expect(run({ actions }).verdict.grace['web-1-0']).toMatchObject({ budgetMs: 10_000 });
  });
});

describe('a node that is lost', () => {
  it.each([
    ['1.30', 40_000],
    ['1.36', 50_000],
  ])('in %s has its Pods routed to until the node controller notices', (version, grace) => {
    const result = run({ version, replicas: 3, actions: [{ type: 'nodeLost', node: 'node-1' }] });
    const exposed = result.verdict.violations.filter(({ kind }) => kind === 'exposed');
    expect(exposed.length).toBeGreaterThan(0);
    // The lost node's own kube-proxy routes nothing any more.
    expect(exposed.map(({ router }) => router)).not.toContain('kube-proxy/node-1');
    for (const { toMs, pod } of exposed) {
      expect(pod).toBe('web-1-0');
      expect(toMs).toBeGreaterThan(grace);
      expect(toMs).toBeLessThan(grace + 6_000);
    }
    expect(result.verdict.requiredPreStopReason).toBe('routedUntilGone');
    const deleted = result.trace.find(
      ({ type, data }) => type === 'deletePod' && data?.outcome === 'terminating',
    );
    expect(deleted!.atMs).toBeGreaterThan(grace + 300_000);
    const gone = result.trace.filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'gone');
    expect(gone).toHaveLength(0);
  });

  it('gets no Pod once it is tainted: the replacements of its Pods go elsewhere', () => {
    const result = run({ replicas: 3, actions: [{ type: 'nodeLost', node: 'node-1' }] });
    expect(boundTo(result)).toHaveLength(1);
    expect(boundTo(result)).not.toContain('node-1');
    expect(readyOn(result)).toEqual([1, 1, 2]);
  });

  it('has no say in when another is noticed', () => {
    const delays = { ...CONSTANT_DELAYS, 'nodeLifecycle.monitor': { uniform: ['0s', '5s'] } } as const;
    const noticed = (nodes: readonly string[]) => {
      const actions = nodes.map((node): ActionInput => ({ type: 'nodeLost', node }));
      const result = run({ replicas: 3, actions, input: { delays } });
      return result.trace.filter(({ type }) => type === 'nodeNotReady').map(({ atMs }) => atMs);
    };
    const alone = [...noticed(['node-1']), ...noticed(['node-2'])].sort((a, b) => a - b);
    expect(new Set(alone).size).toBe(2);
    expect(noticed(['node-1', 'node-2'])).toEqual(alone);
  });
});
