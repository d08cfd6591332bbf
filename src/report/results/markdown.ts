import { formatMs } from '../../kernel/time.ts';
import { markdown, markdownBlock, markdownCode } from '../foreign.ts';
import type { Checked, ResultFinding, Results } from './result.ts';

/** Markdown for a comment at a pull request: the verdict, a row for each workload, what is wrong with its fix, and what it rests on. */

const MARKS: Readonly<Record<Checked['outcome'], string>> = {
  safe: '✅ safe',
  unsafe: '❌ unsafe',
  notJudged: '⚠️ not judged',
  partial: '⚠️ runs missing',
};

export function toMarkdown({ headline, checked, others, assumptions }: Results): string {
  const findings = checked.flatMap((each) => each.findings.map((finding) => section(each, finding)));
  return [
    '### prestop',
    '',
    markdown(headline),
    '',
    ...(checked.length === 0 ? [] : [...table(checked), '']),
    ...findings.flat(),
    ...list('Also', others),
    ...folded('What this rests on', assumptions),
  ]
    .join('\n')
    .trimEnd();
}

function table(checked: readonly Checked[]): readonly string[] {
  const rows = checked.map(({ name, outcome, preStop, grace, neededMs, runs, failures }) => {
    const needed = neededMs === null ? '–' : formatMs(neededMs);
    const cells = [name, MARKS[outcome], preStop, needed, grace, `${failures} of ${runs}`];
    return `| ${cells.map(markdown).join(' | ')} |`;
  });
  return [
    '| workload | verdict | preStop | p99 of what was needed | grace period | runs that failed |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function section({ name, replay }: Checked, finding: ResultFinding): readonly string[] {
  const { rule, message, fix, place, suggestion } = finding;
  const at = place === null ? '' : ` at ${markdownCode(`${place.file}:${place.line}`)}`;
  return [
    `**${markdown(name)}**: ${markdownCode(rule)}${at}`,
    '',
    markdown(message),
    '',
    ...(fix === null ? [] : [`**Fix:** ${markdown(fix)}`, '']),
    ...(suggestion === null ? [] : [...markdownBlock('suggestion', suggestion), '']),
    ...(replay === null ? [] : [`Repeat it: ${markdownCode(replay)}`, '']),
  ];
}

function list(title: string, findings: readonly ResultFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(
    ({ message, fix }) =>
      `- ${markdown(/[.!?]$/.test(message) || fix === null ? message : `${message}.`)}${fix === null ? '' : ` ${markdown(fix)}`}`,
  );
  return [`**${title}**`, '', ...lines, ''];
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const items = lines.map((line) => `- ${markdown(line)}`);
  return [`<details><summary>${title} (${lines.length})</summary>`, '', ...items, '', '</details>'];
}
