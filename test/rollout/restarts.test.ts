import { describe, expect, it } from 'vitest';
import type { TraceType } from '../../src/cluster/events.ts';
import type { Duration } from '../../src/kernel/time.ts';
import { type ContainerBackOff, containerBackOff } from '../../src/rules/kubelet/container-back-off.ts';
import { podTimeline, type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { type RolloutOptions, rollout } from './manifests.ts';

/** A container whose app takes long to start, and a probe that does not wait for it. */

const liveness = { httpGet: { port: 8080 }, periodSeconds: 2, failureThreshold: 3 };

function run(container: Readonly<Record<string, unknown>>, options: RolloutOptions = {}, seed = 0): Run {
  const actions = [{ type: 'scale', deployment: 'web', replicas: 2 }] as const;
  return simulate(defineScenario(rollout({ replicas: 1, actions, container, ...options })), { seed });
}

const slow = (startup: Duration) => ({ input: { apps: { web: { startup } } } });
const times = (result: Run, type: TraceType, pod = 'web-1-1') =>
  result.trace.filter((event) => event.type === type && event.pod === pod).map(({ atMs }) => atMs);
const restartedIn = (result: Run) => result.verdict.rollout!.restarted;

describe('a liveness probe', () => {
  it('that an app satisfies in time changes nothing', () => {
    const [plain, watched] = [run({}, slow('4s')), run({ livenessProbe: liveness }, slow('4s'))];
    expect(restartedIn(watched)).toEqual([]);
    expect(podTimeline(watched, 'web-1-1').readyMs).toBe(podTimeline(plain, 'web-1-1').readyMs);
  });

  it('that fails as often as its threshold says has the container killed, hook and all, and started again', () => {
    const result = run({ livenessProbe: liveness }, slow('8s'));
    const [created] = times(result, 'createPod');
    const [first] = times(result, 'containerKillStarted');
    // Its ticks count from the admission: 2 s, 4 s, 6 s; the kill waits for the sync after that.
    expect(first! - created!).toBeGreaterThan(5_900);
    expect(first! - created!).toBeLessThan(7_200);
    const [hook] = times(result, 'preStopStarted');
    const [signal] = times(result, 'stopSignal');
    expect(hook).toBe(first);
    expect(signal! - hook!).toBeGreaterThan(4_999);
    // No back-off the first time.
    const [restarted] = times(result, 'containerRestarted');
    expect(restarted! - signal!).toBeLessThan(500);
    // While the hook goes on the app gets up after all, and is routed to until the container is gone.
    const { readyMs } = podTimeline(result, 'web-1-1');
    expect(readyMs).toBeGreaterThan(hook!);
    expect(readyMs).toBeLessThan(signal!);
  });

  it('takes the grace that the probe names, and the Pod’s where it names none', () => {
    const seconds = (container: Readonly<Record<string, unknown>>) => {
      const result = run(container, {
        preStopSeconds: 0,
        input: { apps: { web: { startup: '8s', onStopSignal: 'ignore' } } },
      });
      return result.trace.find(({ type }) => type === 'stopSignal')!.data!.timeoutSeconds;
    };
    expect(seconds({ livenessProbe: { ...liveness, terminationGracePeriodSeconds: 7 } })).toBe(7);
    expect(seconds({ livenessProbe: liveness })).toBe(30);
  });

  it('waits for the startup probe', () => {
    const startupProbe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 30 };
    const result = run({ livenessProbe: liveness, startupProbe }, slow('12s'));
    expect(restartedIn(result)).toEqual([]);
    expect(times(result, 'livenessProbed')).toEqual([]);
    expect(podTimeline(result, 'web-1-1').readyMs).not.toBeNull();
  });

  it('lets a start succeed that is quicker the next time', () => {
    // Between 3 s and 9 s: some starts are up in time.
    const input = { delays: { ...CONSTANT_DELAYS, 'app.start': { uniform: ['3s', '9s'] } } } as const;
    const runs = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) => run({ livenessProbe: liveness }, { input }, seed));
    const restarted = runs.filter((result) => restartedIn(result).length > 0);
    expect(restarted.length).toBeGreaterThan(0);
    expect(restarted.some((result) => podTimeline(result, 'web-1-1').readyMs !== null)).toBe(true);
  });

  it.each([0, 5, 21])(
    'goes into a back-off that doubles, and a run does not follow it for ever (seed %i)',
    (seed) => {
      const result = run(
        { livenessProbe: liveness, lifecycle: {} },
        { preStopSeconds: 0, ...slow('10m') },
        seed,
      );
      const stopped = times(result, 'containerStopped');
      const restarted = times(result, 'containerRestarted');
      let knownMs: number | null = null;
      let entry: ContainerBackOff | null = null;
      const backOffs: number[] = [];
      restarted.forEach((at, index) => {
        const exitedMs = stopped[index]!;
        const decision = containerBackOff({ exitedMs: knownMs, nowMs: exitedMs, entry });
        const least = decision.waitsUntilMs === null ? 0 : entry!.backOffMs;
        // A sync that failed is tried again after the back-off, or after as many resyncs as it takes.
        expect(at - exitedMs).toBeGreaterThanOrEqual(least);
        expect(at - exitedMs).toBeLessThan(least === 0 ? 500 : least * 1.5 + 90_500);
        if (least > 0) backOffs.push(least);
        entry =
          least === 0 ? decision.entry : containerBackOff({ exitedMs, nowMs: exitedMs + least, entry }).entry;
        knownMs = exitedMs;
      });
      expect(backOffs).toEqual([10_000, 20_000, 40_000, 80_000, 160_000]);
      const [own] = restartedIn(result);
      expect(own).toEqual({ pod: 'web-1-1', container: 'web', restarts: restarted.length, goesOn: true });
      expect(restarted.length).toBeLessThan(15);
      expect(result.verdict.rollout!.readyEndpoints[0]!.lowest).toBe(1);
    },
  );
});

