import type { Row } from './judge.ts';

const HEAD = ['milestone', 'real n/min/median/max', 'simulated 2.5 % / median / 97.5 %', 'verdict'] as const;

/** One set's rows as a table. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) => `  ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')}`.trimEnd())
    .join('\n');
}

function cellsOf(row: Row): readonly string[] {
  const verdict = row.failure === null ? 'ok' : `FAILED: ${row.failure}`;
  if (row.kind === 'share') {
    const { n, count } = row.real;
    return [row.name, `${count} of ${n}`, `${(row.simulated * 100).toFixed(1)} %`, verdict];
  }
  const { real, simulated } = row;
  const measured = [String(real.n), ...[real.min, real.median, real.max].map(ms)].join(' / ');
  const modelled =
    simulated === null ? '-' : [simulated.low, simulated.median, simulated.high].map(ms).join(' / ');
  return [row.name, measured, modelled, verdict];
}

function ms(value: number): string {
  return value.toFixed(1);
}
