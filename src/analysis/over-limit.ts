import { LimitExceeded } from '../kernel/limits.ts';

/** A run that met a limit and ended without a verdict, and what was said of it. */
export interface OverLimit {
  /** Number of the run, from 0. */
  readonly k: number;
  readonly seed: number;
  readonly message: string;
}

/** The same with the preStop that it had, where several are tried. */
export interface OverLimitAt extends OverLimit {
  readonly seconds: number;
}

/** What a run gives; null where it meets a limit, which is `told` and is no reason to lose the others. */
export function unlessOverLimit<T>(
  { k, seed }: Pick<OverLimit, 'k' | 'seed'>,
  run: () => T,
  told: (run: OverLimit) => void,
): T | null {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    told({ k, seed, message: error.message });
    return null;
  }
}

/** Runs over a limit, each counted once: a search asks for the same one again. */
export class OverLimitRuns {
  private readonly seen = new Map<string, OverLimitAt>();

  readonly add = (run: OverLimitAt): void => {
    const key = `${run.seconds} ${run.k}`;
    if (!this.seen.has(key)) this.seen.set(key, run);
  };

  get count(): number {
    return this.seen.size;
  }

  /** The one that was met first. */
  get first(): OverLimitAt | null {
    for (const run of this.seen.values()) return run;
    return null;
  }

  /** How many of the first `runs` runs with a preStop of so many seconds. */
  at(seconds: number, runs = Number.POSITIVE_INFINITY): number {
    let count = 0;
    for (const run of this.seen.values()) if (run.seconds === seconds && run.k < runs) count++;
    return count;
  }
}
