import { describe, expect, it } from 'vitest';
import { podTimeline, type Run, type ScenarioInput } from '../../src/index.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import {
  barePod,
  container,
  deployment,
  execScript,
  execSleeps,
  httpGets,
  service,
  sleeps,
} from '../run/manifests.ts';
import { deletion, eventsOf, momentsOf, runOf } from '../run/run-of.ts';

const POD = 'web';

function stopped(pod: Parameters<typeof barePod>[0], more: Partial<ScenarioInput> = {}, seed = 0): Run {
  return runOf({ manifests: [barePod(pod), service()], actions: [deletion(POD)], ...more }, seed);
}

/** Seconds since the kill of the Pod began. */
function sinceKill(run: Run, name = 'web') {
  const [start] = momentsOf(run, { type: 'podKillStarted', pod: POD });
  const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms - start!) / 1000);
  const { preStopStartedMs, preStopEndedMs, preStopOutcome, sigtermMs, exitedMs, exitCode } = podTimeline(
    run,
    POD,
  ).containers[name]!;
  return {
    hook: preStopOutcome,
    hookStarted: seconds(preStopStartedMs),
    hookEnded: seconds(preStopEndedMs),
    sigterm: seconds(sigtermMs),
    exited: seconds(exitedMs),
    exitCode,
  };
}

const timeoutOf = (run: Run, name = 'web') =>
  eventsOf(run, { type: 'stopSignal', pod: POD }).find(({ data }) => data!.container === name)!.data!
    .timeoutSeconds;

describe('the stop signal', () => {
  it('takes longer where no hook ran, into the work of the deletion itself, than after one', () => {
    const delays = { ...CONSTANT_DELAYS, 'runtime.stopSignalAtOnce': '300ms' } as const;
    expect(sinceKill(stopped({}, { delays })).sigterm).toBe(0.31);
    expect(sinceKill(stopped({ preStop: sleeps(5) }, { delays })).sigterm).toBe(5.01);
  });
});

describe('a preStop hook', () => {
  const hook = (preStop: object) => ({ apps: { web: { onStopSignal: 'ignore' as const, preStop } } });

  it.each<[string, Parameters<typeof barePod>[0], Partial<ScenarioInput>, object, number]>([
    ['none: the signal comes at once', {}, {}, { hook: 'none', hookEnded: null, sigterm: 0.01 }, 30],
    [
      'a native sleep lasts as long as it says',
      { preStop: sleeps(5) },
      {},
      { hook: 'completed', hookEnded: 5 },
      25,
    ],
    ['an exec sleep takes its start-up as well', { preStop: execSleeps(5) }, {}, { hookEnded: 5.05 }, 25],
    [
      'a described one lasts as described',
      { preStop: execScript },
      hook({ duration: '2.5s' }),
      { hookEnded: 2.5 },
      28,
    ],
    [
      'so does a request',
      { preStop: httpGets },
      hook({ duration: '900ms' }),
      { hookEnded: 0.9, sigterm: 0.91 },
      30,
    ],
    [
      'one that fails ends then, and the signal follows at once',
      { preStop: execScript },
      hook({ duration: '2.5s', outcome: 'failed' }),
      { hook: 'failed', hookEnded: 2.5, sigterm: 2.51 },
      28,
    ],
    [
      'a command that is not there fails at once',
      { preStop: execSleeps(20) },
      hook({ missingBinary: true }),
      { hook: 'failed', hookEnded: 0, sigterm: 0.01 },
      30,
    ],
    [
      'one that overruns is cut off, and two seconds are left',
      { preStop: execScript },
      hook({ duration: '1h' }),
      { hook: 'cutOff', hookEnded: 30, sigterm: 30.01 },
      2,
    ],
    [
      'tcpSocket passes admission and fails',
      { preStop: { tcpSocket: { port: 8080 } } },
      {},
      { hook: 'failed', hookEnded: 0, sigterm: 0.01 },
      30,
    ],
  ])('%s', (_, pod, more, expected, timeoutSeconds) => {
    const run = stopped(pod, more);
    expect(sinceKill(run)).toMatchObject(expected);
    expect(timeoutOf(run)).toBe(timeoutSeconds);
  });

  it.each<[string, string, object]>([
    ['does not run up to 1.27', '1.27', { hook: 'none', hookStarted: null, sigterm: 0.01 }],
    ['has one second from 1.30 on', '1.30', { hook: 'cutOff', hookStarted: 0, hookEnded: 1, sigterm: 1.01 }],
  ])('of a Pod that is deleted with grace period 0 %s', (_, version, expected) => {
    const cluster = { version, nodes: 1 };
    const run = stopped({ preStop: execSleeps(5) }, { cluster, actions: [deletion(POD, 0, 0)] });
    expect(sinceKill(run)).toMatchObject(expected);
  });
});

