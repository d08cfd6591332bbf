import type { DelaySite } from '../cluster/delay-sites.ts';
import { type Column, type Milestone, STEPS } from './milestones.ts';
import { NODE_MILESTONES, type Observation } from './observation.ts';
import { ascending, milliseconds, quantileOf } from './order-statistics.ts';
import { rounded } from './quantile-table.ts';
import type { RecordedScenario } from './recorded-scenario.ts';

/** One milestone of one Pod, recorded and simulated. */

/** How well simulated runs agree with a set of recordings at a milestone. */
export interface ValidationRow {
  /** Of repetitions of one scenario. */
  readonly set: string;
  /** `sliceTerminatingMs`, `Pod 2 rulesRemovedMs`, `replacement readyMs`. */
  readonly milestone: string;
  /** `recorder`: from the API's watches. `node`: from sources that only the node has. */
  readonly seenBy: 'recorder' | 'node';
  /** ms since the Pod was asked to stop; of a replacement, since the action. */
  readonly recorded: { readonly n: number; readonly medianMs: number; readonly maxMs: number };
  /** null: it never happened in a simulated run. */
  readonly simulated: {
    readonly n: number;
    readonly p5Ms: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p999Ms: number;
  } | null;
  readonly passed: boolean;
  /** What is off, and by how much; null where nothing is. */
  readonly why: string | null;
  /** The delay site that a row points to where it fails: that of the first step on its way which is off by itself. */
  readonly site: DelaySite | null;
}

/** All that rows of one set are made of. */
export interface Sides {
  readonly set: string;
  readonly scenario: RecordedScenario;
  readonly real: readonly Observation[];
  readonly runs: readonly Observation[];
}

/** What is looked at of a Pod: `columns` has the others, where a late one may have its cause. */
export interface Asked {
  readonly label: string;
  readonly key: Milestone;
  readonly columns: (key: Milestone) => Column;
  /** The simulated moment that it is held against, where that is another. */
  readonly against?: Milestone;
  /** It is only an upper bound of that moment, which it may lie beyond. */
  readonly isBound?: boolean;
}

/** null where it was not recorded. */
export function judge(sides: Sides, asked: Asked): ValidationRow | null {
  const { set, real, runs } = sides;
  const { label, key, columns, against = key, isBound = false } = asked;
  const recorded = present(real, columns(key));
  if (recorded.length === 0) return null;
  const sorted = ascending(recorded);
  const row = {
    set,
    milestone: label,
    seenBy: NODE_MILESTONES.includes(key) ? ('node' as const) : ('recorder' as const),
    recorded: {
      n: sorted.length,
      medianMs: rounded(quantileOf(sorted, 0.5)),
      maxMs: rounded(sorted[sorted.length - 1]!),
    },
  };
  const simulatedMs = present(runs, columns(against));
  const own = STEPS[key].site(sides.scenario);
  if (simulatedMs.length === 0)
    return { ...row, simulated: null, passed: false, why: 'it never happened in a simulated run', site: own };
  const simulated = quantilesOf(simulatedMs);
  const { leastMs: _least, ...quantiles } = simulated;
  const told = { n: simulatedMs.length, ...quantiles };
  const reasons = differences(
    sorted,
    widened(simulated, key === 'killStartedMs' ? clockDoubtMs(real) : 0),
  ).filter(({ late }) => !isBound || !late);
  if (reasons.length === 0) return { ...row, simulated: told, passed: true, why: null, site: null };
  const cause = isBound ? key : causeOf(sides, columns, key, against);
  const inherited = cause === key ? '' : `; what is off is ${cause} on its way`;
  const why = `${reasons.map(({ text }) => text).join('; ')}${inherited}`;
  return { ...row, simulated: told, passed: false, why, site: STEPS[cause].site(sides.scenario) };
}

interface Quantiles {
  readonly leastMs: number;
  readonly p5Ms: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p999Ms: number;
}

function quantilesOf(values: readonly number[]): Quantiles {
  const runs = ascending(values);
  const of = (p: number) => rounded(quantileOf(runs, p));
  return { leastMs: of(0), p5Ms: of(0.05), p50Ms: of(0.5), p95Ms: of(0.95), p999Ms: of(0.999) };
}

interface Difference {
  readonly text: string;
  readonly late: boolean;
}

/** A median outside of 5 to 95 % of the runs, and a maximum above 99.9 % of them. One value has no median: it may lie where any run does. */
function differences(
  sorted: readonly number[],
  { leastMs, p5Ms, p95Ms, p999Ms }: Quantiles,
): readonly Difference[] {
  const median = rounded(quantileOf(sorted, 0.5));
  const most = rounded(sorted[sorted.length - 1]!);
  const [low, high] = sorted.length === 1 ? [leastMs, p999Ms] : [p5Ms, p95Ms];
  const found: Difference[] = [];
  if (median < low)
    found.push({
      text: `its median is ${milliseconds(low - median)} below the simulated ${sorted.length === 1 ? 'runs' : '5 %'}`,
      late: false,
    });
  if (median > high && sorted.length > 1)
    found.push({ text: `its median is ${milliseconds(median - high)} above the simulated 95 %`, late: true });
  if (most > p999Ms)
    found.push({
      text: `its maximum is ${milliseconds(most - p999Ms)} above the simulated 99.9 %`,
      late: true,
    });
  return found;
}

/** How far a node's clock may be off, where the start of a kill is read off it. */
function clockDoubtMs(real: readonly Observation[]): number {
  return real
    .flatMap(({ pods }) => pods)
    .reduce((most, { killUncertaintyMs = 0 }) => Math.max(most, killUncertaintyMs), 0);
}

function widened({ leastMs, p5Ms, p50Ms, p95Ms, p999Ms }: Quantiles, ms: number): Quantiles {
  return { leastMs: leastMs - ms, p5Ms: p5Ms - ms, p50Ms, p95Ms: p95Ms + ms, p999Ms: p999Ms + ms };
}

/** The milestone whose own step is off: where the step from the one before agrees, that one is looked at. */
function causeOf(
  sides: Sides,
  columns: Asked['columns'],
  key: Milestone,
  against: Milestone = key,
): Milestone {
  const { real, runs } = sides;
  const before = STEPS[key].after.find(
    (each) => present(real, columns(each)).length > 0 && present(runs, columns(each)).length > 0,
  );
  if (before === undefined) return key;
  const step =
    (to: Milestone): Column =>
    (observation) => {
      const [began, ended] = [columns(before)(observation), columns(to)(observation)];
      return began === undefined || ended === undefined ? undefined : ended - began;
    };
  const [recorded, simulated] = [present(real, step(key)), present(runs, step(against))];
  if (recorded.length === 0 || simulated.length === 0) return key;
  if (differences(ascending(recorded), quantilesOf(simulated)).length > 0) return key;
  const earlier = differences(
    ascending(present(real, columns(before))),
    quantilesOf(present(runs, columns(before))),
  );
  return earlier.length === 0 ? key : causeOf(sides, columns, before);
}

function present(observations: readonly Observation[], of: Column): readonly number[] {
  return observations.map(of).filter((value) => value !== undefined);
}
