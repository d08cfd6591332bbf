import { simulateTraced } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { checkOptions, readOptions } from '../scenario/options.ts';
import { defineScenario, type Scenario } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { workloadConcerned } from '../scenario/workload-of-pod.ts';
import { gravest, type Verdict } from '../verdict/types.ts';
import { runCampaign } from './campaign.ts';
import { claimOf } from './claim.ts';
import { replayLine } from './fuzz.ts';
import type { Tally } from './tally.ts';

/** How many runs, and from which seed. */
export interface CheckOptions {
  /** 200 by default. */
  readonly runs?: number;
  readonly seed?: number;
}

/** What many runs of a scenario show. */
export interface Check {
  /** Every run was safe. One that met a limit was not shown to be: `tally.overLimit` counts them, `tally.firstOverLimit` names one. */
  readonly safe: boolean;
  readonly runs: number;
  /** What follows from the runs. */
  readonly claim: string;
  /** The first failing run, or the one with the smallest margin where none fails. */
  readonly seed: number;
  readonly verdict: Verdict;
  /** `Deployment web`: whose Pod the worst of it is about; null where the scenario has one workload alone, or it is about none. */
  readonly workload: string | null;
  readonly replay: string;
  /** What was counted; the preStop that a run needed as read off the run, without the reruns that prove it. */
  readonly tally: Tally;
}

/** Runs a scenario under many seeds and says whether every run was safe; `assertSafe` throws where one was not. */
export function checkSafe(scenario: Scenario | ScenarioInput, options: CheckOptions = {}): Check {
  const { runs, seed } = readOptions('checkSafe', checkOptions, options);
  const defined = toScenario('checkSafe', scenario);
  // Nobody asks here what each run needed: it is read off, and found for the telling run alone.
  const { tally } = runCampaign(defined, { runs, seed, requirement: 'read', proved: 0 });
  // Where each run met a limit, so does this one, and says which.
  const telling = tally.firstFailure ?? tally.worst ?? tally.firstOverLimit!;
  const { verdict } = simulateTraced(defined, telling.seed);
  const worst = gravest(verdict.violations);
  return {
    safe: tally.failures === 0 && tally.overLimit === 0,
    runs,
    claim: claimOf(tally.failures, tally.runs, 0.95, tally.notJudged),
    seed: telling.seed,
    verdict,
    workload: worst === undefined ? null : workloadConcerned(defined, worst),
    replay: replayLine(telling.seed),
    tally,
  };
}

export function toScenario(call: string, scenario: Scenario | ScenarioInput): Scenario {
  demand(call, 'scenarioOrInput', scenario);
  return 'world' in scenario ? scenario : defineScenario(scenario);
}
