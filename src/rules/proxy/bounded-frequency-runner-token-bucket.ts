/** Parameters of the runner up to 1.33; times in integer microseconds. */
export interface TokenBucketRunnerConfig {
  readonly algorithm: 'token-bucket';
  /** kube-proxy: `minSyncPeriod`. 0: no limit. */
  readonly minIntervalUs: number;
  /** kube-proxy: an hour (ipvs: `syncPeriod`). */
  readonly maxIntervalUs: number;
  /** What a failed run asks for; kube-proxy: `syncPeriod`. */
  readonly retryIntervalUs: number;
  /** How many runs may be saved up; kube-proxy: 2. */
  readonly burst: number;
}

/** State of one runner; a flat value that every transition replaces whole. */
export interface TokenBucketRunnerState {
  readonly algorithm: 'token-bucket';
  /** Runs begun so far. A transition that raised it has begun a run at its instant. */
  readonly starts: number;
  readonly running: boolean;
  /** A call of Run() came while running. */
  readonly requested: boolean;
  /** The earliest retry that was asked for while running; -1: none. */
  readonly retryAtUs: number;
  /** Microseconds of waiting saved up at `creditAtUs`; a run spends `minIntervalUs` of it. */
  readonly creditUs: number;
  readonly creditAtUs: number;
  /** When the last run ended. Not read before there was one. */
  readonly lastRunAtUs: number;
  /** When the only timer expires. */
  readonly timerAtUs: number;
}

/**
 * The runner as its loop starts: a full bucket, the timer at the maximum interval. Versions: up to 1.33.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go construct, Loop
 */
export function startTokenBucketRunner(
  config: TokenBucketRunnerConfig,
  atUs: number,
): TokenBucketRunnerState {
  return {
    algorithm: 'token-bucket',
    starts: 0,
    running: false,
    requested: false,
    retryAtUs: -1,
    creditUs: config.burst * config.minIntervalUs,
    creditAtUs: atUs,
    lastRunAtUs: atUs,
    timerAtUs: atUs + config.maxIntervalUs,
  };
}

/**
 * A call of Run(): starts a run if the bucket holds a token, else sets the timer to the minimum interval
 * after the end of the last run. While a run goes on, one call is remembered.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Run, tryRun
 */
export function requestTokenBucketRun(
  config: TokenBucketRunnerConfig,
  state: TokenBucketRunnerState,
  atUs: number,
): TokenBucketRunnerState {
  if (!state.running) return tryRun(config, state, atUs);
  return state.requested ? state : replaced(state, true, state.retryAtUs, state.timerAtUs);
}

/**
 * The timer: it starts a run if the bucket holds a token. If not (only a retry can come so early), the loop
 * re-arms the expired timer with nothing left and spins, so the run starts as soon as a token is there. Calls
 * before the timer is due change nothing.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Loop, tryRun
 */
export function tokenBucketTimerFired(
  config: TokenBucketRunnerConfig,
  state: TokenBucketRunnerState,
  atUs: number,
): TokenBucketRunnerState {
  if (state.running || atUs < state.timerAtUs) return state;
  const creditUs = creditAt(config, state, atUs);
  if (creditUs >= config.minIntervalUs) return started(config, state, creditUs, atUs);
  return replaced(state, false, state.retryAtUs, atUs + config.minIntervalUs - creditUs);
}

/**
 * The end of a run. Any run re-arms the timer with the maximum interval and so cancels an earlier retry; a
 * failed one asks for a retry. A call of Run() that came meanwhile is tested at once, so a saved token makes
 * two runs follow without a pause. (Of a retry and a call that are both waiting, Go picks either; here the
 * retry comes first.)
 *
 * Source: pkg/util/async/bounded_frequency_runner.go tryRun, RetryAfter, doRetry
 */
