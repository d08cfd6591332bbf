import type { Campaign, Progress } from '../analysis/campaign.ts';
import { mergeTallies, NO_TALLY, type Tally } from '../analysis/tally.ts';
import type { Piece, PieceResult } from './worker-messages.ts';

/** Whoever runs pieces: a worker thread, or this thread between two turns of its event loop. */
export interface PieceRunner {
  /** Before its first piece, where it takes time to be ready: one runner after another, so that many do not starve each other. */
  start?(): Promise<void>;
  run(piece: Piece): Promise<PieceResult>;
}

export interface PiecesOptions {
  /** Runs of the campaign, of this shard alone. */
  readonly runs: number;
  readonly runners: readonly PieceRunner[];
  readonly stopAfterFailures?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** What the first runs came to, where they were made before: it goes on after them. */
  readonly before?: Tally | undefined;
  /** Told what all runs up to some point come to, each time that more of them are finished. */
  readonly onPrefix?: ((total: () => Campaign) => void) | undefined;
}

/** A piece lasts about so long: far more than a message takes, and short enough to stop soon. */
const PIECE_MS = 25;
const FIRST_PIECE = 4;

/**
 * Runs a campaign piece by piece, on several runners at once. What it counts is what one thread counts: tallies merge to the same in
 * any partition, and where failures end the campaign, the piece in which that happens is run again up to that very run.
 * An abort keeps every piece that was finished. Rejects with the first error of a runner.
 */
export function campaignInPieces(options: PiecesOptions): Promise<Campaign> {
  return new PieceCampaign(options).result();
}

interface Finished {
  readonly count: number;
  readonly tally: Tally;
}

class PieceCampaign {
  private nextRun = 0;
  private pieceRuns = FIRST_PIECE;
  /** Pieces whose predecessors are not all finished, by their first run. */
  private readonly ahead = new Map<number, Finished>();
  /** Of all runs before `merged`. */
  private readonly sum = new TallySum();
  private failuresBefore = 0;
  private merged = 0;
  private doneRuns = 0;
  private doneFailures = 0;
  /** The piece in which the last failure that was asked for lies. */
  private last: Piece | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(private readonly options: PiecesOptions) {
    const { before = NO_TALLY } = options;
    const made = before.runs + before.overLimit;
    this.sum.add(before);
    this.nextRun = made;
    this.merged = made;
    this.doneRuns = made;
    this.doneFailures = before.failures;
    this.failuresBefore = before.failures;
  }

  async result(): Promise<Campaign> {
    const { runners, runs } = this.options;
    const busy: Promise<void>[] = [];
    for (const runner of runners) {
      // The first is needed for whatever remains; another only while there is something for it to do.
      if (busy.length > 0 && !this.hasMore()) break;
      if (runner.start !== undefined) await this.guarded(runner.start());
      busy.push(this.guarded(this.keepBusy(runner)));
    }
    await Promise.all(busy);
    if (this.failure !== null) throw this.failure.error;
    if (this.last !== null) {
      const { tally, complete } = await runners[0]!.run(this.last);
      const ended = complete && this.last.from + this.last.count === runs;
      this.sum.add(tally);
      return { tally: this.sum.total(), complete: ended };
    }
    for (const piece of this.ahead.values()) this.sum.add(piece.tally);
    return this.total();
  }

  private total(): Campaign {
    const tally = this.sum.total();
    return { tally, complete: tally.runs === this.options.runs };
  }

  private async keepBusy(runner: PieceRunner): Promise<void> {
    for (let piece = this.nextPiece(); piece !== null; piece = this.nextPiece())
      this.take(piece, await runner.run(piece));
  }

  /** The first error ends the campaign, once what is being run has come to its end. */
  private async guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.failure ??= { error };
    }
  }

  private hasMore(): boolean {
    const { runs, signal, stopAfterFailures = Number.POSITIVE_INFINITY } = this.options;
    const ended = this.last !== null || this.failuresBefore >= stopAfterFailures;
    return this.failure === null && !ended && signal?.aborted !== true && this.nextRun < runs;
  }

  private nextPiece(): Piece | null {
    if (!this.hasMore()) return null;
    const piece = { from: this.nextRun, count: Math.min(this.pieceRuns, this.fairShare()) };
    this.nextRun += piece.count;
    return piece;
  }

  /** Near the end pieces become small, so that all runners finish at about the same time. */
  private fairShare(): number {
    const left = this.options.runs - this.nextRun;
    return Math.max(1, Math.ceil(left / (2 * this.options.runners.length)));
  }

  private take({ from, count }: Piece, { tally, tookMs }: PieceResult): void {
    this.pieceRuns = sizeOf(count, tookMs);
    this.doneRuns += count;
    this.doneFailures += tally.failures;
    this.ahead.set(from, { count, tally });
    this.mergeAhead();
    const { runs, onProgress, onPrefix } = this.options;
    onProgress?.({ done: this.doneRuns, runs, failures: this.doneFailures });
    onPrefix?.(() => this.total());
  }

  private mergeAhead(): void {
    const { stopAfterFailures = Number.POSITIVE_INFINITY } = this.options;
    for (let next = this.ahead.get(this.merged); next !== undefined; next = this.ahead.get(this.merged)) {
      if (this.last !== null) return;
      const left = stopAfterFailures - this.failuresBefore;
      if (next.tally.failures >= left) {
        this.last = { from: this.merged, count: next.count, stopAfterFailures: left };
        return;
      }
      this.ahead.delete(this.merged);
      this.sum.add(next.tally);
      this.failuresBefore += next.tally.failures;
      this.merged += next.count;
    }
  }
}

/**
 * Merges tallies of about the same size with each other, as a binary counter carries: merging every piece into the sum of all before it
 * would touch each counted value once for every later piece.
 */
class TallySum {
  /** At each place the sum of 2^place pieces, or nothing. */
  private readonly places: (Tally | undefined)[] = [];

  add(tally: Tally): void {
    let carried = tally;
    let place = 0;
    for (let there = this.places[place]; there !== undefined; there = this.places[place]) {
      carried = mergeTallies(there, carried);
      this.places[place] = undefined;
      place++;
    }
    this.places[place] = carried;
  }

  total(): Tally {
    return this.places.reduce<Tally>(
      (sum, tally) => (tally === undefined ? sum : mergeTallies(sum, tally)),
      NO_TALLY,
    );
  }
}

/** Grows at most fourfold at a time: the first runs of a thread are slow. */
function sizeOf(count: number, tookMs: number): number {
  const perRun = Math.max(tookMs, 0.01) / count;
  return Math.max(1, Math.min(Math.round(PIECE_MS / perRun), count * 4));
}
