import { type FuzzReport, mergeFuzzReports } from '../../analysis/fuzz.ts';
import { formatPath } from '../../cluster/issue.ts';
import { readText } from '../../node/read-text.ts';
import { campaignText } from '../../report/campaign-text.ts';
import { fixText } from '../../report/describe-fix.ts';
import { violationText } from '../../report/describe-violation.ts';
import { OptionsError } from '../../scenario/options.ts';
import { annotation, safeAnnotation } from '../annotations.ts';
import { type Options, UsageError } from '../args.ts';
import { exitOf, type Io, json } from '../output.ts';

/** Puts the parts of a sharded campaign together. */
export async function merge(files: readonly string[], options: Options, io: Io): Promise<number> {
  if (files.length === 0) {
    throw new UsageError('No reports are given; name the files that `prestop fuzz --out` wrote.', 'merge');
  }
  const report = merged(files, await Promise.all(files.map(readReport)));
  const { out, format } = options;
  if (out !== undefined) await io.writeFile(out, `${json(report)}\n`);
  if (format === 'json') io.out(json(report));
  else io.out(textOf(report, io.color));
  if (format === 'github') io.out(mergeAnnotation(report));
  return exitOf(report);
}

/** The issues of `mergeFuzzReports`, each with the file that it is about in place of a number. */
function merged(files: readonly string[], reports: readonly FuzzReport[]): FuzzReport {
  try {
    return mergeFuzzReports(reports);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const told = error.issues.map((each) => {
      const [place, ...inner] = each.path;
      const field = formatPath(inner);
      const message = each.message.replace(formatPath(each.path), field === '' ? 'the report' : field);
      const said = message.startsWith(field) || each.code === 'unknownKey' ? message : `${field}: ${message}`;
      return typeof place === 'number' ? `${files[place]}: ${said} ${each.fix ?? ''}` : each.message;
    });
    throw new UsageError(told.join('\n'), 'merge');
  }
}

/** What a worst run tells beside its figures is taken as it stands in the file. */
function textOf(report: FuzzReport, color: boolean): string {
  try {
    return campaignText(report, color);
  } catch {
    throw new UsageError(
      'worst.verdict of a report holds what prestop never wrote; make the report again.',
      'merge',
    );
  }
}

async function readReport(file: string): Promise<FuzzReport> {
  const read = await readText(file);
  if (!read.ok) throw new UsageError(`${read.issue.message} ${read.issue.fix}`, 'merge');
  try {
    return JSON.parse(read.text);
  } catch {
    throw new UsageError(
      `${file} is no JSON; merge takes the files that \`prestop fuzz --out\` wrote.`,
      'merge',
    );
  }
}

function mergeAnnotation(report: FuzzReport): string {
  const violation = report.worst?.verdict.violations.find(({ gating }) => gating);
  if (violation === undefined) return safeAnnotation(report);
  const { kind, fix } = violation;
  const message = `${report.claim}\n${violationText(violation)}\nFix: ${fixText(fix)}`;
  return annotation({ level: 'error', title: `prestop: ${kind}`, message, place: null });
}
