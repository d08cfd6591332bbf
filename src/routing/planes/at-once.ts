import type { CooldownRunnerConfig } from '../../rules/proxy/bounded-frequency-runner-cooldown.ts';

const HOUR_US = 3_600_000_000;

/** A runner that waits for nothing but the run that is going on: what comes meanwhile is taken up together by the next one. */
export function atOnce(resyncUs: number = HOUR_US): CooldownRunnerConfig {
  return {
    algorithm: 'single-flight-cooldown',
    minIntervalUs: 0,
    maxIntervalUs: resyncUs,
    retryIntervalUs: resyncUs,
  };
}

/** One run at a time, and a rest after each. */
export function withRest(restUs: number): CooldownRunnerConfig {
  return { ...atOnce(), minIntervalUs: restUs };
}
