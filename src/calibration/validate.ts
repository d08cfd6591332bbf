import { append, largest } from '../kernel/lists.ts';
import { simulate } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { readOptions, validateOptions } from '../scenario/options.ts';
import { parseScenario, type Scenario } from '../scenario/scenario.ts';
import type { DelaysInput } from '../scenario/schema.ts';
import { runSeed } from '../scenario/seeds.ts';
import { type Asked, judge, type Sides, type ValidationRow } from './judge.ts';
import { AFTER_HOOK, AFTER_KILL, type Column, type Milestone } from './milestones.ts';
import {
  type Observation,
  type ObservedPod,
  POD_MILESTONES,
  type PodMilestone,
  REPLACEMENT_MILESTONES,
  type ReplacementMilestone,
} from './observation.ts';
import { observeRun } from './observe-run.ts';
import { milliseconds } from './order-statistics.ts';
import type { RecordedScenario } from './recorded-scenario.ts';
import { relistWaits } from './relist-waits.ts';
import type { Repetition } from './repetition.ts';
import { type ScenarioOfOptions, scenarioOf } from './scenario-of.ts';

/** Recorded repetitions against simulated ones of the same scenario. */

export interface ValidateOptions extends Omit<ScenarioOfOptions, 'delays'> {
  /**
   * Delays, which the runs take in turn: the estimate and the two ends of what its samples allow, so that the band of a milestone is
   * as wide as its delays are uncertain. Without any, the defaults.
   */
  readonly fitted?: readonly DelaysInput[];
  /** Simulated runs of each scenario; 400 by default. */
  readonly runs?: number;
  /** 0 by default. */
  readonly seed?: number;
}

/** How well simulated runs agree with recordings, by milestone. */
export interface Validation {
  readonly rows: readonly ValidationRow[];
  readonly passed: number;
  readonly failed: number;
  /** Sets that cannot be simulated, and why. */
  readonly notJudged: readonly SetTold[];
  /** What of a set was left out of its rows, and why. */
  readonly setAside: readonly SetTold[];
}

/** A sentence about a set. */
export interface SetTold {
  readonly set: string;
  readonly why: string;
}

const RUNS = 400;

/** Holds recordings against runs of their own scenario: each median within 5–95 % of the runs, each maximum below 99.9 % of them. */
export function validate(repetitions: readonly Repetition[], options: ValidateOptions = {}): Validation {
  demand('validate', 'repetitions', repetitions);
  readOptions('validate', validateOptions, options);
  const rows: ValidationRow[] = [];
  const notJudged: SetTold[] = [];
  const setAside: SetTold[] = [];
  for (const [set, members] of setsOf(repetitions)) {
    const { scenario } = members[0]!;
    const runs = simulated(scenario, options);
    if ('why' in runs) {
      notJudged.push({ set, why: runs.why });
      continue;
    }
    const compared = comparable(set, members, options);
    append(setAside, compared.setAside);
    append(rows, rowsOf({ set, scenario, real: compared.observations, runs: runs.observations }));
  }
  const passed = rows.filter((row) => row.passed).length;
  return { rows, passed, failed: rows.length - passed, notJudged, setAside };
}

/** A Pod that has been as it is for so long has no relist to wait for, ms. */
const STEADY_MS = 2000;

/** What a simulated run can be held against: it begins with steady Pods, and knows no hook that nobody timed. */
function comparable(
  set: string,
  members: readonly Repetition[],
  { apps }: ValidateOptions,
): { readonly observations: readonly Observation[]; readonly setAside: readonly SetTold[] } {
  const setAside: SetTold[] = [];
  const { waited } = relistWaits(members);
  const { preStop, appName } = members[0]!.scenario;
  const isTimed =
    preStop.kind === 'none' || preStop.durationMs !== null || apps?.[appName]?.preStop !== undefined;
  if (!isTimed) {
    const why = `nobody says how long the hook takes, so nothing after it was compared; give its duration with --config (apps.${appName}.preStop).`;
    setAside.push({ set, why });
  }
  const observations = members.map(({ name, observation }) => ({
    ...observation,
    pods: observation.pods.map((pod) => {
      const waits = waited.has(pod) && (pod.steadyMs ?? 0) < STEADY_MS;
      if (waits) setAside.push({ set, why: waitText(name, pod) });
      return waits || !isTimed
        ? { ...pod, moments: lessMoments(pod.moments, waits ? AFTER_KILL : AFTER_HOOK) }
        : pod;
    }),
  }));
  return { observations, setAside };
}

function waitText(name: string, { name: pod, moments, steadyMs }: ObservedPod): string {
  const at = milliseconds(moments.killStartedMs ?? moments.killSeenMs ?? 0);
  const known =
    steadyMs === undefined
      ? 'nothing shows how long it had been'
      : `it had been so for ${milliseconds(steadyMs)} only`;
  return (
    `${name}: ${pod} began to stop ${at} after its DELETE, as a Pod does that was synced within the last second (it waits for a relist of ` +
    `the runtime). A simulated run begins with steady Pods, and ${known}; from there on this repetition was not compared.`
  );
}

function lessMoments(moments: ObservedPod['moments'], less: readonly PodMilestone[]): ObservedPod['moments'] {
  return Object.fromEntries(Object.entries(moments).filter(([name]) => !less.includes(name as PodMilestone)));
}

