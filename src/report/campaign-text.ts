import { grouped } from '../analysis/claim.ts';
import { fixOfRuns } from '../analysis/fix-of-runs.ts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import type { Counterexample } from '../analysis/shrink.ts';
import { append } from '../kernel/lists.ts';
import { formatDuration, MICROS_PER_MS } from '../kernel/time.ts';
import { gravest, type NotJudged, type Verdict } from '../verdict/types.ts';
import { fixText } from './describe-fix.ts';
import { notJudgedName, notJudgedText } from './describe-not-judged.ts';
import { violationText } from './describe-violation.ts';
import { overLimitText } from './over-limit-text.ts';
import { type Paint, paint } from './palette.ts';
import { paragraph } from './wrap.ts';

/** A campaign's report as text, whole and in pieces. All are pure. */

export type Section = readonly string[];

/** Safe or not, what failed, how long preStop would have to be, the worst run, and how to repeat it. */
export function campaignText(report: FuzzReport, color: boolean): string {
  const paints = paint(color);
  const { replay } = report;
  return joinSections([
    [...verdictSection(report, paints), ...failuresSection(report, [])],
    openSection(report.worst?.verdict.notJudged ?? []),
    requiredSection(report),
    worstSection(report, paints),
    counterexampleSection(report.counterexample),
    replay === '' ? [] : [`Repeat the worst run: ${replay}`],
  ]);
}

