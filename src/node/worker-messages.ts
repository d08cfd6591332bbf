import type { ReadFuzzOptions } from '../analysis/fuzz.ts';
import type { Tally } from '../analysis/tally.ts';
import type { Issue } from '../cluster/issue.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a campaign's coordinator and its worker threads say to each other. All of it is plain data. */

/** Options that matter for what a run is; callbacks and signals stay with the coordinator. */
export type SentOptions = Pick<ReadFuzzOptions, 'runs' | 'seed' | 'vary' | 'swarm' | 'shard' | 'requirement'>;

/** Sent once, when a worker starts. */
export interface WorkerStart {
  readonly scenario: Scenario;
  readonly options: SentOptions;
}

/** A piece of a campaign: `count` of its runs, from the one at `from` on. */
export interface Piece {
  readonly from: number;
  readonly count: number;
  /** Ends the piece once so many of its runs have failed. */
  readonly stopAfterFailures?: number;
}

export interface PieceResult {
  readonly tally: Tally;
  readonly complete: boolean;
  /** What it took, in ms of real time: the coordinator sizes later pieces by it. */
  readonly tookMs: number;
}

/** An error as it crosses a thread's border, where its class is lost. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of a ScenarioError. */
  readonly issues: readonly Issue[] | null;
}

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly result: PieceResult }
  | { readonly kind: 'error'; readonly error: SentError };
