import type { MinorVersion } from '../machinery/version.ts';
import { outlivedKubelet, type ProbeResult } from './probe-worker.ts';

/** A container as a sync of its Pod sees it; the results are those of its probe workers' caches. */
export interface ContainerProbeStatus {
  readonly running: boolean;
  /** Whether a startup probe worker exists. */
  readonly startupProbe: boolean;
  /** Null: no result yet. */
  readonly startupResult: ProbeResult | null;
  readonly readinessProbe: boolean;
  readonly readinessResult: ProbeResult | null;
  /** `started` of the status so far; kept over a restart of the kubelet from 1.35. */
  readonly wasStarted?: boolean;
  readonly startedSecondsBeforeKubelet?: number;
  /** Whether the Pod's Ready condition was True in the status so far. */
  readonly podWasReady?: boolean;
}

/**
 * Whether a container counts as started: it runs, and its startup probe, if it has one, succeeded.
 *
 * Versions: from 1.35 a container that was started before stays so while its probe has no result (a restarted kubelet).
 *
 * Source: pkg/kubelet/prober/prober_manager.go isContainerStarted
 */
export function isContainerStarted(
  container: Pick<ContainerProbeStatus, 'running' | 'startupProbe' | 'startupResult' | 'wasStarted'>,
  minor: MinorVersion,
): boolean {
  if (!container.running) return false;
  if (container.startupResult !== null) return container.startupResult === 'Success';
  if (minor >= 35 && container.wasStarted === true) return true;
  return !container.startupProbe;
}

/**
 * Whether a container (regular or sidecar) is reported ready by a sync: started, and its readiness probe, if any, stands
 * at Success. Without a readiness probe it is ready as soon as it is started.
 *
 * Versions: from 1.35 a container that outlived a restart of the kubelet keeps the readiness of its Pod until it is
 * probed again; up to 1.34 it is unready until then.
 *
 * Source: pkg/kubelet/prober/prober_manager.go UpdatePodStatus, setReadyStateOnKubeletRestart
 */
export function isContainerReady(container: ContainerProbeStatus, minor: MinorVersion): boolean {
  if (!isContainerStarted(container, minor)) return false;
  if (container.readinessResult === 'Success') return true;
  if (!container.readinessProbe) return true;
  const { startedSecondsBeforeKubelet = 0, podWasReady = false } = container;
  if (!outlivedKubelet({ state: 'running', startedSecondsBeforeKubelet }, minor)) return false;
  return container.readinessResult === null && podWasReady;
}

/**
 * Whether a sync makes the readiness worker attempt at once: the container is started and has a readiness probe that does
 * not stand at Success.
 *
 * Source: pkg/kubelet/prober/prober_manager.go UpdatePodStatus
 */
export function syncTriggersReadinessProbe(container: ContainerProbeStatus, minor: MinorVersion): boolean {
  if (!isContainerStarted(container, minor)) return false;
  return container.readinessProbe && container.readinessResult !== 'Success';
}

/**
 * Whether the next container of the init list (or the first regular one) may be started after this one: a sidecar must be
 * started, a plain init container must have ended with 0.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go computeInitContainerActions
 */
export function initContainerLetsNextStart(input: {
  readonly sidecar: boolean;
  readonly started: boolean;
  /** Null while it has not ended. */
  readonly exitCode: number | null;
}): boolean {
  return input.sidecar ? input.started : input.exitCode === 0;
}
