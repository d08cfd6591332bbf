import {
  type Observation,
  POD_MILESTONES,
  POD_OUTCOMES,
  REPLACEMENT_MILESTONES,
} from '../../src/calibration/observation.ts';
import { ascending, quantileBounds, quantileOf } from '../../src/calibration/order-statistics.ts';

/** What the recorder could tell apart: it shared two cores with what it recorded. */
export const RESOLUTION_MS = 10;
/** From this many real values on, the simulated median has to lie among them, too. */
const ENOUGH_VALUES = 5;

export interface MilestoneRow {
  readonly kind: 'milestone';
  /** `rulesRemovedMs`, or `Pod 2 rulesRemovedMs`, `replacement 1 readyMs`. */
  readonly name: string;
  readonly real: { readonly n: number; readonly min: number; readonly median: number; readonly max: number };
  /** null: it never happened in a simulated run. */
  readonly simulated: {
    readonly n: number;
    readonly low: number;
    readonly median: number;
    readonly high: number;
  } | null;
  readonly failure: string | null;
}

export interface ShareRow {
  readonly kind: 'share';
  /** `exitCode = 137`. */
  readonly name: string;
  readonly real: { readonly n: number; readonly count: number };
  /** Share of the simulated Pods. */
  readonly simulated: number;
  readonly failure: string | null;
}

export type Row = MilestoneRow | ShareRow;

/** One row for every milestone of the k-th Pod and the k-th replacement that a real cluster showed, and for every outcome. */
export function judgeSet(
  real: readonly Observation[],
  groups: readonly (readonly Observation[])[],
  stoppedBy: 'request' | 'controller',
): readonly Row[] {
  const rows: Row[] = [];
  const simulated = groups.flat();
  // When a Pod is asked to stop is what the scenario says, unless a controller decides it.
  const milestones = POD_MILESTONES.filter((name) => name !== 'stoppedAtMs' || stoppedBy === 'controller');
  const pods = longest(real, ({ pods }) => pods.length);
  for (let k = 0; k < pods; k++) {
    const prefix = pods === 1 ? '' : `Pod ${k + 1} `;
    for (const name of milestones) {
      const of = ({ pods }: Observation) => pods[k]?.moments[name];
      pushMilestone(
        rows,
        `${prefix}${name}`,
        values(real, of),
        groups.map((group) => values(group, of)),
      );
    }
    for (const name of POD_OUTCOMES) {
      const of = ({ pods }: Observation) => pods[k]?.outcomes[name];
      rows.push(...judgeShares(`${prefix}${name}`, values(real, of), values(simulated, of)));
    }
  }
  const replacements = longest(real, (observation) => observation.replacements.length);
  for (let k = 0; k < replacements; k++) {
    const prefix = replacements === 1 ? 'replacement' : `replacement ${k + 1}`;
    for (const name of REPLACEMENT_MILESTONES) {
      const of = (observation: Observation) => observation.replacements[k]?.moments[name];
      pushMilestone(
        rows,
        `${prefix} ${name}`,
        values(real, of),
        groups.map((group) => values(group, of)),
      );
    }
  }
  return rows;
}

function longest(observations: readonly Observation[], length: (of: Observation) => number): number {
  return Math.max(0, ...observations.map(length));
}

function values<V>(
  observations: readonly Observation[],
  of: (observation: Observation) => V | undefined,
): V[] {
  return observations.map(of).filter((value) => value !== undefined);
}

function pushMilestone(
  rows: Row[],
  name: string,
  real: readonly number[],
  groups: readonly (readonly number[])[],
): void {
  if (real.length > 0) rows.push(judgeMilestone(name, real, groups));
}

/**
 * Passes where the real median can lie within 95 % of the simulated values and, from five real values on, a simulated median lies among
 * the real ones, give or take the recorder's resolution. The real median of few values is known to an interval only (`medianInterval`).
 * Each group of runs has the delays of another set, and each its own median: so far do sets of one machine differ. Times in ms.
 */
export function judgeMilestone(
  name: string,
  realMs: readonly number[],
  groups: readonly (readonly number[])[],
): MilestoneRow {
  const sorted = ascending(realMs);
  const real = {
    n: sorted.length,
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    max: sorted[sorted.length - 1]!,
  };
  const runs = ascending(groups.flat());
  if (runs.length === 0)
    return { kind: 'milestone', name, real, simulated: null, failure: 'never simulated' };
  const simulated = {
    n: runs.length,
    low: quantile(runs, 0.025),
    median: quantile(runs, 0.5),
    high: quantile(runs, 0.975),
  };
  const reasons: string[] = [];
  const median = medianInterval(sorted);
  if (median.high < simulated.low || median.low > simulated.high)
    reasons.push('real median outside the simulated range');
  const medians = groups.filter((group) => group.length > 0).map((group) => quantile(ascending(group), 0.5));
  const tooLow = Math.max(...medians) < real.min - RESOLUTION_MS;
  const tooHigh = Math.min(...medians) > real.max + RESOLUTION_MS;
  if (real.n >= ENOUGH_VALUES && (tooLow || tooHigh))
    reasons.push('simulated medians outside the real range');
  return {
    kind: 'milestone',
    name,
    real,
    simulated,
    failure: reasons.length === 0 ? null : reasons.join('; '),
  };
}

/** Where the median of a sample lies, at 95 %, by order statistics; below six values no two of them bound it, so from first to last. */
export function medianInterval(sorted: readonly number[]): { readonly low: number; readonly high: number } {
  const { lower, upper } = quantileBounds(sorted, 0.5, 0.975);
  return { low: lower ?? sorted[0]!, high: upper ?? sorted[sorted.length - 1]! };
}

/** One row for every value that occurs in either: the real count has to lie within 95 % of what the simulated share would give. */
export function judgeShares(
  name: string,
  real: readonly string[],
  simulated: readonly string[],
): readonly ShareRow[] {
  if (real.length === 0) return [];
  const occurring = [...new Set([...real, ...simulated])].sort();
  // Of a yes and a no, one says both.
  const told = occurring.every((value) => value === 'yes' || value === 'no') ? ['yes'] : occurring;
  return told.map((value) => {
    const count = real.filter((other) => other === value).length;
    const share = simulated.filter((other) => other === value).length / Math.max(1, simulated.length);
    const fits = simulated.length > 0 && plausible(count, real.length, share);
    return {
      kind: 'share',
      name: `${name} = ${value}`,
      real: { n: real.length, count },
      simulated: share,
      failure: fits ? null : 'the real count is not plausible under the simulated share',
    };
  });
}

/** Whether `count` of `n` lies within the central 95 % of a binomial distribution. */
export function plausible(count: number, n: number, share: number): boolean {
  let atMost = 0;
  let atLeast = 0;
  for (let k = 0; k <= n; k++) {
    const probability = binomial(k, n, share);
    if (k <= count) atMost += probability;
    if (k >= count) atLeast += probability;
  }
  return atMost > 0.025 && atLeast > 0.025;
}

function binomial(k: number, n: number, share: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways *= (n - i) / (i + 1);
  return ways * share ** k * (1 - share) ** (n - k);
}

export const quantile = quantileOf;