export function tokenBucketRunFinished(
  config: TokenBucketRunnerConfig,
  state: TokenBucketRunnerState,
  atUs: number,
  failed: boolean,
): TokenBucketRunnerState {
  if (!state.running) return state;
  let timerAtUs = atUs + config.maxIntervalUs;
  if (state.retryAtUs >= 0) timerAtUs = Math.min(timerAtUs, Math.max(state.retryAtUs, atUs));
  if (failed) timerAtUs = Math.min(timerAtUs, atUs + config.retryIntervalUs);
  const idle: TokenBucketRunnerState = {
    algorithm: 'token-bucket',
    starts: state.starts,
    running: false,
    requested: false,
    retryAtUs: -1,
    creditUs: state.creditUs,
    creditAtUs: state.creditAtUs,
    lastRunAtUs: atUs,
    timerAtUs,
  };
  return state.requested ? tryRun(config, idle, atUs) : idle;
}

/**
 * A call of RetryAfter(): a run no later than `intervalUs` from now, unless another run comes before.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go RetryAfter, doRetry
 */
export function tokenBucketRetryAfter(
  state: TokenBucketRunnerState,
  atUs: number,
  intervalUs: number,
): TokenBucketRunnerState {
  const retryAtUs = atUs + intervalUs;
  if (!state.running) {
    return retryAtUs < state.timerAtUs ? replaced(state, false, state.retryAtUs, retryAtUs) : state;
  }
  if (state.retryAtUs >= 0 && state.retryAtUs < retryAtUs) return state;
  return replaced(state, state.requested, retryAtUs, state.timerAtUs);
}

/**
 * When the runner wants `tokenBucketTimerFired`; null while a run goes on.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Loop (timer)
 */
export function tokenBucketWakeAtUs(state: TokenBucketRunnerState): number | null {
  return state.running ? null : state.timerAtUs;
}

/**
 * Until when calls of Run() change nothing: while one is remembered, and, with the timer set as early as they would set it, until the
 * bucket holds a token; a time that is over where the next one may change something. Infinite: until the run ends.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Run, tryRun
 */
export function tokenBucketDeafUntilUs(
  config: TokenBucketRunnerConfig,
  state: TokenBucketRunnerState,
): number {
  if (state.running) return state.requested ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (state.timerAtUs > state.lastRunAtUs + config.minIntervalUs) return Number.NEGATIVE_INFINITY;
  return state.creditAtUs + config.minIntervalUs - state.creditUs;
}

function tryRun(config: TokenBucketRunnerConfig, state: TokenBucketRunnerState, atUs: number) {
  const creditUs = creditAt(config, state, atUs);
  if (creditUs >= config.minIntervalUs) return started(config, state, creditUs, atUs);
  // Tokens are spent at a run's start, the wait counts from its end: a deferred run keeps the longer distance.
  const nextPossibleAtUs = state.lastRunAtUs + config.minIntervalUs;
  return nextPossibleAtUs < state.timerAtUs
    ? replaced(state, false, state.retryAtUs, nextPossibleAtUs)
    : state;
}

function creditAt(config: TokenBucketRunnerConfig, state: TokenBucketRunnerState, atUs: number): number {
  return Math.min(config.burst * config.minIntervalUs, state.creditUs + atUs - state.creditAtUs);
}

function started(
  config: TokenBucketRunnerConfig,
  state: TokenBucketRunnerState,
  creditUs: number,
  atUs: number,
): TokenBucketRunnerState {
  return {
    algorithm: 'token-bucket',
    starts: state.starts + 1,
    running: true,
    requested: false,
    retryAtUs: -1,
    creditUs: creditUs - config.minIntervalUs,
    creditAtUs: atUs,
    lastRunAtUs: state.lastRunAtUs,
    timerAtUs: state.timerAtUs,
  };
}

function replaced(
  state: TokenBucketRunnerState,
  requested: boolean,
  retryAtUs: number,
  timerAtUs: number,
): TokenBucketRunnerState {
  return {
    algorithm: 'token-bucket',
    starts: state.starts,
    running: state.running,
    requested,
    retryAtUs,
    creditUs: state.creditUs,
    creditAtUs: state.creditAtUs,
    lastRunAtUs: state.lastRunAtUs,
    timerAtUs,
  };
}
