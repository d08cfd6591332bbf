import type { FuzzOptions, FuzzReport } from '../analysis/fuzz.ts';
import type { Course } from '../node/checkpoints.ts';
import { fuzzInPieces, fuzzInWorkers, mostWorkers } from '../node/fuzz-in-workers.ts';
import type { Options } from './args.ts';
import type { Io } from './output.ts';
import { ProgressLine } from './progress.ts';
import type { LoadedScenario } from './scenario-from-args.ts';

export interface CampaignSettings {
  readonly runs: number;
  readonly shrink: boolean;
  /** `read` where nobody reads what each run needed to the millisecond. */
  readonly requirement?: 'exact' | 'read';
  readonly course?: Course;
}

/** Runs what `check` and `fuzz` ask for, on as many threads as asked for, with progress, until done or interrupted. */
export async function runCampaignOf(
  { scenario, vary }: Pick<LoadedScenario, 'scenario' | 'vary'>,
  options: Options,
  { runs, shrink, requirement = 'exact', course = {} }: CampaignSettings,
  io: Io,
): Promise<FuzzReport> {
  const { seed, swarm, shard, stopAfterFailures, workers } = options;
  if (workers > mostWorkers())
    io.err(`--workers ${workers}: more than twice the cores gains nothing; ${mostWorkers()} are used.`);
  const line = new ProgressLine(io, options.progress || io.isTerminal);
  const fuzzOptions: FuzzOptions = {
    runs,
    seed,
    shrink,
    requirement,
    ...(vary !== undefined && { vary, swarm }),
    ...(shard !== undefined && { shard }),
    ...(stopAfterFailures !== undefined && { stopAfterFailures }),
    onProgress: line.update,
    signal: io.interrupt(),
  };
  try {
    return workers === 1
      ? await fuzzInPieces(scenario, fuzzOptions, course)
      : await fuzzInWorkers(scenario, { ...fuzzOptions, workers }, course);
  } finally {
    line.done();
  }
}