describe('a startup probe', () => {
  it('that runs out of failures has the container killed, too', () => {
    const startupProbe = {
      httpGet: { port: 8080 },
      periodSeconds: 1,
      failureThreshold: 4,
      terminationGracePeriodSeconds: 3,
    };
    const result = run({ startupProbe }, { preStopSeconds: 0, ...slow('6s') });
    expect(times(result, 'startupProbed').slice(0, 4)).toHaveLength(4);
    expect(times(result, 'containerRestarted').length).toBeGreaterThan(0);
    expect(result.trace.find(({ type }) => type === 'stopSignal')!.data!.timeoutSeconds).toBe(3);
  });
});

describe('a Pod that is deleted', () => {
  const scaled = (inAt: Duration, startup: Duration, options: RolloutOptions = {}) =>
    run(
      { livenessProbe: liveness },
      {
        actions: [
          { type: 'scale', deployment: 'web', replicas: 2 },
          { type: 'scale', deployment: 'web', replicas: 1, at: inAt },
        ],
        ...slow(startup),
        ...options,
      },
    );

  it('while a probe kills its container is stopped once the sync has started it again: its hook runs twice', () => {
    const result = scaled('8s', '20s');
    const [killed] = times(result, 'containerKillStarted');
    const [stopped] = times(result, 'containerStopped');
    const [restarted] = times(result, 'containerRestarted');
    expect(killed).toBeLessThan(8_000);
    expect(stopped).toBeGreaterThan(8_000);
    expect(times(result, 'containerRestarted')).toHaveLength(1);
    // The sync was over only then, and the next one wants a relist that is newer.
    const [terminated] = times(result, 'podKillStarted');
    expect(terminated! - restarted!).toBeGreaterThan(0);
    expect(terminated! - restarted!).toBeLessThan(1_100);
    const [, own] = times(result, 'preStopStarted');
    expect(own).toBe(terminated);
    expect(podTimeline(result, 'web-1-1').podDeletedMs! - own!).toBeLessThan(8_500);
  });

  it('while its container waits in a back-off goes at once', () => {
    const result = scaled('60s', '10m', { preStopSeconds: 0 });
    const { podDeletedMs } = podTimeline(result, 'web-1-1');
    expect(podDeletedMs! - 60_000).toBeLessThan(4_000);
    expect(result.endedAtMs).toBeLessThan(70_000);
  });

  it('after a restart runs its hook in the new container, and its timeline tells that one', () => {
    const actions = [
      { type: 'scale', deployment: 'web', replicas: 2 },
      { type: 'scale', deployment: 'web', replicas: 1, at: '3m' },
    ] as const;
    const input = { delays: { ...CONSTANT_DELAYS, 'app.start': { uniform: ['3s', '9s'] } } } as const;
    const runs = [0, 1, 2, 3, 4, 5, 6, 7].map((seed) =>
      run({ livenessProbe: liveness }, { input, actions }, seed),
    );
    const hooksOf = (result: Run) => times(result, 'preStopStarted');
    const recovered = runs.filter(
      (result) => restartedIn(result).length > 0 && hooksOf(result).some((at) => at > 180_000),
    );
    expect(recovered.length).toBeGreaterThan(0);
    for (const result of recovered)
      expect(podTimeline(result, 'web-1-1').preStopStartedMs).toBe(hooksOf(result).at(-1));
  });
});

