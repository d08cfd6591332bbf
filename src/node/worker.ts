import { parentPort, workerData } from 'node:worker_threads';
import { prepareFuzz } from '../analysis/fuzz.ts';
import { fuzzOptions, readOptions } from '../scenario/options.ts';
import { ScenarioError } from '../scenario/scenario.ts';
import { runPiece } from './run-piece.ts';
import type { Piece, SentError, WorkerAnswer, WorkerStart } from './worker-messages.ts';

/** The program of a worker thread: prepares the campaign once, then runs each piece that it is sent. */

function listen(): void {
  if (parentPort === null) return;
  const port = parentPort;
  const { scenario, options } = workerData as WorkerStart;
  const prepared = prepareFuzz(scenario, readOptions('fuzz', fuzzOptions, options));
  port.on('message', (piece: Piece) => {
    port.postMessage(answer(() => ({ kind: 'result', result: runPiece(prepared, piece) })));
  });
  port.postMessage({ kind: 'ready' } satisfies WorkerAnswer);
}

function answer(work: () => WorkerAnswer): WorkerAnswer {
  try {
    return work();
  } catch (error) {
    return { kind: 'error', error: sent(error) };
  }
}

function sent(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '', issues: null };
  const { name, message, stack = '' } = error;
  return { name, message, stack, issues: error instanceof ScenarioError ? error.issues : null };
}

listen();
