import type { MinorVersion } from '../machinery/version.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS } from './container-grace-period.ts';

/**
 * The steps of killing one container: `beginKill` when its kill begins, `continueKill` when its hook is over and again when its
 * turn has come, then `runtimeStop`. `killContainers` goes through them ahead of time; an actor as time passes.
 */

/** The override counted only at the very end of a kill up to 1.27. */
function overrideComesLast(minor: MinorVersion): boolean {
  return minor < 28;
}

/**
 * How many seconds the preStop hook of a container may take before the kubelet stops waiting for it.
 * `containerGraceSeconds` is the container's own choice (the function of that name); `graceOverrideSeconds` the
 * worker's effective grace, null where a single container is killed.
 *
 * Versions: from 1.28 the override is the budget; up to 1.27 the container's own grace is, whatever the override says.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export function preStopBudgetSeconds(input: {
  readonly containerGraceSeconds: number;
  readonly graceOverrideSeconds: number | null;
  readonly minor: MinorVersion;
}): number {
  if (overrideComesLast(input.minor)) return input.containerGraceSeconds;
  return input.graceOverrideSeconds ?? input.containerGraceSeconds;
}

/**
 * Whether a container's preStop hook is started at all: it needs a hook, and a budget (seconds) above zero.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export function preStopRuns(input: {
  readonly hasPreStop: boolean;
  readonly budgetSeconds: number;
}): boolean {
  return input.hasPreStop && input.budgetSeconds > 0;
}

/**
 * Whole seconds in a time span of milliseconds, truncated as a conversion to an integer does. It is rounded to 1 µs first:
 * sums of fractional milliseconds must not lose a second.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go executePreStopHook
 */
export function wholeSeconds(spanMs: number): number {
  return Math.trunc(Math.round(spanMs * 1000) / 1_000_000);
}

/**
 * What is left of a grace (seconds) after something took `elapsedMs` of it: the hook, or the wait for a sidecar's turn.
 * Only whole elapsed seconds are deducted, so the fraction is given back. May be zero or less; the floor comes later.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go executePreStopHook, killContainer
 */
export function remainingGraceSeconds(input: {
  readonly graceSeconds: number;
  readonly elapsedMs: number;
}): number {
  return input.graceSeconds - wholeSeconds(input.elapsedMs);
}

/**
 * The seconds between stop signal and SIGKILL that the runtime is told: what remains, but never less than 2.
 *
 * Versions: up to 1.27 the override (null where there is none) replaces the result, so a hook's time is not deducted
 * when a Pod is terminated, and the floor of 2 does not hold.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export function stopTimeoutSeconds(input: {
  readonly remainingSeconds: number;
  readonly graceOverrideSeconds: number | null;
  readonly minor: MinorVersion;
}): number {
  if (overrideComesLast(input.minor) && input.graceOverrideSeconds !== null)
    return input.graceOverrideSeconds;
  return Math.max(input.remainingSeconds, MINIMUM_GRACE_PERIOD_SECONDS);
}

/** What the kubelet does next with a container that it kills. */
export type KillOrder =
  | { readonly step: 'runPreStop'; readonly budgetSeconds: number }
  /** Until all that it waits for are terminated, and at most for the budget. */
  | { readonly step: 'waitForTurn'; readonly budgetSeconds: number }
  | { readonly step: 'stop'; readonly timeoutSeconds: number };

/** What the time of a container's end depends on. */
export interface KillInput {
  /** What is left of its grace when this step begins. */
  readonly budgetSeconds: number;
  /** Some container that it waits for is not terminated yet; false where one container is killed by itself. */
  readonly waitsForOthers: boolean;
  /** The worker's effective grace; null where a single container is killed. */
  readonly graceOverrideSeconds: number | null;
  readonly minor: MinorVersion;
}

