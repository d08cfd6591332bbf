import { checkGracefulDelete } from '../../../src/rules/apiserver/delete-pod.ts';
import { containerGraceSeconds } from '../../../src/rules/kubelet/container-grace-period.ts';
import {
  initContainerLetsNextStart,
  isContainerStarted,
} from '../../../src/rules/kubelet/container-readiness.ts';
import { goesThroughKill, terminatedState } from '../../../src/rules/kubelet/kill-container.ts';
import { mergePodStatus } from '../../../src/rules/kubelet/merge-pod-status.ts';
import {
  groupByPriority,
  migrateShutdownConfig,
  SYSTEM_CRITICAL_PRIORITY,
  shutdownGraceOverrideSeconds,
  shutdownGroupStartsMs,
} from '../../../src/rules/kubelet/node-shutdown.ts';
import { podPhase } from '../../../src/rules/kubelet/pod-phase.ts';
import { firstEffectiveProbeMs, nextProbeAttemptUs } from '../../../src/rules/kubelet/probe-ticker.ts';
import { doProbe, NEW_PROBE_WORKER, type ProbeType } from '../../../src/rules/kubelet/probe-worker.ts';
import { shouldContainerBeRestarted } from '../../../src/rules/kubelet/restart-container.ts';
import { effectiveStopSignal } from '../../../src/rules/kubelet/stop-signal.ts';
import { probesWhileTerminating } from '../../../src/rules/kubelet/sync-terminating-pod.ts';
import { validateStopSignal } from '../../../src/rules/validation/validate-stop-signal.ts';
import type { Adapter } from '../types.ts';
import { sidecarAdapters } from './kubelet-e2e-sidecars.ts';
import {
  containerOf,
  DEFAULT_GRACE_SECONDS,
  deletionGrace,
  hookOf,
  inGroup,
  kill,
  killOne,
  minor,
  simple,
  within,
} from './kubelet-kill.ts';

const probe = (
  probeType: ProbeType,
  input: any,
  more: { readonly deleted: boolean; readonly fails: boolean },
) =>
  doProbe(NEW_PROBE_WORKER, {
    probeType,
    initialDelaySeconds: input.initialDelaySeconds ?? 0,
    successThreshold: 1,
    failureThreshold: input.failureThreshold ?? 3,
    podPhase: 'Running',
    podDeletionTimestampSet: more.deleted,
    restartPolicy: 'Always',
    sidecar: false,
    container: {
      containerID: 'test://app',
      state: 'running',
      started: probeType !== 'startup',
      secondsSinceStart: 3600,
    },
    handler: () => (more.fails ? 'Failure' : 'Success'),
    minor,
  });

const sleepAndHooks: readonly Adapter[] = [
  {
    name: 'e2e: sleep hook',
    matches: inGroup('e2e-sleep'),
    actual(input) {
      const sleep = { preStop: 'sleep', preStopMs: input.preStopSleepSeconds * 1000 } as const;
      const grace = deletionGrace(input.deleteGracePeriodSeconds, input.terminationGracePeriodSeconds);
      const ownEndMs = Number(/by itself after (\d+) s/.exec(input.app)?.[1] ?? 0) * 1000;
      const killed = goesThroughKill(input.delete === false ? 'exitByItself' : 'podDeletion');
      return { seconds: (killed ? killOne(sleep, grace).exitMs : ownEndMs) / 1000 };
    },
    agrees: ({ seconds }, expected) => Object.values(expected).every((bounds) => within(seconds, bounds)),
  },
  {
    name: 'e2e: preStop hook',
    matches: inGroup('e2e-hook'),
    actual(input) {
      const container = simple({ ...hookOf(input.preStop), sidecar: input.container === 'sidecar' });
      const grace = deletionGrace(input.deleteGracePeriodSeconds, null);
      return { startMs: kill([container], grace).containers.app?.preStopStartMs };
    },
    agrees: ({ startMs }, expected) =>
      typeof startMs === 'number' && startMs <= expected.hookObservedWithinSeconds * 1000,
  },
  {
    name: 'e2e: preStop and the Pod’s phase',
    matches: inGroup('e2e-prestop'),
    actual(input) {
      const grace = deletionGrace(input.deleteGracePeriodSeconds, null);
      const killed = killOne({ ...hookOf(input.preStop), exitAfterStopSignalMs: null }, grace);
      const running = killed.exitMs > (input.checkAfterSeconds ?? 0) * 1000;
      const phase = podPhase({
        restartPolicy: 'Always',
        containers: ['app'],
        initContainers: [],
        statuses: { app: running ? { state: 'running' } : { state: 'terminated', exitCode: 137 } },
        podIsTerminal: !running,
        podHasInitialized: true,
        minor,
      });
      return { phaseStillRunning: phase === 'Running', startMs: killed.preStopStartMs };
    },
    agrees: (actual, expected) =>
      expected.hookObservedWithinSeconds === undefined
        ? actual.phaseStillRunning === expected.phaseStillRunning
        : actual.startMs !== null && actual.startMs <= expected.hookObservedWithinSeconds * 1000,
  },
  {
    name: 'e2e: stop signal',
    matches: inGroup('e2e-stopsignal'),
    actual(input) {
      const refused = validateStopSignal(input.stopSignal, 'stopSignal', input.podOS).length > 0;
      const signal = effectiveStopSignal({
        lifecycleStopSignal: input.stopSignal,
        imageStopSignal: null,
        containerStopSignalsGate: input.gate === 'ContainerStopSignals on',
        runtimeTakesStopSignal: true,
        minor,
      });
      return { podStarts: !refused && signal === input.stopSignal };
    },
  },
];

