import { describe, expect, it } from 'vitest';
import { defineScenario, podTimeline, simulate } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';

/** Starts of Pods on one node that go on at the same time. With constant delays a start takes 500 ms alone. */
function startTimes(replicas: number, slowdown: number | undefined, nodes = 1, imagePull: Duration = '0s') {
  const kubelet = slowdown === undefined ? {} : { kubelet: { parallelStartSlowdown: slowdown } };
  const scenario = defineScenario({
    manifests: [deployment({ replicas: 1 }), service()],
    cluster: { version: '1.36', nodes, ...kubelet },
    delays: CONSTANT_DELAYS,
    apps: { web: { imagePull } },
    actions: [{ type: 'scale', deployment: 'web', replicas: replicas + 1 }],
  });
  const run = simulate(scenario);
  const created = (pod: string) => run.trace.find(({ type, pod: of }) => type === 'createPod' && of === pod)!;
  return Array.from({ length: replicas }, (_, index) => {
    const pod = `web-1-${index + 1}`;
    return podTimeline(run, pod).runningMs! - created(pod).atMs;
  });
}

describe('Pods that start on one node at the same time', () => {
  it('are each slower by a share for every other one', () => {
    const [alone] = startTimes(1, 0.5);
    const [one, two] = startTimes(2, 0.5);
    expect(one! - alone!).toBeCloseTo(250, -1);
    expect(two! - alone!).toBeCloseTo(250, -1);
    const three = startTimes(3, 0.5);
    for (const time of three) expect(time - alone!).toBeCloseTo(500, -1.5);
  });

  it('are as fast as alone where that is switched off, or on nodes of their own', () => {
    const [alone] = startTimes(1, 0);
    for (const time of startTimes(2, 0)) expect(time).toBeCloseTo(alone!, -1);
    for (const time of startTimes(2, 0.5, 3)) expect(time).toBeCloseTo(alone!, -1);
  });

  it('are slower by default', () => {
    const [alone] = startTimes(1, undefined);
    expect(startTimes(2, undefined)[0]! - alone!).toBeCloseTo(110, -1);
  });

  it('pull their images meanwhile at no cost to each other', () => {
    const [alone] = startTimes(1, 0.5, 1, '4s');
    expect(alone).toBeGreaterThan(4_500);
    expect(startTimes(2, 0.5, 1, '4s')[0]! - alone!).toBeCloseTo(250, -1);
  });
});
