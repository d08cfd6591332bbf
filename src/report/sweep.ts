import type { Spread, SweepReport, SweepRow } from '../analysis/sweep.ts';
import { largest } from '../kernel/lists.ts';
import { demand } from '../scenario/arguments.ts';
import { overLimitText } from './over-limit-text.ts';

const HEAD = ['preStop', 'rollout done', 'old Pods gone', 'peak Pods', 'margin', 'unsafe'] as const;
/** A last column where some rollout ran out of time. */
const OVERDUE = 'past deadline';

const LEGEND =
  'median of the runs (the most), from the action on; peak Pods: of the largest Deployment; margin: the least of them; unsafe: runs that were not safe';

const OVERDUE_LEGEND = `${OVERDUE}: runs in which progressDeadlineSeconds ran out first, so that kubectl rollout status failed`;

/** A sweep as a table of seconds, one row for each value: median (most) over its runs, the smallest margin, and how many runs were unsafe. */
export function formatSweep(report: SweepReport): string {
  demand('formatSweep', 'sweep', report);
  const { rows } = report;
  const overdue = rows.some(({ deadlineExceededRuns }) => deadlineExceededRuns > 0);
  const head: readonly string[] = overdue ? [...HEAD, OVERDUE] : HEAD;
  const cells = [head, ...rows.map((row) => (overdue ? [...cellsOf(row), overdueOf(row)] : cellsOf(row)))];
  const widths = head.map((_, column) => largest(cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padStart(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const refused = Array.from(refusals(rows), ([message, seconds]) =>
    seconds.length === 1
      ? `${seconds[0]} s is refused: ${message}`
      : `${seconds.join(', ')} s are refused: ${message}`,
  );
  const partial = report.complete ? [] : ['This is partial: values are missing below the last row.'];
  const overLimit = rows.reduce((sum, row) => sum + row.overLimit, 0);
  const first = rows.find((row) => row.overLimit > 0)?.firstOverLimit ?? null;
  const left = overLimit === 0 ? [] : [overLimitText(overLimit, first)];
  return [...lines, ...partial, ...left, ...refused, LEGEND, ...(overdue ? [OVERDUE_LEGEND] : [])].join('\n');
}

/** Values by what speaks against them. */
function refusals(rows: readonly SweepRow[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { seconds, refused } of rows) {
    const [issue] = refused;
    if (issue !== undefined) found.set(issue.message, [...(found.get(issue.message) ?? []), seconds]);
  }
  return found;
}

function cellsOf(row: SweepRow): readonly string[] {
  const seconds = `${row.seconds} s`;
  if (row.runs === 0) return [seconds, row.overLimit > 0 ? 'over a limit' : 'refused', '-', '-', '-', '-'];
  return [
    seconds,
    duration(row.rolloutMs),
    duration(row.oldPodsGoneMs),
    row.peakPods === null ? '-' : pair(String(row.peakPods.p50), String(row.peakPods.max)),
    row.marginMs === null ? '-' : inSeconds(row.marginMs),
    `${row.unsafeRuns} of ${row.runs}`,
  ];
}

function overdueOf({ runs, deadlineExceededRuns }: SweepRow): string {
  return runs === 0 ? '-' : `${deadlineExceededRuns} of ${runs}`;
}

function duration(spread: Spread | null): string {
  return spread === null ? '-' : pair(inSeconds(spread.p50), inSeconds(spread.max));
}

function pair(median: string, most: string): string {
  return `${median} (${most})`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
