import type { Progress } from '../analysis/campaign.ts';
import { grouped } from '../analysis/claim.ts';
import type { Io } from './output.ts';

/** `preStop 5 s: 12,345 of 100,000 runs (12 %), 5,230 runs/s, 3 failures, 17 s left`. */
export function progressText({ preStopSeconds, done, runs, failures }: Progress, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const parts = [
    `${grouped(done)} of ${grouped(runs)} runs (${runs === 0 ? 100 : Math.floor((done * 100) / runs)} %)`,
    `${grouped(rate < 10 ? Number(rate.toFixed(1)) : Math.round(rate))} runs/s`,
    `${grouped(failures)} ${failures === 1 ? 'failure' : 'failures'}`,
  ];
  if (rate > 0 && done < runs) parts.push(`${timeText((runs - done) / rate)} left`);
  return `${preStopSeconds === undefined ? '' : `preStop ${preStopSeconds} s: `}${parts.join(', ')}`;
}

/** Seconds of real time, roughly: `17 s`, `4 min`, `2.5 h`. */
function timeText(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 6000) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

const EVERY_MS = 100;

/** One line on stderr that is written over; `done` wipes it. */
export class ProgressLine {
  private startedMs: number;
  private latestDone = 0;
  private latestMs: number;
  private shownMs = Number.NEGATIVE_INFINITY;
  private width = 0;

  constructor(
    private readonly io: Pick<Io, 'errRaw' | 'nowMs' | 'isTerminal'>,
    private readonly shown: boolean,
  ) {
    this.startedMs = io.nowMs();
    this.latestMs = this.startedMs;
  }

  readonly update = (progress: Progress): void => {
    const now = this.io.nowMs();
    // Another campaign has begun, with a rate of its own.
    if (progress.done < this.latestDone) this.startedMs = this.latestMs;
    this.latestDone = progress.done;
    this.latestMs = now;
    const isLast = progress.done >= progress.runs;
    if (!this.shown || (now - this.shownMs < EVERY_MS && !isLast)) return;
    this.shownMs = now;
    const text = progressText(progress, now - this.startedMs);
    this.io.errRaw(`\r${text.padEnd(this.width)}`);
    this.width = text.length;
  };

  /** In a log the last line stays, on a terminal it makes room for the answer. */
  done(): void {
    if (this.width === 0) return;
    this.io.errRaw(this.io.isTerminal ? `\r${' '.repeat(this.width)}\r` : '\n');
  }
}
