import type { MinorVersion, PatchVersion } from '../machinery/version.ts';
import type { CooldownRunnerConfig, CooldownRunnerState } from './bounded-frequency-runner-cooldown.ts';
import {
  cooldownDeafUntilUs,
  cooldownRunFinished,
  cooldownTimerFired,
  cooldownWakeAtUs,
  requestCooldownRun,
  startCooldownRunner,
} from './bounded-frequency-runner-cooldown.ts';
import type {
  TokenBucketRunnerConfig,
  TokenBucketRunnerState,
} from './bounded-frequency-runner-token-bucket.ts';
import {
  requestTokenBucketRun,
  startTokenBucketRunner,
  tokenBucketDeafUntilUs,
  tokenBucketRetryAfter,
  tokenBucketRunFinished,
  tokenBucketTimerFired,
  tokenBucketWakeAtUs,
} from './bounded-frequency-runner-token-bucket.ts';

/** Parameters of the runner of either generation. */
export type RunnerConfig = TokenBucketRunnerConfig | CooldownRunnerConfig;

/** State of one runner of either generation; its `algorithm` is that of its parameters. */
export type RunnerState = TokenBucketRunnerState | CooldownRunnerState;

const HOUR_US = 3_600_000_000;
const KUBE_PROXY_BURST = 2;

/** What kube-proxy is told about its syncs, in microseconds. */
export interface SyncPeriods {
  readonly mode: 'iptables' | 'nftables' | 'ipvs';
  readonly minSyncPeriodUs: number;
  readonly syncPeriodUs: number;
}

/** First patch release of a minor version in which ipvs syncs every `syncPeriod` again. */
const IPVS_RESYNC_MENDED: Readonly<Record<MinorVersion, number>> = { 34: 4, 35: 1 };

/**
 * Whether kube-proxy syncs every `syncPeriod` though nothing changed, and not only every hour.
 *
 * Versions: ipvs does, but for 1.34.0 and 1.35.0, in which the new runner lost it, until their patch releases of early 2026 (their
 * numbers, 1.34.4 and 1.35.1, are inferred from the dates of the cherry-picks); a version without a patch number is its first. nftables
 * does up to 1.30 (the end is known to lie between 1.29 and 1.32), iptables never.
 *
 * Source: pkg/proxy/ipvs/proxier.go NewProxier; pkg/proxy/nftables/proxier.go NewProxier; kubernetes pull 135631
 */
export function resyncsEverySyncPeriod(
  mode: SyncPeriods['mode'],
  minor: MinorVersion,
  patch: PatchVersion = null,
): boolean {
  switch (mode) {
    case 'iptables':
      return false;
    case 'nftables':
      return minor <= 30;
    case 'ipvs':
      return (patch ?? 0) >= (IPVS_RESYNC_MENDED[minor] ?? 0);
    default:
      return mode satisfies never;
  }
}

/**
 * The parameters that kube-proxy gives its runner. `syncPeriod` is the retry interval; the longest time
 * between runs is an hour, or `syncPeriod` (see resyncsEverySyncPeriod).
 *
 * Versions: up to 1.33 a token bucket with a burst of two; from 1.34 single runs with a cool-down.
 *
 * Source: pkg/proxy/iptables/proxier.go NewProxier; pkg/proxy/ipvs/proxier.go NewProxier
 */
export function kubeProxyRunnerConfig(
  periods: SyncPeriods,
  minor: MinorVersion,
  patch: PatchVersion = null,
): RunnerConfig {
  const minIntervalUs = periods.minSyncPeriodUs;
  const maxIntervalUs = resyncsEverySyncPeriod(periods.mode, minor, patch) ? periods.syncPeriodUs : HOUR_US;
  const retryIntervalUs = periods.syncPeriodUs;
  if (minor >= 34)
    return { algorithm: 'single-flight-cooldown', minIntervalUs, maxIntervalUs, retryIntervalUs };
  return {
    algorithm: 'token-bucket',
    minIntervalUs,
    maxIntervalUs,
    retryIntervalUs,
    burst: KUBE_PROXY_BURST,
  };
}

/**
 * The runner as its loop starts.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Loop; pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function startRunner(config: RunnerConfig, atUs: number): RunnerState {
  return config.algorithm === 'token-bucket'
    ? startTokenBucketRunner(config, atUs)
    : startCooldownRunner(config, atUs);
}

/**
 * A call of Run(). A run has begun where `starts` grew; so it is for every transition below.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Run, tryRun;
 * pkg/proxy/runner/bounded_frequency_runner.go Run
 */
export function requestRun(config: RunnerConfig, state: RunnerState, atUs: number): RunnerState {
  if (config.algorithm === 'token-bucket') {
    return state.algorithm === config.algorithm ? requestTokenBucketRun(config, state, atUs) : mixed();
  }
  return state.algorithm === config.algorithm ? requestCooldownRun(state, atUs) : mixed();
}

/**
 * The timer of `wakeAtUs` went off; harmless where it was set for an older state.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Loop; pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function timerFired(config: RunnerConfig, state: RunnerState, atUs: number): RunnerState {
  if (config.algorithm === 'token-bucket') {
    return state.algorithm === config.algorithm ? tokenBucketTimerFired(config, state, atUs) : mixed();
  }
  return state.algorithm === config.algorithm ? cooldownTimerFired(state, atUs) : mixed();
}

/**
 * The run that was going on has ended.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go tryRun, RetryAfter;
 * pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function runFinished(
  config: RunnerConfig,
  state: RunnerState,
  atUs: number,
  failed: boolean,
): RunnerState {
  if (config.algorithm === 'token-bucket') {
    return state.algorithm === config.algorithm
      ? tokenBucketRunFinished(config, state, atUs, failed)
      : mixed();
  }
  return state.algorithm === config.algorithm ? cooldownRunFinished(config, state, atUs, failed) : mixed();
}

/**
 * A call of RetryAfter(), which only the token bucket has; the newer runner learns of a failure from the run
 * itself.
 *
 * Versions: up to 1.33.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go RetryAfter, doRetry
 */
export function retryAfter(state: RunnerState, atUs: number, intervalUs: number): RunnerState {
  return state.algorithm === 'token-bucket' ? tokenBucketRetryAfter(state, atUs, intervalUs) : state;
}

/**
 * When the runner wants `timerFired` next; null while a run goes on. It may be now.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Loop; pkg/proxy/runner/bounded_frequency_runner.go Loop
 */
export function wakeAtUs(state: RunnerState): number | null {
  return state.algorithm === 'token-bucket' ? tokenBucketWakeAtUs(state) : cooldownWakeAtUs(state);
}

/**
 * Until when calls of Run() change nothing; a time that is over where the next one may change something. Infinite: until the run ends.
 *
 * Source: pkg/util/async/bounded_frequency_runner.go Run, tryRun; pkg/proxy/runner/bounded_frequency_runner.go Run
 */
export function deafUntilUs(config: RunnerConfig, state: RunnerState): number {
  if (config.algorithm === 'token-bucket')
    return state.algorithm === config.algorithm ? tokenBucketDeafUntilUs(config, state) : mixed();
  return state.algorithm === config.algorithm ? cooldownDeafUntilUs(state) : mixed();
}

function mixed(): never {
  throw new Error('A runner state belongs to the algorithm that started it.');
}
