import { criticalPath } from '../analysis/critical-path.ts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import { formatMs } from '../kernel/time.ts';
import type { Run } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import type { NoPreStopReason, Outcome, Verdict, Violation } from '../verdict/types.ts';
import { campaignText } from './campaign-text.ts';
import { criticalPathLines } from './critical-path-text.ts';
import { assumptionText } from './describe-assumption.ts';
import { notJudgedText } from './describe-not-judged.ts';
import { attributionSentences, lateArrivalSentences, requestsSentence } from './requests-text.ts';
import { formatRollout } from './rollout-text.ts';
import { violationTexts } from './violation-text.ts';
import { paragraph } from './wrap.ts';

/**
 * A verdict in words, within 100 columns. Of a run: safe or not, by what margin, which preStop it needed; then each violation with
 * its window, its chain of causes and its fix; what the rollout took; the critical path that adds up to the required preStop; the grace that each Pod used;
 * and what the verdict rests on. A run without a trace is repeated with one where a chain of causes is printed. Of a campaign: how
 * many runs failed, what preStop they required, the worst of them, and how to repeat it.
 */
export function explain(subject: Run | FuzzReport): string {
  demand('explain', 'runOrReport', subject);
  return 'tally' in subject ? campaignText(subject, false) : explainRun(subject);
}

