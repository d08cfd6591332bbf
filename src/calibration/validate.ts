import type { DelaySite } from '../cluster/delay-sites.ts';
import { simulate } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { readOptions, validateOptions } from '../scenario/options.ts';
import { parseScenario, type Scenario } from '../scenario/scenario.ts';
import type { DelaysInput } from '../scenario/schema.ts';
import { runSeed } from '../scenario/seeds.ts';
import {
  NODE_MILESTONES,
  type Observation,
  POD_MILESTONES,
  type PodMilestone,
  REPLACEMENT_MILESTONES,
  type ReplacementMilestone,
} from './observation.ts';
import { observeRun } from './observe-run.ts';
import { ascending, milliseconds, quantileOf } from './order-statistics.ts';
import { rounded } from './quantile-table.ts';
import type { RecordedScenario } from './recorded-scenario.ts';
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
  /** The delay site that a row points to where it fails. */
  readonly site: DelaySite | null;
}

/** How well simulated runs agree with recordings, by milestone. */
export interface Validation {
  readonly rows: readonly ValidationRow[];
  readonly passed: number;
  readonly failed: number;
  /** Sets that cannot be simulated, and why. */
  readonly notJudged: readonly { readonly set: string; readonly why: string }[];
}

const RUNS = 400;

/** Holds recordings against runs of their own scenario: each median within 5–95 % of the runs, each maximum below 99.9 % of them. */
export function validate(repetitions: readonly Repetition[], options: ValidateOptions = {}): Validation {
  demand('validate', 'repetitions', repetitions);
  readOptions('validate', validateOptions, options);
  const rows: ValidationRow[] = [];
  const notJudged: { set: string; why: string }[] = [];
  for (const [set, members] of setsOf(repetitions)) {
    const { scenario } = members[0]!;
    const runs = simulated(scenario, options);
    if ('why' in runs) notJudged.push({ set, why: runs.why });
    else rows.push(...rowsOf(set, members, runs.observations));
  }
  const passed = rows.filter((row) => row.passed).length;
  return { rows, passed, failed: rows.length - passed, notJudged };
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

/** Clients change nothing of what is compared here, and cost the most. */
function simulated(recorded: RecordedScenario, { fitted = [], ...options }: ValidateOptions): Simulated {
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

/** Milestones that only bound another one: not held against the simulated time of themselves. */
const BOUNDS: readonly PodMilestone[] = ['killSeenMs', 'lastAnswerMs'];

function rowsOf(
  set: string,
  members: readonly Repetition[],
  runs: readonly Observation[],
): readonly ValidationRow[] {
  const real = members.map(({ observation }) => observation);
  const [{ scenario }] = members as readonly [Repetition];
  const rows: ValidationRow[] = [];
  const add = (
    milestone: string,
    key: Milestone,
    recorded: readonly number[],
    simulatedMs: readonly number[],
  ) => {
    if (recorded.length > 0) rows.push(judge({ set, milestone, key, recorded, simulatedMs }));
  };
  const pods = Math.max(0, ...real.map((observation) => observation.pods.length));
  for (let k = 0; k < pods; k++) {
    const prefix = pods === 1 ? '' : `Pod ${k + 1} `;
    for (const name of POD_MILESTONES) {
      if (name === 'stoppedAtMs' && scenario.action.type === 'deletePod') continue;
      if (BOUNDS.includes(name)) continue;
      const of = (observation: Observation) => observation.pods[k]?.moments[name];
      add(`${prefix}${name}`, name, present(real, of), present(runs, of));
    }
    const rules = present(runs, (observation) => observation.pods[k]?.moments.rulesRemovedMs);
    const answers = present(real, (observation) => lastAnswer(observation, k));
    if (rules.length > 0) add(`${prefix}lastAnswerMs + gap`, 'rulesRemovedMs', answers, rules);
  }
  const replacements = Math.max(0, ...real.map((observation) => observation.replacements.length));
  for (let k = 0; k < replacements; k++) {
    const prefix = replacements === 1 ? 'replacement' : `replacement ${k + 1}`;
    for (const name of REPLACEMENT_MILESTONES) {
      const of = (observation: Observation) => observation.replacements[k]?.moments[name];
      add(`${prefix} ${name}`, name, present(real, of), present(runs, of));
    }
  }
  return rows;
}

/** When the rules were gone, by the last answer: on average so much later. */
function lastAnswer({ pods }: Observation, k: number): number | undefined {
  const at = pods[k]?.moments.lastAnswerMs;
  return at === undefined ? undefined : at + (pods[k]?.answerGapMs ?? 0);
}

function present(
  observations: readonly Observation[],
  of: (observation: Observation) => number | undefined,
): readonly number[] {
  return observations.map(of).filter((value) => value !== undefined);
}

type Milestone = PodMilestone | ReplacementMilestone;

interface Judged {
  readonly set: string;
  readonly milestone: string;
  readonly key: Milestone;
  readonly recorded: readonly number[];
  readonly simulatedMs: readonly number[];
}

function judge({ set, milestone, key, recorded, simulatedMs }: Judged): ValidationRow {
  const real = ascending(recorded);
  const seenBy = NODE_MILESTONES.includes(key) && !milestone.includes('lastAnswer') ? 'node' : 'recorder';
  const medianMs = rounded(quantileOf(real, 0.5));
  const maxMs = rounded(real[real.length - 1]!);
  const row = { set, milestone, seenBy, recorded: { n: real.length, medianMs, maxMs } } as const;
  const site = SITE_OF[key] ?? null;
  if (simulatedMs.length === 0)
    return { ...row, simulated: null, passed: false, why: 'it never happened in a simulated run', site };
  const runs = ascending(simulatedMs);
  const of = (p: number) => rounded(quantileOf(runs, p));
  const simulated = { n: runs.length, p5Ms: of(0.05), p50Ms: of(0.5), p95Ms: of(0.95), p999Ms: of(0.999) };
  const reasons = [
    medianMs < simulated.p5Ms
      ? `its median is ${milliseconds(simulated.p5Ms - medianMs)} below the simulated 5 %`
      : null,
    medianMs > simulated.p95Ms
      ? `its median is ${milliseconds(medianMs - simulated.p95Ms)} above the simulated 95 %`
      : null,
    maxMs > simulated.p999Ms
      ? `its maximum is ${milliseconds(maxMs - simulated.p999Ms)} above the simulated 99.9 %`
      : null,
  ].filter((reason) => reason !== null);
  const passed = reasons.length === 0;
  return { ...row, simulated, passed, why: passed ? null : reasons.join('; '), site: passed ? null : site };
}

/** Whose delay is the last before a milestone. */
const SITE_OF: Readonly<Partial<Record<Milestone, DelaySite>>> = {
  deleteAnsweredMs: 'apiServer.response',
  terminatingMs: 'apiServer.write',
  kubeletObservedMs: 'watch.kubelet',
  killStartedMs: 'kubelet.podWorker',
  sliceTerminatingMs: 'endpointSliceController.sync',
  rulesRemovedMs: 'kubeProxy.sync',
  preStopStartedMs: 'kubelet.podWorker',
  preStopEndedMs: 'runtime.execStart',
  sigtermMs: 'runtime.stopSignal',
  exitedMs: 'app.exit',
  servingFalseMs: 'kubelet.probe',
  terminalPhaseMs: 'runtime.stopSandbox',
  sliceRemovedMs: 'endpointSliceController.sync',
  podDeletedMs: 'kubelet.terminatedPod',
  createdMs: 'replicaSetController.sync',
  boundMs: 'scheduler.schedule',
  runningMs: 'kubelet.startPod',
  readyMs: 'kubelet.probe',
  sliceReadyMs: 'endpointSliceController.sync',
  rulesAddedMs: 'kubeProxy.sync',
};
