/**
 * What n values say about a quantile, whatever their distribution: the number of values below the p-quantile is binomial(n, p).
 * Only additions, multiplications and divisions, so that every engine gives the same digits.
 */

/** Bounds on a quantile at a confidence for each of the two; null where so few values bound it on no side. */
export interface QuantileBounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** `sorted` ascending. Each bound holds at `confidence` by itself. */
export function quantileBounds(sorted: readonly number[], p: number, confidence: number): QuantileBounds {
  const n = sorted.length;
  const upper = upperRank(n, p, confidence);
  const lower = upperRank(n, 1 - p, confidence);
  return {
    lower: lower === null ? null : sorted[n - lower]!,
    upper: upper === null ? null : sorted[upper - 1]!,
  };
}

/**
 * The smallest rank r (from 1) with P(value r ≥ the p-quantile) ≥ confidence, which is P(binomial(n, p) ≤ r − 1); null where even the
 * largest of n values bounds it less surely than that: n is too small for p.
 */
export function upperRank(n: number, p: number, confidence: number): number | null {
  if (n === 0) return null;
  const odds = p / (1 - p);
  // Terms relative to that of 0, with a scale that follows them: (1 − p)^n would underflow for large n.
  const terms: number[] = [1];
  let total = 1;
  for (let k = 1; k <= n; k++) {
    const term = (terms[k - 1]! * odds * (n - k + 1)) / k;
    terms.push(term);
    total += term;
    if (total > 1e200) {
      for (let i = 0; i <= k; i++) terms[i]! *= 1e-200;
      total *= 1e-200;
    }
  }
  let below = 0;
  for (let r = 1; r <= n; r++) {
    below += terms[r - 1]!;
    if (below / total >= confidence) return r;
  }
  return null;
}

/** No reach is longer: so few values say nothing of a tail at all. */
export const LONGEST_REACH = 8;

/**
 * How far beyond the median a quantile that n values do not bound may lie, in distances of the largest value from the median. With
 * confidence, the largest stands for no more than the quantile that it bounds; from there a tail goes on by the same distance with every
 * halving of what lies beyond, as an exponential one does.
 */
export function tailReach(n: number, p: number, confidence: number): number {
  const reached = halvings(1 - boundByLargest(n, confidence)) - 1;
  return reached <= 0 ? LONGEST_REACH : Math.min(LONGEST_REACH, (halvings(1 - p) - 1) / reached);
}

/** The highest quantile that the largest of n values bounds: p with pⁿ = 1 − confidence. */
function boundByLargest(n: number, confidence: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const p = (low + high) / 2;
    let below = 1;
    for (let k = 0; k < n && below > 1 - confidence; k++) below *= p;
    if (below > 1 - confidence) high = p;
    else low = p;
  }
  return low;
}

/** How often 1 is halved until it is no more than `share`; between two halvings linear. */
function halvings(share: number): number {
  let count = 0;
  let left = 1;
  for (; left / 2 >= share; left /= 2) count++;
  return count + (left - share) / (left / 2);
}

/** Quantiles that are spoken of. */
const SPOKEN = [0.999, 0.995, 0.99, 0.95, 0.9, 0.75, 0.5] as const;

/** The highest of the usual quantiles that n values bound from above at that confidence; null where none. */
export function highestSupported(n: number, confidence: number): number | null {
  return SPOKEN.find((p) => upperRank(n, p, confidence) !== null) ?? null;
}

/** `p95 ≤ 31.2 ms (95 % confidence); p99 is not supported by N = 60, which takes 299`. */
export function describeSupport(sorted: readonly number[], confidence: number): string {
  const n = sorted.length;
  const supported = highestSupported(n, confidence);
  const of = (p: number) => `p${Number((p * 100).toPrecision(4))}`;
  if (supported === null) return `N = ${n} bounds no quantile at ${percent(confidence)}; the median takes 5`;
  const { upper } = quantileBounds(sorted, supported, confidence);
  const bound = `${of(supported)} ≤ ${milliseconds(upper!)} at ${percent(confidence)}`;
  if (supported >= 0.99) return bound;
  return `${bound}; p99 is not supported by N = ${n}, which takes ${valuesNeeded(0.99, confidence)}`;
}

/** How many values it takes for the largest to bound the p-quantile. */
export function valuesNeeded(p: number, confidence: number): number {
  let n = 1;
  for (let below = p; 1 - below < confidence; below *= p) n++;
  return n;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

export function milliseconds(ms: number): string {
  return `${Number(ms.toPrecision(4))} ms`;
}

/** Linear between the two nearest of the sorted values. */
export function quantileOf(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

export function ascending(values: readonly number[]): number[] {
  return values.slice().sort((a, b) => a - b);
}
