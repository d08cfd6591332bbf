import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { podTimeline, type ScenarioInput } from '../../src/index.ts';
import { MODE_NAMES, PLANES } from '../../src/routing/planes/registry.ts';
import {
  type PlaneRunnerConfig,
  requestSync,
  startPlane,
  syncFinished,
  syncTimer,
  syncWakesUs,
} from '../../src/routing/planes/runner.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { runOf } from '../run/run-of.ts';

/** The data planes of nodes: how each is found, and when it programs a change. */

type Cluster = NonNullable<ScenarioInput['cluster']>;

const NAMES = Object.keys(PLANES);
const SECOND = 1_000_000;

/** A cluster with that plane, by the name that it has in the registry. */
function behind(plane: string, more: Cluster = {}): Cluster {
  const mode = MODE_NAMES.find((each) => each === plane);
  const own = mode === undefined ? { dataPlane: plane as 'cilium' } : { kubeProxy: { mode } };
  return { version: '1.34', nodes: 3, ...own, ...more };
}

function runnerOf(plane: string, version: string, settings: unknown = {}): PlaneRunnerConfig {
  const { schema, config, runner } = PLANES[plane]!;
  const [, minor, patch] = version.split('.').map(Number);
  return runner(config(schema.parse(settings)), { minor: minor!, patch: patch ?? null });
}

/** When syncs start that take `costUs`, for calls at these instants. */
function startsOf(
  config: PlaneRunnerConfig,
  calls: readonly number[],
  costUs: number,
  originUs = 0,
): number[] {
  let state = startPlane(config, originUs);
  let endsUs: number | null = null;
  const starts: number[] = [];
  const waiting = [...calls];
  for (;;) {
    const wakes = syncWakesUs(state);
    const at = Math.min(waiting[0] ?? Infinity, endsUs ?? Infinity, wakes ?? Infinity);
    if (at > (calls.at(-1) ?? 0) + 20 * SECOND) return starts;
    const before = state.starts;
    if (at === endsUs) {
      state = syncFinished(config, state, at);
      endsUs = null;
    } else if (at === wakes) state = syncTimer(config, state, at);
    else state = requestSync(config, state, waiting.shift()!);
    if (state.starts === before) continue;
    starts.push(at);
    endsUs = at + costUs;
  }
}

describe('a plane is one file and one line', () => {
  it('is in the registry by the name of its file', () => {
    const shared = [
      'at-once',
      'compile-plane',
      'kube-proxy-mode',
      'lists',
      'plane',
      'program',
      'registry',
      'runner',
      'ticker',
      'udp-flows',
    ];
    const files = readdirSync('src/routing/planes').map((file) => file.replace('.ts', ''));
    const camel = (file: string) => file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(
      files
        .filter((file) => !shared.includes(file))
        .map(camel)
        .sort(),
    ).toEqual([...NAMES].sort());
  });

  it.each(NAMES)(
    '%s can be chosen, says where its numbers are from, and names its actors after its agent',
    (plane) => {
      const run = runOf({ cluster: behind(plane), manifests: web(5) });
      const { agent, numbers } = PLANES[plane]!;
      expect(numbers(run.scenario.world.dataPlane.config).every(({ source }) => source !== '')).toBe(true);
      const programmed = run.trace.filter(({ type }) => type === 'routesChanged');
      expect(new Set(programmed.map(({ actor }) => actor.split('/')[0]))).toEqual(new Set([agent]));
      expect(Object.values(podTimeline(run, 'web-1-0').rulesRemovedMs)).not.toContain(null);
    },
  );
});

function web(preStop: number, replicas = 3, over: Readonly<Record<string, unknown>> = {}) {
  return [deployment({ preStop: sleeps(preStop), replicas }), service(over)];
}