const DEFAULT_PERIOD_SECONDS = 10;

const probes: readonly Adapter[] = [
  {
    name: 'e2e: kill by a probe',
    matches: (testCase) => testCase.group === 'e2e-probe' && testCase.input.podTGPS !== undefined,
    actual(input) {
      const type = input.startupProbe === undefined ? 'liveness' : 'startup';
      const spec = input.startupProbe ?? input.livenessProbe;
      const { state } = probe(type, spec, { deleted: false, fails: spec.alwaysFails });
      const seconds = containerGraceSeconds({
        deletionGracePeriodSeconds: null,
        terminationGracePeriodSeconds: input.podTGPS,
        startupProbeTerminationGracePeriodSeconds: input.startupProbe?.terminationGracePeriodSeconds ?? null,
        livenessProbeTerminationGracePeriodSeconds:
          input.livenessProbe?.terminationGracePeriodSeconds ?? null,
        reason: type === 'startup' ? 'StartupProbe' : 'LivenessProbe',
      });
      const killed = killOne({ exitAfterStopSignalMs: null }, seconds, { wholePod: false });
      const { latestMs } = firstEffectiveProbeMs({ periodSeconds: DEFAULT_PERIOD_SECONDS, ...spec });
      const restarted = shouldContainerBeRestarted({
        podTerminating: false,
        restartPolicy: 'Always',
        state: 'exited',
        exitCode: 137,
      });
      return {
        restartCount: state.result === 'Failure' && restarted ? 1 : 0,
        seconds: (latestMs + killed.exitMs) / 1000,
      };
    },
    // The bound without the slack that the test allows its observer.
    agrees: (actual, expected) =>
      actual.restartCount === expected.restartCount &&
      actual.seconds <= Number.parseInt(expected.withinSeconds, 10),
  },
  {
    name: 'e2e: probes of a terminating Pod',
    matches: inGroup('e2e-probe'),
    actual(input) {
      const livesSeconds = Number(/lives (\d+) s/.exec(input.app)?.[1]);
      const { exitMs } = killOne(
        { exitAfterStopSignalMs: livesSeconds * 1000 },
        deletionGrace(null, input.terminationGracePeriodSeconds),
      );
      const readiness = probe('readiness', input.readinessProbe, { deleted: true, fails: true });
      const flipUs = nextProbeAttemptUs({
        tickerStartUs: 0,
        periodUs: input.readinessProbe.periodSeconds * 1_000_000,
        attemptStartUs: 0,
        attemptEndUs: 0,
      });
      const liveness = probe('liveness', input.livenessProbe ?? {}, { deleted: true, fails: true });
      const livenessGoesOn = probesWhileTerminating('liveness', false) || liveness.probed;
      return {
        podReadyBecomesFalseWhileTerminating: readiness.state.result === 'Failure' && flipUs < exitMs * 1000,
        livenessFailureEvents: livenessGoesOn ? 1 : 0,
      };
    },
    agrees: (actual, { observedForSeconds: _, ...expected }) =>
      Object.entries(expected).every(([key, value]) => actual[key] === value),
  },
  {
    name: 'e2e: sidecar killed by its probe',
    matches: inGroup('e2e-probe-kill'),
    actual(input) {
      const type = input.startupProbe === undefined ? 'liveness' : 'startup';
      const { state } = probe(type, input.startupProbe ?? input.livenessProbe, {
        deleted: false,
        fails: true,
      });
      const schedule = kill([containerOf('app', input.sidecar, true)], DEFAULT_GRACE_SECONDS, {
        wholePod: false,
      });
      const killed = schedule.containers.app;
      const started = isContainerStarted(
        {
          running: true,
          startupProbe: type === 'startup',
          startupResult: type === 'startup' ? state.result : null,
        },
        minor,
      );
      return {
        preStopRunsWhileSidecarRuns:
          killed !== undefined && killed.preStopEndMs !== null && killed.preStopEndMs < killed.exitMs,
        sidecarExits: killed !== undefined && Number.isFinite(killed.exitMs),
        'regular-1Starts': initContainerLetsNextStart({ sidecar: true, started, exitCode: null }),
      };
    },
  },
];

