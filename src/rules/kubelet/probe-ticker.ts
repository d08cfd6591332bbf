import type { MinorVersion } from '../machinery/version.ts';

/** How often a prober that itself fails (not the probe) is asked within one attempt. */
export const MAX_PROBE_RETRIES = 3;

/**
 * How long a new probe worker waits before its first attempt, in milliseconds: not at all, unless the kubelet itself
 * started less than one period ago; then a random part of the period. `fraction` is that draw, 0 ≤ fraction < 1.
 *
 * Source: pkg/kubelet/prober/worker.go run
 */
export function firstProbeDelayMs(input: {
  readonly periodSeconds: number;
  readonly kubeletUpMs: number;
  readonly fraction: number;
}): number {
  const periodMs = input.periodSeconds * 1000;
  return periodMs > input.kubeletUpMs ? input.fraction * periodMs : 0;
}

/**
 * The first tick at or after `fromUs` of a worker's ticker. The worker attempts once when the ticker starts, and then at each
 * tick. Microseconds.
 *
 * Source: pkg/kubelet/prober/worker.go run
 */
export function probeTickUs(input: {
  /** When the ticker was started or last reset. */
  readonly tickerStartUs: number;
  readonly periodUs: number;
  readonly fromUs: number;
}): number {
  const ticks = Math.ceil((input.fromUs - input.tickerStartUs) / input.periodUs);
  return input.tickerStartUs + Math.max(ticks, 0) * input.periodUs;
}

/**
 * When a worker attempts next, in microseconds, if nobody triggers it before: at the next tick of its period. A tick that
 * passed while an attempt was in progress is kept, one at most, so a slow attempt is followed by the next at once.
 *
 * Source: pkg/kubelet/prober/worker.go run
 */
export function nextProbeAttemptUs(input: {
  readonly tickerStartUs: number;
  readonly periodUs: number;
  readonly attemptStartUs: number;
  readonly attemptEndUs: number;
}): number {
  const { tickerStartUs, attemptStartUs } = input;
  const fromUs = Math.max(tickerStartUs, attemptStartUs) + 1;
  return Math.max(probeTickUs({ ...input, fromUs }), input.attemptEndUs);
}

/**
 * From when a worker's ticks count after a manual trigger at `triggeredAtUs`.
 * Versions: from 1.32 the trigger restarts the period; up to 1.31 the ticks go on as they were.
 *
 * Source: pkg/kubelet/prober/worker.go run
 */
export function tickerStartAfterTriggerUs(input: {
  readonly tickerStartUs: number;
  readonly triggeredAtUs: number;
  readonly minor: MinorVersion;
}): number {
  return input.minor >= 32 ? input.triggeredAtUs : input.tickerStartUs;
}

/**
 * Between which moments, in milliseconds after the container's start, a probe's first effective attempt falls when only
 * ticks cause attempts: from the initial delay up to one period later, the ticks being of any phase.
 *
 * Source: pkg/kubelet/prober/worker.go run, doProbe
 */
export function firstEffectiveProbeMs(input: {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
}): { readonly earliestMs: number; readonly latestMs: number } {
  const earliestMs = input.initialDelaySeconds * 1000;
  return { earliestMs, latestMs: earliestMs + input.periodSeconds * 1000 };
}