describe('several containers that fail', () => {
  it('are killed one after the other', () => {
    const helper = {
      name: 'helper',
      image: 'registry.example/helper:1',
      livenessProbe: liveness,
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
    };
    const result = run(
      { livenessProbe: liveness },
      {
        podSpec: { initContainers: [{ ...helper, restartPolicy: 'Always' }] },
        input: { apps: { web: { startup: '20s' }, helper: { startup: '20s' } } },
      },
    );
    const [first, second] = times(result, 'preStopStarted');
    const [stopped] = times(result, 'containerStopped');
    expect(second).toBe(stopped);
    expect(second! - first!).toBeGreaterThan(5_000);
  });

  it('are killed no second time where one of them was condemned while the other was being killed', () => {
    const probe = (more: object) => ({
      httpGet: { port: 8080 },
      periodSeconds: 1,
      failureThreshold: 1,
      ...more,
    });
    for (const at of ['5769ms', '5500ms', '6100ms', '30s'] as const) {
      const side = {
        name: 'side',
        image: 'registry.example/side:1',
        restartPolicy: 'Always',
        livenessProbe: probe({ initialDelaySeconds: 2, terminationGracePeriodSeconds: 2 }),
      };
      const result = run(
        { livenessProbe: probe({ initialDelaySeconds: 4 }) },
        {
          preStopSeconds: 0,
          podSpec: { initContainers: [side] },
          actions: [
            { type: 'scale', deployment: 'web', replicas: 2 },
            { type: 'scale', deployment: 'web', replicas: 1, at },
          ],
          input: { apps: { web: { startup: '60s' }, side: { startup: '60s', onStopSignal: 'ignore' } } },
        },
      );
      for (const container of ['web', 'side']) {
        const story = result.trace
          .filter(({ pod, data }) => pod === 'web-1-1' && data?.container === container)
          .map(({ type }) => type)
          .filter((type) => type === 'stopSignal' || type === 'containerStarted');
        // A start, a signal, a start, a signal …
        story.forEach((type, index) => {
          expect(type).toBe(index % 2 === 0 ? 'containerStarted' : 'stopSignal');
        });
      }
      expect(podTimeline(result, 'web-1-1').podDeletedMs).not.toBeNull();
    }
  });
});

describe('a rollout whose new Pods are killed by their probe', () => {
  it('has a requirement that does not depend on how they get up', () => {
    for (const startup of ['4s', '5s', '6s'] as const) {
      for (const seed of [0, 1, 2]) {
        const scenario = defineScenario(
          rollout({
            replicas: 2,
            nodes: 1,
            container: { livenessProbe: { ...liveness, failureThreshold: 1 } },
            input: { apps: { web: { startup } } },
          }),
        );
        const { requiredPreStopMs, requiredPreStopReason } = simulate(scenario, { seed }).verdict;
        expect(requiredPreStopMs === null).toBe(requiredPreStopReason !== undefined);
      }
    }
  });
});

describe('connections to a container that its probe had killed', () => {
  it('are a violation of their own: the Pod was Ready, and routed to, while the hook of its kill went on', () => {
    const result = simulate(
      defineScenario(
        rollout({
          replicas: 2,
          nodes: 1,
          preStopSeconds: 6,
          container: { livenessProbe: { ...liveness, failureThreshold: 1 } },
          input: { apps: { web: { startup: '5s' } } },
        }),
      ),
    );
    const { safe, violations } = result.verdict;
    const [killed] = violations.filter(({ kind }) => kind === 'killedWhileRouted');
    expect(safe).toBe(false);
    expect(killed).toMatchObject({ gating: true, pod: 'web-2-0' });
    expect(killed!.fix).toEqual({ code: 'addStartupProbe', container: 'web' });
    // It begins once a router sends there, and with a listener that is closed.
    const closed = times(result, 'listenerClosed', 'web-2-0')[0]!;
    expect(killed!.fromMs).toBeGreaterThanOrEqual(closed);
  });

  it('are none where a readiness probe never let it be routed to', () => {
    const result = run({ livenessProbe: liveness }, { preStopSeconds: 0, ...slow('10m') });
    expect(result.verdict.violations.filter(({ kind }) => kind === 'killedWhileRouted')).toEqual([]);
  });
});

describe('a client that keeps its connections', () => {
  it('keeps those to a container that was restarted, too', () => {
    const delays = { ...CONSTANT_DELAYS, 'app.start': { uniform: ['1s', '8s'] } } as const;
    const clients = [
      {
        name: 'kept',
        from: { node: 'node-1' },
        service: 'web',
        load: { ratePerSecond: 5 },
        connection: { keepAlive: {} },
      },
    ] as const;
    const result = run(
      { livenessProbe: { ...liveness, failureThreshold: 2 } },
      {
        replicas: 0,
        nodes: 1,
        preStopSeconds: 6,
        actions: [{ type: 'scale', deployment: 'web', replicas: 1 }],
        input: { horizon: '3m', delays, clients },
      },
      1,
    );
    const restarted = times(result, 'containerRestarted', 'web-1-0').at(-1)!;
    const up = times(result, 'listenerOpened', 'web-1-0').at(-1)!;
    expect(up).toBeGreaterThan(restarted);
    const answers = result.trace.filter((event) => event.type === 'responseReceived' && event.atMs > up);
    expect(answers.length).toBeGreaterThan(500);
    expect(answers.filter(({ data }) => data?.closes === true)).toEqual([]);
  });
});