const others: readonly Adapter[] = [
  {
    name: 'e2e: image changed during the termination',
    matches: inGroup('e2e-update-during-termination'),
    actual(input) {
      const seconds = input.container?.secondsToExitAfterSIGTERM ?? input.everyContainerTerminationSeconds;
      const exitAfterStopSignalMs = seconds * 1000;
      const main = simple({ exitAfterStopSignalMs });
      const all =
        input.container === undefined ? [main, { ...main, name: 'sidecar', sidecar: true }] : [main];
      const restarted = shouldContainerBeRestarted({
        podTerminating: true,
        restartPolicy: input.restartPolicy,
        state: 'exited',
        exitCode: input.container?.exitCode ?? 0,
      });
      const { allStoppedMs } = kill(all, deletionGrace(input.deleteGracePeriodSeconds, null));
      return { restartCount: restarted ? 1 : 0, goneSeconds: allStoppedMs / 1000 };
    },
    agrees: (actual, expected) =>
      actual.restartCount === (expected.restartCount ?? expected.sidecarRestartCount) &&
      actual.goneSeconds <= expected.consistentlyForSeconds + expected.podGoneWithinSecondsAfterThat,
  },
  {
    name: 'e2e: exit by SIGKILL',
    matches: inGroup('e2e-exit'),
    actual(input) {
      const grace = deletionGrace(input.deleteGracePeriodSeconds, input.terminationGracePeriodSeconds);
      const { sigkilled } = killOne({ exitAfterStopSignalMs: null }, grace);
      return terminatedState({ sigkilled, ownExitCode: 0 });
    },
  },
  {
    name: 'e2e: delete with grace',
    matches: inGroup('e2e-delete'),
    actual(input) {
      const pod = {
        nodeName: 'node-1',
        phase: 'Running',
        terminationGracePeriodSeconds: DEFAULT_GRACE_SECONDS,
      };
      const stored = checkGracefulDelete(pod, input.deleteGracePeriodSeconds);
      const killed = killOne({ exitAfterStopSignalMs: null }, deletionGrace(stored, null));
      return { deletionTimestampSet: stored > 0, goneSeconds: killed.allStoppedMs / 1000 };
    },
    agrees: (actual, expected) =>
      actual.deletionTimestampSet === expected.deletionTimestampSet &&
      actual.goneSeconds <= expected.podGoneFromKubeletWithinSeconds,
  },
  {
    name: 'e2e: static Pod',
    matches: inGroup('e2e-static'),
    actual(input) {
      const grace = deletionGrace(null, input.terminationGracePeriodSeconds);
      const runsOnSeconds = Number(/running (\d+) s/.exec(input.app ?? '')?.[1] ?? 100);
      return { goneSeconds: killOne({ exitAfterStopSignalMs: runsOnSeconds * 1000 }, grace).exitMs / 1000 };
    },
    agrees: ({ goneSeconds }, expected) =>
      goneSeconds >=
        (expected.mirrorPodStillRunningForSeconds ?? expected.oldMirrorPodStillRunningForSeconds) &&
      goneSeconds <= (expected.recreatedWithinSeconds ?? Number.POSITIVE_INFINITY),
  },
  {
    name: 'e2e: node shutdown',
    matches: inGroup('e2e-node-shutdown'),
    actual(input) {
      const pods = Object.entries<number>(input.pods).map(([name, tgps]) => ({
        name,
        tgps,
        priority: name.includes('critical') ? SYSTEM_CRITICAL_PRIORITY : 0,
      }));
      const periods = migrateShutdownConfig(input.shutdownGracePeriod, input.shutdownGracePeriodCriticalPods);
      const { startsMs, endMs } = shutdownGroupStartsMs(
        groupByPriority(periods, pods),
        ({ tgps }, { shutdownGracePeriodSeconds }) => {
          const override = shutdownGraceOverrideSeconds(shutdownGracePeriodSeconds, tgps);
          return killOne({ exitAfterStopSignalMs: null }, override).allStoppedMs;
        },
      );
      const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' as const }] };
      const merged = mergePodStatus(ready, { ...ready, phase: 'Failed' }, false);
      return {
        firstGroupSeconds: (startsMs[1] ?? 0) / 1000,
        secondGroupSeconds: (endMs - (startsMs[1] ?? 0)) / 1000,
        terminalAndReady: merged.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
      };
    },
    agrees: (actual, expected) =>
      actual.firstGroupSeconds <= expected.nonCriticalShutdownWithinSeconds &&
      actual.secondGroupSeconds > 0 === expected.criticalStillRunningThen &&
      actual.secondGroupSeconds <= expected.allShutdownWithinFurtherSeconds &&
      !actual.terminalAndReady,
  },
];

export const e2eAdapters: readonly Adapter[] = [...sleepAndHooks, ...probes, ...sidecarAdapters, ...others];