/** By scenario, named after where the first of them is from. */
function setsOf(repetitions: readonly Repetition[]): ReadonlyMap<string, readonly Repetition[]> {
  const byScenario = new Map<string, Repetition[]>();
  for (const repetition of repetitions) {
    const key = `${folderOf(repetition.name)}\n${JSON.stringify(repetition.scenario)}`;
    const before = byScenario.get(key);
    if (before === undefined) byScenario.set(key, [repetition]);
    else before.push(repetition);
  }
  const named = new Map<string, Repetition[]>();
  for (const members of byScenario.values()) {
    const name = folderOf(members[0]!.name);
    named.set(named.has(name) ? `${name} (${named.size + 1})` : name, members);
  }
  return named;
}

/** `sets/A-sleep5/00.jsonl` is of the set `A-sleep5`. */
function folderOf(name: string): string {
  const parts = name.split('/');
  return parts.length > 1 ? parts[parts.length - 2]! : name.replace(/\.jsonl$/, '');
}

type Simulated = { readonly observations: readonly Observation[] } | { readonly why: string };

/** Hundreds of runs of more than this would take hours. */
const MOST_PODS = 1000;
const MOST_DELETIONS = 100;

function tooLarge({ replicas, nodes, action }: RecordedScenario): string | null {
  const deletions = action.type === 'deletePod' ? action.count : 0;
  if (replicas <= MOST_PODS && nodes <= MOST_PODS && deletions <= MOST_DELETIONS) return null;
  return `it has ${replicas} Pods on ${nodes} nodes and ${deletions} deletions; validate simulates up to ${MOST_PODS} of each and ${MOST_DELETIONS} deletions.`;
}

/** Clients change nothing of what is compared here, and cost the most. */
function simulated(recorded: RecordedScenario, { fitted = [], ...options }: ValidateOptions): Simulated {
  if (recorded.workload === 'other')
    return {
      why: 'its Pods are of another controller than a Deployment; calibrate takes them, a simulation of them does not.',
    };
  const large = tooLarge(recorded);
  if (large !== null) return { why: large };
  const quiet = { ...recorded, client: null };
  const scenarios: Scenario[] = [];
  for (const delays of fitted.length === 0 ? [{}] : fitted) {
    const parsed = parseScenario(scenarioOf(quiet, { ...options, delays }));
    if (!parsed.ok) return { why: parsed.issues.map(({ message }) => message).join(' ') };
    scenarios.push(parsed.scenario);
  }
  const { runs = RUNS, seed = 0 } = options;
  const observations = Array.from({ length: runs }, (_, k) =>
    observeRun(simulate(scenarios[k % scenarios.length]!, { seed: runSeed(seed, k) }), quiet),
  );
  return { observations };
}

function rowsOf(sides: Sides): readonly ValidationRow[] {
  const { real, runs, scenario } = sides;
  const rows: ValidationRow[] = [];
  const add = (asked: Asked) => {
    const row = judge(sides, asked);
    if (row !== null) rows.push(row);
  };
  const pods = largest(
    real.map((observation) => observation.pods.length),
    0,
  );
  for (let k = 0; k < pods; k++) {
    const prefix = pods === 1 ? '' : `Pod ${k + 1} `;
    const columns = (key: Milestone): Column =>
      key === 'lastAnswerMs'
        ? (observation) => lastAnswer(observation, k)
        : ({ pods: seen }) => seen[k]?.moments[key as PodMilestone];
    const isStarted = real.some((observation) => columns('killStartedMs')(observation) !== undefined);
    for (const key of POD_MILESTONES) {
      if (key === 'stoppedAtMs' && scenario.action.type === 'deletePod') continue;
      const label = `${prefix}${key}`;
      if (key === 'killSeenMs') {
        if (!isStarted)
          add({ label: `${label}, a bound`, key, columns, against: 'killStartedMs', isBound: true });
      } else if (key === 'lastAnswerMs') {
        if (isRouted(runs, k)) add({ label: `${label} + gap`, key, columns, against: 'rulesRemovedMs' });
      } else add({ label, key, columns });
    }
  }
  const replacements = largest(
    real.map((observation) => observation.replacements.length),
    0,
  );
  for (let k = 0; k < replacements; k++) {
    const prefix = replacements === 1 ? 'replacement' : `replacement ${k + 1}`;
    const columns =
      (key: Milestone): Column =>
      ({ replacements: seen }) =>
        seen[k]?.moments[key as ReplacementMilestone];
    for (const key of REPLACEMENT_MILESTONES) add({ label: `${prefix} ${key}`, key, columns });
  }
  return rows;
}

function isRouted(runs: readonly Observation[], k: number): boolean {
  return runs.some(({ pods }) => pods[k]?.moments.rulesRemovedMs !== undefined);
}

/** When the rules were gone, by the last answer: on average so much later. A Pod that ended before them does not tell. */
function lastAnswer({ pods }: Observation, k: number): number | undefined {
  const at = pods[k]?.moments.lastAnswerMs;
  return at === undefined || pods[k]?.answersCutOff === true ? undefined : at + (pods[k]?.answerGapMs ?? 0);
}
