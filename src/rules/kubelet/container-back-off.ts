/** The first back-off of a container that is restarted, in milliseconds. Source: pkg/kubelet/kubelet.go initialBackOffPeriod (10 s) */
export const INITIAL_BACK_OFF_MS = 10_000;
/** The longest. Source: pkg/kubelet/kubelet.go MaxCrashLoopBackOff (5 min) */
export const MAX_BACK_OFF_MS = 300_000;

/** What the kubelet remembers of a container's restarts. Times are milliseconds of one clock. */
export interface ContainerBackOff {
  readonly backOffMs: number;
  readonly updatedMs: number;
}

/** Whether a container starts again now, and until when it waits otherwise. */
export interface BackOffDecision {
  /** When the container may be started; null: now. */
  readonly waitsUntilMs: number | null;
  /** What is remembered from now on: longer by a start, unchanged by a wait. */
  readonly entry: ContainerBackOff | null;
}

/**
 * Whether a container that is to be started again has to wait (CrashLoopBackOff). `exitedMs` is when the latest of its runs
 * ended that the sync knows of; null: none has. A sync that kills a container itself does not know of that end yet, so a first
 * restart after a failed probe is at once, and a second one only counts.
 *
 * The back-off starts at 10 s and doubles with each start up to 5 min; twice that time without one, and it is forgotten.
 *
 * Source: pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff; client-go/util/flowcontrol/backoff.go Next, IsInBackOffSince
 */
export function containerBackOff(input: {
  readonly exitedMs: number | null;
  readonly nowMs: number;
  readonly entry: ContainerBackOff | null;
}): BackOffDecision {
  const { exitedMs, nowMs, entry } = input;
  if (exitedMs === null) return { waitsUntilMs: null, entry };
  const known =
    entry !== null && elapsedUs(entry.updatedMs, exitedMs) <= wholeUs(2 * MAX_BACK_OFF_MS) ? entry : null;
  if (known !== null && elapsedUs(exitedMs, nowMs) < wholeUs(known.backOffMs))
    return { waitsUntilMs: exitedMs + known.backOffMs, entry };
  const backOffMs = known === null ? INITIAL_BACK_OFF_MS : Math.min(known.backOffMs * 2, MAX_BACK_OFF_MS);
  return { waitsUntilMs: null, entry: { backOffMs, updatedMs: nowMs } };
}

/** Fractions of a millisecond do not add up exactly; whole microseconds do. */
function wholeUs(ms: number): number {
  return Math.round(ms * 1000);
}

function elapsedUs(fromMs: number, toMs: number): number {
  return wholeUs(toMs) - wholeUs(fromMs);
}
