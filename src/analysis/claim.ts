import { rateInterval } from './binomial.ts';

/**
 * What may be said of a failure rate after so many runs: "0 failures in 10,000 runs: fewer than 0.03 % fail, at 95 %". Failures of
 * which none was shown to be unsafe, and which are counted as `notJudged`, say nothing of a rate.
 */
export function claimOf(failures: number, runs: number, confidence: number, notJudged = 0): string {
  if (runs === 0) return 'nothing was run';
  if (notJudged > 0 && notJudged >= failures)
    return `not judged in ${grouped(notJudged)} of ${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}`;
  const { estimate, upper } = rateInterval(failures, runs, confidence);
  const level = `at ${percent(confidence)}`;
  const counted = `${grouped(failures)} ${failures === 1 ? 'failure' : 'failures'} in ${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}`;
  if (failures === 0) return `${counted}: fewer than ${percent(upper)} fail, ${level}`;
  return `${counted}: ${percent(estimate)} fail, at most ${percent(upper)}, ${level}`;
}

/** A share as a percentage: `0.03 %`, `12 %`, `99.5 %`; what is not quite everything does not read as 100 %. */
export function percent(share: number): string {
  if (share > 0.9995 && share < 1) return '> 99.9 %';
  const significant = share > 0.9 && share < 1 ? 3 : 2;
  return `${Number((share * 100).toPrecision(significant))} %`;
}

/** A whole number with its thousands apart: `10,000`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
