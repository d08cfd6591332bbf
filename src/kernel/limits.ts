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

/** The last events before the limit: how many there were, and of what they were, the most frequent first. */
export interface LatestEvents {
  readonly count: number;
  readonly keys: readonly { readonly key: string; readonly times: number }[];
}

/** So many events before the limit are looked at. */
export const LATEST_EVENTS = 2_000;
/** A loop goes through a few keys again and again. */
const KEYS_OF_A_LOOP = 20;
const TIMES_OF_A_LOOP = 10;

export function eventLimit(limits: Limits, now: Micros, { count, keys }: LatestEvents): LimitExceeded {
  const handled = `maxEvents: ${limits.maxEvents} events were handled and at ${formatDuration(now)} more are waiting. `;
  const loops = keys.length <= KEYS_OF_A_LOOP && count >= TIMES_OF_A_LOOP * keys.length;
  const shown = keys.slice(0, 3).map(({ key, times }) => `${key} (${times} times)`);
  return new LimitExceeded(
    'maxEvents',
    loops
      ? `${handled}The last ${count} of them are the same again and again: ${shown.join(', ')}. ` +
          'Where the scenario asks for that (a client that never pauses), set a horizon or raise limits.maxEvents; ' +
          'else something schedules itself without end: please report it.'
      : `${handled}The last ${count} of them are of ${keys.length} ${keys.length === 1 ? 'sort' : 'sorts'}, most of them ${shown.join(', ')}: ` +
          'no loop, but a large scenario. Raise limits.maxEvents, set a horizon, or ask for less (requests, replicas, nodes).',
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
