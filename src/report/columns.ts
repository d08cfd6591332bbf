import { largest } from '../kernel/lists.ts';
import { REPORT_WIDTH } from './wrap.ts';

/** Rows of cells under a head, each column as wide as it has to be, the last one cut where the report ends. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => largest(all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
    return line.length <= REPORT_WIDTH ? line : `${line.slice(0, REPORT_WIDTH - 1)}…`;
  });
}

/** What tells long names apart is mostly at their end. */
export function shortName(name: string, width: number): string {
  return name.length <= width ? name : `${name.slice(0, 4)}…${name.slice(name.length - (width - 5))}`;
}