describe('an app at the stop signal', () => {
  it.each<[string, NonNullable<ScenarioInput['apps']>[string], object]>([
    ['closes, drains and exits', { drain: '3s' }, { exited: 3.014, exitCode: 0 }],
    ['exits at once', { onStopSignal: 'exit', exitCode: 2 }, { exited: 0.014, exitCode: 2 }],
    ['keeps accepting for a while', { keepAccepting: '4s', drain: '1s' }, { exited: 5.014 }],
    ['takes no notice and is killed', { onStopSignal: 'ignore' }, { exited: 10.01, exitCode: 137 }],
    ['drains for too long and is killed', { drain: '11s' }, { exited: 10.01, exitCode: 137 }],
  ])('%s', (_, app, expected) => {
    const run = stopped({ terminationGracePeriodSeconds: 10 }, { apps: { web: app } });
    expect(sinceKill(run)).toMatchObject(expected);
  });
});

describe('native sidecars', () => {
  const sidecars = [container({ name: 'first', port: null }), container({ name: 'second', port: null })];
  const order = (run: Run) =>
    eventsOf(run, { type: 'stopSignal', pod: POD }).map(({ data }) => data!.container);

  it('are stopped after the app, the last one first', () => {
    const run = stopped({ sidecars }, { apps: { web: { drain: '2s' }, second: { drain: '3s' } } });
    expect(order(run)).toEqual(['web', 'second', 'first']);
    expect(sinceKill(run, 'second').sigterm).toBeCloseTo(2.029, 3);
    expect(sinceKill(run, 'first').sigterm).toBeCloseTo(5.048, 3);
  });

  it('run their hooks at once, whoever is before them', () => {
    const hooked = [container({ name: 'proxy', port: null, preStop: sleeps(4) })];
    const run = stopped({ sidecars: hooked }, { apps: { web: { drain: '6s' } } });
    expect(sinceKill(run, 'proxy')).toMatchObject({ hookStarted: 0, hookEnded: 4 });
    expect(sinceKill(run, 'proxy').sigterm).toBeCloseTo(6.029, 3);
  });

  it('are stopped when the grace period is over, even if the app still runs', () => {
    const run = stopped(
      { sidecars, terminationGracePeriodSeconds: 5 },
      { apps: { web: { onStopSignal: 'ignore' } } },
    );
    expect(sinceKill(run, 'first').sigterm).toBeCloseTo(5.01, 3);
    expect(timeoutOf(run, 'first')).toBe(2);
  });

  it('do not decide the phase', () => {
    const run = stopped({ sidecars }, { apps: { first: { onStopSignal: 'ignore' } } });
    expect(podTimeline(run, POD)).toMatchObject({ terminalPhase: 'Succeeded', exitCode: 0 });
    expect(podTimeline(run, POD).containers.first!.exitCode).toBe(137);
  });
});

