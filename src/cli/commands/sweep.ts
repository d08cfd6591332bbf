import { type SweepReport, type SweepRow, startSweep } from '../../analysis/sweep.ts';
import { inSteps } from '../../node/in-steps.ts';
import { joinSections } from '../../report/campaign-text.ts';
import { formatSweep } from '../../report/sweep.ts';
import { type Workload, type WorkloadScenario, workloadName } from '../../scenario/by-workload.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Options } from '../args.ts';
import { basisSection } from '../basis.ts';
import { EXIT, type Io, json } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { type LoadedScenario, scenarioFromArgs } from '../scenario-from-args.ts';

/** What each second of preStop costs each workload, as a table. */
export async function sweep(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  if (loaded.workloads !== null && loaded.workloads.length !== 1)
    return sweepByWorkload(loaded, loaded.workloads, options, io);
  const report = await sweepIn(loaded.scenario, options, io);
  if (options.format === 'json') io.out(json(report));
  else io.out(joinSections([[formatSweep(report)], basisSection(loaded)]));
  return exitOfSweeps([report]);
}

async function sweepIn(
  scenario: Scenario,
  { runs, seed, secondsFrom, secondsTo, step, progress }: Options,
  io: Io,
): Promise<SweepReport> {
  const line = new ProgressLine(io, progress || io.isTerminal);
  const { steps, report } = startSweep(scenario, {
    seed,
    onProgress: line.update,
    ...(runs !== undefined && { runs }),
    ...(secondsFrom !== undefined && { secondsFrom }),
    ...(secondsTo !== undefined && { secondsTo }),
    ...(step !== undefined && { step }),
  });
  await inSteps(steps, io.interrupt());
  line.done();
  return report();
}

/** Unsafe where a whole table has no safe value; a table that lacks rows, or runs of one, has not shown it. */
function exitOfSweeps(reports: readonly SweepReport[]): number {
  if (reports.some((report) => report.complete && report.rows.every(isUnsafe))) return EXIT.unsafe;
  return reports.every(isWhole) ? EXIT.safe : EXIT.partial;
}

function isUnsafe({ refused, unsafeRuns }: SweepRow): boolean {
  return refused.length > 0 || unsafeRuns > 0;
}

function isWhole({ complete, rows }: SweepReport): boolean {
  return complete && rows.every(({ overLimit }) => overLimit === 0);
}

/** A table for each, in runs in which it alone is stopped. */
async function sweepByWorkload(
  loaded: LoadedScenario,
  workloads: readonly WorkloadScenario[],
  options: Options,
  io: Io,
): Promise<number> {
  const all: { readonly workload: Workload; readonly report: SweepReport }[] = [];
  for (const { workload, scenario } of workloads)
    all.push({ workload, report: await sweepIn(scenario, options, io) });
  if (options.format === 'json')
    io.out(json({ workloads: all.map(({ workload, report }) => ({ ...workload, ...report })) }));
  else if (all.length === 0) io.out('NOT JUDGED: no workload that anything sends to.');
  else {
    const tables = all.map(({ workload, report }) => [`${workloadName(workload)}`, formatSweep(report)]);
    io.out(joinSections([...tables, basisSection(loaded)]));
  }
  if (all.length === 0) return EXIT.notJudged;
  return exitOfSweeps(all.map(({ report }) => report));
}
