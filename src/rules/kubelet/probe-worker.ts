import type { MinorVersion } from '../machinery/version.ts';
import { type PodRestartPolicy, probedContainerMayRunAgain } from './restart-container.ts';

/** What a probe is for. */
export type ProbeType = 'readiness' | 'liveness' | 'startup';
/** What a probe's worker last made of its answers. */
export type ProbeResult = 'Success' | 'Failure' | 'Unknown';

/** What a probe worker has counted of one container. */
export interface ProbeCount {
  /** What the results cache holds for that container; null: nothing. */
  readonly result: ProbeResult | null;
  readonly lastResult: ProbeResult | null;
  /** How many equal results in a row. */
  readonly resultRun: number;
  readonly onHold: boolean;
}

/** What a probe worker remembers between attempts. */
export interface ProbeWorkerState extends ProbeCount {
  /** The container that it knows; null before it has seen one. */
  readonly containerID: string | null;
}

/** A worker that has not probed yet. */
export const NEW_PROBE_WORKER: ProbeWorkerState = {
  containerID: null,
  result: null,
  lastResult: null,
  resultRun: 0,
  onHold: false,
};

/** The probed container as the kubelet's status manager has it; not refreshed while a kill is in progress. */
export interface ProbedContainerStatus {
  readonly containerID: string;
  readonly state: 'waiting' | 'running' | 'terminated';
  readonly exitCode?: number;
  readonly started: boolean;
  /** Since `startedAt`, which has whole-second precision. */
  readonly secondsSinceStart: number;
  /** Seconds between its start and the start of the kubelet; absent or negative: it is younger than the kubelet. */
  readonly startedSecondsBeforeKubelet?: number;
}

/** A probe that is due: its settings, and the Pod as it is. */
export interface ProbeAttempt {
  readonly probeType: ProbeType;
  readonly initialDelaySeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** Null: the status manager knows no such Pod. */
  readonly podPhase: string | null;
  /** In the Pod as it was when the worker was created: a later deletion does not show here. */
  readonly podDeletionTimestampSet: boolean;
  readonly restartPolicy: PodRestartPolicy;
  /** Native sidecar: it is always started again. */
  readonly sidecar: boolean;
  /** Null: no status of this container, or none with an ID. */
  readonly container: ProbedContainerStatus | null;
  /** What the probe would answer; `error` where the prober itself failed after its retries. */
  readonly handler: () => 'Success' | 'Failure' | 'error';
  readonly minor: MinorVersion;
}

/** What became of a probe that was due. */
export interface ProbeAttemptOutcome {
  readonly state: ProbeWorkerState;
  /** False: the worker ends. */
  readonly keepGoing: boolean;
  /** Whether the handler was called at all. */
  readonly probed: boolean;
}

/**
 * The result of a probe that has not had an answer yet: readiness Failure, liveness Success, startup Unknown.
 *
 * Source: pkg/kubelet/prober/worker.go newWorker
 */
export function initialProbeResult(probeType: ProbeType): ProbeResult {
  if (probeType === 'readiness') return 'Failure';
  return probeType === 'liveness' ? 'Success' : 'Unknown';
}

/**
 * One attempt of a probe worker: whether the handler is called, what the results cache holds afterwards, and whether the
 * worker goes on. In order: no status → wait; Pod finished → end; new container → initial result, no hold; on hold →
 * wait; container not running → Failure; Pod being deleted → liveness and startup succeed and end, readiness goes on;
 * initial delay; started gate; then the handler and the thresholds. Seconds are compared in whole seconds.
 *
 * Versions: from 1.32 a startup worker holds after success, too; from 1.35 a container that ran 10 s before the kubelet
 * started gets no initial result, and a worker ends with a container that its exit code keeps from restarting.
 *
 * Source: pkg/kubelet/prober/worker.go doProbe
 */
export function doProbe(before: ProbeWorkerState, attempt: ProbeAttempt): ProbeAttemptOutcome {
  const { container, podPhase, probeType } = attempt;
  if (podPhase === null) return { state: before, keepGoing: true, probed: false };
  if (podPhase === 'Failed' || podPhase === 'Succeeded')
    return { state: before, keepGoing: false, probed: false };
  if (container === null) return { state: before, keepGoing: true, probed: false };

  const state = adoptContainer(before, container, attempt);
  if (state.onHold) return { state, keepGoing: true, probed: false };
  if (container.state !== 'running') {
    const keepGoing =
      container.state === 'waiting' ||
      probedContainerMayRunAgain({ ...attempt, exitCode: container.exitCode ?? 0 });
    return { state: { ...state, result: 'Failure' }, keepGoing, probed: false };
  }
  if (attempt.podDeletionTimestampSet && probeType !== 'readiness') {
    return { state: { ...state, result: 'Success' }, keepGoing: false, probed: false };
  }
  const delayed = Math.trunc(container.secondsSinceStart) < attempt.initialDelaySeconds;
  if (delayed || !probedNow(probeType, container.started)) return { state, keepGoing: true, probed: false };
  const answer = attempt.handler();
  if (answer === 'error') return { state, keepGoing: true, probed: true };
  return { state: countProbeResult(state, answer, attempt), keepGoing: true, probed: true };
}

/** A startup probe runs until the container is started, the other two from then on. */
function probedNow(probeType: ProbeType, started: boolean): boolean {
  return started !== (probeType === 'startup');
}

function adoptContainer(
  state: ProbeWorkerState,
  container: ProbedContainerStatus,
  attempt: ProbeAttempt,
): ProbeWorkerState {
  if (state.containerID === container.containerID) return state;
  const result = outlivedKubelet(container, attempt.minor) ? null : initialProbeResult(attempt.probeType);
  return { ...state, containerID: container.containerID, result, onHold: false };
}

/**
 * Whether a container ran long enough before the kubelet started to be taken for one that a restart of the kubelet must
 * not disturb: more than 10 seconds. Versions: from 1.35.
 *
 * Source: pkg/kubelet/prober/prober_manager.go kubeletRestartGracePeriod
 */
export function outlivedKubelet(
  container: { readonly state: string; readonly startedSecondsBeforeKubelet?: number },
  minor: MinorVersion,
): boolean {
  return minor >= 35 && container.state === 'running' && (container.startedSecondsBeforeKubelet ?? 0) > 10;
}

/**
 * Counts one answer: the cached result changes only when the threshold of that answer is reached. A liveness failure, and
 * either result of a startup probe, then puts the worker on hold until there is a new container.
 *
 * Versions: up to 1.31 a startup success does not hold.
 *
 * Source: pkg/kubelet/prober/worker.go doProbe
 */
export function countProbeResult<S extends ProbeCount>(
  state: S,
  answer: 'Success' | 'Failure',
  probe: Pick<ProbeAttempt, 'probeType' | 'successThreshold' | 'failureThreshold' | 'minor'>,
): S {
  const resultRun = state.lastResult === answer ? state.resultRun + 1 : 1;
  const counted: S = { ...state, lastResult: answer, resultRun };
  const threshold = answer === 'Success' ? probe.successThreshold : probe.failureThreshold;
  if (resultRun < threshold) return counted;
  const holds =
    probe.probeType === 'startup'
      ? answer === 'Failure' || probe.minor >= 32
      : probe.probeType === 'liveness' && answer === 'Failure';
  if (!holds) return { ...counted, result: answer };
  return { ...counted, result: answer, onHold: true, resultRun: 0 };
}
