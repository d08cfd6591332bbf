import { type FuzzReport, mergeFuzzReports } from '../../analysis/fuzz.ts';
import { campaignText } from '../../report/campaign-text.ts';
import { fixText } from '../../report/describe-fix.ts';
import { violationText } from '../../report/describe-violation.ts';
import { annotation, safeAnnotation } from '../annotations.ts';
import { type Options, UsageError } from '../args.ts';
import { exitOf, type Io, json } from '../output.ts';

/** Puts the parts of a sharded campaign together. */
export async function merge(files: readonly string[], options: Options, io: Io): Promise<number> {
  if (files.length === 0) {
    throw new UsageError('No reports are given; name the files that `prestop fuzz --out` wrote.', 'merge');
  }
  const report = mergeFuzzReports(await Promise.all(files.map((file) => readReport(file, io))));
  const { out, format } = options;
  if (out !== undefined) await io.writeFile(out, `${json(report)}\n`);
  if (format === 'json') io.out(json(report));
  else io.out(campaignText(report, io.color));
  if (format === 'github') io.out(mergeAnnotation(report));
  return exitOf(report);
}

async function readReport(file: string, io: Io): Promise<FuzzReport> {
  const text = await io.readFile(file).catch((error: unknown) => {
    throw new UsageError(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}.`,
      'merge',
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAReport(file);
  }
  if (!isReport(value)) throw notAReport(file);
  return value;
}

function notAReport(file: string): UsageError {
  return new UsageError(
    `${file} is no report; merge takes the files that \`prestop fuzz --out\` wrote.`,
    'merge',
  );
}

/** Enough to tell a report from other files; it is not checked number by number. */
function isReport(value: unknown): value is FuzzReport {
  if (typeof value !== 'object' || value === null) return false;
  const isObject = (key: string) =>
    typeof Reflect.get(value, key) === 'object' && Reflect.get(value, key) !== null;
  const isText = (key: string) => typeof Reflect.get(value, key) === 'string';
  return isText('campaign') && isText('replay') && isObject('tally') && isObject('requiredPreStopMs');
}

function mergeAnnotation(report: FuzzReport): string {
  const violation = report.worst?.verdict.violations.find(({ gating }) => gating);
  if (violation === undefined) return safeAnnotation(report);
  const { kind, fix } = violation;
  const message = `${report.claim}\n${violationText(violation)}\nFix: ${fixText(fix)}`;
  return annotation({ level: 'error', title: `prestop: ${kind}`, message, place: null });
}