/**
 * The first step of a kill: the hook where there is one and time for it, else the wait for its turn or the stop.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export function beginKill(input: KillInput & { readonly hasPreStop: boolean }): KillOrder {
  const { budgetSeconds, waitsForOthers, graceOverrideSeconds, minor } = input;
  if (preStopRuns(input)) return { step: 'runPreStop', budgetSeconds };
  return continueKill({ budgetSeconds, waitsForOthers, graceOverrideSeconds, minor, elapsedMs: 0 });
}

/**
 * The step after a hook or a wait that took `elapsedMs` of the budget: the wait for its turn, where somebody is waited for and
 * time is left for it, else the stop.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export function continueKill(
  input: KillInput & { readonly elapsedMs: number },
): Exclude<KillOrder, { readonly step: 'runPreStop' }> {
  const { budgetSeconds, elapsedMs } = input;
  const remainingSeconds = remainingGraceSeconds({ graceSeconds: budgetSeconds, elapsedMs });
  if (input.waitsForOthers && remainingSeconds > 0)
    return { step: 'waitForTurn', budgetSeconds: remainingSeconds };
  return { step: 'stop', timeoutSeconds: timeoutAfterWait(input) };
}

/**
 * The seconds between stop signal and SIGKILL of a container whose turn has come, or has come too late, after a wait of
 * `elapsedMs`.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export function timeoutAfterWait(
  input: Omit<KillInput, 'waitsForOthers'> & { readonly elapsedMs: number },
): number {
  const { budgetSeconds, elapsedMs, graceOverrideSeconds, minor } = input;
  const remainingSeconds = remainingGraceSeconds({ graceSeconds: budgetSeconds, elapsedMs });
  return stopTimeoutSeconds({ remainingSeconds, graceOverrideSeconds, minor });
}

/** When the runtime saw a container end, and whether it took SIGKILL. */
export interface RuntimeStop {
  /** When the process was gone, in the time scale of `stopMs`. */
  readonly exitMs: number;
  /** Whether SIGKILL ended it. */
  readonly sigkilled: boolean;
}

/**
 * How the runtime ends a container that is asked to stop at `stopMs`: the stop signal, then SIGKILL once the timeout is
 * over. A timeout of 0 kills at once. `exitAfterStopSignalMs` is what the process needs after the signal, null where it
 * never exits by itself; a process that needs exactly the timeout is taken to have made it.
 *
 * Source: containerd internal/cri/server/container_stop.go stopContainer
 */
export function runtimeStop(input: {
  readonly stopMs: number;
  readonly timeoutSeconds: number;
  readonly exitAfterStopSignalMs: number | null;
}): RuntimeStop {
  const timeoutMs = input.timeoutSeconds * 1000;
  const needsMs = input.exitAfterStopSignalMs ?? Number.POSITIVE_INFINITY;
  if (timeoutMs > 0 && needsMs <= timeoutMs) return { exitMs: input.stopMs + needsMs, sigkilled: false };
  return { exitMs: input.stopMs + Math.max(timeoutMs, 0), sigkilled: true };
}

/**
 * Whether the container to kill is one that the Pod's spec knows; the kill of any other fails before it begins.
 * Looks through regular, init and ephemeral containers, by name.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer; pkg/kubelet/container/helpers.go GetContainerSpec
 */
export function hasContainerSpec(podContainers: readonly string[], containerName: string): boolean {
  return podContainers.includes(containerName);
}

/** What makes a container stop, as far as hooks are concerned. */
export type ContainerStopCause =
  | 'podDeletion'
  | 'kubeletEviction'
  | 'nodeShutdown'
  | 'preemption'
  | 'livenessProbeFailure'
  | 'startupProbeFailure'
  | 'postStartFailure'
  | 'containerSpecChange'
  | 'exitByItself'
  | 'outOfMemory';

/**
 * Whether a stop goes through the kubelet's kill, the only path that runs a preStop hook. A process that ends by itself,
 * or that the kernel kills for its memory, is merely found dead.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer (its callers)
 */
export function goesThroughKill(cause: ContainerStopCause): boolean {
  return cause !== 'exitByItself' && cause !== 'outOfMemory';
}

/** How a container ended, as its status has it. */
export interface TerminatedState {
  readonly exitCode: number;
  readonly reason: 'Completed' | 'Error' | 'OOMKilled';
}

/**
 * What the container's status says of its end: 137 after SIGKILL, else the process's own code; the reason is Completed
 * for 0 and Error for anything else, unless the kernel killed it for its memory.
 *
 * Source: containerd internal/cri/server/events.go handleContainerExit; pkg/kubelet/kuberuntime/helpers.go
 */
export function terminatedState(input: {
  readonly sigkilled: boolean;
  readonly outOfMemory?: boolean;
  /** The code with which the process ends when it ends by itself. */
  readonly ownExitCode: number;
}): TerminatedState {
  if (input.outOfMemory === true) return { exitCode: 137, reason: 'OOMKilled' };
  const exitCode = input.sigkilled ? 137 : input.ownExitCode;
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
}
