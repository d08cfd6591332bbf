import { ascending, quantileOf } from './order-statistics.ts';

/** A sample without the values that a rule made; the simulation has the rule, so they would count twice. */
export interface Sifted {
  readonly kept: readonly number[];
  readonly taken: number;
}

/** A sync whose cache was older than its own write comes back after a second: the item's first back-off. */
const STALE_RETRY_MS = 1000;
/** Clocks of a recorder and a controller go alike to within this. */
const SLACK_MS = 100;

/** Rows of the mode at +1 s and above. A cluster whose first mode itself lies there has no such mode to tell. */
export function withoutStaleRetries(values: readonly number[]): Sifted {
  const median = values.length === 0 ? 0 : quantileOf(ascending(values), 0.5);
  if (median > STALE_RETRY_MS / 2) return { kept: values, taken: 0 };
  return sift(values, (value) => value < STALE_RETRY_MS - SLACK_MS);
}

/** The least that a wait for a relist stands out with, ms, and how many times the spread of the rest. */
const WAIT_MS = 80;
const SPREADS = 4;

/**
 * A Pod that was synced within the last second waits for the next relist before its worker acts: those rows lie far above the others.
 * Told by their distance from the lower half, which no wait can reach while fewer than half of the rows wait.
 */
export function withoutRelistWaits(values: readonly number[]): Sifted {
  if (values.length < 2) return { kept: values, taken: 0 };
  const sorted = ascending(values);
  const median = quantileOf(sorted, 0.5);
  const spread = median - quantileOf(sorted, 0.1);
  return sift(values, (value) => value <= median + Math.max(WAIT_MS, SPREADS * spread));
}

function sift(values: readonly number[], keep: (value: number) => boolean): Sifted {
  const kept = values.filter(keep);
  return { kept, taken: values.length - kept.length };
}
