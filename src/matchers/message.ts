import { claimOf, grouped } from '../analysis/claim.ts';
import { fixOfRuns } from '../analysis/fix-of-runs.ts';
import { replayLine } from '../analysis/fuzz.ts';
import { formatMs } from '../kernel/time.ts';
import { describe } from '../report/describe.ts';
import { fixText } from '../report/describe-fix.ts';
import { violationText } from '../report/describe-violation.ts';
import { overLimitText } from '../report/over-limit-text.ts';
import { formatTimeline } from '../report/timeline.ts';
import { paragraph } from '../report/wrap.ts';
import { type Run, simulate } from '../run/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { workloadConcerned } from '../scenario/workload-of-pod.ts';
import type { Fix } from '../verdict/fix-types.ts';
import { longest, type Violation } from '../verdict/types.ts';
import type { Subject } from './subject.ts';
import type { Question, Trial } from './trial.ts';

/** Lines for events in a message's timeline. */
const TIMELINE_LINES = 10;

/** `expect(scenario).not.toBeSafe()`: the first line of every message. */
export function assertionLine(noun: string, matcher: string, isNot: boolean): string {
  return `expect(${noun})${isNot ? '.not' : ''}.${matcher}`;
}

/** Puts the parts of a message together, an empty line between each two; empty parts are left out. */
export function message(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Why the answer is no: the verdict, the worst violation, a timeline of its run, the fix and the replay line. No colours. */
export function failureMessage(line: string, question: Question, subject: Subject, trial: Trial): string {
  const run = shownRun(subject, trial);
  const violations = question.against(run.verdict);
  const culprit = longest(violations) ?? null;
  const complaint = question.complaint(run.verdict);
  return message([
    line,
    [
      paragraph(headline(culprit?.kind === 'nothingToJudge' ? 'NOTHING TO JUDGE' : question.no, trial)),
      ...(complaint === null ? [] : [paragraph(complaint)]),
      ...(culprit === null ? [] : culpritLines(culprit, violations, trial, subject.scenario)),
    ].join('\n'),
    storyOf(run, culprit),
    [
      ...(culprit === null ? [] : [paragraph(fixText(fixOf(culprit, trial)), 'Fix: ')]),
      ...searchLine(trial, culprit),
      ...warningLines(run, violations),
      ...closingLines(subject, replayLine(run.seed)),
    ].join('\n'),
  ]);
}

/** Why `.not` fails: every run answers yes. */
export function negatedMessage(line: string, question: Question, subject: Subject, trial: Trial): string {
  const { marginMs } = shownRun(subject, trial).verdict;
  const whose = trial.single ? 'Its margin' : `The smallest margin of all (run ${trial.shown.k})`;
  const margin =
    marginMs === null ? 'No router ever sent to a stopped Pod' : `${whose} is ${formatMs(marginMs)}`;
  const expected = trial.single ? 'this not to be so' : 'at least one run in which this is not so';
  return message([
    line,
    [
      paragraph(headline(question.yes, trial)),
      paragraph(`${margin}. Expected ${expected}.`),
      ...closingLines(subject, replayLine(trial.shown.seed)),
    ].join('\n'),
  ]);
}

/** Time ran out or a run met a limit, and no run had failed: nothing was shown, one way or the other. */
export function partialMessage(line: string, { runs, overLimit, cutShortOf }: Trial): string {
  if (overLimit !== null) {
    const others = runs === 0 ? 'No other run was made.' : `None of the other ${grouped(runs)} runs failed.`;
    return message([
      line,
      paragraph(`PARTIAL: ${overLimitText(overLimit.count, overLimit.first)}`),
      paragraph(others),
    ]);
  }
  return message([
    line,
    paragraph(
      `PARTIAL: ${runs} of ${cutShortOf} runs were made within the timeout, and none of them failed.`,
    ),
    paragraph('Raise timeout, or ask for fewer runs.', 'Fix: '),
  ]);
}

function headline(word: string, { single, failures, runs, cutShortOf, shown }: Trial): string {
  if (single) return `${word} in this run (seed ${shown.seed}), which is one sample of the delays.`;
  const part = cutShortOf === null ? '' : ` (partial: ${cutShortOf} runs were asked for, and time ran out)`;
  return `${word}: ${claimOf(failures, runs, 0.95)}${part}.`;
}

/** The run that a message is about, with its trace. */
function shownRun({ scenario, run }: Subject, { single, shown }: Trial): Run {
  const kept = single && run !== null && run.trace.length > 0;
  return kept ? run : simulate(scenario, { seed: shown.seed });
}

function culpritLines(
  culprit: Violation,
  violations: readonly Violation[],
  { single, shown }: Trial,
  scenario: Scenario,
) {
  const whose = workloadConcerned(scenario, culprit);
  const others = violations.length - 1;
  const { kind, fromMs, toMs } = culprit;
  const window = kind === 'nothingToJudge' ? '' : ` for ${formatMs(toMs - fromMs)}`;
  const which = single ? 'Worst violation' : `Worst run ${shown.k} (seed ${shown.seed})`;
  const more = others === 0 ? '' : `, and ${others} more ${others === 1 ? 'violation' : 'violations'}`;
  const told = `${whose === null ? '' : `${whose}: `}${violationText(culprit)}`;
  return [paragraph(`${which}: ${kind}${window}${more}.`), paragraph(told)];
}

/** The timeline of the Pod that a violation is about; of all Pods where it is about none. */
export function storyOf(run: Run, culprit: Violation | null): string {
  const pod = culprit?.pod ?? null;
  return formatTimeline(run, { maxLines: TIMELINE_LINES, ...(pod === null ? {} : { pod }) });
}

/** The run that is shown is the worst of those that were made: what others need is not known here. */
function fixOf({ fix }: Violation, { single, runs }: Trial): Fix {
  return single ? fix : fixOfRuns(fix, { runs, requiredPreStopMs: { max: null } });
}

/** What the fix says is about one run. */
function searchLine({ single }: Trial, culprit: Violation | null): readonly string[] {
  const aboutLength = culprit?.kind === 'exposed' || culprit?.kind === 'noEndpoints';
  return single || !aboutLength
    ? []
    : ['     findSafePreStop(scenario) looks for a value that is enough in every run.'];
}

/** Warnings of the same run: what made it unsafe may well be one of them. One of each kind. */
function warningLines({ verdict }: Run, violations: readonly Violation[]): readonly string[] {
  const seen = new Set<string>();
  return verdict.violations.flatMap((violation) => {
    const { gating, kind } = violation;
    if (gating || violations.includes(violation) || seen.has(kind)) return [];
    seen.add(kind);
    return [paragraph(describe(violation), 'Warning: ')];
  });
}

/** The last lines of every message: how to see the run, and what was taken for granted. A replay line is never broken. */
export function closingLines({ source, assumed }: Subject, replay: string): readonly string[] {
  const own = replay === '' ? [] : [`Replay: ${replay.replace('scenario', () => source)}`];
  return [...own, ...(assumed === null ? [] : [paragraph(assumed, 'Assumed: ')])];
}