describe('a second DELETE with a shorter grace period', () => {
  const killed = (secondAt: number | null) => {
    const actions = [deletion(POD), ...(secondAt === null ? [] : [deletion(POD, secondAt, 3)])];
    const run = stopped({ preStop: sleeps(5) }, { actions, apps: { web: { onStopSignal: 'ignore' } } });
    return sinceKill(run);
  };

  it('does not shorten a kill that is under way', () => {
    expect(killed(6_000)).toEqual(killed(null));
    expect(killed(null).exited).toBe(30.01);
  });

  it('is what counts where it comes before the kill began', () => {
    const actions = [deletion(POD), deletion(POD, 0, 3)];
    const slow = stopped(
      { preStop: sleeps(30) },
      { actions, delays: { ...runOf().scenario.settings.delays, 'kubelet.podWorker': '200ms' } },
    );
    expect(sinceKill(slow)).toMatchObject({ hook: 'cutOff', hookEnded: 3 });
  });
});

describe('the worker of a Pod', () => {
  const waits = (syncFrequency: Duration) =>
    Array.from({ length: 60 }, (_, seed) => {
      const run = stopped({}, { cluster: { version: '1.30', nodes: 1, kubelet: { syncFrequency } } }, seed);
      const [seen] = momentsOf(run, { type: 'podObserved', pod: POD, actor: 'kubelet/node-1' });
      return momentsOf(run, { type: 'podKillStarted', pod: POD })[0]! - seen!;
    });

  it('begins at once where its Pod has been left alone', () => {
    const own = waits('100h');
    expect(own.filter((ms) => Math.abs(ms - 1) < 0.001)).toHaveLength(own.length);
  });

  it('waits for the next relist where its Pod was synced a moment ago, a second at most', () => {
    const own = waits('1s');
    const waited = own.filter((ms) => ms > 1.001);
    expect(waited.length).toBeGreaterThan(10);
    // The relist period of 1 s, the relist of 20 ms itself twice, and the hand-over.
    expect(Math.max(...own)).toBeLessThan(1_042);
    expect(Math.max(...own)).toBeGreaterThan(700);
  });
});

describe('readiness of a Pod that terminates', () => {
  const probed = (periodSeconds: number, seconds: number) =>
    runOf({
      manifests: [
        deployment({
          preStop: execScript,
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds, failureThreshold: 2 },
        }),
        service(),
      ],
      apps: { web: { preStop: { duration: seconds * 1000, effect: 'failReadiness' } } },
    });

  it('is still probed: a hook that fails it makes the endpoint stop serving after the threshold', () => {
    const { servingFalseMs, preStopStartedMs, preStopEndedMs } = podTimeline(probed(1, 10), 'web-1-0');
    expect(servingFalseMs! - preStopStartedMs!).toBeGreaterThan(1_000);
    expect(servingFalseMs! - preStopStartedMs!).toBeLessThan(2_200);
    expect(servingFalseMs).toBeLessThan(preStopEndedMs!);
  });

  it('makes no difference where the hook is over before the probe has noticed', () => {
    expect(podTimeline(probed(10, 2), 'web-1-0').servingFalseMs).toBeNull();
  });
});

describe('the end of a Pod', () => {
  it.each([
    ['1.26', 'keeps its phase, as it would be restarted', null],
    ['1.27', 'becomes Succeeded', 'Succeeded'],
    ['1.36', 'becomes Succeeded', 'Succeeded'],
  ])('in %s it %s, and then it is deleted', (version, _, phase) => {
    const story = podTimeline(stopped({}, { cluster: { version, nodes: 1 } }), POD);
    expect(story.terminalPhase).toBe(phase);
    expect(story.podDeletedMs).toBeGreaterThan(story.exitedMs!);
  });

  it('leaves the slice with its terminal phase, before its object is deleted', () => {
    const story = podTimeline(stopped({}), POD);
    expect(story.sliceRemovedMs).toBeGreaterThan(story.terminalPhaseMs!);
    expect(story.sliceRemovedMs).toBeLessThan(story.podDeletedMs!);
  });
});