function explainRun(run: Run): string {
  const sections = [
    headline(run),
    ...violationTexts(run),
    requestsText(run.verdict),
    formatRollout(run),
    pathText(run),
    graceText(run.verdict),
    assumptionsText(run.verdict),
    paragraph(
      `This is one run (seed ${run.seed}): one sample of the delays. Another seed may need a longer preStop; run many before you rely on a value.`,
    ),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function headline(run: Run): string {
  const { outcome, notJudged, violations, marginMs, requiredPreStopReason: reason } = run.verdict;
  const margin = marginMs === null ? 'no margin' : `margin ${formatMs(marginMs)}`;
  const gating = violations.filter((violation) => violation.gating);
  const warnings = violations.filter((violation) => !violation.gating);
  const found = [counted(gating, 'violation'), counted(warnings, 'warning')].filter((text) => text !== '');
  const lines = [`${WORDS[outcome]}: ${margin}, ${requiredText(run.verdict)}.`];
  if (found.length > 0) lines.push(paragraph(`${found.join('; ')}.`));
  if (reason !== undefined) lines.push(paragraph(REASONS[reason](run)));
  for (const each of notJudged) if (each.gating) lines.push(paragraph(`Not judged: ${notJudgedText(each)}`));
  return lines.join('\n');
}

const WORDS: Readonly<Record<Outcome, string>> = { safe: 'SAFE', unsafe: 'UNSAFE', notJudged: 'NOT JUDGED' };

/** `3 violations (2 × exposed, cutByKill)`. */
function counted(violations: readonly Violation[], noun: string): string {
  if (violations.length === 0) return '';
  const counts = new Map<string, number>();
  for (const { kind } of violations) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`));
  return `${violations.length} ${noun}${violations.length === 1 ? '' : 's'} (${kinds.join(', ')})`;
}

function requiredText({ requiredPreStopMs, requiredPreStopReason, decidedBy }: Verdict): string {
  if (requiredPreStopMs === null) return NO_PRE_STOP[requiredPreStopReason ?? 'nothingToJudge'];
  if (requiredPreStopMs === 0) return withoutLength(decidedBy);
  return `required preStop ${formatMs(requiredPreStopMs)}${decidedBy === null ? '' : ` (${decidedBy.router})`}`;
}

/** An exec hook takes its start-up whatever it runs; without a hook that time is missing, too. */
function withoutLength(decidedBy: Verdict['decidedBy']): string {
  const startUpMs = decidedBy?.reading?.hookStartUpMs ?? 0;
  if (decidedBy === null || startUpMs === 0 || startUpMs <= -decidedBy.exactMs) return 'no preStop needed';
  return `a hook that runs for 0 s is enough, since its start-up alone takes ${formatMs(startUpMs)}`;
}

const NO_PRE_STOP: Readonly<Record<NoPreStopReason, string>> = {
  routedUntilGone: 'no preStop helps (routedUntilGone)',
  routedUntilUnhealthy: 'no preStop helps (routedUntilUnhealthy)',
  readyTooEarly: 'no preStop helps (readyTooEarly)',
  sidecarLeavesFirst: 'no preStop helps (sidecarLeavesFirst)',
  graceTooShort: 'no preStop that fits is long enough (graceTooShort)',
  horizonTooShort: 'which preStop was needed cannot be said (horizonTooShort)',
  nothingToJudge: 'no preStop to speak of (nothingToJudge)',
};

const REASONS: Readonly<Record<NoPreStopReason, (run: Run) => string>> = {
  routedUntilGone: untilGone,
  routedUntilUnhealthy: () =>
    'A router lets go only once its own health check has failed, and the Pod fails it only by closing. However long preStop is, what is ' +
    'sent in between is lost; the app has to fail the check while it still accepts.',
  readyTooEarly: () =>
    'A Pod that was stopping had been Ready, and so routed to, before its process accepted. No preStop helps: give it a readinessProbe.',
  sidecarLeavesFirst: () =>
    'The proxy that a webhook puts into the Pod gets its stop signal when the Pod begins to stop, whatever preStop hook the app has, and ' +
    'every connection passes it. Let the proxy stay longer, or make it a native sidecar.',
  graceTooShort: () =>
    'The slowest router needs longer than any hook that fits into the grace period: more grace first, then a longer preStop.',
  horizonTooShort: () =>
    'The run ended at its horizon, before the Pod had stopped and every router had let go of it. Leave the horizon out, or set it later.',
  nothingToJudge: () =>
    'No stopped Pod was ever routed to, so there is nothing that a preStop could protect.',
};

/** Why a Pod is routed to until it is gone. */
function untilGone({ verdict }: Run): string {
  const fixes = verdict.violations.map(({ fix }) => fix);
  const publishing = fixes.find(({ code }) => code === 'unsetPublishNotReadyAddresses');
  const [who, goes] =
    publishing?.code === 'unsetPublishNotReadyAddresses'
      ? [
          `Service ${publishing.service} sets publishNotReadyAddresses`,
          'so a terminating Pod counts as ready and is routed to',
        ]
      : ['Nothing else is ready', 'so routers fall back to the terminating Pod'];
  return (
    `${who}, ${goes} until it has left its EndpointSlice. That comes after its containers have stopped, so no preStop helps, however ` +
    'long it is.'
  );
}

function pathText(run: Run): string {
  const { decidedBy } = run.verdict;
  if (decidedBy === null) return '';
  const { pod, container, router, service, port } = decidedBy;
  const title = paragraph(
    `Critical path of the required preStop: container ${container} of Pod ${pod}, against ${router} (Service ${service}, port ${port})`,
  );
  const path = criticalPath(run);
  if (path !== null) return [title, ...criticalPathLines(path, run.scenario.world)].join('\n');
  const searched =
    'Routing itself depends on how long the hook lasts, so the value was found by reruns of this seed with hooks of different ' +
    'lengths; no one path adds up to it.';
  return `${title}\n${paragraph(searched, '  ')}`;
}

function requestsText({ requests }: Verdict): string {
  const sentence = requestsSentence(requests);
  if (sentence === '') return '';
  const details = [...attributionSentences(requests), ...lateArrivalSentences(requests)];
  return ['Requests', paragraph(sentence, '  '), ...details.map((text) => paragraph(text, '  - '))].join(
    '\n',
  );
}

function graceText({ grace }: Verdict): string {
  const lines = Object.entries(grace).map(([pod, { budgetMs, usedMs, sigkilled }]) =>
    paragraph(
      `${pod}: ${formatMs(usedMs)} of ${formatMs(budgetMs)}${sigkilled ? ', ended by SIGKILL' : ''}`,
      '  ',
    ),
  );
  return lines.length === 0 ? '' : ['Grace period used', ...lines].join('\n');
}

function assumptionsText({ assumptions }: Verdict): string {
  const lines = assumptions.map((assumption) => paragraph(assumptionText(assumption), '  - '));
  return lines.length === 0 ? '' : ['This rests on', ...lines].join('\n');
}
