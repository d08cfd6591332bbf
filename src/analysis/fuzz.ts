import { hash32 } from '../kernel/draws.ts';
import { podTimeline, type Run, simulateTraced } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { fuzzOptions, OptionsError, type Read, readOptions } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { REPORT_FORMAT, REPORT_FORMAT_VERSION } from '../schema/fuzz-report.ts';
import type { PodTimeline } from '../verdict/pod-timeline.ts';
import { gravest, type Verdict } from '../verdict/types.ts';
import { rateInterval } from './binomial.ts';
import { type Campaign, type Progress, runCampaign } from './campaign.ts';
import { missingShards, partsIssues } from './check-reports.ts';
import { claimOf } from './claim.ts';
import type { OverLimit } from './over-limit.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { type Counterexample, shrink } from './shrink.ts';
import { type Extreme, mergeTallies, NO_TALLY, type Tally } from './tally.ts';
import { type Varier, type VaryInput, varier } from './vary.ts';

/** How many runs, from which seed, and what varies between them. */
export interface FuzzOptions {
  /** 1,000 by default. */
  readonly runs?: number;
  readonly seed?: number;
  /** What differs between runs beside the weather. */
  readonly vary?: VaryInput;
  /** Each run draws which of the ranges of `vary` vary at all. */
  readonly swarm?: boolean;
  /**
   * `exact` (by default): the preStop that each run needed is proved by reruns. `read`: it is read off the run where that is safe,
   * which may be off by what another hook would have changed in the routing, and takes a fraction of the time.
   */
  readonly requirement?: 'exact' | 'read';
  readonly stopAfterFailures?: number;
  /** Whether the first failing run is reduced to a counterexample; true by default. */
  readonly shrink?: boolean;
  /** Runs only part `index` (from 1) of `count`; `mergeFuzzReports` puts the parts together. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Called now and then with how far it is. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the campaign early; the report covers what was run until then. */
  readonly signal?: { readonly aborted: boolean };
}

/** Options that are checked, with their defaults in. */
export type ReadFuzzOptions = Read<typeof fuzzOptions>;

/** The worst run of a campaign, in full. */
export interface WorstRun {
  readonly k: number;
  readonly seed: number;
  readonly verdict: Verdict;
  /** Of the Pod that decided it. */
  readonly timeline: PodTimeline | null;
}

/** What a campaign found: how often it failed, at most how often it does, and its worst run. */
export interface FuzzReport {
  readonly format: typeof REPORT_FORMAT;
  /** Of the format. */
  readonly version: typeof REPORT_FORMAT_VERSION;
  /** Which scenario and options: reports of different ones do not merge. */
  readonly campaign: string;
  readonly seed: number;
  /** Runs of the whole campaign. */
  readonly requested: number;
  /** Runs that were made. */
  readonly runs: number;
  /** Whether all that were asked for were made, and judged. */
  readonly complete: boolean;
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** Runs that were not safe. */
  readonly failures: number;
  /** Of these, runs in which nothing was shown to be unsafe, but something was not judged. */
  readonly notJudged: number;
  /** What was not judged, and in how many runs that kept them from being safe. */
  readonly open: Readonly<Record<string, number>>;
  readonly failureRate: { readonly estimate: number; readonly lower95: number; readonly upper95: number };
  /** The rate in words. */
  readonly claim: string;
  /** Runs with a gating violation of each kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Runs with a gating violation about each Service; one that is not named had none. */
  readonly services: Readonly<Record<string, number>>;
  /** How often each router was the last to let go. */
  readonly decidedBy: Readonly<Record<string, number>>;
  /** Why runs have no safe preStop. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Quantiles over all runs; null is infinite: no hook would have been enough. */
  readonly requiredPreStopMs: Quantiles;
  /** Runs that met a limit and ended without a verdict; the report is not complete then. */
  readonly overLimit: number;
  readonly firstOverLimit: OverLimit | null;
  readonly worst: WorstRun | null;
  readonly counterexample: Counterexample | null;
  /** Repeats the worst run. */
  readonly replay: string;
  readonly tally: Tally;
}

/** Runs a scenario under many seeds: how likely is a lost request, how long would preStop have to be, which seed shows it. */
export function fuzz(scenario: Scenario, options: FuzzOptions = {}): FuzzReport {
  demand('fuzz', 'scenario', scenario);
  const prepared = prepareFuzz(scenario, readOptions('fuzz', fuzzOptions, options));
  return finishFuzz(prepared, runCampaign(scenario, prepared.campaignOptions));
}

/** A campaign that is checked and ready to run, here or in parts elsewhere. */
export interface PreparedFuzz {
  readonly scenario: Scenario;
  readonly options: ReadFuzzOptions;
  /** null without `vary`. */
  readonly varier: Varier | null;
  readonly campaignOptions: Parameters<typeof runCampaign>[1] & {
    readonly runs: number;
    readonly seed: number;
  };
}

export function prepareFuzz(scenario: Scenario, options: ReadFuzzOptions): PreparedFuzz {
  const { runs, seed, vary, swarm, shard, stopAfterFailures, requirement, onProgress, signal } = options;
  const varied = vary === undefined ? undefined : varier(scenario, vary, { swarm });
  const scenarioOf =
    varied === undefined ? undefined : (_: Scenario, runSeed: number) => varied.scenarioOf(runSeed);
  return {
    scenario,
    options,
    varier: varied ?? null,
    campaignOptions: {
      runs,
      seed,
      shard,
      stopAfterFailures,
      requirement,
      onProgress,
      signal,
      scenarioOf,
    },
  };
}

