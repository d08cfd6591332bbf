import type { RunnerConfig, RunnerState } from './bounded-frequency-runner.ts';
import {
  requestRun,
  retryAfter,
  runFinished,
  startRunner,
  timerFired,
  wakeAtUs,
} from './bounded-frequency-runner.ts';

/** A call on the runner from outside. */
export interface RunnerCall {
  readonly atUs: number;
  readonly op: 'Run' | 'RetryAfter';
  /** Of RetryAfter: the interval, in microseconds. */
  readonly intervalUs?: number | undefined;
  /** Of Run: whether the next run to begin fails. */
  readonly fails?: boolean | undefined;
  /** Of Run: the interval of a RetryAfter() that the next run to begin calls, in microseconds. */
  readonly retryAfterUs?: number | undefined;
}

/** What a runner is called for, and how it is set. */
export interface RunnerTimelineInput {
  readonly config: RunnerConfig;
  /** Calls in the order of time; those of one instant are made one after the other. */
  readonly calls: readonly RunnerCall[];
  readonly fnDurationUs: number;
  /** Which runs fail, counted from 0. */
  readonly failingRunIndexes?: readonly number[] | undefined;
  /** The last instant that is looked at. */
  readonly endUs: number;
}

/** When a runner ran, and what its timer stood at. */
export interface RunnerTimeline {
  readonly runStartsUs: readonly number[];
  /**
   * After every step that may touch the timer: when it was, and how long the timer has left; null while a run
   * goes on.
   */
  readonly steps: readonly { readonly atUs: number; readonly timerUs: number | null }[];
}

interface Progress {
  state: RunnerState;
  finishAtUs: number | null;
  fails: boolean;
  nextFails: boolean;
  nextRetryAfterUs: number | null;
  readonly runStartsUs: number[];
  readonly steps: { atUs: number; timerUs: number | null }[];
}

/**
 * When a bounded-frequency runner starts its function, for given calls. At one instant the end of a run comes
 * first, then the timer, then the calls.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go (up to 1.33);
 * pkg/proxy/runner/bounded_frequency_runner.go (from 1.34)
 */
export function runTimeline(input: RunnerTimelineInput): RunnerTimeline {
  const progress: Progress = {
    state: startRunner(input.config, 0),
    finishAtUs: null,
    fails: false,
    nextFails: false,
    nextRetryAfterUs: null,
    runStartsUs: [],
    steps: [],
  };
  note(progress, 0);
  let next = 0;
  for (;;) {
    const call = input.calls[next];
    const callAtUs = call?.atUs ?? Number.POSITIVE_INFINITY;
    const dueAtUs = progress.finishAtUs ?? wakeAtUs(progress.state) ?? Number.POSITIVE_INFINITY;
    if (Math.min(callAtUs, dueAtUs) > input.endUs) break;
    if (call === undefined || dueAtUs <= callAtUs) {
      elapse(progress, input, dueAtUs);
      continue;
    }
    next += 1;
    if (call.op === 'RetryAfter') {
      step(progress, input, retryAfter(progress.state, call.atUs, call.intervalUs ?? 0), call.atUs);
      continue;
    }
    if (call.fails !== undefined) progress.nextFails = call.fails;
    if (call.retryAfterUs !== undefined) progress.nextRetryAfterUs = call.retryAfterUs;
    step(progress, input, requestRun(input.config, progress.state, call.atUs), call.atUs);
  }
  return { runStartsUs: progress.runStartsUs, steps: progress.steps };
}

function elapse(progress: Progress, input: RunnerTimelineInput, atUs: number): void {
  if (progress.finishAtUs === null) {
    step(progress, input, timerFired(input.config, progress.state, atUs), atUs);
    return;
  }
  progress.finishAtUs = null;
  step(progress, input, runFinished(input.config, progress.state, atUs, progress.fails), atUs);
}

function step(progress: Progress, input: RunnerTimelineInput, state: RunnerState, atUs: number): void {
  const begins = state.starts !== progress.state.starts;
  progress.state = state;
  if (begins) {
    progress.fails = progress.nextFails || (input.failingRunIndexes?.includes(state.starts - 1) ?? false);
    progress.runStartsUs.push(atUs);
    progress.finishAtUs = atUs + input.fnDurationUs;
    if (progress.nextRetryAfterUs !== null) {
      progress.state = retryAfter(state, atUs, progress.nextRetryAfterUs);
    }
    progress.nextFails = false;
    progress.nextRetryAfterUs = null;
  }
  note(progress, atUs);
}

function note(progress: Progress, atUs: number): void {
  const wake = wakeAtUs(progress.state);
  progress.steps.push({ atUs, timerUs: wake === null ? null : wake - atUs });
}
