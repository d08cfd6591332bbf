import { access } from 'node:fs/promises';
import { reportIssues } from '../analysis/check-reports.ts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import { formatPath, type Issue } from '../cluster/issue.ts';
import { readText } from '../node/read-text.ts';
import { UsageError } from './args.ts';
import type { CommandName } from './command-specs.ts';

/** Files that hold the report of a campaign. */

/** What a file holds, of which nothing is checked but that it is JSON. */
export async function readReport(file: string, command: CommandName): Promise<FuzzReport> {
  const read = await readText(file);
  if (!read.ok) throw new UsageError(`${read.issue.message} ${read.issue.fix}`, command);
  try {
    return JSON.parse(read.text);
  } catch {
    throw new UsageError(
      `${file} is no JSON; ${command} takes the files that \`prestop fuzz --out\` wrote.`,
      command,
    );
  }
}

/** The report that a campaign goes on from; null where the file is not there yet. */
export async function reportToResume(file: string): Promise<FuzzReport | null> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const report = await readReport(file, 'fuzz');
  const issues = reportIssues(report);
  if (issues.length > 0) {
    const told = issues.map((each) => inFile(file, each));
    throw new UsageError(told, 'fuzz');
  }
  return report;
}

/** An issue with a report's field, with the file in place of the report's number in a list. */
export function inFile(file: string, { path, message, fix = '', code }: Issue): string {
  const [first, ...rest] = path;
  const field = formatPath(typeof first === 'number' ? rest : path);
  const told = message.replace(formatPath(path), field === '' ? 'the report' : field);
  const named = told.startsWith(field) || code === 'unknownKey';
  return `${file}: ${named ? '' : `${field}: `}${told} ${fix}`;
}
