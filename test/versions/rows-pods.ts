import { expect } from 'vitest';
import type { Duration } from '../../src/kernel/time.ts';
import { availabilityRecheckUs, isPodAvailable } from '../../src/rules/apps/replica-set-status.ts';
import { isContainerReady } from '../../src/rules/kubelet/container-readiness.ts';
import { kubeletClientLimits } from '../../src/rules/machinery/rate-limiters.ts';
import { decideEviction } from '../../src/rules/policy/evict-pod.ts';
import { deployment, service } from '../run/manifests.ts';
import { stepAt } from './step.ts';
import {
  alone,
  bothSides,
  deleteAt,
  endpointReadyMs,
  runUnder,
  STUBBORN,
  storyUnder,
  type Told,
} from './under.ts';

/** The rows about the end of a Pod and about its replacement. */

type Rows = Readonly<Record<string, () => void>>;

const REPEATED: Told = {
  manifests: alone({ terminationGracePeriodSeconds: 30 }),
  apps: { web: STUBBORN },
  actions: [deleteAt('web'), deleteAt('web', '20s', 5)],
};

/** A Pod that is replaced; its probe comes once in ten seconds. */
const replaced = (startup: Duration, seed: number): Told => ({
  manifests: [
    deployment({ replicas: 1, readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 10 } }),
    service(),
  ],
  apps: { web: { startup } },
  actions: [deleteAt('web-1-0')],
  seed,
});

const replacementReadyMs = (startup: Duration, seed: number) => (minor: number) =>
  endpointReadyMs(runUnder(minor, replaced(startup, seed)), 'web-1-1');

const SEEDS = [0, 1, 2, 3, 4];

export const podRuns: Rows = {
  '1.27 A deleted Pod becomes Succeeded or Failed before its object goes': () => {
    const phase = (told: Told) => (minor: number) => storyUnder(minor, told).terminalPhase;
    expect(stepAt(27, phase({ manifests: alone() }))).toEqual([null, 'Succeeded']);
    const killed = { manifests: alone({ terminationGracePeriodSeconds: 1 }), apps: { web: STUBBORN } };
    expect(stepAt(27, phase(killed))).toEqual([null, 'Failed']);
  },
  "1.27 The end of a Pod's containers is reported at once, not with the kubelet's last sync": () => {
    const look = (minor: number) => storyUnder(minor, { manifests: alone() });
    const [before, after] = bothSides(27, look);
    expect(before.exitedMs).toBe(after.exitedMs);
    // All that lies between is the sandbox, a status and a slice in the newer one; a relist and an unmount, too, in the older.
    expect(after.rulesRemovedMs['node-1']! - after.exitedMs!).toBeLessThan(200);
    expect(before.rulesRemovedMs['node-1']! - before.exitedMs!).toBeGreaterThan(400);
    expect(before.rulesRemovedMs['node-1']).toBeGreaterThan(before.podDeletedMs!);
    expect(after.rulesRemovedMs['node-1']).toBeLessThan(after.podDeletedMs!);
  },
  '1.33 A repeated DELETE with a shorter grace period cannot set a deadline in the past': () => {
    const shortened = (minor: number) => {
      const { trace } = runUnder(minor, REPEATED);
      const repeated = trace.filter(({ type }) => type === 'deletePod')[1]!;
      return repeated.data?.deletionGracePeriodSeconds;
    };
    expect(stepAt(33, shortened)).toEqual([5, 1]);
    const [before, after] = bothSides(33, (minor) => storyUnder(minor, REPEATED).sigkillMs);
    expect(before).toBeGreaterThan(30_000);
    expect(after).toBe(before);
  },
  "1.36 The kubelet looks at a Pod's containers as soon as it has started them": () => {
    const sides = SEEDS.map((seed) => bothSides(36, replacementReadyMs('0s', seed)));
    const earlierMs = sides.map(([before, after]) => before! - after!);
    expect(Math.min(...earlierMs)).toBeGreaterThan(0);
    expect(Math.max(...earlierMs)).toBeGreaterThan(500);
    expect(Math.max(...earlierMs)).toBeLessThan(1_020);
  },
  "1.32 A readiness probe that a sync asks for restarts the probe's period": () => {
    const sides = SEEDS.map((seed) => bothSides(32, replacementReadyMs('3s', seed)));
    const laterMs = sides.map(([before, after]) => after! - before!);
    expect(Math.min(...laterMs)).toBeGreaterThan(0);
    expect(Math.max(...laterMs)).toBeGreaterThan(500);
    // From the admission of the Pod until the kubelet sees it run lie its start (500 ms here), one relist at most, and the way of a status.
    expect(Math.max(...laterMs)).toBeLessThan(2_520);
  },
};

const unready = { name: 'web-1-0', phase: 'Running', deletionTimestamp: null, ready: false };
const exhausted = {
  name: 'web',
  generation: 1,
  unhealthyPodEvictionPolicy: 'AlwaysAllow',
  status: {
    observedGeneration: 1,
    disruptionsAllowed: 0,
    currentHealthy: 1,
    desiredHealthy: 2,
    disruptedPods: {},
  },
} as const;

export const podRules: Rows = {
  '1.34 A Pod is available as soon as minReadySeconds are over, and is looked at just then': () => {
    const pod = { ready: true, readyLastTransitionUs: 1_000_000 };
    const available = (atUs: number) => (minor: number) => isPodAvailable(pod, 10, atUs, minor);
    expect(stepAt(34, available(11_000_000))).toEqual([false, true]);
    const waiting = { readyReplicas: 1, availableReplicas: 0 };
    const recheck = (minor: number) => availabilityRecheckUs(waiting, 1, [pod], 10, 4_000_000, minor);
    expect(stepAt(34, recheck)).toEqual([10_000_000, 7_000_000]);
  },
  '1.35 Containers stay ready over a restart of their kubelet': () => {
    const container = {
      running: true,
      startupProbe: false,
      startupResult: null,
      readinessProbe: true,
      readinessResult: null,
      startedSecondsBeforeKubelet: 60,
      podWasReady: true,
    };
    expect(stepAt(35, (minor) => isContainerReady(container, minor))).toEqual([false, true]);
  },
  '1.27 A kubelet may send 50 requests a second instead of 5': () => {
    expect(stepAt(27, (minor) => kubeletClientLimits(minor).qps)).toEqual([5, 50]);
  },
  '1.27 An eviction heeds unhealthyPodEvictionPolicy': () => {
    const decided = (minor: number) => decideEviction(unready, [exhausted], 0, minor).kind;
    expect(stepAt(27, decided)).toEqual(['refuse', 'delete']);
  },
};
