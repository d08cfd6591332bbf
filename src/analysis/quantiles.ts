/** A multiset of whole numbers, some of which may be infinite: exact quantiles, and any two merge in any order to the same. */
export interface Counts {
  /** [value, how often], ascending. */
  readonly values: readonly (readonly [number, number])[];
  /** How often there was no value, which counts as larger than any. */
  readonly infinite: number;
}

export const NO_COUNTS: Counts = { values: [], infinite: 0 };

/** Collects values one by one. */
export class Counter {
  private readonly seen = new Map<number, number>();
  private infinite = 0;

  add(value: number | null): void {
    if (value === null) this.infinite++;
    else this.seen.set(value, (this.seen.get(value) ?? 0) + 1);
  }

  counts(): Counts {
    return { values: [...this.seen].sort((a, b) => a[0] - b[0]), infinite: this.infinite };
  }
}

export function mergeCounts(a: Counts, b: Counts): Counts {
  const merged = new Map<number, number>(a.values);
  for (const [value, count] of b.values) merged.set(value, (merged.get(value) ?? 0) + count);
  return { values: [...merged].sort((x, y) => x[0] - y[0]), infinite: a.infinite + b.infinite };
}

export function total(counts: Counts): number {
  return counts.values.reduce((sum, [, count]) => sum + count, counts.infinite);
}

/** The smallest value that at least the share `p` of all values do not exceed; null where that is infinite or nothing was counted. */
export function quantile(counts: Counts, p: number): number | null {
  const rank = Math.max(1, Math.ceil(total(counts) * p - 1e-9));
  let below = 0;
  for (const [value, count] of counts.values) {
    below += count;
    if (below >= rank) return value;
  }
  return null;
}

/** Quantiles over runs; null is more than any number. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

export function quantilesOf(counts: Counts): Quantiles {
  const at = (p: number) => quantile(counts, p);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
}
