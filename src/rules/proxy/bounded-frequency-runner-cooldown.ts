/** Parameters of the runner from 1.34; times in integer microseconds. */
export interface CooldownRunnerConfig {
  readonly algorithm: 'single-flight-cooldown';
  /** The pause after every run; kube-proxy: `minSyncPeriod`. */
  readonly minIntervalUs: number;
  /** kube-proxy: an hour. */
  readonly maxIntervalUs: number;
  /** The longest time to the next run after a failed one; kube-proxy: `syncPeriod`. */
  readonly retryIntervalUs: number;
}

/** State of one runner; a flat value that every transition replaces whole. */
export interface CooldownRunnerState {
  readonly algorithm: 'single-flight-cooldown';
  /** Runs begun so far. A transition that raised it has begun a run at its instant. */
  readonly starts: number;
  readonly running: boolean;
  /** A call of Run() waits for the end of the run or of the cool-down. */
  readonly token: boolean;
  /** Before this instant nothing runs. */
  readonly coolDownEndsAtUs: number;
  /** When a run is due though nobody asks. Not read while running. */
  readonly nextRunAtUs: number;
}

/**
 * The runner as its loop starts: idle and not cooling down. Versions: from 1.34.
 *
 * Source: pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function startCooldownRunner(config: CooldownRunnerConfig, atUs: number): CooldownRunnerState {
  return {
    algorithm: 'single-flight-cooldown',
    starts: 0,
    running: false,
    token: false,
    coolDownEndsAtUs: atUs,
    nextRunAtUs: atUs + config.maxIntervalUs,
  };
}

/**
 * A call of Run(): starts a run at once if the runner is idle, else leaves one token. The end of a cool-down
 * needs no timer until there is a token, so the state stays the same object where nothing changes.
 *
 * Source: pkg/proxy/runner/bounded_frequency_runner.go Run
 */
export function requestCooldownRun(state: CooldownRunnerState, atUs: number): CooldownRunnerState {
  if (state.running || atUs < state.coolDownEndsAtUs) {
    if (state.token) return state;
    return {
      algorithm: 'single-flight-cooldown',
      starts: state.starts,
      running: state.running,
      token: true,
      coolDownEndsAtUs: state.coolDownEndsAtUs,
      nextRunAtUs: state.nextRunAtUs,
    };
  }
  return started(state);
}

/**
 * The timer: the cool-down is over and there is a token, or the next run is due. Calls before that change
 * nothing. (Where both are due at one instant, Go picks either; here the token is consumed.)
 *
 * Source: pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function cooldownTimerFired(state: CooldownRunnerState, atUs: number): CooldownRunnerState {
  const wakeAtUs = cooldownWakeAtUs(state);
  return wakeAtUs === null || atUs < wakeAtUs ? state : started(state);
}

/**
 * The end of a run: the cool-down and the wait for the next run count from here, a failed run's at most
 * `retryIntervalUs`.
 *
 * Source: pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function cooldownRunFinished(
  config: CooldownRunnerConfig,
  state: CooldownRunnerState,
  atUs: number,
  failed: boolean,
): CooldownRunnerState {
  if (!state.running) return state;
  const waitUs = failed ? Math.min(config.retryIntervalUs, config.maxIntervalUs) : config.maxIntervalUs;
  return {
    algorithm: 'single-flight-cooldown',
    starts: state.starts,
    running: false,
    token: state.token,
    coolDownEndsAtUs: atUs + config.minIntervalUs,
    nextRunAtUs: atUs + waitUs,
  };
}

/**
 * When the runner wants `cooldownTimerFired`; null while a run goes on.
 *
 * Source: pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function cooldownWakeAtUs(state: CooldownRunnerState): number | null {
  if (state.running) return null;
  if (state.token) return state.coolDownEndsAtUs;
  return Math.max(state.nextRunAtUs, state.coolDownEndsAtUs);
}

/**
 * Until when calls of Run() change nothing: as long as there is a token. A time that is over where the next one may change something;
 * infinite: until the run ends.
 *
 * Source: pkg/proxy/runner/bounded_frequency_runner.go Run
 */
export function cooldownDeafUntilUs(state: CooldownRunnerState): number {
  if (!state.token) return Number.NEGATIVE_INFINITY;
  return state.running ? Number.POSITIVE_INFINITY : state.coolDownEndsAtUs;
}

function started(state: CooldownRunnerState): CooldownRunnerState {
  return {
    algorithm: 'single-flight-cooldown',
    starts: state.starts + 1,
    running: true,
    token: false,
    coolDownEndsAtUs: state.coolDownEndsAtUs,
    nextRunAtUs: state.nextRunAtUs,
  };
}
