/**
 * Bounds on a failure rate after counting failures. Only additions, multiplications and divisions, so that every engine gives
 * the same digits.
 */

export interface RateInterval {
  /** Failures divided by runs. */
  readonly estimate: number;
  /** The true rate is at least this, at the confidence that was asked for. */
  readonly lower: number;
  /** The true rate is at most this, at the confidence that was asked for. */
  readonly upper: number;
}

/**
 * One-sided Clopper–Pearson bounds: exact for the binomial distribution, so a claim such as "at most 0.03 % at 95 %" holds at
 * least as often as it says. Throws a RangeError for what is no count or no confidence. Source: Clopper and Pearson, Biometrika 26
 * (1934).
 */
export function rateInterval(failures: number, runs: number, confidence = 0.95): RateInterval {
  if (!isCount(runs)) throw wrong('runs', runs, 'a whole number from 0');
  if (!isCount(failures) || failures > runs)
    throw wrong('failures', failures, `a whole number from 0 to ${runs}`);
  if (!(confidence >= 0 && confidence < 1)) throw wrong('confidence', confidence, 'from 0 to below 1');
  const alpha = 1 - confidence;
  if (runs === 0) return { estimate: 0, lower: 0, upper: 1 };
  const upper = failures === runs ? 1 : bisect((p) => atMost(failures, runs, p) > alpha);
  const lower = failures === 0 ? 0 : 1 - bisect((q) => atMost(runs - failures, runs, q) > alpha);
  return { estimate: digits(failures / runs), lower: digits(lower), upper: digits(upper) };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Not an OptionsError: whoever takes an interval alone loads nothing of the simulator. */
function wrong(argument: string, value: unknown, rule: string): RangeError {
  return new RangeError(`rateInterval: ${argument} must be ${rule}; it is ${value}.`);
}

/** The largest p in [0, 1] for which `holds`, which is true up to some point and false after it. */
function bisect(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X ≤ k) for X binomial(n, p): terms relative to the largest one, so that nothing under- or overflows. */
function atMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  const mode = Math.min(n, Math.floor((n + 1) * p));
  let total = 0;
  let below = 0;
  const odds = p / (1 - p);
  for (let i = mode, term = 1; i >= 0 && term > 1e-18; i--) {
    total += term;
    if (i <= k) below += term;
    term *= i / ((n - i + 1) * odds);
  }
  for (let i = mode + 1, term = ((n - mode) / (mode + 1)) * odds; i <= n && term > 1e-18; i++) {
    total += term;
    if (i <= k) below += term;
    term *= ((n - i) / (i + 1)) * odds;
  }
  return below / total;
}

/** Six significant digits say all that a count of runs can say. */
function digits(value: number): number {
  return Number(value.toPrecision(6));
}
