/** A free-running clock at whose ticks all that was collected is handed on: when the rounds of such a data plane start. */
export interface TickerConfig {
  readonly algorithm: 'ticker';
  readonly periodUs: number;
}

export interface TickerState {
  readonly algorithm: 'ticker';
  /** Rounds begun so far. */
  readonly starts: number;
  readonly running: boolean;
  /** When the clock was started: it ticks whole periods after it. */
  readonly originUs: number;
  /** The tick at which what has been collected is handed on; null while nothing has. */
  readonly dueUs: number | null;
}

export function startTicker(atUs: number): TickerState {
  return { algorithm: 'ticker', starts: 0, running: false, originUs: atUs, dueUs: null };
}

function nextTickUs({ periodUs }: TickerConfig, { originUs }: TickerState, atUs: number): number {
  return originUs + Math.ceil((atUs - originUs) / periodUs) * periodUs;
}

/** Something is collected. It goes with the next tick, whatever came before it. */
export function requestTick(config: TickerConfig, state: TickerState, atUs: number): TickerState {
  if (state.dueUs !== null) return state;
  return { ...state, dueUs: nextTickUs(config, state, atUs) };
}

/** The clock ticks: a round starts with what has been collected. */
export function tickerFired(state: TickerState, atUs: number): TickerState {
  const wake = tickerWakeAtUs(state);
  if (wake === null || atUs < wake) return state;
  return { ...state, starts: state.starts + 1, running: true, dueUs: null };
}

/** A round has ended. A tick that fell into it has passed. */
export function tickerRunFinished(config: TickerConfig, state: TickerState, atUs: number): TickerState {
  if (!state.running) return state;
  const dueUs = state.dueUs === null || state.dueUs >= atUs ? state.dueUs : nextTickUs(config, state, atUs);
  return { ...state, running: false, dueUs };
}

export function tickerWakeAtUs({ running, dueUs }: TickerState): number | null {
  return running ? null : dueUs;
}
