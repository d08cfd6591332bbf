import type { Micros } from './time.ts';
import { formatDuration } from './time.ts';

/** Bounds of one run. Each has an error that names it: a run without end is a livelock, not a long run. */
export interface Limits {
  /** Events handled. */
  readonly maxEvents: number;
  /** Simulated time. */
  readonly maxTime: Micros;
  /** Events waiting at one time. */
  readonly maxPending: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxEvents: 50_000_000,
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
      'Set a horizon, or raise the limit if the scenario really is that large.',
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
      'Something schedules faster than it handles.',
  );
}
