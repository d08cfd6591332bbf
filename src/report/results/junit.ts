import { printable } from '../../cluster/printable.ts';
import { xml } from '../foreign.ts';
import type { Checked, ResultFinding, Results } from './result.ts';

/** JUnit's XML, as CI systems show tests: a test for each workload. What was not judged is skipped, with its reason. */

export function toJunit({ checked, others, headline }: Results): string {
  const open = others.filter(({ rule }) => rule === 'notJudged');
  const failures = checked.filter(({ outcome }) => outcome === 'unsafe').length;
  const skipped = checked.filter(isSkipped).length + open.length;
  const counts = `tests="${checked.length + open.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="prestop" ${counts}>`,
    `  <testsuite name="prestop check" ${counts}>`,
    `    <properties><property name="verdict" value="${xml(headline)}"/></properties>`,
    ...checked.flatMap(testOf),
    ...open.map(
      ({ message }) =>
        `    <testcase classname="prestop" name="${xml(message.split(':')[0]!)}"><skipped message="${xml(message)}"/></testcase>`,
    ),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

function isSkipped({ outcome }: Checked): boolean {
  return outcome === 'notJudged' || outcome === 'partial';
}

function testOf(each: Checked): readonly string[] {
  const { name, outcome, claim, findings, replay } = each;
  const [first] = findings;
  const file =
    first?.place == null ? '' : ` file="${xml(printable(first.place.file))}" line="${first.place.line}"`;
  const head = `    <testcase classname="prestop" name="${xml(name)}"${file}>`;
  const again = replay === null ? '' : `\nRepeat it: ${replay}`;
  const said = `      <system-out>${xml(`${claim}${again}`)}</system-out>`;
  if (isSkipped(each)) {
    const why = first?.message ?? 'Runs are missing.';
    return [head, `      <skipped message="${xml(why)}"/>`, said, '    </testcase>'];
  }
  if (outcome === 'safe' || first === undefined) return [head, said, '    </testcase>'];
  const text = findings.map(findingText).join('\n\n');
  return [
    head,
    `      <failure type="${xml(first.rule)}" message="${xml(first.message)}">${xml(`${text}${again}`)}</failure>`,
    said,
    '    </testcase>',
  ];
}

function findingText({ rule, message, fix, place }: ResultFinding): string {
  const at = place === null ? '' : `${printable(place.file)}:${place.line}: `;
  return `${at}${rule}: ${message}${fix === null ? '' : `\nFix: ${fix}`}`;
}
