import { expect } from 'vitest';
import { formatIssues, parseScenario } from '../../src/index.ts';
import { findingWords } from '../../src/report/describe-finding.ts';
import { findPort } from '../../src/rules/endpointslice/slice-ports.ts';
import { evictionGraceOverrideSeconds } from '../../src/rules/kubelet/eviction-grace.ts';
import { barePod, container, execSleeps, service, sleeps } from '../run/manifests.ts';
import { stepAt } from './step.ts';
import {
  alone,
  bothSides,
  deleteAt,
  inputUnder,
  runUnder,
  STUBBORN,
  storyUnder,
  type Told,
} from './under.ts';

/** The rows about the time that containers have, and about what a manifest may say: each shows its difference. */

type Rows = Readonly<Record<string, () => void>>;

const STUBBORN_WITH_HOOK: Told = {
  manifests: alone({ preStop: execSleeps(5), terminationGracePeriodSeconds: 10 }),
  apps: { web: STUBBORN },
};
const FORCED: Told = { ...STUBBORN_WITH_HOOK, actions: [deleteAt('web', 0, 0)] };

/** Milliseconds from the stop signal to SIGKILL. */
const drainMs = (told: Told) => (minor: number) => {
  const { sigtermMs, sigkillMs } = storyUnder(minor, told);
  return sigkillMs! - sigtermMs!;
};

/** What became of the hook, and how long after the kubelet began to stop the Pod SIGKILL came. */
const killed = (told: Told) => (minor: number) => {
  const run = runUnder(minor, told);
  const start = run.trace.find(({ type }) => type === 'podKillStarted')!.atMs;
  const { preStopOutcome, sigkillMs } = storyUnder(minor, told);
  return { hook: preStopOutcome, sigkillSeconds: Math.floor((sigkillMs! - start) / 1000) };
};

const evicted = (threshold: 'hard' | 'soft') => (minor: number) =>
  evictionGraceOverrideSeconds({
    threshold,
    evictionMaxPodGracePeriodSeconds: 60,
    terminationGracePeriodSeconds: 30,
    minor,
  });

export const containerRuns: Rows = {
  '1.28 The time that a preStop hook takes counts against the grace period': () => {
    expect(stepAt(28, drainMs(STUBBORN_WITH_HOOK))).toEqual([10_000, 5_000]);
  },
  '1.28 At least 2 s lie between the stop signal and SIGKILL': () => {
    const told = { manifests: alone({ terminationGracePeriodSeconds: 1 }), apps: { web: STUBBORN } };
    expect(stepAt(28, drainMs(told))).toEqual([1_000, 2_000]);
  },
  '1.28 A forced deletion starts the preStop hook': () => {
    const [before, after] = bothSides(28, killed(FORCED));
    expect(before).toEqual({ hook: 'none', sigkillSeconds: 10 });
    expect(after).toEqual({ hook: 'completed', sigkillSeconds: 10 });
    const goneMs = bothSides(28, (minor) => storyUnder(minor, FORCED).podDeletedMs!);
    expect(Math.max(...goneMs)).toBeLessThan(50);
  },
  '1.30 A forced deletion leaves 1 s of grace instead of the whole grace period': () => {
    const [before, after] = bothSides(30, killed(FORCED));
    expect(before).toEqual({ hook: 'completed', sigkillSeconds: 10 });
    expect(after).toEqual({ hook: 'cutOff', sigkillSeconds: 3 });
  },
};

export const containerRules: Rows = {
  '1.30 A hard eviction asks for 1 s of grace instead of 0': () => {
    expect(stepAt(30, evicted('hard'))).toEqual([0, 1]);
  },
  "1.32 A soft eviction never gives more than the Pod's own grace period": () => {
    expect(stepAt(32, evicted('soft'))).toEqual([60, 30]);
  },
};

/** What becomes of a manifest: refused, accepted with fields dropped, or accepted as it is. */
const admitted = (told: Told) => (minor: number) => {
  const result = parseScenario(inputUnder(minor, told));
  if (!result.ok) return formatIssues(result.issues);
  const dropped = result.scenario.findings.filter(({ code }) => code === 'fieldDropped');
  return dropped.length === 0 ? 'kept' : dropped.map((finding) => findingWords(finding).text).join();
};

const hookMs = (told: Told) => (minor: number) => {
  const { preStopStartedMs, preStopEndedMs } = storyUnder(minor, told);
  return preStopEndedMs === null ? null : preStopEndedMs - preStopStartedMs!;
};

const SLEEP: Told = { manifests: alone({ preStop: sleeps(5) }) };
const NO_SLEEP: Told = { manifests: alone({ preStop: sleeps(0) }) };
const SIDECARS: Told = {
  manifests: alone({
    sidecars: [container({ name: 'first', port: null }), container({ name: 'second', port: null })],
  }),
  apps: { web: { drain: '3s' } },
};

