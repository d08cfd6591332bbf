import { runCampaign } from '../analysis/campaign.ts';
import { findSafePreStop } from '../analysis/find-safe-pre-stop.ts';
import type {
  NoSafePreStop,
  PreStopNotJudged,
  Replay,
  SafeInterval,
  SafePreStop,
} from '../analysis/safe-pre-stop.ts';
import { smallest } from '../kernel/lists.ts';
import { formatMs } from '../kernel/time.ts';
import { fixText } from '../report/describe-fix.ts';
import { noneFix, noneText, openTexts, upperEdgeText } from '../report/describe-safe-pre-stop.ts';
import { paragraph } from '../report/wrap.ts';
import { type Run, simulate } from '../run/simulate.ts';
import { tryApplyPreStop } from '../scenario/apply-pre-stop.ts';
import { type Read, safePreStopOptions } from '../scenario/options.ts';
import { gravest } from '../verdict/types.ts';
import { closingLines, message, storyOf } from './message.ts';
import type { Subject } from './subject.ts';
import type { TrialOptions } from './trial.ts';
import { call, judged, type MatcherContext, type MatcherResult } from './verdict-matchers.ts';

/** Which safe preStop value is wanted, in seconds; any where neither is given. */
export interface SafePreStopOptions extends TrialOptions {
  /** Some value of at least so many seconds is to be safe: there is room for that much. */
  readonly atLeastSeconds?: number;
  /** Some value of at most so many seconds is to be safe: no more is needed. */
  readonly atMostSeconds?: number;
}

/**
 * Some preStop value is safe in every run, between the bounds that are given. It asks what values would do, not whether the one in the
 * manifests does; that is `toBeSafe`.
 */
export function toHaveSafePreStop(
  this: MatcherContext | undefined,
  received: unknown,
  options: SafePreStopOptions = {},
): MatcherResult {
  const matcher = call('toHaveSafePreStop', options);
  return judged(
    this,
    received,
    { matcher, schema: safePreStopOptions, options },
    ({ subject, line, read }) => {
      const { runs, seed } = read;
      const found = findSafePreStop(subject.scenario, { runs, seed });
      const pass = found.kind === 'interval' && missedBound(found, read) === null;
      return { pass, message: () => message([line, ...parts({ found, subject, bounds: read, runs, seed })]) };
    },
  );
}

/** What is asked of the interval. */
type Bounds = Read<typeof safePreStopOptions>;

function missedBound({ minSeconds, maxSeconds }: SafeInterval, bounds: Bounds): 'least' | 'most' | null {
  const { atLeastSeconds = 0, atMostSeconds = Number.POSITIVE_INFINITY } = bounds;
  if (maxSeconds < atLeastSeconds) return 'least';
  if (minSeconds > atMostSeconds) return 'most';
  // Both ends may lie between two whole seconds.
  return Math.max(minSeconds, Math.ceil(atLeastSeconds)) <= Math.min(maxSeconds, Math.floor(atMostSeconds))
    ? null
    : 'most';
}

interface Search {
  readonly found: SafePreStop;
  readonly subject: Subject;
  readonly bounds: Bounds;
  readonly runs: number;
  readonly seed: number;
}

function parts(search: Search): readonly string[] {
  const { found, subject, bounds } = search;
  if (found.kind === 'none') return noneParts(found, search);
  if (found.kind === 'notJudged') return openParts(found, subject);
  const missed = missedBound(found, bounds);
  return missed === null ? passParts(found, subject) : missedParts(found, missed, search);
}

function openParts(found: PreStopNotJudged, subject: Subject): readonly string[] {
  return [
    [
      paragraph('NOT JUDGED: no preStop value can be told.'),
      ...openTexts(found).map((text) => paragraph(text)),
    ].join('\n'),
    closingLines(subject, '').join('\n'),
  ];
}

function passParts(found: SafeInterval, subject: Subject): readonly string[] {
  return [
    [
      paragraph(`${intervalOf(found)} Expected no value to be safe.`),
      paragraph(`${found.evidence.claim}.`),
      ...closingLines(subject, ''),
    ].join('\n'),
  ];
}

function intervalOf({ minSeconds, maxSeconds, recommendedSeconds }: SafeInterval): string {
  const values = minSeconds === maxSeconds ? `${minSeconds} s alone` : `${minSeconds} s to ${maxSeconds} s`;
  return `SAFE preStop: ${values}, ${recommendedSeconds} s recommended.`;
}

