import type { MinorVersion } from '../machinery/version.ts';
import type { PodRestartPolicy } from './restart-container.ts';

/** A Pod's phase. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** Status of one container, as far as the Pod's phase depends on it. */
export interface PhaseContainerStatus {
  readonly state: 'running' | 'waiting' | 'terminated' | 'unknown';
  /** Of a terminated container. */
  readonly exitCode?: number;
  /** Of the run before the present state; absent where there was none. */
  readonly lastExitCode?: number;
  /** Of a running sidecar. */
  readonly started?: boolean;
}

/** What a Pod's phase is read off. */
export interface PodPhaseInput {
  readonly restartPolicy: PodRestartPolicy;
  /** Names of the regular containers. */
  readonly containers: readonly string[];
  readonly initContainers: readonly { readonly name: string; readonly restartable: boolean }[];
  /** By name; a container without a status has no entry. */
  readonly statuses: Readonly<Record<string, PhaseContainerStatus>>;
  /** No container of the Pod runs or will run again. */
  readonly podIsTerminal: boolean;
  /** The Pod's Initialized condition is True (or its regular containers have run). */
  readonly podHasInitialized: boolean;
  readonly isStaticPod?: boolean;
  readonly minor: MinorVersion;
}

interface Counts {
  pendingInit: number;
  pendingSidecars: number;
  failedInit: number;
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  unknown: number;
}

/**
 * The phase of a Pod from the states of its containers. Regular containers decide how it ends: a sidecar's exit code never
 * matters, a plain init container's only under restartPolicy Never.
 *
 * Versions: up to 1.26 `podIsTerminal` does not count, so a deleted Pod with restartPolicy Always stays Running to its end;
 * from 1.27 it becomes Succeeded or Failed by its exit codes, except a static Pod.
 *
 * Source: pkg/kubelet/kubelet_pods.go getPhase
 */
export function podPhase(input: PodPhaseInput): PodPhase {
  const counts = countContainers(input);
  const { running, waiting, stopped, unknown } = counts;
  if (counts.failedInit > 0 && input.restartPolicy === 'Never') return 'Failed';
  const initializing = counts.pendingInit > 0 || (counts.pendingSidecars > 0 && !input.podHasInitialized);
  if (initializing || waiting > 0 || unknown > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  return phaseOfStopped(input, stopped === counts.succeeded);
}

function phaseOfStopped(input: PodPhaseInput, allSucceeded: boolean): PodPhase {
  const terminal = input.podIsTerminal && input.minor >= 27 && input.isStaticPod !== true;
  if (terminal) return allSucceeded ? 'Succeeded' : 'Failed';
  if (input.restartPolicy === 'Always') return 'Running';
  if (allSucceeded) return 'Succeeded';
  return input.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function countContainers(input: PodPhaseInput): Counts {
  const counts: Counts = {
    pendingInit: 0,
    pendingSidecars: 0,
    failedInit: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    succeeded: 0,
    unknown: 0,
  };
  for (const { name, restartable } of input.initContainers) {
    const status = input.statuses[name];
    if (restartable) countSidecar(counts, status);
    else countInit(counts, status);
  }
  for (const name of input.containers) countRegular(counts, input.statuses[name]);
  return counts;
}

/** A plain init container fails or is pending; one that ended with 0 counts for nothing. */
function countInit(counts: Counts, status: PhaseContainerStatus | undefined): void {
  const exitCode = status?.state === 'waiting' ? status.lastExitCode : status?.exitCode;
  const ended = status?.state === 'terminated' || (status?.state === 'waiting' && exitCode !== undefined);
  if (!ended) counts.pendingInit += 1;
  else if (exitCode !== 0) counts.failedInit += 1;
}

/** A sidecar that ended, or ended before it waits again, counts for nothing. */
function countSidecar(counts: Counts, status: PhaseContainerStatus | undefined): void {
  if (status === undefined) {
    counts.unknown += 1;
  } else if (status.state === 'running') {
    if (status.started !== true) counts.pendingSidecars += 1;
    counts.running += 1;
  } else if (status.state === 'waiting' && status.lastExitCode === undefined) {
    counts.pendingSidecars += 1;
    counts.waiting += 1;
  } else if (status.state === 'unknown') {
    counts.pendingSidecars += 1;
    counts.unknown += 1;
  }
}

function countRegular(counts: Counts, status: PhaseContainerStatus | undefined): void {
  if (status === undefined || status.state === 'unknown') {
    counts.unknown += 1;
  } else if (status.state === 'running') {
    counts.running += 1;
  } else if (status.state === 'terminated') {
    counts.stopped += 1;
    if (status.exitCode === 0) counts.succeeded += 1;
  } else if (status.lastExitCode !== undefined) {
    counts.stopped += 1;
  } else {
    counts.waiting += 1;
  }
}
