import {
  deafUntilUs,
  type RunnerConfig,
  type RunnerState,
  requestRun,
  runFinished,
  startRunner,
  timerFired,
  wakeAtUs,
} from '../../rules/proxy/bounded-frequency-runner.ts';
import {
  requestTick,
  startTicker,
  type TickerConfig,
  type TickerState,
  tickerFired,
  tickerRunFinished,
  tickerWakeAtUs,
} from './ticker.ts';

/** When the syncs of a data plane start: kube-proxy's runner in either generation, or a clock. */

export type PlaneRunnerConfig = RunnerConfig | TickerConfig;
export type PlaneRunner = RunnerState | TickerState;

const HOUR_US = 3_600_000_000;

/** The usual time between two syncs that are asked for: a cool-down, or a tick. */
export function spacingUs(config: PlaneRunnerConfig): number {
  return config.algorithm === 'ticker' ? config.periodUs : config.minIntervalUs;
}

/** How often it syncs though nobody asks; null where that is so rare that it plays no part. */
export function resyncUs(config: PlaneRunnerConfig): number | null {
  if (config.algorithm === 'ticker' || config.maxIntervalUs >= HOUR_US) return null;
  return config.maxIntervalUs;
}

/** The runner as its agent starts. */
export function startPlane(config: PlaneRunnerConfig, atUs: number): PlaneRunner {
  return config.algorithm === 'ticker' ? startTicker(atUs) : startRunner(config, atUs);
}

/** A change has arrived. A sync has begun where `starts` grew; so it is for every transition below. */
export function requestSync(config: PlaneRunnerConfig, state: PlaneRunner, atUs: number): PlaneRunner {
  if (config.algorithm === 'ticker')
    return state.algorithm === 'ticker' ? requestTick(config, state, atUs) : mixed();
  return state.algorithm === 'ticker' ? mixed() : requestRun(config, state, atUs);
}

/** The timer of `syncWakesUs` went off. */
export function syncTimer(config: PlaneRunnerConfig, state: PlaneRunner, atUs: number): PlaneRunner {
  if (state.algorithm === 'ticker') return tickerFired(state, atUs);
  return config.algorithm === 'ticker' ? mixed() : timerFired(config, state, atUs);
}

/** The sync that was going on has ended. */
export function syncFinished(config: PlaneRunnerConfig, state: PlaneRunner, atUs: number): PlaneRunner {
  if (config.algorithm === 'ticker')
    return state.algorithm === 'ticker' ? tickerRunFinished(config, state, atUs) : mixed();
  return state.algorithm === 'ticker' ? mixed() : runFinished(config, state, atUs, false);
}

/** When the runner wants `syncTimer` next; null while a sync goes on, or where nothing waits. */
export function syncWakesUs(state: PlaneRunner): number | null {
  return state.algorithm === 'ticker' ? tickerWakeAtUs(state) : wakeAtUs(state);
}

/** Until when further requests change nothing; a time that is over where the next one may change something. Infinite: until another event. */
export function indifferentUntilUs(config: PlaneRunnerConfig, state: PlaneRunner): number {
  if (state.algorithm === 'ticker')
    return state.dueUs === null ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return config.algorithm === 'ticker' ? mixed() : deafUntilUs(config, state);
}

function mixed(): never {
  throw new Error('The state of a runner belongs to the algorithm that started it.');
}