/** Sections with an empty line between each two; empty ones are left out. */
export function joinSections(sections: readonly Section[]): string {
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Safe or not, how sure that is, what was not run; and what was `left` out of all of its runs. */
export function verdictSection(report: FuzzReport, color: Paint, left: readonly string[] = []): Section {
  const { runs, requested, shard, claim } = report;
  const judged = report.kinds.nothingToJudge !== runs;
  const partial = report.complete ? '' : color(` (${partialText(report)})`, 'warning');
  const lines = [paragraph(`${headOf(report, color, left)}${partial}.`)];
  if (runs > 0 && judged) lines.push(paragraph(`${claim}.`));
  if (shard !== null) lines.push(`Shard ${shard.index} of ${shard.count} of ${grouped(requested)} runs.`);
  if (report.overLimit > 0)
    lines.push(color(paragraph(overLimitText(report.overLimit, report.firstOverLimit)), 'warning'));
  return lines;
}

function headOf(report: FuzzReport, color: Paint, left: readonly string[]): string {
  const { failures, notJudged, runs, open } = report;
  const counted = `${grouped(runs)} ${plural(runs, 'run')}`;
  const also = left.length === 0 ? '' : `; not judged: ${left.join(', ')}`;
  if (runs === 0) return color('NOTHING RUN', 'bad');
  const blocked = report.worst?.verdict.violations.find(
    (each) => each.kind === 'nothingToJudge' && each.reason.code === 'drainBlocked',
  );
  if (blocked !== undefined && failures === notJudged)
    return `${color('NOT JUDGED', 'warning')}: ${violationText(blocked).replace(/\.$/, '')}`;
  if (report.kinds.nothingToJudge === runs && failures === notJudged)
    return `${color('NOTHING TO JUDGE', 'bad')}: in none of ${counted} was a stopped Pod routed to`;
  if (failures > notJudged) {
    const unsafe = failures - notJudged;
    return `${color('UNSAFE', 'bad')}: ${grouped(unsafe)} of ${counted} ${unsafe === 1 ? 'was' : 'were'} not safe${also}`;
  }
  const gating = (report.worst?.verdict.notJudged ?? []).filter((each) => each.gating);
  const names = new Set(gating.length > 0 ? gating.map(notJudgedName) : Object.keys(open));
  const points = [...left, ...names];
  if (points.length > 0) {
    const rest = failures === 0 ? `; of the rest, every one of ${counted} was safe` : '';
    return `${color('NOT JUDGED', 'warning')}: ${points.join(', ')}${rest}`;
  }
  return `${color('SAFE', 'good')}: every one of ${counted} was safe`;
}

/** What kept runs from being judged, and what would have them judged. */
export function openSection(open: readonly NotJudged[]): Section {
  const texts = new Set(open.filter(({ gating }) => gating).map(notJudgedText));
  return texts.size === 0 ? [] : ['Not judged', ...[...texts].map((text) => paragraph(text, '  - '))];
}

function partialText({ runs, requested, shard }: FuzzReport): string {
  const of = shard === null ? `${grouped(requested)} runs` : 'this shard';
  return `partial: ${grouped(runs)} of ${of}`;
}

/** So many Services of which there is nothing to tell are named; more are counted. */
const MOST_SERVICES = 10;

/** What failed: the kinds of violations, and each Service by its name. */
export function failuresSection(report: FuzzReport, services: readonly string[]): Section {
  const { failures, kinds } = report;
  // Of a shard without a run nothing can be said.
  if (report.runs === 0) return [];
  const named = new Set([...services, ...Object.keys(report.services)]);
  const lines = Object.entries(kinds).map(
    ([kind, count]) => `  ${kind} in ${grouped(count)} ${plural(count, 'run')}`,
  );
  const violated = [...named].filter((service) => (report.services[service] ?? 0) > 0);
  for (const service of violated) {
    const count = report.services[service] ?? 0;
    lines.push(`  Service ${service}: not safe in ${grouped(count)} ${plural(count, 'run')}`);
  }
  const unseen = unstopped(report);
  const others = [...named].filter((service) => !violated.includes(service) && !unseen.has(service));
  const state = failures === 0 ? 'safe in every run' : 'no violation of its own in any run';
  append(
    lines,
    [...named].filter((service) => unseen.has(service)).map((service) => `  Service ${service}: not judged`),
  );
  if (others.length > MOST_SERVICES) lines.push(`  ${grouped(others.length)} Services: ${state}`);
  else
    append(
      lines,
      others.map((service) => `  Service ${service}: ${state}`),
    );
  return lines;
}

/** Services of which no run stopped a Pod. */
function unstopped({ worst }: FuzzReport): ReadonlySet<string> {
  return new Set(
    (worst?.verdict.notJudged ?? []).flatMap((each) =>
      each.code === 'serviceNotStopped' || each.code === 'serviceWithoutPods' ? [each.service] : [],
    ),
  );
}

/** How long preStop would have had to be, and who decided it. */
export function requiredSection({ requiredPreStopMs: at, decidedBy, reasons, runs }: FuzzReport): Section {
  if (runs === 0 || reasons.nothingToJudge === runs) return [];
  const lines = [
    paragraph(
      `Required preStop: ${milliseconds(at.p50)} in half of the runs, ${milliseconds(at.p99)} in 99 %, ${milliseconds(at.max)} at most.`,
    ),
  ];
  const routers = Object.entries(decidedBy).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (routers.length > 0) {
    const named = routers.slice(0, 4).map(([router, count]) => `${router} in ${grouped(count)}`);
    if (routers.length > 4) named.push(`${routers.length - 4} more`);
    lines.push(paragraph(`Last to let go: ${named.join(', ')} ${plural(runs, 'run')}.`));
  }
  for (const [reason, count] of Object.entries(reasons)) {
    lines.push(`No preStop would do (${reason}) in ${grouped(count)} ${plural(count, 'run')}.`);
  }
  return lines;
}

/** null is infinite: no hook is long enough. */
function milliseconds(ms: number | null): string {
  return ms === null ? 'longer than any hook' : formatDuration(ms * MICROS_PER_MS);
}

/** The worst run in words: what was violated, why, and what to change. */
export function worstSection(report: FuzzReport, color: Paint): Section {
  const { worst, failures } = report;
  if (worst === null) return [];
  const { verdict, seed } = worst;
  const violation = gravest(verdict.violations);
  if (violation === undefined) {
    const { marginMs, decidedBy } = verdict;
    const margin = marginMs === null ? '' : `: it had ${milliseconds(marginMs)} to spare`;
    return [
      paragraph(
        `Closest run (seed ${seed})${margin}${decidedBy === null ? '' : `, against ${decidedBy.router}`}.`,
      ),
    ];
  }
  const more = verdict.violations.filter(({ gating }) => gating).length - 1;
  const which = failures === 1 ? 'The run that failed' : 'The worst run';
  return [
    `${which} (seed ${seed}): ${color(violation.kind, 'bad')}${more > 0 ? ` and ${more} more` : ''}`,
    paragraph(violationText(violation), '  '),
    paragraph(fixText(fixOfRuns(violation.fix, report)), '  Fix: '),
  ];
}

/** Which Pod a run's timeline should show. */
export function tellingPod({ violations, decidedBy, grace }: Verdict): string | null {
  const gating = violations.find((violation) => violation.gating && violation.pod !== null);
  return gating?.pod ?? decidedBy?.pod ?? Object.keys(grace)[0] ?? null;
}

/** The delays without which the run would not fail, and what it holds for. */
export function counterexampleSection(found: Counterexample | null): Section {
  if (found === null) return [];
  const { delaysMs, drawn, settings, seed, replay } = found;
  const parts = Object.entries(delaysMs).map(([site, ms]) => `  ${site}: ${milliseconds(ms)}`);
  append(
    parts,
    drawn.map((site) => `  ${site}: as it was drawn (no constant was found that fails)`),
  );
  const varied = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  const where = [`seed ${seed}`, ...varied].join(', ');
  const title =
    parts.length === 0
      ? `Reduced (${where}): it fails even with every delay at its smallest.`
      : `Reduced (${where}): with every other delay at its smallest, this is enough to fail:`;
  return [title, ...parts, `Repeat it: ${replay}`];
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
