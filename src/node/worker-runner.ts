import { Worker } from 'node:worker_threads';
import { ScenarioError } from '../scenario/scenario.ts';
import type { PieceRunner } from './campaign-in-pieces.ts';
import type { Piece, PieceResult, SentError, WorkerAnswer, WorkerStart } from './worker-messages.ts';

interface Waiting {
  readonly resolve: (result: PieceResult) => void;
  readonly reject: (error: Error) => void;
}

/** One worker thread that runs pieces, one at a time. */
export class WorkerRunner implements PieceRunner {
  private readonly worker: Worker;
  private waiting: Waiting | null = null;
  /** Why it can run no more. */
  private broken: Error | null = null;

  constructor(script: string, start: WorkerStart) {
    // The flags of this process (a loader, an inspector's port) are not meant for its workers.
    // A run leaves nothing behind: the more of them fit between two collections, the less is copied by each.
    const resourceLimits = { maxYoungGenerationSizeMb: 96 };
    this.worker = new Worker(script, { workerData: start, execArgv: [], name: 'prestop', resourceLimits });
    this.worker.on('message', (answer: WorkerAnswer) => this.answered(answer));
    this.worker.on('error', (error) => this.breakDown(toError(error)));
    this.worker.on('messageerror', (error) => this.breakDown(toError(error)));
    this.worker.on('exit', (code) => this.breakDown(new Error(`A worker ended early, with code ${code}.`)));
  }

  run(piece: Piece): Promise<PieceResult> {
    return new Promise((resolve, reject) => {
      if (this.broken !== null) {
        reject(this.broken);
        return;
      }
      this.waiting = { resolve, reject };
      this.worker.postMessage(piece);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private answered(answer: WorkerAnswer): void {
    const { waiting } = this;
    this.waiting = null;
    if (answer.kind === 'result') waiting?.resolve(answer.result);
    else waiting?.reject(errorOf(answer.error));
  }

  private breakDown(error: Error): void {
    this.broken ??= error;
    this.waiting?.reject(this.broken);
    this.waiting = null;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function errorOf({ name, message, stack, issues }: SentError): Error {
  if (issues !== null) return new ScenarioError(issues);
  const error = new Error(message, { cause: `In a worker: ${stack}` });
  error.name = name;
  return error;
}
