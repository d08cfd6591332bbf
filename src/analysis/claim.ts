import { rateInterval } from './binomial.ts';

/** What may be said of a failure rate after so many runs: "0 failures in 10,000 runs: fewer than 0.03 % fail, at 95 %". */
export function claimOf(failures: number, runs: number, confidence: number): string {
  const { estimate, upper } = rateInterval(failures, runs, confidence);
  const level = `at ${percent(confidence)}`;
  const counted = `${grouped(failures)} ${failures === 1 ? 'failure' : 'failures'} in ${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}`;
  if (failures === 0) return `${counted}: fewer than ${percent(upper)} fail, ${level}`;
  return `${counted}: ${percent(estimate)} fail, at most ${percent(upper)}, ${level}`;
}

/** A share as a percentage with two significant digits: `0.03 %`, `12 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** A whole number with its thousands apart: `10,000`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
