import type { Issue } from '../cluster/issue.ts';
import { largest, smallest } from '../kernel/lists.ts';
import { judgement } from '../run/simulate.ts';
import { tryApplyPreStop } from '../scenario/apply-pre-stop.ts';
import { demand } from '../scenario/arguments.ts';
import { readOptions, sweepOptions, wrongArgument } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runSeed } from '../scenario/seeds.ts';
import type { WorkloadRollout } from '../verdict/rollout-report.ts';
import type { Verdict } from '../verdict/types.ts';
import type { Progress } from './campaign.ts';
import { type OverLimit, type OverLimitAt, unlessOverLimit } from './over-limit.ts';
import { Counter, quantile } from './quantiles.ts';
import { drained, type Steps } from './steps.ts';

/** Which preStop values are tried, and in how many runs each. */
export interface SweepOptions {
  /** 0 by default. */
  readonly secondsFrom?: number;
  /** The shortest terminationGracePeriodSeconds of the scenario's Pods by default. */
  readonly secondsTo?: number;
  /** In seconds; 5 by default. */
  readonly step?: number;
  /** Runs of each value; 20 by default. The same seeds for every value: only the hook differs. */
  readonly runs?: number;
  readonly seed?: number;
  /** Told how many runs of all values are done. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A figure over the runs of one value; null where no run had it. */
export interface Spread {
  readonly p50: number;
  readonly max: number;
}

/** What one value of preStop costs. */
export interface SweepRow {
  readonly seconds: number;
  /** What speaks against the value itself; such a row has no runs. */
  readonly refused: readonly Issue[];
  readonly runs: number;
  readonly unsafeRuns: number;
  /** Runs that met a limit and have no verdict: they count among no others. */
  readonly overLimit: number;
  readonly firstOverLimit: OverLimitAt | null;
  /** From its action until the last rollout was done, deadline or not. Null without a rollout, or where some run never got there. */
  readonly rolloutMs: Spread | null;
  /** Runs in which `kubectl rollout status` had given up before: the progress deadline was over. */
  readonly deadlineExceededRuns: number;
  /** From the same action until the last old Pod is gone. */
  readonly oldPodsGoneMs: Spread | null;
  /** The most Pods at one time. */
  readonly peakPods: Spread | null;
  /** The smallest margin over all runs. */
  readonly marginMs: number | null;
  /** Of the grace period, the most that a Pod used. */
  readonly graceUsedMs: number | null;
}

/** What each preStop value costs, and what it buys. */
export interface SweepReport {
  readonly seed: number;
  /** Whether every value that was asked for has its row. */
  readonly complete: boolean;
  readonly rows: readonly SweepRow[];
}

/**
 * What each second of preStop costs: the rollout's duration, Pods at peak, margin. Every value is run with the same seeds, so that
 * rows differ by the hook alone. Throws an OptionsError for options that are none.
 */
export function sweepPreStop(scenario: Scenario, options: SweepOptions = {}): SweepReport {
  const { steps, report } = startSweep(scenario, options);
  drained(steps);
  return report();
}

/** `sweepPreStop` a run at a time, for those who may break it off: `report` holds the rows that are done. */
export function startSweep(
  scenario: Scenario,
  options: SweepOptions,
): { readonly steps: Steps<void>; readonly report: () => SweepReport } {
  demand('sweepPreStop', 'scenario', scenario);
  const read = readOptions('sweepPreStop', sweepOptions, options);
  const { seed, secondsFrom: from, secondsTo: to = shortestGrace(scenario), step, runs, onProgress } = read;
  if (to < from) {
    const message = `secondsTo must be secondsFrom, ${from}, or more; it is ${to}.`;
    throw wrongArgument('sweepPreStop', ['secondsTo'], message, to, 'Raise it, or lower secondsFrom.');
  }
  const rows: SweepRow[] = [];
  const values = Math.floor((to - from) / step) + 1;
  function* steps(): Steps<void> {
    let failures = 0;
    for (let seconds = from; seconds <= to; seconds += step) {
      const done = rows.length * runs;
      const row = yield* rowSteps(scenario, seconds, runs, seed, (own, unsafe) =>
        onProgress?.({
          preStopSeconds: seconds,
          done: done + own,
          runs: values * runs,
          failures: failures + unsafe,
        }),
      );
      rows.push(row);
      failures += row.unsafeRuns;
    }
  }
  return { steps: steps(), report: () => ({ seed, complete: rows.length === values, rows: [...rows] }) };
}

function shortestGrace({ world }: Scenario): number {
  return Math.max(0, smallest(world.templates.map((template) => template.terminationGracePeriodSeconds)));
}

function* rowSteps(
  scenario: Scenario,
  seconds: number,
  runs: number,
  seed: number,
  onRun: (done: number, unsafe: number) => void,
): Steps<SweepRow> {
  const changed = tryApplyPreStop(scenario, seconds);
  const row = new Row();
  if (changed.ok) {
    for (let k = 0; k < runs; k++) {
      const own = runSeed(seed, k);
      const make = () => judgement(changed.scenario, own);
      const verdict = unlessOverLimit({ k, seed: own }, make, row.addOverLimit);
      if (verdict !== null) row.add(verdict);
      onRun(k + 1, row.unsafe);
      yield;
    }
  }
  return row.result(seconds, changed.ok ? [] : changed.issues);
}

class Row {
  runs = 0;
  unsafe = 0;
  private overLimit = 0;
  private firstOverLimit: OverLimit | null = null;
  private overdue = 0;
  private readonly rollout = new Counter();
  private readonly gone = new Counter();
  private readonly peak = new Counter();
  private margin: number | null = null;
  private grace: number | null = null;

