import { tracedEvents } from '../analysis/traced.ts';
import { formatDuration, MICROS_PER_MS } from '../kernel/time.ts';
import type { Run } from '../run/simulate.ts';
import type { TraceEvent } from '../verdict/trace-events.ts';
import { type CauseLink, gravest, type Violation, type ViolationKind } from '../verdict/types.ts';
import { fixText } from './describe-fix.ts';
import { violationText } from './describe-violation.ts';
import { phraseBeside } from './phrase.ts';
import { paragraph, signedMs } from './wrap.ts';

/** Violations of one kind beyond these are counted, not printed. */
const MAX_OF_A_KIND = 8;
const INDENT = '   ';

/** Each violation, the gravest first, with its window, its chain of causes and its fix. What one of them shares with an earlier one is not repeated. */
export function violationTexts(run: Run): readonly string[] {
  const shown = new Map<ViolationKind, number>();
  const texts: string[] = [];
  const printed: Numbered[] = [];
  const { violations } = run.verdict;
  const worst = gravest(violations);
  const others = violations.filter((each) => each !== worst);
  for (const violation of worst === undefined ? others : [worst, ...others]) {
    const count = (shown.get(violation.kind) ?? 0) + 1;
    shown.set(violation.kind, count);
    if (count > MAX_OF_A_KIND) continue;
    const numbered = { number: printed.length + 1, violation };
    texts.push(numberedText(run, numbered, printed));
    printed.push(numbered);
  }
  for (const [kind, count] of shown) {
    const more = count - MAX_OF_A_KIND;
    if (more > 0) texts.push(`… and ${more} more of the kind ${kind}; verdict.violations holds all of them.`);
  }
  return texts;
}

interface Numbered {
  readonly number: number;
  readonly violation: Violation;
}

function numberedText(run: Run, { number, violation }: Numbered, before: readonly Numbered[]): string {
  const { kind, fromMs, toMs } = violation;
  const fix = fixText(violation.fix);
  const lines = [paragraph(`${number}. ${titleOf(violation)}`)];
  if (kind !== 'nothingToJudge') {
    lines.push(`${INDENT}from ${fromMs.toFixed(3)} ms to ${toMs.toFixed(3)} ms (${span(fromMs, toMs)})`);
  }
  lines.push(paragraph(violationText(violation), INDENT), ...causes(run, violation, before));
  const same = before.find((other) => fixText(other.violation.fix) === fix);
  lines.push(same === undefined ? paragraph(fix, `${INDENT}Fix: `) : `${INDENT}Fix: as for ${same.number}.`);
  return lines.join('\n');
}

function titleOf({ kind, gating, pod, router, service, port }: Violation): string {
  const where = [
    ...(pod === null ? [] : [`Pod ${pod}`]),
    ...(service === undefined
      ? []
      : [`Service ${service}${port === undefined || port === 0 ? '' : ` port ${port}`}`]),
    ...(router === undefined ? [] : [router]),
  ];
  return [`${kind}${gating ? '' : ' (a warning)'}`, ...where].join(', ');
}

function span(fromMs: number, toMs: number): string {
  return formatDuration(micros(toMs) - micros(fromMs));
}

/** The chain of causes, without the part that an earlier violation has printed. */
function causes(run: Run, violation: Violation, before: readonly Numbered[]): readonly string[] {
  const { culprit, toMs, pod } = violation;
  const last = culprit.at(-1);
  if (last === undefined) return [];
  const trace = tracedEvents(run);
  const { number, shared } = longestShared(culprit, before);
  const title =
    shared < 3
      ? 'Causes, up to the end of the window:'
      : shared === culprit.length
        ? `Causes, as for ${number}.`
        : `Causes, as for ${number} up to ${culprit[shared - 1]!.atMs.toFixed(3)} ms, and then:`;
  const lines = culprit.slice(shared < 3 ? 0 : shared).map(({ seq, atMs, actor, tookMs }) => {
    const event = trace[seq]!;
    const took = event.cause === null ? '' : signedMs(tookMs);
    return causeLine(atMs, took, actor, phraseBeside(event, run.scenario.world, pod));
  });
  const way = (micros(toMs) - micros(last.atMs)) / MICROS_PER_MS;
  const arrival = way > 0 ? [causeLine(toMs, signedMs(way), last.actor, arrivalOf(trace[last.seq]!))] : [];
  return [`${INDENT}${title}`, ...lines, ...arrival];
}

/** The violation before whose chain begins in the same way for longest, and for how many links. */
function longestShared(culprit: readonly CauseLink[], before: readonly Numbered[]) {
  let longest = { number: 0, shared: 0 };
  for (const { number, violation } of before) {
    let shared = 0;
    while (shared < culprit.length && violation.culprit[shared]?.seq === culprit[shared]!.seq) shared++;
    if (shared > longest.shared) longest = { number, shared };
  }
  return longest;
}

function arrivalOf({ type }: TraceEvent): string {
  const routed = type === 'routesChanged';
  return routed ? 'its last connection has arrived at the Pod' : 'the end of the window';
}

function causeLine(atMs: number, took: string, actor: string, what: string): string {
  return paragraph(what, `${INDENT}${atMs.toFixed(3).padStart(12)} ${took.padStart(11)}  ${actor}: `);
}

function micros(ms: number): number {
  return Math.round(ms * MICROS_PER_MS);
}