function podWithStopSignal(): object {
  const pod = barePod();
  const [web] = pod.spec.containers;
  const containers = [{ ...web, lifecycle: { stopSignal: 'SIGUSR1' } }];
  return { ...pod, spec: { ...pod.spec, os: { name: 'linux' }, containers } };
}

/** Two Pods in two zones. */
const zoned = (trafficDistribution: string): Told => ({
  manifests: [barePod({ pod: 'web' }), barePod({ pod: 'web-b' }), service({ trafficDistribution })],
  cluster: {
    nodes: [
      { name: 'node-a', zone: 'a', pods: ['web'] },
      { name: 'node-b', zone: 'b', pods: ['web-b'] },
    ],
  },
});

/** Which nodes have to let go of the Pod `web`. */
const nodesThatLetGo = (told: Told) => (minor: number) =>
  Object.entries(storyUnder(minor, told).rulesRemovedMs).flatMap(([node, at]) => (at === null ? [] : [node]));

export const manifestRuns: Rows = {
  '1.29 The native sleep hook is known, and dropped without a word': () => {
    const [before, after] = bothSides(29, admitted(SLEEP));
    expect(before).toContain('sleep: unknown field: Kubernetes 1.28 does not have it');
    expect(after).toContain('PodLifecycleSleepAction is off in this version');
    expect(hookMs(SLEEP)(29)).toBeNull();
  },
  '1.30 The native sleep hook works': () => {
    expect(bothSides(30, hookMs(SLEEP))).toEqual([null, 5_000]);
    expect(admitted(SLEEP)(30)).toBe('kept');
  },
  '1.33 A native sleep of 0 s is accepted': () => {
    const [before, after] = bothSides(33, admitted(NO_SLEEP));
    expect(before).toContain('Invalid value: 0: must be greater than 0');
    expect(after).toBe('kept');
    expect(hookMs(NO_SLEEP)(33)).toBe(0);
  },
  "1.28 A sidecar's restartPolicy is known, and dropped without a word": () => {
    const [before, after] = bothSides(28, admitted(SIDECARS));
    expect(before).toContain('restartPolicy: unknown field: Kubernetes 1.27 does not have it');
    expect(after).toContain('SidecarContainers is off in this version');
    expect(Object.keys(storyUnder(28, SIDECARS).containers)).toEqual(['web']);
  },
  '1.29 Sidecars run beside the regular containers and stop after them, the last one first': () => {
    expect(bothSides(29, admitted(SIDECARS))[1]).toBe('kept');
    const { web, first, second } = storyUnder(29, SIDECARS).containers;
    expect(second!.sigtermMs).toBeGreaterThan(web!.exitedMs!);
    expect(first!.sigtermMs).toBeGreaterThan(second!.exitedMs!);
  },
  '1.33 lifecycle.stopSignal is known, and dropped without a word': () => {
    const told = { manifests: [podWithStopSignal(), service()] };
    const [before, after] = bothSides(33, admitted(told));
    expect(before).toContain('stopSignal: unknown field: Kubernetes 1.32 does not have it');
    expect(after).toContain('ContainerStopSignals is off in this version');
    expect(admitted(told)(36)).toBe(after);
  },
  '1.30 trafficDistribution is known, and dropped without a word': () => {
    const [before, after] = bothSides(30, admitted(zoned('PreferClose')));
    expect(before).toContain('trafficDistribution: unknown field: Kubernetes 1.29 does not have it');
    expect(after).toContain('ServiceTrafficDistribution is off in this version');
    expect(nodesThatLetGo(zoned('PreferClose'))(30)).toEqual(['node-a', 'node-b']);
  },
  '1.31 trafficDistribution: PreferClose works': () => {
    const [before, after] = bothSides(31, nodesThatLetGo(zoned('PreferClose')));
    expect(before).toEqual(['node-a', 'node-b']);
    expect(after).toEqual(['node-a']);
  },
  '1.34 trafficDistribution: PreferSameZone and PreferSameNode are accepted': () => {
    for (const value of ['PreferSameZone', 'PreferSameNode']) {
      const [before, after] = bothSides(34, admitted(zoned(value)));
      expect(before).toContain(`Unsupported value: "${value}": supported values: "PreferClose"`);
      expect(after).toBe('kept');
      expect(nodesThatLetGo(zoned(value))(34)).toEqual(['node-a']);
    }
  },
};

export const manifestRules: Rows = {
  "1.32 A Service's named targetPort may be a port of a sidecar": () => {
    const ports = [{ name: 'proxy', containerPort: 15_001, protocol: 'TCP' as const }];
    const pod = { containers: [{ ports: [] }], initContainers: [{ ports, restartPolicy: 'Always' }] };
    const port = { name: '', protocol: 'TCP' as const, targetPort: 'proxy' };
    expect(stepAt(32, (minor) => findPort(pod, port, minor))).toEqual([null, 15_001]);
  },
};
