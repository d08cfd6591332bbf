import type { DelaySite } from '../cluster/delay-sites.ts';
import { SITE_DEFAULTS } from '../scenario/sites.ts';
import { toDistribution } from '../schema/delay-input.ts';
import type { Known } from './chain-parts.ts';
import { ascending, LONGEST_REACH, quantileBounds, quantileOf, tailReach } from './order-statistics.ts';
import {
  at,
  type QuantileTable,
  rounded,
  TAIL_PROBABILITIES,
  tableProbabilities,
  valueAt,
} from './quantile-table.ts';
import { remainderOf, sumOf } from './un-mix.ts';

/** The delays as they are known so far: defaults, and what was fitted. The value of each at a probability, ms. */
export class KnownDelays {
  private readonly fitted = new Map<DelaySite, (p: number) => number>();

  /** `startsWait`: before 1.36 a start is seen at the next relist. */
  constructor(private readonly startsWait: boolean) {}

  set(site: DelaySite, table: QuantileTable): void {
    this.fitted.set(site, (p) => at(table, p));
  }

  has(site: DelaySite): boolean {
    return this.fitted.has(site);
  }

  of(known: Known): (p: number) => number {
    if (known === 'recorder') return this.of('watch.kubelet');
    if (known === 'relist' || (known === 'startRelist' && this.startsWait))
      return (p) => p * RELIST_PERIOD_MS;
    if (known === 'startRelist') return () => 0;
    return this.fitted.get(known) ?? byDefault(known);
  }
}

/** Source: pkg/kubelet/kubelet.go plegRelistPeriod */
const RELIST_PERIOD_MS = 1000;

const defaults = new Map<DelaySite, (p: number) => number>();

export function byDefault(site: DelaySite): (p: number) => number {
  let found = defaults.get(site);
  if (found === undefined) {
    const distribution = toDistribution(SITE_DEFAULTS[site].delay);
    found = (p) => valueAt(distribution, p);
    defaults.set(site, found);
  }
  return found;
}

/** A sample's tables: in the middle, and the bounds of every quantile that it supports. */
export interface Tables {
  readonly middle: QuantileTable;
  readonly low: QuantileTable;
  readonly high: QuantileTable;
}

export interface Sum {
  readonly values: readonly number[];
  readonly known: readonly Known[];
  readonly sum?: ((remainder: number, draw: (known: Known) => number) => number) | undefined;
  readonly confidence: number;
  /** How far all values may be off together, ms. */
  readonly uncertaintyMs: number;
}

/** The tables of the site that is left when the known ones are taken out of a sum. */
export function tablesOf(
  site: DelaySite,
  { values, known, sum, confidence, uncertaintyMs }: Sum,
  delays: KnownDelays,
): Tables {
  const sorted = ascending(values);
  const factor = tailFactor(site, known, sorted.length);
  const targets = targetsOf(sorted, confidence, factor);
  const probabilities = tableProbabilities(sorted.length);
  const parts = known.map((each) => delays.of(each));
  const table = (target: (p: number) => number, rows = probabilities) =>
    remainderOf({
      probabilities: rows,
      target,
      known: parts,
      sum: (remainder, draw) => sumOfDraws(remainder, draw, known, sum),
    });
  return {
    middle: table(targets.middle),
    low: table((p) => targets.low(p) - uncertaintyMs),
    high: table((p) => targets.high(p) + uncertaintyMs, TAIL_PROBABILITIES),
  };
}

function sumOfDraws(
  remainder: number,
  draw: (index: number) => number,
  known: readonly Known[],
  sum: Sum['sum'],
): number {
  if (sum === undefined) return known.reduce((total, _, index) => total + draw(index), remainder);
  // A site that a chain passes twice has two draws, which are taken in turn.
  const used = new Map<Known, number>();
  return sum(remainder, (each) => {
    const before = used.get(each) ?? -1;
    const index = known.indexOf(each, before + 1);
    used.set(each, index < 0 ? before : index);
    return draw(index < 0 ? Math.max(0, known.indexOf(each)) : index);
  });
}

interface Targets {
  readonly middle: (p: number) => number;
  readonly low: (p: number) => number;
  readonly high: (p: number) => number;
}

/**
 * Quantiles of a sample and their bounds. Beyond the last value a sample says nothing: there the middle has the tail that the defaults'
 * own has, measured in distances of the last value from the median, and the upper bound goes on as far as so few values leave open.
 */
function targetsOf(sorted: readonly number[], confidence: number, factor: number): Targets {
  const n = sorted.length;
  const median = quantileOf(sorted, 0.5);
  const last = sorted[n - 1]!;
  const first = sorted[0]!;
  const beyond = (p: number) => median + (last - median) * Math.max(1, tailReach(n, p, confidence));
  const end = median + (last - median) * Math.min(LONGEST_TAIL, factor);
  const middle = (p: number) => (p >= 1 ? end : quantileOf(sorted, p));
  const low = (p: number) => quantileBounds(sorted, p, confidence).lower ?? first - (median - first) / 2;
  const high = (p: number) =>
    p >= 1
      ? Math.max(median + (last - median) * Math.min(LONGEST_REACH, factor), beyond(LAST_TOLD))
      : (quantileBounds(sorted, p, confidence).upper ?? beyond(p));
  return { middle, low: (p) => (p <= 0 ? first - (median - first) / 2 : p >= 1 ? last : low(p)), high };
}

/** What a table's end stands for: a verdict's runs go little further. */
const LAST_TOLD = 0.9997;

function isSite(known: Known): known is DelaySite {
  return known !== 'relist' && known !== 'startRelist' && known !== 'recorder';
}

/** Beyond this a default's tail says more about its own cluster than about another. */
const LONGEST_TAIL = 3;

/** How far the tail of the defaults' sum reaches beyond the quantile that the largest of n values stands for. */
function tailFactor(site: DelaySite, known: readonly Known[], n: number): number {
  const parts = [site, ...known.filter(isSite)];
  const value = sumOf(parts.map(byDefault));
  const median = value(0.5);
  const reached = value(n / (n + 1)) - median;
  return reached <= 0 ? 1 : Math.max(1, (value(1) - median) / reached);
}

/** What a site had in one repetition, if the others had their medians. */
export function shareOf(
  value: number,
  { known, sum }: Pick<Sum, 'known' | 'sum'>,
  delays: KnownDelays,
): number {
  const rest = sumOfDraws(0, (index) => delays.of(known[index]!)(0.5), known, sum);
  return rounded(Math.max(0, value - rest));
}