describe('when a plane programs what has arrived', () => {
  it.each([
    ['cilium at the next tick, once for all that came', { calls: [1, 1.25, 1.6], origin: 0.2 }, [1.2, 1.7]],
    [
      'cilium: a tick that falls into a round is missed',
      { calls: [1, 1.21], origin: 0.2, cost: 0.6 },
      [1.2, 2.2],
    ],
  ])('%s', (_, { calls, origin, cost = 0 }: { calls: number[]; origin: number; cost?: number }, expected) => {
    const us = (seconds: number) => Math.round(seconds * SECOND);
    const starts = startsOf(runnerOf('cilium', '1.34'), calls.map(us), us(cost), us(origin));
    expect(starts).toEqual(expected.map(us));
  });

  it('cilium: between nothing and half a second, each as likely', () => {
    const config = runnerOf('cilium', '1.34');
    const lags = Array.from(
      { length: 1000 },
      (_, phase) => startsOf(config, [3 * SECOND], 0, phase * 500)[0]! - 3 * SECOND,
    );
    const sorted = lags.sort((a, b) => a - b);
    expect(sorted.at(-1)).toBeLessThan(SECOND / 2);
    expect(sorted[900]! / SECOND).toBeCloseTo(0.45, 2);
    expect(lags.reduce((sum, lag) => sum + lag, 0) / 1000 / SECOND).toBeCloseTo(0.25, 2);
    expect(lags.filter((lag) => lag >= 0.4 * SECOND)).toHaveLength(200);
  });

  it.each([
    ['1.17', 0],
    ['1.18', 100],
    ['1.19', 500],
    ['1.20', 500],
  ])('cilium %s hands on every %i ms', (version, ms) => {
    const config = runnerOf('cilium', '1.34', { version });
    expect(config.algorithm === 'ticker' ? config.periodUs / 1000 : 0).toBe(ms);
  });

  it.each([
    ['iptables up to 1.33: a burst of two', 'iptables', '1.33', [0, 0.5, 3], [0, 0.5, 3]],
    ['iptables from 1.34: a second after the end of the last', 'iptables', '1.34', [0, 0.5, 3], [0, 1.1, 3]],
    ['antrea, whatever Kubernetes', 'antrea', '1.30', [0, 0.5, 3], [0, 1.1, 3]],
    ['calicoEbpf, whatever Kubernetes', 'calicoEbpf', '1.30', [0, 0.5, 3], [0, 1.1, 3]],
    ['ipvs: at once', 'ipvs', '1.34', [0, 0.5, 3], [0, 0.5, 3]],
    ['ovnKubernetes: once the one before has ended', 'ovnKubernetes', '1.30', [0, 0.05, 3], [0, 0.1, 3]],
    ['kubeRouter: once the one before has ended', 'kubeRouter', '1.30', [0, 0.05, 3], [0, 0.1, 3]],
  ])('%s', (_, plane, version, calls, expected) => {
    const us = (seconds: number) => seconds * SECOND;
    const starts = startsOf(runnerOf(plane, version), calls.map(us), us(0.1));
    expect(starts.slice(0, 3)).toEqual(expected.map(us));
  });

  it.each([
    ['ipvs', '1.33', 30],
    ['ipvs', '1.34', 3600],
    ['ipvs', '1.34.0', 3600],
    ['ipvs', '1.34.4', 30],
    ['ipvs', '1.35.0', 3600],
    ['ipvs', '1.35.1', 30],
    ['ipvs', '1.36', 30],
    ['nftables', '1.29', 30],
    ['nftables', '1.32', 3600],
    ['iptables', '1.29', 3600],
    ['kubeRouter', '1.29', 300],
  ])('X2.2 %s of %s syncs by itself after %i s', (plane, version, seconds) => {
    expect(syncWakesUs(startPlane(runnerOf(plane, version), 0))).toBe(seconds * SECOND);
  });

  it('ipvs: whoever comes during a sync of everything waits for it, where there are such syncs', () => {
    const longest = (version: string) => {
      const cluster = behind('ipvs', { version, nodes: 40, churn: { services: 20_000 } });
      const { sliceTerminatingMs, rulesRemovedMs } = podTimeline(
        runOf({ cluster, manifests: web(25) }),
        'web-1-0',
      );
      return Math.max(...Object.values(rulesRemovedMs).map((ms) => ms! - sliceTerminatingMs!));
    };
    const one = longest('1.34.0');
    expect(one).toBeLessThan(4_200);
    expect(longest('1.34.4')).toBeGreaterThan(one + 500);
  });
});