  readonly addOverLimit = (run: OverLimit): void => {
    this.overLimit++;
    this.firstOverLimit ??= run;
  };

  add(verdict: Verdict): void {
    this.runs++;
    if (!verdict.safe) this.unsafe++;
    const { marginMs } = verdict;
    if (marginMs !== null) this.margin = Math.min(this.margin ?? marginMs, marginMs);
    for (const { usedMs } of Object.values(verdict.grace)) this.grace = Math.max(this.grace ?? 0, usedMs);
    const rollouts = verdict.rollout?.workloads ?? [];
    if (rollouts.length === 0) return;
    if (rollouts.some((rollout) => rollout.deadlineExceededAfterMs !== null)) this.overdue++;
    this.rollout.add(latest(rollouts, ({ completedAfterMs }) => completedAfterMs));
    this.gone.add(latest(rollouts, ({ oldPodsGoneAfterMs }) => oldPodsGoneAfterMs));
    this.peak.add(largest(rollouts.map(({ peakPods }) => peakPods.total)));
  }

  result(seconds: number, refused: readonly Issue[]): SweepRow {
    return {
      seconds,
      refused,
      runs: this.runs,
      unsafeRuns: this.unsafe,
      overLimit: this.overLimit,
      firstOverLimit: this.firstOverLimit === null ? null : { ...this.firstOverLimit, seconds },
      rolloutMs: spread(this.rollout),
      deadlineExceededRuns: this.overdue,
      oldPodsGoneMs: spread(this.gone),
      peakPods: spread(this.peak),
      marginMs: this.margin,
      graceUsedMs: this.grace,
    };
  }
}

/** The latest end of a run's rollouts, each since its own beginning; null where one never ended. A rollout that another overtook does not count. */
function latest(
  rollouts: readonly WorkloadRollout[],
  end: (rollout: WorkloadRollout) => number | null,
): number | null {
  const last = new Map(rollouts.map((rollout) => [`${rollout.namespace}/${rollout.workload}`, rollout]));
  let ended = 0;
  for (const rollout of last.values()) {
    const after = end(rollout);
    if (after === null) return null;
    ended = Math.max(ended, after);
  }
  return ended;
}

function spread(counter: Counter): Spread | null {
  const counts = counter.counts();
  const [p50, max] = [quantile(counts, 0.5), quantile(counts, 1)];
  return p50 === null || max === null ? null : { p50, max };
}
