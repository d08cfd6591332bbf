import { describe, expect, it } from 'vitest';
import { violationText } from '../../src/report/describe-violation.ts';
import { podTimeline, type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import { podTemplate, type RolloutOptions, rollout } from './manifests.ts';

/** What people asked about rollouts, with the numbers of their questions. */

function run(options: RolloutOptions, seed = 0): Run {
  return simulate(defineScenario(rollout(options)), { seed });
}

function kinds(result: Run): Set<string> {
  return new Set(result.verdict.violations.map(({ kind }) => kind));
}

describe('questions about rollouts', () => {
  it('five Pods that linger for their full 300 s do not make a rollout of 25 minutes: they overlap', () => {
    const result = run({
      replicas: 5,
      terminationGracePeriodSeconds: 300,
      preStopSeconds: 10,
      input: { apps: { web: { onStopSignal: 'ignore' } } },
    });
    const [report] = result.verdict.rollout!.deployments;
    expect(report!.completedAfterMs).toBeLessThan(10_000);
    expect(report!.oldPodsGoneAfterMs).toBeGreaterThan(300_000);
    expect(report!.oldPodsGoneAfterMs).toBeLessThan(310_000);
    const grace = Object.values(result.verdict.grace);
    expect(grace).toHaveLength(5);
    for (const pod of grace) {
      expect(pod.sigkilled).toBe(true);
      expect(pod.usedMs).toBeGreaterThan(299_000);
      expect(pod.usedMs).toBeLessThan(302_000);
    }
  });

  it('15 replicas at 25 %/25 %: 3 terminate and 7 start, and with a long hook all 15 old Pods are there at the peak', () => {
    const [short, long] = [
      run({ replicas: 15, preStopSeconds: 0 }),
      run({ replicas: 15, preStopSeconds: 20 }),
    ];
    for (const result of [short, long]) {
      expect(result.verdict.rollout!.deployments[0]!.firstStepPods).toMatchObject({
        total: 22,
        terminating: 3,
        starting: 7,
      });
    }
    expect(long.verdict.rollout!.deployments[0]!.peakPods.total).toBe(30);
    expect(short.verdict.rollout!.deployments[0]!.peakPods.total).toBeLessThan(27);
  });

  it('an app whose readiness probe fails at the stop signal leaves its endpoint during a node shutdown, too', () => {
    const shutdown = (failReadiness: boolean) =>
      podTimeline(
        run({
          replicas: 3,
          preStopSeconds: 0,
          actions: [{ type: 'nodeShutdown', node: 'node-1' }],
          input: { apps: { web: { failReadiness, keepAccepting: '12s' } } },
        }),
        'web-1-0',
      );
    const ready = shutdown(false).rulesRemovedMs['node-2']!;
    const failing = shutdown(true).rulesRemovedMs['node-2']!;
    expect(failing).toBeLessThan(3_100);
    expect(failing).toBeLessThanOrEqual(ready);
  });

  it('a ReplicaSet does not count Pods that sit in preStop for minutes', () => {
    const result = run({
      replicas: 6,
      preStopSeconds: 120,
      terminationGracePeriodSeconds: 180,
      actions: [{ type: 'scale', deployment: 'web', replicas: 3 }],
    });
    const status = result.trace
      .filter(({ type, data }) => type === 'patchReplicaSetStatus' && data !== undefined)
      .map(({ atMs, data }) => ({
        atMs,
        ...(data?.status as { replicas: number; terminatingReplicas: number }),
      }));
    expect(status.find(({ replicas }) => replicas === 3)!.atMs).toBeLessThan(500);
    const gone = result.trace.filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'gone');
    expect(Math.min(...gone.map(({ atMs }) => atMs))).toBeGreaterThan(120_000);
    // From 1.35 on the status says how many still terminate.
    expect(status.some(({ terminatingReplicas }) => terminatingReplicas === 3)).toBe(true);
  });

  it('one replica that is drained: a router without the fallback to terminating endpoints has nobody to send to', () => {
    const options: RolloutOptions = {
      replicas: 1,
      preStopSeconds: 20,
      input: {
        apps: { web: { startup: '10s' } },
        routers: [{ name: 'alb', lag: '1s' }],
      },
    };
    const drained = run({ ...options, actions: [{ type: 'drainNode', node: 'node-1' }] });
    const outage = drained.verdict.violations.find(({ kind }) => kind === 'noEndpoints');
    expect(violationText(outage!)).toContain('alb');
    expect(outage!.toMs - outage!.fromMs).toBeGreaterThan(9_000);
    // A rolling update with surge makes the new Pod first.
    expect(kinds(run(options))).not.toContain('noEndpoints');
  });

  it('maxUnavailable 1 refuses connections while the new Pod starts; surge only does not; surge and a hook lose nothing', () => {
    const update = (maxSurge: number, maxUnavailable: number, preStopSeconds: number) =>
      run({
        replicas: 1,
        preStopSeconds,
        spec: { strategy: { rollingUpdate: { maxSurge, maxUnavailable } } },
        input: { apps: { web: { startup: '3s' } } },
      });
    expect(kinds(update(0, 1, 0))).toContain('noEndpoints');
    expect(kinds(update(1, 0, 0))).not.toContain('noEndpoints');
    expect(update(1, 0, 10).verdict.safe).toBe(true);
    expect(update(1, 0, 10).verdict.rollout!.readyEndpoints).toMatchObject([{ initial: 1, lowest: 1 }]);
  });
});

describe('what is not simulated', () => {
  it('tells a StatefulSet that is taken for a Deployment', () => {
    const set = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        serviceName: 'db',
        replicas: 2,
        selector: { matchLabels: { app: 'db' } },
        template: podTemplate({ name: 'db' }),
      },
    };
    const result = parseScenario(
      rollout({ extra: [set], actions: [{ type: 'rollingUpdate', deployment: 'db' }] }),
    );
    expect(result).toMatchObject({
      ok: false,
      issues: [{ code: 'unknownDeployment', fix: expect.stringContaining('StatefulSet/db') }],
    });
    const deleted = run({ extra: [set], actions: [{ type: 'deletePod', pod: 'db-1' }] });
    expect(podTimeline(deleted, 'db-1').podDeletedMs).not.toBeNull();
  });
});
