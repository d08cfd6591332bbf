/**
 * Holds simulated runs against what a real cluster did, set by set, each with delays that were fitted on the other sets.
 *
 *   tsx test/fidelity/run.ts [directory] [--only <part of a set's name>] [--failed]
 *
 * The environment's TRACES_DIR comes before the argument. The exit code is 0 whatever comes out: a distribution is no rule.
 */

import { estimatedDelays } from '../../src/calibration/cross-validate.ts';
import type { Observation } from '../../src/calibration/observation.ts';
import { observeRun } from '../../src/calibration/observe-run.ts';
import { actionAtMs, scenarioOf } from '../../src/calibration/scenario-of.ts';
import { simulate } from '../../src/run/simulate.ts';
import { parseScenario, type Scenario } from '../../src/scenario/scenario.ts';
import type { DelaysInput } from '../../src/scenario/schema.ts';
import { runSeed } from '../../src/scenario/seeds.ts';
import { judgeSet, type Row } from './judge.ts';
import { formatTable } from './print.ts';
import { readTraces, type TraceSet } from './read-traces.ts';
import {
  judgeRequests,
  type ObservedRequests,
  observeRealRequests,
  observeSimulatedRequests,
} from './requests.ts';

const RUNS = 200;
const SEED = 0;
const BESIDE = '../shared/traces';

interface Totals {
  passed: number;
  failed: number;
}

interface Simulated {
  /** By the set whose delays they have. */
  readonly groups: readonly (readonly Observation[])[];
  readonly requests: readonly ObservedRequests[];
}

/** The delays of each other set, over those of all others together: one set does not show every site. */
function delaysOfOthers(set: TraceSet, sets: readonly TraceSet[]): readonly DelaysInput[] {
  const others = sets.filter((other) => other !== set && other.repetitions.length > 1);
  if (others.length === 0) return [{}];
  const pooled = estimatedDelays(others.flatMap(({ repetitions }) => repetitions));
  return others.map(({ set: name, repetitions }) => ({ ...pooled, ...fitOf(name, repetitions) }));
}

const fits = new Map<string, DelaysInput>();

function fitOf(name: string, repetitions: TraceSet['repetitions']): DelaysInput {
  const known = fits.get(name) ?? estimatedDelays(repetitions);
  fits.set(name, known);
  return known;
}

function simulated(set: TraceSet, delays: readonly DelaysInput[]): Simulated {
  const { scenario, requests: recorded } = set;
  const requests: ObservedRequests[] = [];
  const actionMs = actionAtMs(scenario);
  const groups = delays.map((own, group) => {
    const built = scenarioFor(set, own);
    const runs = Math.ceil((RUNS - group) / delays.length);
    return Array.from({ length: runs }, (_, k) => {
      const run = simulate(built, { seed: runSeed(SEED, group + k * delays.length) });
      if (recorded.length > 0) requests.push(observeSimulatedRequests(run, actionMs));
      return observeRun(run, scenario);
    });
  });
  return { groups, requests };
}

function scenarioFor({ set, scenario }: TraceSet, delays: DelaysInput): Scenario {
  const parsed = parseScenario(scenarioOf(scenario, { delays }));
  if (parsed.ok) return parsed.scenario;
  const issues = parsed.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`${set}: its scenario is refused: ${issues}`);
}

function judge(set: TraceSet, sets: readonly TraceSet[]): readonly Row[] {
  const { scenario, repetitions, requests } = set;
  const { groups, requests: lost } = simulated(set, delaysOfOthers(set, sets));
  const real = repetitions.map(({ observation }) => observation);
  const stoppedBy = scenario.action.type === 'deletePod' ? 'request' : 'controller';
  const rows = judgeSet(real, groups, stoppedBy);
  return requests.length === 0 ? rows : [...rows, ...judgeRequests(requests.map(observeRealRequests), lost)];
}

function report(set: TraceSet, sets: readonly TraceSet[], totals: Totals, onlyFailed: boolean): void {
  const rows = judge(set, sets);
  const failed = rows.filter(({ failure }) => failure !== null).length;
  totals.failed += failed;
  totals.passed += rows.length - failed;
  console.log(
    `${set.set}: ${rows.length - failed} passed, ${failed} failed (${set.repetitions.length} iterations, ${RUNS} runs)`,
  );
  const shown: readonly Row[] = onlyFailed ? rows.filter(({ failure }) => failure !== null) : rows;
  if (shown.length > 0) console.log(formatTable(shown));
}

function main(argv: readonly string[]): void {
  const at = argv.indexOf('--only');
  const only = at < 0 ? '' : (argv[at + 1] ?? '');
  const [first] = argv.filter((word, index) => !word.startsWith('--') && (at < 0 || index !== at + 1));
  const directory = process.env.TRACES_DIR || first || BESIDE;
  const sets = readTraces(directory);
  const totals: Totals = { passed: 0, failed: 0 };
  if (sets === null) console.log(`There is no directory of traces "${directory}".`);
  for (const set of sets ?? []) {
    if (set.set.includes(only)) report(set, sets ?? [], totals, argv.includes('--failed'));
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
}

main(process.argv.slice(2));
