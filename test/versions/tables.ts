/** A row of a table in Markdown. */
export interface TableRow {
  /** The heading above the table. */
  readonly section: string;
  readonly columns: readonly string[];
  readonly cells: readonly string[];
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());

/** All rows of all tables of a page, in order. A cell must not hold a bar. */
export function tableRows(page: string): TableRow[] {
  const rows: TableRow[] = [];
  let section = '';
  let columns: readonly string[] | null = null;
  for (const line of page.split('\n')) {
    if (line.startsWith('#')) section = line.replace(/^#+ /, '');
    if (!line.startsWith('|')) columns = null;
    else if (columns === null) columns = cellsOf(line);
    else if (!/^\| -/.test(line)) rows.push({ section, columns, cells: cellsOf(line) });
  }
  return rows;
}