function missedParts(
  found: SafeInterval,
  missed: 'least' | 'most',
  { subject, bounds }: Search,
): readonly string[] {
  const { minSeconds, maxSeconds, recommendedSeconds, decidedBelow, decidedAbove, evidence } = found;
  const { atLeastSeconds = 0, atMostSeconds } = bounds;
  const wanted =
    missed === 'least'
      ? `${atLeastSeconds} s or more`
      : `${atLeastSeconds > 0 ? `${atLeastSeconds} s to ` : 'up to '}${atMostSeconds} s`;
  const below =
    decidedBelow === null
      ? ''
      : `${decidedBelow.router} let go last and needs ${formatMs(decidedBelow.requiredPreStopMs)} (seed ${decidedBelow.seed}).`;
  const replay = evidence.replays.find(
    ({ seconds }) => seconds === (missed === 'least' ? maxSeconds + 1 : minSeconds - 1),
  );
  const shown = replay === undefined ? null : repeated(subject, replay);
  const fix =
    missed === 'least'
      ? `Raise terminationGracePeriodSeconds by at least ${Math.ceil(atLeastSeconds) - maxSeconds}: each second more makes room for one more of preStop.`
      : `Allow at least ${minSeconds} s of preStop (${recommendedSeconds} s recommended), or make that router let go sooner.`;
  return [
    [
      paragraph(`${intervalOf(found)} None of ${wanted} is.`),
      paragraph(
        missed === 'least'
          ? `Above ${maxSeconds} s: ${upperEdgeText(decidedAbove)}`
          : `Below ${minSeconds} s: ${below}`,
      ),
      paragraph(`${evidence.claim}.`),
    ].join('\n'),
    shown === null ? '' : storyOf(shown, worstGating(shown)),
    [paragraph(fix, 'Fix: '), ...closingLines(subject, replay === undefined ? '' : replayOf(replay))].join(
      '\n',
    ),
  ];
}

function noneParts(none: NoSafePreStop, search: Search) {
  const { reason, raiseTerminationGracePeriodSecondsTo: raise, evidence } = none;
  const { subject } = search;
  const replay = evidence.replays.at(-1) ?? firstFailure(search, reason);
  const shown = replay === null ? null : repeated(subject, replay);
  const culprit = worstGating(shown);
  const fix =
    raise === null && none.issue === null && culprit !== null ? fixText(culprit.fix) : noneFix(none);
  return [
    [
      paragraph(`NO SAFE preStop (${reason}): ${noneText(none)}`),
      paragraph(`Tried: ${evidence.claim}.`),
    ].join('\n'),
    shown === null ? '' : storyOf(shown, culprit),
    [
      ...(fix === null ? [] : [paragraph(fix, 'Fix: ')]),
      ...closingLines(subject, replay === null ? '' : replayOf(replay)),
    ].join('\n'),
  ];
}

/**
 * A search that stopped before it tried any edge has no replay. Its first failing run shows the same: with the longest hook where that
 * is still too short, else with one of 1 s.
 */
function firstFailure({ subject, runs, seed }: Search, reason: NoSafePreStop['reason']) {
  const graceSeconds = subject.scenario.world.templates.map(
    (template) => template.terminationGracePeriodSeconds,
  );
  const seconds = reason === 'graceTooShort' ? smallest(graceSeconds) : 1;
  const changed = tryApplyPreStop(subject.scenario, seconds);
  if (!changed.ok) return null;
  const { tally } = runCampaign(changed.scenario, { runs, seed, stopAfterFailures: 1 });
  return tally.firstFailure === null ? null : { seconds, seed: tally.firstFailure.seed };
}

function repeated({ scenario }: Subject, { seconds, seed }: Pick<Replay, 'seconds' | 'seed'>): Run | null {
  const changed = tryApplyPreStop(scenario, seconds);
  return changed.ok ? simulate(changed.scenario, { seed }) : null;
}

function worstGating(run: Run | null) {
  return run === null ? null : (gravest(run.verdict.violations) ?? null);
}

function replayOf({ seconds, seed }: Pick<Replay, 'seconds' | 'seed'>): string {
  return `simulate(applyPreStop(scenario, ${seconds}), { seed: ${seed} })`;
}
