import type { Micros } from './time.ts';
import { formatDuration } from './time.ts';

/** Bounds of one run. Each has an error that names it: a run without end is a livelock, not a long run. */
export interface Limits {
  /** Events handled. */
  readonly maxEvents: number;
  /** Events handled by a run that keeps a trace: each stays in memory. */
  readonly maxTraceEvents: number;
  /** Simulated time. */
  readonly maxTime: Micros;
  /** Events waiting at one time. */
  readonly maxPending: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxEvents: 50_000_000,
  maxTraceEvents: 5_000_000,
  // Longer than the longest duration that a scenario may hold, so that only a livelock gets there.
  maxTime: 366 * 24 * 3_600 * 1_000_000,
  maxPending: 10_000_000,
};

/** A run reached one of its limits. `limit` names it. */
export class LimitExceeded extends Error {
  override readonly name = 'LimitExceeded';
  constructor(
    readonly limit: keyof Limits,
    message: string,
  ) {
    super(message);
  }
}

export function eventLimit(limits: Limits, now: Micros, frequent: string): LimitExceeded {
  return new LimitExceeded(
    'maxEvents',
    `maxEvents: ${limits.maxEvents} events were handled and at ${formatDuration(now)} more are waiting. ` +
      `The latest event was "${frequent}"; something probably schedules itself again and again. ` +
      'Set a horizon, or raise limits.maxEvents if the scenario really is that large.',
  );
}

export function traceLimit(limits: Limits, now: Micros): LimitExceeded {
  return new LimitExceeded(
    'maxTraceEvents',
    `maxTraceEvents: ${limits.maxTraceEvents} events are in the trace at ${formatDuration(now)} and more are waiting. ` +
      "Simulate with { trace: 'none' }, set a horizon, or raise limits.maxTraceEvents if there is memory for it.",
  );
}

export function timeLimit(limits: Limits, next: string): LimitExceeded {
  return new LimitExceeded(
    'maxTime',
    `maxTime: the run passed ${formatDuration(limits.maxTime)} of simulated time and "${next}" is still to come. ` +
      'Set a horizon to end the run earlier.',
  );
}

export function pendingLimit(limits: Limits, now: Micros): LimitExceeded {
  return new LimitExceeded(
    'maxPending',
    `maxPending: ${limits.maxPending} events wait at ${formatDuration(now)}. ` +
      'Something schedules faster than it handles; raise limits.maxPending if the scenario really is that large.',
  );
}
