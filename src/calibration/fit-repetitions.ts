import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import { append, largest } from '../kernel/lists.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import type { Calibration, DelayRow, ModeCount, SiteCalibration, SumCalibration } from './calibration.ts';
import { lateIsWorse } from './calibration.ts';
import { type Chain, cameAtOnce } from './chain-parts.ts';
import { CHAINS } from './chains.ts';
import { KnownDelays, shareOf, type Tables, tablesOf } from './fit.ts';
import { fitWrites } from './fit-writes.ts';
import { ascending, describeSupport } from './order-statistics.ts';
import { type QuantileTable, rounded } from './quantile-table.ts';
import { killIsKnown, type RelistWaits, relistWaits } from './relist-waits.ts';
import type { Repetition } from './repetition.ts';
import { type Sifted, withoutRelistWaits, withoutStaleRetries } from './second-modes.ts';
import { sumCalibration } from './sums.ts';

/** Recordings to delays: chain by chain, each with what the ones before it found. */

export interface FitOptions {
  /** Of each bound; 0.95 by default. */
  readonly confidence?: number;
}

export type Fitted = Pick<Calibration, 'sites' | 'sums' | 'modes' | 'rows' | 'notes'>;

/** Below this many values a table would be made of chance alone. */
const FEWEST = 2;
/** Rows of a bootstrap beyond this say nothing new. */
const MOST_ROWS = 1000;

export function fitRepetitions(repetitions: readonly Repetition[], options: FitOptions = {}): Fitted {
  return new Fitting(repetitions, options.confidence ?? 0.95).fitted();
}

class Fitting {
  private readonly sites: Partial<Record<DelaySite, SiteCalibration>> = {};
  private readonly sums: SumCalibration[] = [];
  private readonly modes: ModeCount[] = [];
  private readonly notes: string[] = [];
  private readonly rows: Partial<Record<DelaySite, number>>[];
  private readonly delays: KnownDelays;
  private readonly waits: RelistWaits;
  /** The repetitions without the Pods whose teardown waited for a relist. */
  private readonly steady: readonly Repetition[];

  constructor(
    private readonly repetitions: readonly Repetition[],
    private readonly confidence: number,
  ) {
    this.rows = repetitions.map(() => ({}));
    this.delays = new KnownDelays(repetitions.some(startsWait));
    this.waits = relistWaits(repetitions);
    this.steady = repetitions.map((each) => without(each, this.waits));
    const { waited, of } = this.waits;
    if (of > 0) this.modes.push({ mode: 'relistWait', count: waited.size, of });
  }

  fitted(): Fitted {
    this.fitWrites();
    for (const [site, chains] of chainsBySite()) this.fitSite(site, chains);
    this.fitFirstProbe();
    const rows = this.rows.filter((row) => Object.keys(row).length > 0).slice(0, MOST_ROWS);
    const { sites, sums, modes, notes } = this;
    return { sites, sums, modes, notes, rows: rows as readonly DelayRow[] };
  }

  private fitWrites(): void {
    const writes = fitWrites(this.repetitions, this.confidence);
    if (writes === null) return;
    append(this.sums, writes.sums);
    for (const [site, found] of writes.sites) {
      this.sites[site] = found;
      this.delays.set(site, found.estimate!);
    }
    writes.rows.forEach((row, index) => {
      Object.assign(this.rows[index]!, row);
    });
  }

  /** The chain with the most values gives the table; where two have as many, the one that assumes less, which stands first. */
  private fitSite(site: DelaySite, chains: readonly Chain[]): void {
    const samples = chains.map((chain) => this.sampleOf(chain));
    const best = samples.reduce((a, b) => (b.all.length > a.all.length ? b : a));
    if (best.sifted.kept.length < FEWEST) return;
    const { chain, sifted } = best;
    const tables = tablesOf(site, { ...this.sumOf(chain), values: sifted.kept }, this.delays);
    this.delays.set(site, tables.middle);
    this.sites[site] = siteCalibration(site, chain, sifted.kept, tables, this.confidence);
    this.tellSum(chain, sifted);
    best.byRepetition.forEach((values, index) => {
      const [first] = values;
      if (first !== undefined && sifted.kept.includes(first))
        this.rows[index]![site] = shareOf(first, chain, this.delays);
    });
  }

  private sampleOf(chain: Chain) {
    const waits = chain.mode === 'relistWait';
    const byRepetition = (waits ? this.steady : this.repetitions).map((repetition) =>
      chain.values(repetition),
    );
    const all = byRepetition.flat();
    // Where no Event says when a teardown began, a wait is told by how long all of it took.
    const sure = waits && this.steady.every(({ observation: { pods } }) => pods.every(killIsKnown));
    return { chain, byRepetition, all, sifted: sure ? { kept: all, taken: 0 } : sift(chain, all) };
  }

  private sumOf({ known, sum, id }: Chain) {
    const uncertain = this.repetitions.flatMap(({ observation: { pods } }) =>
      pods.map(({ killUncertaintyMs = 0 }) => killUncertaintyMs),
    );
    const uncertaintyMs = id === 'kill' ? largest(uncertain, 0) : 0;
    return { known, sum, confidence: this.confidence, uncertaintyMs };
  }

  private tellSum({ id, spans, site, known, mode }: Chain, { kept, taken }: Sifted): void {
    this.sums.push(sumCalibration(id, spans, [site, ...known], kept, this.confidence));
    if (mode === undefined) return;
    const before = this.modes.findIndex((each) => each.mode === mode);
    if (before < 0) this.modes.push({ mode, count: taken, of: kept.length + taken });
  }

