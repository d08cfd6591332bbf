import { sweepPreStop } from '../../analysis/sweep.ts';
import { joinSections } from '../../report/campaign-text.ts';
import { formatSweep } from '../../report/sweep.ts';
import type { Options } from '../args.ts';
import { basisSection } from '../basis.ts';
import { EXIT, type Io, json } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { scenarioFromArgs } from '../scenario-from-args.ts';

/** What each second of preStop costs, as a table. */
export async function sweep(files: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await scenarioFromArgs(files, options, io.readStdin);
  const { runs, seed, secondsFrom, secondsTo, step, format } = options;
  const line = new ProgressLine(io, options.progress || io.isTerminal);
  const report = sweepPreStop(loaded.scenario, {
    seed,
    onProgress: line.update,
    ...(runs !== undefined && { runs }),
    ...(secondsFrom !== undefined && { secondsFrom }),
    ...(secondsTo !== undefined && { secondsTo }),
    ...(step !== undefined && { step }),
  });
  line.done();
  if (format === 'json') io.out(json(report));
  else io.out(joinSections([[formatSweep(report)], basisSection(loaded)]));
  const someSafe = report.rows.some((row) => row.runs > 0 && row.unsafeRuns === 0);
  return someSafe ? EXIT.safe : EXIT.unsafe;
}
