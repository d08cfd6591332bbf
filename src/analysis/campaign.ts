import { estimate, judgement, type Run, untraced } from '../run/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runSeed } from '../scenario/seeds.ts';
import type { NotJudged } from '../verdict/types.ts';
import { type OverLimit, unlessOverLimit } from './over-limit.ts';
import { drained, type Steps } from './steps.ts';
import { type Tally, TallyCounter } from './tally.ts';

/** Many runs of one scenario, or of a scenario that the seed varies, counted. */

export interface Progress {
  /** The preStop that is tried, where several are. */
  readonly preStopSeconds?: number;
  readonly done: number;
  readonly runs: number;
  readonly failures: number;
}

export interface CampaignOptions {
  readonly runs: number;
  readonly seed: number;
  /** Takes part `index` (from 1) of `count`: the runs k with k mod count = index - 1. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  /** Makes only `count` of these runs, from the one at `from` (from 0) on: a piece that is merged with the others. */
  readonly range?: { readonly from: number; readonly count: number } | undefined;
  /** Ends the campaign once so many runs have failed. */
  readonly stopAfterFailures?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Sees every run. */
  readonly onRun?: ((run: Pick<Run, 'seed' | 'verdict'>) => void) | undefined;
  /** Whether what each run needed is proved by reruns (the default), or read off the run where it is safe. */
  readonly requirement?: 'exact' | 'read' | undefined;
  /** Of a campaign that reads them off, in how many of the first runs they are proved where connections could be lost; 25 by default. */
  readonly proved?: number | undefined;
  /** Sees every run that meets a limit, beside being counted. */
  readonly onOverLimit?: ((run: OverLimit) => void) | undefined;
  /** Ends the campaign early; what was counted until then is kept. */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** The scenario of a run; the same for every run where it is left out. */
  readonly scenarioOf?: ((scenario: Scenario, seed: number) => Scenario) | undefined;
}

/** How often progress is reported and a signal looked at. */
const CHUNK = 64;

export interface Campaign {
  readonly tally: Tally;
  /** Whether every run that was asked for was made, and none met a limit. */
  readonly complete: boolean;
}

export function runCampaign(scenario: Scenario, options: CampaignOptions): Campaign {
  return drained(campaignSteps(scenario, options));
}

/** `runCampaign`, a run at a time. */
export function* campaignSteps(scenario: Scenario, options: CampaignOptions): Steps<Campaign> {
  const { seed, shard, stopAfterFailures = Number.POSITIVE_INFINITY } = options;
  const counter = new TallyCounter();
  const step = shard?.count ?? 1;
  const first = (shard?.index ?? 1) - 1;
  const all = ownRuns(options);
  const from = options.range?.from ?? 0;
  const end = Math.min(all, from + (options.range?.count ?? all));
  const own = Math.max(0, end - from);
  let complete = true;
  for (let position = from; position < end; position++) {
    const k = first + position * step;
    if (counter.made > 0 && counter.made % CHUNK === 0) {
      options.onProgress?.({ done: counter.made, runs: own, failures: counter.failures });
      if (options.signal?.aborted === true) {
        complete = false;
        break;
      }
    }
    count(counter, scenario, k, runSeed(seed, k), options);
    yield;
    if (counter.failures >= stopAfterFailures) {
      complete = position === end - 1;
      break;
    }
  }
  options.onProgress?.({ done: counter.made, runs: own, failures: counter.failures });
  const tally = counter.tally();
  return { tally, complete: complete && tally.overLimit === 0 };
}

/**
 * The first run of a campaign, from that of the number `from` on, that is not safe; null where all are. Cheaper than counting, since no
 * run's requirement is looked for.
 */
export function firstUnsafe(scenario: Scenario, options: FirstUnsafeOptions): UnsafeRun | null {
  return drained(firstUnsafeSteps(scenario, options));
}

interface FirstUnsafeOptions extends Pick<CampaignOptions, 'runs' | 'seed' | 'onProgress'> {
  readonly from?: number;
  /** Told of each run that meets a limit: it is passed over. */
  readonly onOverLimit: (run: OverLimit) => void;
}

export interface UnsafeRun {
  readonly k: number;
  readonly seed: number;
  /** It ended at its horizon before it could be seen to be safe. */
  readonly cutShort: boolean;
}

/** `firstUnsafe`, a run at a time. */
export function* firstUnsafeSteps(
  scenario: Scenario,
  { from = 0, runs, seed, onProgress, onOverLimit }: FirstUnsafeOptions,
): Steps<UnsafeRun | null> {
  for (let k = from; k < runs; k++) {
    if (k % CHUNK === 0) onProgress?.({ done: k, runs, failures: 0 });
    const own = runSeed(seed, k);
    const verdict = unlessOverLimit({ k, seed: own }, () => judgement(scenario, own), onOverLimit);
    if (verdict !== null) {
      const { outcome, notJudged } = verdict;
      const cutShort = outcome === 'notJudged' && notJudged.some(endedAtHorizon);
      if (outcome === 'unsafe' || cutShort) return { k, seed: own, cutShort };
    }
    yield;
  }
  onProgress?.({ done: runs, runs, failures: 0 });
  return null;
}

function endedAtHorizon({ code, gating }: NotJudged): boolean {
  return gating && (code === 'stillStopping' || code === 'stillRouted');
}

/** How many of a campaign's runs are the shard's own. */
export function ownRuns({ runs, shard }: Pick<CampaignOptions, 'runs' | 'shard'>): number {
  const first = (shard?.index ?? 1) - 1;
  return Math.max(0, Math.ceil((runs - first) / (shard?.count ?? 1)));
}

/** Makes a run and counts it. One that meets a limit is no reason to lose the others. */
function count(
  counter: TallyCounter,
  scenario: Scenario,
  k: number,
  seed: number,
  options: CampaignOptions,
): void {
  const make = () => runOnce(scenario, k, seed, options);
  const run = unlessOverLimit({ k, seed }, make, (met) => {
    counter.addOverLimit(met);
    options.onOverLimit?.(met);
  });
  if (run === null) return;
  counter.add(k, run);
  options.onRun?.(run);
}

const PROVED_RUNS = 25;

function runOnce(
  scenario: Scenario,
  k: number,
  seed: number,
  { scenarioOf, requirement, proved = PROVED_RUNS }: CampaignOptions,
): Pick<Run, 'seed' | 'verdict'> {
  const own = scenarioOf === undefined ? scenario : scenarioOf(scenario, seed);
  return requirement === 'read' ? estimate(own, seed, k < proved) : untraced(own, seed);
}
