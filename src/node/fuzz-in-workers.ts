import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ownRuns } from '../analysis/campaign.ts';
import { toScenario } from '../analysis/check-safe.ts';
import {
  type FuzzOptions,
  type FuzzReport,
  finishFuzz,
  type PreparedFuzz,
  prepareFuzz,
} from '../analysis/fuzz.ts';
import { fuzzOptions, readOptions, whole } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import * as z from '../schema/zod.ts';
import { campaignInPieces, type PieceRunner, type PiecesOptions } from './campaign-in-pieces.ts';
import { Checkpoints, type Course, demandSameCampaign } from './checkpoints.ts';
import { runPiece } from './run-piece.ts';
import { WorkerRunner } from './worker-runner.ts';

/** A campaign's options, and how many workers share it. */
export interface FuzzInWorkersOptions extends FuzzOptions {
  /** Worker threads, from 1 on; never more than twice the machine's cores are started. */
  readonly workers: number;
  /** The workers' program; needed only where a bundler has moved this module away from it. */
  readonly workerScript?: string | URL;
}

const fuzzInWorkersOptions = fuzzOptions.extend({
  workers: whole(1),
  workerScript: z.union([z.string().min(1), z.instanceof(URL)]).optional(),
});

/**
 * `fuzz` on several threads: the same report, byte for byte. An abort waits for the pieces that are being run (some 25 ms each, or one
 * run) and keeps them. Rejects with a ScenarioError for bad input, an OptionsError for bad options, and with the error of a worker; no
 * worker outlives the call.
 */
export async function fuzzInWorkers(
  input: Scenario | ScenarioInput,
  options: FuzzInWorkersOptions,
  course: Course = {},
): Promise<FuzzReport> {
  const {
    workers,
    workerScript = builtWorker(),
    ...read
  } = readOptions('fuzzInWorkers', fuzzInWorkersOptions, options);
  const prepared = prepareFuzz(toScenario('fuzzInWorkers', input), read);
  const { runs, seed, vary, swarm, shard, requirement, stopAfterFailures, onProgress, signal } = read;
  const sent = { runs, seed, vary, swarm, shard, requirement };
  const own = ownRuns(prepared.campaignOptions);
  // A thread that would get no run need not start.
  const count = Math.max(1, Math.min(workers, mostWorkers(), own));
  const script = typeof workerScript === 'string' ? workerScript : fileURLToPath(workerScript);
  const start = { scenario: prepared.scenario, options: sent };
  const runners: WorkerRunner[] = [];
  try {
    while (runners.length < count) runners.push(new WorkerRunner(script, start));
    return await courseOf(prepared, course, { runs: own, runners, stopAfterFailures, onProgress, signal });
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
}

/**
 * `fuzz` in this thread that lets other things happen between pieces, so that a signal can end it and progress can be shown. The same
 * report, byte for byte.
 */
export async function fuzzInPieces(
  input: Scenario | ScenarioInput,
  options: FuzzOptions = {},
  course: Course = {},
): Promise<FuzzReport> {
  const read = readOptions('fuzz', fuzzOptions, options);
  const prepared = prepareFuzz(toScenario('fuzzInPieces', input), read);
  const { stopAfterFailures, onProgress, signal } = read;
  const runner: PieceRunner = {
    run: async (piece) => {
      await new Promise((resolve) => setImmediate(resolve));
      return runPiece(prepared, piece);
    },
  };
  const runs = ownRuns(prepared.campaignOptions);
  return courseOf(prepared, course, { runs, runners: [runner], stopAfterFailures, onProgress, signal });
}

/** Runs a campaign to its end, from where it was left off, with what is to be kept on the way. */
async function courseOf(
  prepared: PreparedFuzz,
  { resume, checkpoint }: Course,
  pieces: PiecesOptions,
): Promise<FuzzReport> {
  if (resume !== undefined) demandSameCampaign(prepared, resume);
  const checkpoints = checkpoint === undefined ? null : new Checkpoints(prepared, checkpoint);
  const before = resume?.tally;
  const campaign = await campaignInPieces({ ...pieces, before, onPrefix: checkpoints?.take });
  await checkpoints?.settled();
  return finishFuzz(prepared, campaign);
}

/** More threads than this only take memory: each holds a copy of the scenario and a heap of its own. */
export function mostWorkers(): number {
  return 2 * availableParallelism();
}

/** Built, this module and the worker's program lie beside each other; in the sources the program has to have been built. */
function builtWorker(): URL {
  // CommonJS has no import.meta, ES modules have no __filename.
  const here = typeof __filename === 'string' ? pathToFileURL(__filename) : new URL(import.meta.url);
  const isSource = here.pathname.endsWith('.ts');
  return new URL(isSource ? '../../dist/worker.js' : './worker.js', here);
}
