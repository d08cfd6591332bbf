import { describe, expect, it } from 'vitest';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { podTimeline, type Run, simulate } from '../../src/simulate.ts';
import { type RolloutOptions, rollout } from './manifests.ts';

function run(options: RolloutOptions, seed = 0): Run {
  return simulate(defineScenario(rollout(options)), { seed });
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
    expect(result.verdict.requiredPreStopReason).toBe('routedUntilGone');
  });

  it('takes the Pods out of their Services once the node controller looks, within 5 s', () => {
    const times = [0, 1, 2, 3].map((seed) => {
      const result = simulate(
        defineScenario(
          rollout({ preStopSeconds: 15, actions: [{ type: 'nodeShutdown', node: 'node-1' }], replicas: 3 }),
        ),
        { seed },
      );
      const removed = result.trace.find(
        ({ type, data }) =>
          type === 'writeEndpointSlice' && JSON.stringify(data).includes('"to":"not ready"'),
      );
      return removed!.atMs;
    });
    expect(Math.max(...times)).toBeLessThan(5_100);
    expect(new Set(times).size).toBe(4);
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
});
