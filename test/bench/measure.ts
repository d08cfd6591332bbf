/** One way to do the work that is compared. */
export interface Contestant {
  readonly name: string;
  /** Sets everything up, which is not timed, and returns the work: it is done once and says how many operations it was. */
  readonly prepare: () => () => number;
}

export interface Measurement {
  readonly name: string;
  /** Nanoseconds an operation, in every round. */
  readonly rounds: readonly number[];
  /** The median of the rounds. */
  readonly nanoseconds: number;
}

export interface MeasureOptions {
  readonly rounds?: number;
  readonly warmUps?: number;
}

/**
 * Runs the contestants in turn (A B A B …) in one process, so that whatever else the machine does hits all of them alike.
 * Only ratios of the results mean something.
 */
export function measure(contestants: readonly Contestant[], options: MeasureOptions = {}): Measurement[] {
  const { rounds = 7, warmUps = 2 } = options;
  for (let round = 0; round < warmUps; round++) for (const { prepare } of contestants) prepare()();
  const results = contestants.map(({ name }) => ({ name, rounds: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { prepare }] of contestants.entries()) {
      const work = prepare();
      const start = process.hrtime.bigint();
      const operations = work();
      results[index]!.rounds.push(Number(process.hrtime.bigint() - start) / operations);
    }
  }
  return results.map((result) => ({ ...result, nanoseconds: median(result.rounds) }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How many times as fast `a` is as `b`: the median of the rounds' ratios, which drifts less than the ratio of medians. */
export function speedRatio(a: Measurement, b: Measurement): number {
  return median(a.rounds.map((nanoseconds, round) => b.rounds[round]! / nanoseconds));
}

/** Rows as a table with aligned columns: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)));
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}
