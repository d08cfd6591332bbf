import { fixOfRuns } from '../../analysis/fix-of-runs.ts';
import { type FuzzReport, mergeFuzzReports } from '../../analysis/fuzz.ts';
import { campaignText } from '../../report/campaign-text.ts';
import { fixText } from '../../report/describe-fix.ts';
import { violationText } from '../../report/describe-violation.ts';
import { OptionsError } from '../../scenario/options.ts';
import { gravest } from '../../verdict/types.ts';
import { annotation, safeAnnotation } from '../annotations.ts';
import { type Options, UsageError } from '../args.ts';
import { exitOf, type Io, json, save } from '../output.ts';
import { inFile, readReport } from '../report-file.ts';

/** Puts the parts of a sharded campaign together. */
export async function merge(files: readonly string[], options: Options, io: Io): Promise<number> {
  if (files.length === 0) {
    throw new UsageError('No reports are given; name the files that `prestop fuzz --out` wrote.', 'merge');
  }
  const report = merged(files, await Promise.all(files.map((file) => readReport(file, 'merge'))));
  const { out, format } = options;
  if (out !== undefined) await save(out, `${json(report)}\n`, io);
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
      const [place] = each.path;
      return typeof place === 'number' ? inFile(files[place]!, each) : each.message;
    });
    throw new UsageError(told, 'merge');
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

function mergeAnnotation(report: FuzzReport): string {
  const violation = gravest(report.worst?.verdict.violations ?? []);
  if (violation === undefined) return safeAnnotation(report);
  const { kind, fix } = violation;
  const message = `${report.claim}\n${violationText(violation)}\nFix: ${fixText(fixOfRuns(fix, report))}`;
  return annotation({ level: 'error', title: `prestop: ${kind}`, message, place: null });
}
