/**
 * Holds simulated runs against what a real cluster did.
 *
 *   tsx test/fidelity/run.ts <directory> [--only <part of a set's name>] [--failed]
 *
 * The environment's TRACES_DIR comes before the argument. The exit code is 0 whatever comes out: a distribution is no rule.
 */

import { type Run, simulate } from '../../src/run/simulate.ts';
import { runSeed } from '../../src/scenario/seeds.ts';
import { countRows, judgeSet, type Row } from './judge.ts';
import { observeIteration, observeRun } from './milestones.ts';
import { formatTable } from './print.ts';
import { readTraces, type TraceSet } from './read-traces.ts';
import { judgeRequests, observeRealRequests, observeSimulatedRequests } from './requests.ts';
import { type BuiltScenario, buildScenario, hookDurationMs } from './scenarios.ts';

const RUNS = 200;
const SEED = 0;

interface Totals {
  passed: number;
  failed: number;
}

type Built = BuiltScenario & { readonly kind: 'built' };

function runsOf({ scenario }: Built): readonly Run[] {
  return Array.from({ length: RUNS }, (_, k) => simulate(scenario, { seed: runSeed(SEED, k) }));
}

function judge({ scenario, iterations }: TraceSet, built: Built): readonly Row[] {
  const runs = runsOf(built);
  const real = iterations.map((iteration) => observeIteration(iteration, hookDurationMs(scenario)));
  const simulated = runs.map((run) => observeRun(run, built.stoppedBy, built.actionMs));
  const rows = judgeSet(real, simulated, built.stoppedBy);
  const withRequests = iterations.filter(({ requests }) => requests !== undefined);
  if (withRequests.length === 0) return rows;
  const lost = runs.map((run) => observeSimulatedRequests(run, built.actionMs));
  const told = withRequests.map(({ requests }) => observeRealRequests(requests));
  return [...rows, ...judgeRequests(told, lost)];
}

function report(set: TraceSet, totals: Totals, onlyFailed: boolean): void {
  const { scenario, iterations } = set;
  const built = buildScenario(set);
  if (built.kind === 'notBuilt') {
    const real = iterations.map((iteration) => observeIteration(iteration, hookDurationMs(scenario)));
    console.log(`${set.set}: not judged, ${built.why}: ${countRows(real, 'controller')} rows`);
    return;
  }
  const rows = judge(set, built);
  const failed = rows.filter(({ failure }) => failure !== null).length;
  totals.failed += failed;
  totals.passed += rows.length - failed;
  console.log(
    `${set.set}: ${rows.length - failed} passed, ${failed} failed (${iterations.length} iterations, ${RUNS} runs)`,
  );
  const shown: readonly Row[] = onlyFailed ? rows.filter(({ failure }) => failure !== null) : rows;
  if (shown.length > 0) console.log(formatTable(shown));
}

function main(argv: readonly string[]): void {
  const at = argv.indexOf('--only');
  const only = at < 0 ? '' : (argv[at + 1] ?? '');
  const [first] = argv.filter((word, index) => !word.startsWith('--') && (at < 0 || index !== at + 1));
  const directory = process.env.TRACES_DIR || first;
  const sets = readTraces(directory);
  const totals: Totals = { passed: 0, failed: 0 };
  if (sets === null)
    console.log(`There is no directory of traces${directory === undefined ? '' : ` "${directory}"`}.`);
  for (const set of sets ?? []) {
    if (set.set.includes(only)) report(set, totals, argv.includes('--failed'));
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
}

main(process.argv.slice(2));
