import type { DelaySite } from '../cluster/delay-sites.ts';
import type { QuantileTable } from './quantile-table.ts';

/** What was found about a cluster, as data: what `prestop.delays.yaml` holds. */
export interface Calibration {
  readonly format: 1;
  /** The day of the latest recording or scrape, `2026-11-23`; null where no input says. */
  readonly date: string | null;
  readonly recordings: number;
  readonly confidence: number;
  readonly sites: Readonly<Partial<Record<DelaySite, SiteCalibration>>>;
  /** Recorded times that several sites share, with what is known about their quantiles. */
  readonly sums: readonly SumCalibration[];
  /** How often a rule made a second mode; not part of any table. */
  readonly modes: readonly ModeCount[];
  /** Sites that nothing identifies: they keep their default. */
  readonly notIdentified: Readonly<Partial<Record<DelaySite, string>>>;
  /** One repetition's delays each, ms: what happened together stays together. */
  readonly rows: readonly DelayRow[];
  readonly routers: readonly RouterCalibration[];
  /** How far each node's clock may be off, where Events' names were used. */
  readonly clocks: readonly ClockBound[];
  /** What a reader should know, in sentences. */
  readonly notes: readonly string[];
}

/** Delays that were seen together, in ms. */
export type DelayRow = Readonly<Partial<Record<DelaySite, number>>>;

/** The delays of a site, where they are from, and how sure they are. */
export interface SiteCalibration {
  readonly n: number;
  /** What it was read from. */
  readonly source: string;
  readonly method: string;
  /** `measured`: identified by itself. `estimate`: a part of a sum that is seen, split as `assumed` says. */
  readonly confidence: 'measured' | 'estimate';
  readonly assumed?: string;
  /** `p95 ≤ … at 95 %; p99 is not supported by N = 60, which takes 299`. */
  readonly supported: string;
  /** The middle: what `validate` simulates. Histograms have none: a bucket says nothing about its inside. */
  readonly estimate?: QuantileTable;
  /** The kindest and the unkindest to a verdict of what the samples allow. */
  readonly optimistic: QuantileTable;
  readonly pessimistic: QuantileTable;
}

/** What several sites take together, where they cannot be told apart. */
export interface SumCalibration {
  readonly name: string;
  readonly spans: string;
  readonly sites: readonly string[];
  readonly n: number;
  readonly quantiles: readonly SumQuantile[];
  readonly supported: string;
}

/** ms; `lower` and `upper` hold at the confidence each; null where so few values do not bound it. */
export interface SumQuantile {
  readonly p: number;
  readonly estimateMs: number;
  readonly lowerMs: number | null;
  readonly upperMs: number | null;
}

/** How often something out of the ordinary was seen. */
export interface ModeCount {
  readonly mode: 'staleSlice' | 'relistWait' | 'lateFirstProbe';
  readonly count: number;
  readonly of: number;
}

/** The lag of a router as it was recorded. */
export interface RouterCalibration {
  readonly name: string;
  readonly n: number;
  readonly source: string;
  readonly supported: string;
  readonly lag: QuantileTable;
}

/** How far a node's clock may be from the recorder's. */
export interface ClockBound {
  readonly node: string;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/**
 * Sites where a longer delay is the worse one: those between a deletion and the routers' letting go. Where the kubelet and the
 * container stand, an early signal is worse. What both have on their way counts as the first kind: it is longer there.
 */
export function lateIsWorse(site: DelaySite): boolean {
  return !EARLY_IS_WORSE.includes(site);
}

const EARLY_IS_WORSE: readonly DelaySite[] = [
  'watch.kubelet',
  'kubelet.podWorker',
  'runtime.execStart',
  'runtime.stopSignal',
  'runtime.stopSignalAtOnce',
  'app.exit',
];