/** Turns what a campaign counted into its report. */
export function finishFuzz(prepared: PreparedFuzz, { tally, complete }: Campaign): FuzzReport {
  const { scenario, options, campaignOptions } = prepared;
  const at = (seed: number) => campaignOptions.scenarioOf?.(scenario, seed) ?? scenario;
  const first = tally.firstFailure;
  const reduce = options.shrink && first !== null;
  const variation = options.vary === undefined ? 'not' : options.swarm ? 'swarm' : 'all';
  return assemble({
    campaign: campaignName(scenario, options),
    seed: campaignOptions.seed,
    requested: campaignOptions.runs,
    complete,
    shard: options.shard ?? null,
    tally,
    worst: tally.worst === null ? null : worstRun(tally.worst, at(tally.worst.seed)),
    counterexample: reduce
      ? shrink(at(first.seed), first.seed, {
          settings: prepared.varier?.settingsOf(first.seed) ?? {},
          expression: scenarioExpression(first.seed, variation),
        })
      : null,
    varied: variation,
  });
}

interface Parts {
  readonly campaign: string;
  readonly seed: number;
  readonly requested: number;
  readonly complete: boolean;
  readonly shard: FuzzReport['shard'];
  readonly tally: Tally;
  readonly worst: WorstRun | null;
  readonly counterexample: Counterexample | null;
  readonly varied: Varied;
}

function assemble({ tally, worst, varied, ...parts }: Parts): FuzzReport {
  const { runs, failures, notJudged, open, kinds, services, decidedBy, reasons } = tally;
  const { estimate, lower, upper } = rateInterval(failures, runs, 0.95);
  const { campaign, seed, requested, complete, shard, counterexample } = parts;
  return {
    format: REPORT_FORMAT,
    version: REPORT_FORMAT_VERSION,
    campaign,
    seed,
    requested,
    runs,
    complete,
    shard,
    failures,
    notJudged,
    open,
    failureRate: { estimate, lower95: lower, upper95: upper },
    claim: claimOf(failures, runs, 0.95, notJudged),
    kinds,
    services,
    decidedBy,
    reasons,
    requiredPreStopMs: quantilesOf(tally.requiredPreStopMs),
    overLimit: tally.overLimit,
    firstOverLimit: tally.firstOverLimit,
    worst,
    counterexample,
    replay: worst === null ? '' : replayLine(worst.seed, varied),
    tally,
  };
}

type Varied = 'not' | 'all' | 'swarm';

/** A line that repeats a run when it is pasted where `scenario` (and `vary`) are. */
export function replayLine(seed: number, varied: Varied = 'not'): string {
  return `simulate(${scenarioExpression(seed, varied)}, { seed: ${seed} })`;
}

function scenarioExpression(seed: number, varied: Varied): string {
  if (varied === 'not') return 'scenario';
  return `varyScenario(scenario, vary, ${seed}${varied === 'swarm' ? ', { swarm: true }' : ''})`;
}

function worstRun({ k, seed }: Extreme, scenario: Scenario): WorstRun {
  const run = simulateTraced(scenario, seed);
  return { k, seed, verdict: plainVerdict(run), timeline: decidingTimeline(run) };
}

/** The verdict with its chains of causes read, so that it is plain data. */
function plainVerdict({ verdict }: Run): Verdict {
  return { ...verdict, violations: verdict.violations.map((violation) => ({ ...violation })) };
}

function decidingTimeline(run: Run): PodTimeline | null {
  const { violations, decidedBy, grace } = run.verdict;
  const pod =
    gravest(violations.filter(({ pod }) => pod !== null))?.pod ?? decidedBy?.pod ?? Object.keys(grace)[0];
  return pod === undefined || pod === null || run.trace.length === 0 ? null : podTimeline(run, pod);
}

/** Names scenario and options by a hash, so that only parts of one campaign are merged. */
export function campaignName(scenario: Scenario, { runs, seed, vary, swarm }: ReadFuzzOptions): string {
  const text = JSON.stringify([scenario.settings, runs, seed, vary ?? null, swarm]);
  let a = 0;
  let b = 1;
  for (let index = 0; index < text.length; index++) {
    a = hash32(a, text.charCodeAt(index), index);
    b = hash32(b, a, index);
  }
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
}

/**
 * Puts the reports of a campaign's parts together: any partition gives the report of the whole, byte for byte. Throws an OptionsError with
 * every issue where one is no report, or says what cannot be, or where they are of different campaigns or a part is there twice.
 */
export function mergeFuzzReports(reports: readonly FuzzReport[]): FuzzReport {
  demand('mergeFuzzReports', 'reports', reports);
  const issues = partsIssues(reports);
  if (issues.length > 0) throw new OptionsError('mergeFuzzReports', issues);
  const first = reports[0]!;
  const tally = reports.map((report) => report.tally).reduce(mergeTallies, NO_TALLY);
  return assemble({
    campaign: first.campaign,
    seed: first.seed,
    requested: first.requested,
    complete: missingShards(reports) === 0 && reports.every((report) => report.complete),
    shard: null,
    tally,
    worst: reports.map((report) => report.worst).find((worst) => worst?.seed === tally.worst?.seed) ?? null,
    counterexample:
      reports
        .map((report) => report.counterexample)
        .find((found) => found?.seed === tally.firstFailure?.seed) ?? null,
    varied: variationOf(reports),
  });
}

/** Read off a report's replay line; a shard in which nothing was run has none. */
function variationOf(reports: readonly FuzzReport[]): Varied {
  const replay = reports.map((report) => report.replay).find((line) => line !== '') ?? '';
  return replay.includes('swarm') ? 'swarm' : replay.includes('varyScenario') ? 'all' : 'not';
}