  /**
   * How often the first probe comes before the app accepts: a late start, which costs a period of the probe. Only the share is seen, so
   * the table is 0 up to it and as long as a first probe takes beyond it.
   */
  private fitFirstProbe(): void {
    const all = this.repetitions.flatMap(({ observation, scenario }) =>
      scenario.publishNotReadyAddresses
        ? []
        : observation.replacements
            .filter(({ moments }) => moments.runningMs !== undefined && moments.readyMs !== undefined)
            .map((replacement) => cameAtOnce(replacement, scenario)),
    );
    const late = all.filter((atOnce) => !atOnce).length;
    if (all.length < FEWEST_STARTS) return;
    this.modes.push({ mode: 'lateFirstProbe', count: late, of: all.length });
    const table = lateStarts(late, all.length, this.delays.of('kubelet.probe')(0.9));
    this.delays.set('app.start', table);
    this.sites['app.start'] = {
      n: all.length,
      source: `readiness of ${all.length} replacements: ${late} came a probe period late`,
      method: 'share of late first probes',
      confidence: 'estimate',
      assumed: 'an app is in time for its first probe, or late for it by less than a period',
      supported: `${late} of ${all.length}`,
      estimate: table,
      optimistic: table,
      pessimistic: table,
    };
  }
}

/** Below this many starts a share of late ones says little. */
const FEWEST_STARTS = 5;
/** A late app is late for its first probe by so much, ms: more than the probe takes, less than any period. */
const LATE_MS = 20;

/** 0 for the share that is in time, as long as a first probe takes for the rest; the step between is too narrow to be drawn often. */
export function lateStarts(late: number, of: number, probeMs: number): QuantileTable {
  const share = (late + 0.5) / (of + 1);
  const inTime = 1 - share;
  return [
    [0, 0.2],
    [inTime, 1],
    [inTime + share / 50, rounded(probeMs + LATE_MS)],
    [1, rounded(probeMs + 2 * LATE_MS)],
  ];
}

function startsWait({ scenario: { version } }: Repetition): boolean {
  return (parseMinorVersion(version ?? '') ?? 36) < 36;
}

function without(repetition: Repetition, { waited }: RelistWaits): Repetition {
  const { observation } = repetition;
  const pods = observation.pods.filter((pod) => !waited.has(pod));
  return pods.length === observation.pods.length
    ? repetition
    : { ...repetition, observation: { ...observation, pods } };
}

/** In the order of their solution. */
function chainsBySite(): ReadonlyMap<DelaySite, readonly Chain[]> {
  const bySite = new Map<DelaySite, Chain[]>();
  for (const chain of CHAINS) {
    const before = bySite.get(chain.site);
    if (before === undefined) bySite.set(chain.site, [chain]);
    else before.push(chain);
  }
  return bySite;
}

function sift({ mode }: Chain, values: readonly number[]): Sifted {
  if (mode === 'staleSlice') return withoutStaleRetries(values);
  if (mode === 'relistWait') return withoutRelistWaits(values);
  return { kept: values, taken: 0 };
}

function siteCalibration(
  site: DelaySite,
  { spans, known, assumed }: Chain,
  values: readonly number[],
  tables: Tables,
  confidence: number,
): SiteCalibration {
  const alone = known.length === 0;
  const [optimistic, pessimistic] = lateIsWorse(site) ? [tables.low, tables.high] : [tables.high, tables.low];
  return {
    n: values.length,
    source: `recordings: ${spans}`,
    method: alone ? 'quantiles of the recorded times' : `the recorded sum, less ${known.join(', ')}`,
    confidence: alone ? 'measured' : 'estimate',
    ...(assumed !== '' && { assumed }),
    supported: `${alone ? '' : 'the sum: '}${describeSupport(ascending(values), confidence)}`,
    estimate: tables.middle,
    optimistic,
    pessimistic,
  };
}

/** Why a site keeps its default, for each that nothing identifies. */
export function notIdentified(sites: Calibration['sites']): Calibration['notIdentified'] {
  const missing: Partial<Record<DelaySite, string>> = {};
  for (const site of DELAY_SITES) {
    if (sites[site] === undefined) missing[site] = WHY_NOT[site] ?? 'not visible in what was given';
  }
  return missing;
}

const WHY_NOT: Readonly<Partial<Record<DelaySite, string>>> = {
  'watch.kubeProxy': 'needs a probe: without one, rules are not seen',
  'kubeProxy.sync': 'needs a probe, or kube-proxy metrics: without them, rules are not seen',
  'kubeProxy.syncEnd': "needs kube-proxy's log: the kernel's change and the end of a sync are not told apart",
  'kubelet.podWorker':
    'needs Killing Events whose names hold nanoseconds; their arrival only bounds it from above',
  'runtime.execStart': "needs a node's log, or a hook that logs",
  'runtime.stopSignal': 'needs an app that logs its signal',
  'runtime.stopSignalAtOnce': 'needs an app that logs its signal',
  'app.exit': 'needs an app that logs its signal and its exit',
  'runtime.containerExit': "needs the container runtime's events",
  'kubelet.plegRelist': "needs the kubelet's metrics",
  'network.routerToPod': 'needs a probe that logs its connection times',
  'app.accept': 'needs a client that logs its connection times',
};
