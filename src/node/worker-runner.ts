import { Worker } from 'node:worker_threads';
import { ScenarioError } from '../scenario/scenario.ts';
import type { PieceRunner } from './campaign-in-pieces.ts';
import type { Piece, PieceResult, SentError, WorkerAnswer, WorkerStart } from './worker-messages.ts';

/** A worker that is gone, or that nothing can be understood of: not what a run of it threw. */
class WorkerLost extends Error {}

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Runs pieces on a worker thread, one at a time. Where the thread dies, another one runs its piece again, once. */
export class WorkerRunner implements PieceRunner {
  private thread: WorkerThread | null = null;

  constructor(
    private readonly script: string,
    private readonly campaign: WorkerStart,
  ) {}

  async start(): Promise<void> {
    await this.thread?.close();
    this.thread = new WorkerThread(this.script, this.campaign);
    await this.thread.ready();
  }

  async run(piece: Piece): Promise<PieceResult> {
    try {
      return await this.once(piece);
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
    }
    await this.start();
    try {
      return await this.once(piece);
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      const what =
        piece.count === 1 ? `run ${piece.from + 1}` : `runs ${piece.from + 1} to ${piece.from + piece.count}`;
      throw new Error(
        `${error.message} It was making ${what} of the campaign; another worker had ended there before. Make them alone, with --workers 1, to see why.`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.thread?.close();
  }

  private async once(piece: Piece): Promise<PieceResult> {
    if (this.thread === null) await this.start();
    return await this.thread!.run(piece);
  }
}

class WorkerThread {
  private readonly worker: Worker;
  private waiting: Waiting | null = null;
  /** Why it can run no more. */
  private broken: Error | null = null;

  constructor(script: string, campaign: WorkerStart) {
    // The flags of this process (a loader, an inspector's port) are not meant for its workers.
    // A run leaves nothing behind: the more of them fit between two collections, the less is copied by each.
    const resourceLimits = { maxYoungGenerationSizeMb: 96 };
    this.worker = new Worker(script, { workerData: campaign, execArgv: [], name: 'prestop', resourceLimits });
    this.worker.on('message', (answer: WorkerAnswer) => this.answered(answer));
    this.worker.on('error', (error) => this.breakDown(lost(error)));
    this.worker.on('messageerror', (error) => this.breakDown(lost(error)));
    this.worker.on('exit', (code) =>
      this.breakDown(new WorkerLost(`A worker ended early, with code ${code}.`)),
    );
  }

  async ready(): Promise<void> {
    await this.answer();
  }

  async run(piece: Piece): Promise<PieceResult> {
    const answer = this.answer();
    this.worker.postMessage(piece);
    const told = await answer;
    if (told.kind === 'result') return told.result;
    throw told.kind === 'error' ? errorOf(told.error) : new WorkerLost('A worker began anew by itself.');
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      if (this.broken !== null) reject(this.broken);
      else this.waiting = { resolve, reject };
    });
  }

  private answered(answer: WorkerAnswer): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.resolve(answer);
  }

  private breakDown(error: Error): void {
    this.broken ??= error;
    this.waiting?.reject(this.broken);
    this.waiting = null;
  }
}

function lost(error: unknown): WorkerLost {
  return error instanceof Error
    ? new WorkerLost(error.message, { cause: error })
    : new WorkerLost(String(error));
}

function errorOf({ name, message, stack, issues }: SentError): Error {
  if (issues !== null) return new ScenarioError(issues);
  const error = new Error(message, { cause: `In a worker: ${stack}` });
  error.name = name;
  return error;
}
