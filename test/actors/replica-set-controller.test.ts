import { describe, expect, it } from 'vitest';
import { podTimeline } from '../../src/index.ts';
import { barePod, deployment, service, sleeps } from '../run/manifests.ts';
import { deletion, eventsOf, momentsOf, runOf } from '../run/run-of.ts';

const deletions = (count: number) =>
  Array.from({ length: count }, (_, ordinal) => deletion(`web-1-${ordinal}`));

function runOfReplicas(replicas: number, deleted: number) {
  return runOf({
    manifests: [deployment({ replicas, preStop: sleeps(5) }), service()],
    actions: deletions(deleted),
  });
}

describe('the ReplicaSet controller', () => {
  it('replaces a Pod when it sees its deletionTimestamp, long before the Pod is gone', () => {
    const run = runOfReplicas(3, 1);
    expect(momentsOf(run, { type: 'createPod' })).toEqual([5 + 2 + 10 + 5]);
    const replacement = podTimeline(run, 'web-1-3');
    expect(replacement.createdMs).toBe(22);
    expect(replacement.readyMs).toBeLessThan(podTimeline(run, 'web-1-0').exitedMs!);
  });

  it.each([
    [1, [22]],
    [2, [22, 29]],
    [3, [22, 29, 29]],
    [4, [22, 29, 29, 36]],
    [8, [22, 29, 29, 36, 36, 36, 36, 43]],
  ])(
    'creates %d replacements in batches of 1, 2, 4 …, each after the answers of the one before',
    (count, at) => {
      expect(momentsOf(runOfReplicas(count, count), { type: 'createPod' })).toEqual(at);
    },
  );

  it('makes one for each deletion and no more, however often it looks', () => {
    for (const deleted of [1, 2, 5]) {
      const run = runOfReplicas(5, deleted);
      expect(eventsOf(run, { type: 'createPod' })).toHaveLength(deleted);
      expect(eventsOf(run, { type: 'replicaSetSynced' }).length).toBeGreaterThan(deleted);
    }
  });

  it('names them by the next ordinals', () => {
    const names = eventsOf(runOfReplicas(3, 2), { type: 'createPod' }).map(({ pod }) => pod);
    expect(names).toEqual(['web-1-3', 'web-1-4']);
  });

  it('does not care for a Pod of its own', () => {
    const run = runOf({ manifests: [barePod(), service()], actions: [deletion('web')] });
    expect(eventsOf(run, { type: 'createPod' })).toEqual([]);
  });

  it('replaces a Pod that was removed by force at once', () => {
    const run = runOf({
      manifests: [deployment({ preStop: sleeps(5) }), service()],
      actions: [deletion('web-1-0', 0, 0)],
    });
    expect(momentsOf(run, { type: 'createPod' })).toEqual([22]);
  });
});

describe('a replacement', () => {
  it('is scheduled, started, probed, and then routed to', () => {
    const run = runOf({
      manifests: [
        deployment({ preStop: sleeps(5), readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } }),
        service(),
      ],
      apps: { web: { startup: '2s' } },
    });
    const { createdMs, runningMs, readyMs, sliceReadyMs, rulesAddedMs } = podTimeline(run, 'web-1-3');
    const steps = [
      createdMs,
      runningMs,
      readyMs,
      sliceReadyMs,
      Math.min(...Object.values(rulesAddedMs).map(Number)),
    ];
    expect(steps).toEqual([...steps].sort((a, b) => a! - b!));
    // Its process takes 2 s to start, and a probe looks once a second.
    expect(readyMs! - runningMs!).toBeGreaterThan(1_000);
    expect(readyMs! - createdMs!).toBeGreaterThan(2_500);
  });
});
