import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppInput, defineScenario, podTimeline, type Run, simulate } from '../../src/index.ts';
import { type ContainerToKill, killContainers } from '../../src/rules/kubelet/kill-containers.ts';
import { NO_DELAYS } from './delays.ts';
import { barePod, container, execScript, type Hook, httpGets, sleeps } from './manifests.ts';
import { campaign } from './scenarios.ts';

/** A container as both the rule and a scenario can be told of it. */
interface Stopping {
  readonly sidecar: boolean;
  readonly preStop: 'none' | 'exec' | 'httpGet' | 'sleep' | 'tcpSocket';
  readonly preStopMs: number;
  readonly preStopFails: boolean;
  readonly app: 'drain' | 'exit' | 'ignore';
  readonly exitAfterMs: number;
}

interface Kill {
  readonly minor: number;
  readonly graceSeconds: number;
  readonly containers: readonly Stopping[];
}

const HOOKS: Readonly<Record<Stopping['preStop'], (ms: number) => Hook | undefined>> = {
  none: () => undefined,
  exec: () => execScript,
  httpGet: () => httpGets,
  sleep: (ms) => sleeps(ms / 1000),
  tcpSocket: () => ({ tcpSocket: { port: 8080 } }),
};

const nameOf = (index: number) => `c${index}`;

function appOf({ app, exitAfterMs, preStop, preStopMs, preStopFails }: Stopping): AppInput {
  const described = preStop === 'exec' || preStop === 'httpGet';
  return {
    onStopSignal: app,
    // An app that exits at once has no drain; what it takes it takes before.
    ...(app === 'drain' ? { drain: exitAfterMs } : { keepAccepting: exitAfterMs }),
    ...(described
      ? {
          preStop: {
            duration: preStopMs,
            outcome: preStopFails ? ('failed' as const) : ('completed' as const),
          },
        }
      : {}),
  };
}

function stopped({ minor, graceSeconds, containers }: Kill): Run {
  const manifest = (each: Stopping, index: number) =>
    container({ name: nameOf(index), port: null, preStop: HOOKS[each.preStop](each.preStopMs) });
  const all = containers.map((each, index) => ({ each, index }));
  const pod = barePod({
    terminationGracePeriodSeconds: 60,
    containers: all.filter(({ each }) => !each.sidecar).map(({ each, index }) => manifest(each, index)),
    sidecars: all.filter(({ each }) => each.sidecar).map(({ each, index }) => manifest(each, index)),
  });
  const scenario = defineScenario({
    manifests: pod,
    cluster: { version: `1.${minor}`, nodes: 1 },
    apps: Object.fromEntries(containers.map((each, index) => [nameOf(index), appOf(each)])),
    delays: NO_DELAYS,
    actions: [{ type: 'deletePod', pod: 'web', gracePeriodSeconds: graceSeconds }],
  });
  return simulate(scenario);
}

function toKill(each: Stopping, index: number): ContainerToKill {
  const { sidecar, preStop, preStopMs, preStopFails, app, exitAfterMs } = each;
  const exitAfterStopSignalMs = app === 'ignore' ? null : exitAfterMs;
  return { name: nameOf(index), sidecar, preStop, preStopMs, preStopFails, exitAfterStopSignalMs };
}

function expectSchedule(kill: Kill): void {
  const { minor, graceSeconds } = kill;
  const run = stopped(kill);
  const expected = killContainers({ containers: kill.containers.map(toKill), graceSeconds, minor });
  const start = run.trace.find(({ type }) => type === 'podKillStarted')!.atMs;
  const since = (ms: number | null) => (ms === null ? null : Math.round((ms - start) * 1000) / 1000);
  for (const [name, story] of Object.entries(podTimeline(run, 'web').containers)) {
    const signal = run.trace.find(({ type, data }) => type === 'stopSignal' && data?.container === name);
    expect({
      preStopStartMs: since(story.preStopStartedMs),
      preStopEndMs: since(story.preStopEndedMs),
      preStopOutcome: story.preStopOutcome,
      stopSignalMs: since(story.sigtermMs),
      stopTimeoutSeconds: signal?.data?.timeoutSeconds,
      exitMs: since(story.exitedMs),
      sigkilled: story.sigkillMs !== null,
    }).toEqual({ ...expected.containers[name], preStopProcessEndMs: undefined });
  }
  const gone = run.trace.filter(({ type }) => type === 'containerStopped');
  expect(since(Math.max(...gone.map(({ atMs }) => atMs)))).toBe(expected.allStoppedMs);
}

const tenths = (max: number) => fc.integer({ min: 0, max: max * 10 }).map((value) => value * 100);

/** Never a whole second after a whole second: what happens at the same instant is decided by the order of events alone. */
const exitAfter = fc.oneof(
  fc.constant(0),
  tenths(70).map((ms) => ms + 37),
);

function stoppingContainer(minor: number): fc.Arbitrary<Stopping> {
  const kinds = [
    'none',
    'exec',
    'httpGet',
    'tcpSocket',
    ...(minor >= 30 ? (['sleep'] as const) : []),
  ] as const;
  return fc
    .record({
      sidecar: minor >= 29 ? fc.boolean() : fc.constant(false),
      preStop: fc.constantFrom(...kinds),
      preStopMs: tenths(60),
      preStopFails: fc.nat(4).map((value) => value === 0),
      app: fc.constantFrom('drain' as const, 'drain' as const, 'exit' as const, 'ignore' as const),
      exitAfterMs: exitAfter,
    })
    .map((each) => {
      if (each.preStop !== 'sleep') return each;
      const seconds = Math.max(1, Math.round(each.preStopMs / 1000));
      return { ...each, preStopMs: seconds * 1000, preStopFails: false };
    });
}

const kills: fc.Arbitrary<Kill> = fc.integer({ min: 26, max: 36 }).chain((minor) =>
  fc.record({
    minor: fc.constant(minor),
    graceSeconds: fc.integer({ min: 1, max: 60 }),
    containers: fc
      .array(stoppingContainer(minor), { minLength: 1, maxLength: 4 })
      .map(([first, ...rest]) => [{ ...first!, sidecar: false }, ...rest]),
  }),
);

describe('a Pod is stopped as the kill schedule of its version says, where nothing else takes time', () => {
  it('whatever its containers, hooks and apps', () => {
    fc.assert(fc.property(kills, expectSchedule), campaign(60));
  });

  const plain: Stopping = {
    sidecar: false,
    preStop: 'exec',
    preStopMs: 5_000,
    preStopFails: false,
    app: 'ignore',
    exitAfterMs: 0,
  };
  it.each([
    ['1.26 gives the whole grace again after the hook', 26, 10, 15_000],
    ['1.27 does as well', 27, 10, 15_000],
    ['1.28 deducts the hook', 28, 10, 10_000],
    ['1.36 does as well', 36, 10, 10_000],
    ['1.36 leaves two seconds at least', 36, 5, 7_000],
    ['1.27 leaves none after a hook that used all: it gives the grace again', 27, 5, 10_000],
  ])('%s', (_, minor, graceSeconds, killedMs) => {
    const run = stopped({ minor, graceSeconds, containers: [plain] });
    const start = run.trace.find(({ type }) => type === 'podKillStarted')!.atMs;
    expect(podTimeline(run, 'web').sigkillMs).toBeCloseTo(start + killedMs, 6);
    expectSchedule({ minor, graceSeconds, containers: [plain] });
  });
});
