import type { Run } from '../run/simulate.ts';
import { gravest, lengthMs, type Violation } from '../verdict/types.ts';
import type { OverLimit } from './over-limit.ts';
import { Counter, type Counts, mergeCounts, NO_COUNTS } from './quantiles.ts';

/** One run of a campaign, as far as it can be the worst. */
export interface Extreme {
  /** Number of the run in the campaign, from 0. */
  readonly k: number;
  readonly seed: number;
  readonly marginMs: number | null;
  readonly requiredPreStopMs: number | null;
  /** How long the worst that makes it unsafe lasts; null where nothing does. */
  readonly worstMs: number | null;
}

/** What is counted over the runs of a campaign. Any two tallies of disjoint runs merge to the tally of both, in any order. */
export interface Tally {
  readonly runs: number;
  /** Runs that were not safe. */
  readonly failures: number;
  /** Of these, runs in which nothing was shown to be unsafe, but something was not judged. */
  readonly notJudged: number;
  /** Runs in which something kept the run from being judged, by what it is. */
  readonly open: Readonly<Record<string, number>>;
  /** Runs in which a gating violation of the kind occurred. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Runs in which a gating violation was about the Service. */
  readonly services: Readonly<Record<string, number>>;
  /** How often each router was the last to let go, and so decided how long preStop has to be. */
  readonly decidedBy: Readonly<Record<string, number>>;
  /** Why some runs have no safe preStop. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly requiredPreStopMs: Counts;
  /** The failing run whose worst violation lasts longest; where none fails, the one with the smallest margin. The first of equals. */
  readonly worst: Extreme | null;
  /** The failing run with the smallest number. */
  readonly firstFailure: Extreme | null;
  /** Runs that met a limit and ended without a verdict: they count among no others. */
  readonly overLimit: number;
  /** The one of these with the smallest number. */
  readonly firstOverLimit: OverLimit | null;
}

export const NO_TALLY: Tally = {
  runs: 0,
  failures: 0,
  notJudged: 0,
  open: {},
  kinds: {},
  services: {},
  decidedBy: {},
  reasons: {},
  requiredPreStopMs: NO_COUNTS,
  worst: null,
  firstFailure: null,
  overLimit: 0,
  firstOverLimit: null,
};

/** Counts runs one by one. */
export class TallyCounter {
  runs = 0;
  failures = 0;
  notJudged = 0;
  private readonly open = new Map<string, number>();
  private readonly kinds = new Map<string, number>();
  private readonly services = new Map<string, number>();
  private readonly decidedBy = new Map<string, number>();
  private readonly reasons = new Map<string, number>();
  private readonly required = new Counter();
  private worst: Extreme | null = null;
  private worstFails = false;
  private firstFailure: Extreme | null = null;
  private overLimit = 0;
  private firstOverLimit: OverLimit | null = null;

  add(k: number, { seed, verdict }: Pick<Run, 'seed' | 'verdict'>): void {
    const { safe, outcome, violations, notJudged } = verdict;
    const { marginMs, requiredPreStopMs, requiredPreStopReason, decidedBy } = verdict;
    this.runs++;
    this.required.add(requiredPreStopMs);
    if (decidedBy !== null) increment(this.decidedBy, decidedBy.router);
    if (requiredPreStopReason !== undefined) increment(this.reasons, requiredPreStopReason);
    if (outcome === 'notJudged') this.notJudged++;
    const open = notJudged.filter(({ gating }) => gating).map(({ code }) => code);
    for (const code of new Set(open)) increment(this.open, code);
    const worst = gravest(violations);
    const worstMs = worst === undefined ? null : lengthMs(worst);
    const extreme: Extreme = { k, seed, marginMs, requiredPreStopMs, worstMs };
    if (!safe) {
      this.failures++;
      const gating = violations.filter((violation) => violation.gating);
      for (const kind of new Set(gating.map(({ kind }) => kind))) increment(this.kinds, kind);
      for (const service of servicesOf(gating)) increment(this.services, service);
      if (this.firstFailure === null || k < this.firstFailure.k) this.firstFailure = extreme;
    }
    if (isWorse(extreme, !safe, this.worst, this.worstFails)) {
      this.worst = extreme;
      this.worstFails = !safe;
    }
  }

  addOverLimit(run: OverLimit): void {
    this.overLimit++;
    this.firstOverLimit = earlier(this.firstOverLimit, run);
  }

  /** Runs that were begun and have ended, in whatever way. */
  get made(): number {
    return this.runs + this.overLimit;
  }

  tally(): Tally {
    return {
      runs: this.runs,
      failures: this.failures,
      notJudged: this.notJudged,
      open: sorted(this.open),
      kinds: sorted(this.kinds),
      services: sorted(this.services),
      decidedBy: sorted(this.decidedBy),
      reasons: sorted(this.reasons),
      requiredPreStopMs: this.required.counts(),
      worst: this.worst,
      firstFailure: this.firstFailure,
      overLimit: this.overLimit,
      firstOverLimit: this.firstOverLimit,
    };
  }
}

export function mergeTallies(a: Tally, b: Tally): Tally {
  return {
    runs: a.runs + b.runs,
    failures: a.failures + b.failures,
    notJudged: a.notJudged + b.notJudged,
    open: added(a.open, b.open),
    kinds: added(a.kinds, b.kinds),
    services: added(a.services, b.services),
    decidedBy: added(a.decidedBy, b.decidedBy),
    reasons: added(a.reasons, b.reasons),
    requiredPreStopMs: mergeCounts(a.requiredPreStopMs, b.requiredPreStopMs),
    worst: worseOf(a, b),
    firstFailure: earlier(a.firstFailure, b.firstFailure),
    overLimit: a.overLimit + b.overLimit,
    firstOverLimit: earlier(a.firstOverLimit, b.firstOverLimit),
  };
}

function servicesOf(violations: readonly Violation[]): Set<string> {
  return new Set(violations.flatMap(({ service }) => (service === undefined ? [] : [service])));
}

function isWorse(a: Extreme, aFails: boolean, b: Extreme | null, bFails: boolean): boolean {
  if (b === null) return true;
  if (aFails !== bFails) return aFails;
  const [worseA, worseB] = [a.worstMs ?? Number.NEGATIVE_INFINITY, b.worstMs ?? Number.NEGATIVE_INFINITY];
  if (worseA !== worseB) return worseA > worseB;
  const byMargin = (a.marginMs ?? Number.POSITIVE_INFINITY) - (b.marginMs ?? Number.POSITIVE_INFINITY);
  return byMargin === 0 || Number.isNaN(byMargin) ? a.k < b.k : byMargin < 0;
}

function worseOf(a: Tally, b: Tally): Extreme | null {
  if (a.worst === null || b.worst === null) return a.worst ?? b.worst;
  return isWorse(a.worst, a.failures > 0, b.worst, b.failures > 0) ? a.worst : b.worst;
}

function earlier<T extends { readonly k: number }>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return a.k < b.k ? a : b;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** By name, so that the same counts are the same text. */
function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const counts = new Map(Object.entries(a));
  for (const [key, count] of Object.entries(b)) counts.set(key, (counts.get(key) ?? 0) + count);
  return sorted(counts);
}
