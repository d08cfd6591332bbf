import { qualifiedName } from '../cluster/qualified-name.ts';
import type { TemplateInfo } from '../cluster/world.ts';
import { smallest } from '../kernel/lists.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS } from '../rules/kubelet/container-grace-period.ts';
import { podDrainSeconds } from '../run/fixed-scenario.ts';
import { judgement } from '../run/simulate.ts';
import { tryApplyPreStop } from '../scenario/apply-pre-stop.ts';
import { demand } from '../scenario/arguments.ts';
import { findOptions, type Read, readOptions } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { withGracePeriod, withPreStopSeconds } from '../scenario/variants.ts';
import { gravest, type NoPreStopReason, type ViolationKind } from '../verdict/types.ts';
import { firstUnsafeSteps } from './campaign.ts';
import { claimOf, grouped } from './claim.ts';
import type { FindOptions } from './find-options.ts';
import { withSafeSeconds } from './hook-durations.ts';
import type { OverLimit } from './over-limit.ts';
import { quantile } from './quantiles.ts';
import type {
  Evidence,
  KnownSeconds,
  NoneReason,
  NoSafePreStop,
  Replay,
  SafePreStop,
  UpperEdge,
} from './safe-pre-stop.ts';
import { type Found, NOT_RAISED, type Raised } from './search-results.ts';
import { SearchRuns } from './search-runs.ts';
import { drained, type Steps } from './steps.ts';
import type { Tally } from './tally.ts';

/** Runs of each second between the edges. */
const INTERIOR_RUNS = 20;
/** The kubelet counts in whole seconds, and a process that would exit just as it is killed is cut: so much more may be needed. */
const MOST_GRACE_BESIDE_SECONDS = 3;
/** What a longer grace period would prevent. */
const FOR_WANT_OF_TIME: readonly ViolationKind[] = ['cutByKill', 'preStopCutOff', 'graceUsedUp'];
/** Longer than any router is slow: what would be needed is read with it. */
const AMPLE_GRACE_SECONDS = 3600;

/**
 * The whole seconds of preStop that are safe in every run, as an interval; or why there are none. The lower end comes from the exact
 * requirement of each run, the upper one from a search, and both are then run: nothing between two values is taken on trust.
 */
export function findSafePreStop(scenario: Scenario, options: FindOptions = {}): SafePreStop {
  return drained(startFinding(scenario, options).steps);
}

/** `findSafePreStop` a run at a time, for those who may break it off: `known` says what had been shown by then. */
export function startFinding(
  scenario: Scenario,
  options: FindOptions,
): { readonly steps: Steps<SafePreStop>; readonly known: () => KnownSeconds } {
  demand('findSafePreStop', 'scenario', scenario);
  const search = new Search(scenario, readOptions('findSafePreStop', findOptions, options));
  return { steps: search.steps(), known: () => search.known() };
}

class Search {
  private readonly runs: number;
  private readonly seed: number;
  private readonly confidence: number;
  private readonly headroom: number;
  private readonly grace: number;
  private readonly limit: number;
  private readonly workloads: readonly string[];
  private readonly made: SearchRuns;

  constructor(
    private readonly scenario: Scenario,
    options: Read<typeof findOptions>,
  ) {
    this.runs = options.runs;
    this.seed = options.seed;
    this.confidence = options.confidence;
    this.headroom = options.headroom;
    const serving = onPath(scenario);
    this.workloads = [
      ...new Set(serving.map(({ namespace, workload }) => qualifiedName(namespace, workload))),
    ];
    const graces = serving.map((template) => template.terminationGracePeriodSeconds);
    this.grace = Math.max(0, smallest(graces));
    this.limit = Math.min(options.maxSeconds ?? Number.POSITIVE_INFINITY, this.grace);
    this.made = new SearchRuns(scenario, { ...options, shortest: this.shortest });
  }

  known(): KnownSeconds {
    return this.made.known();
  }

  /** A hook that is there and ends soon: what is measured is measured with it. */
  private get shortest(): number {
    return Math.min(1, this.limit);
  }

  private get few(): number {
    return Math.min(this.runs, INTERIOR_RUNS);
  }

  *steps(): Steps<SafePreStop> {
    const unknown = this.unknownHooks();
    if (unknown !== null) return unknown;
    const refused = tryApplyPreStop(this.scenario, 0);
    if (!refused.ok) return this.none('hookDoesMore', { issue: refused.issues[0]! }, 'no run was made');
    const open = this.left(this.shortest);
    if (open !== null) return open;
    const { tally, slowest: slow } = yield* this.made.measure(this.scenario);
    if (tally.runs === 0) return this.nothingJudged();
    if (tally.failures === 0) this.made.passed.set(this.shortest, this.runs);
    const { firstFailure, reasons } = tally;
    const cut = reasons.horizonTooShort ? this.left(this.shortest, firstFailure!.seed) : null;
    if (cut !== null) return cut;
    if (neverEnough(tally) > 0) return yield* this.impossible(tally);
    const slowest = quantile(tally.requiredPreStopMs, 1) ?? 0;
    const from = Math.ceil(slowest / 1000);
    if (from > this.limit) return yield* this.tooShort();
    const first = yield* this.firstSafe(from);
    if (first === null) return yield* this.notOne(from);
    const min = yield* this.smallest(first);
    const interior = yield* this.interior(min, yield* this.lastSafe(min));
    const { max, recommended } = yield* this.confirmed(min, interior.max);
    const between = interior.seconds.filter((seconds) => seconds < max);
    return this.interval({ min, max, recommended, slowest: slow, between });
  }

  /** A hook of which nobody can say how long it takes: no sleep takes its place, and how long it may take is the answer. */
  private unknownHooks(): SafePreStop | null {
    const open = (this.made.firstVerdict(this.scenario, this.shortest)?.notJudged ?? []).filter(
      ({ code }) => code === 'hookDurationUnknown',
    );
    if (open.length === 0) return null;
    const found = withSafeSeconds(open, this.scenario, {
      runs: this.runs,
      seed: this.seed,
      onOverLimit: (run) => this.made.overLimit.add({ ...run, seconds: this.shortest }),
    });
    const evidence = this.evidence('it depends on how long a hook takes', [], []);
    return { kind: 'notJudged', notJudged: found, violation: null, evidence };
  }

  /** Each run met a limit. */
  private nothingJudged(): SafePreStop {
    const evidence = this.evidence('no run was judged', [], []);
    return { kind: 'notJudged', notJudged: [], violation: null, evidence };
  }

  /** What was not looked at in a run, the first where none is named; null where it was judged. */
  private left(seconds: number, seed?: number): SafePreStop | null {
    const scenario = withPreStopSeconds(this.scenario, seconds);
    const verdict =
      seed === undefined ? this.made.firstVerdict(scenario, seconds) : judgement(scenario, seed);
    if (verdict === null) return this.nothingJudged();
    const { outcome, notJudged, violations } = verdict;
    const open = notJudged.filter(({ gating }) => gating);
    const nothing = violations.find(({ kind }) => kind === 'nothingToJudge') ?? null;
    if (open.length === 0 && (nothing === null || outcome === 'unsafe')) return null;
    const evidence = this.evidence('the answer rests on something that was not looked at', [], []);
    return { kind: 'notJudged', notJudged: open, violation: nothing, evidence };
  }

  /** The lower end: what the requirements say, moved up where a run of it is unsafe for want of time. */
  private *firstSafe(from: number): Steps<number | null> {
    for (let seconds = from; seconds <= this.limit; seconds++) {
      const failure = yield* this.made.fails(seconds);
      if (failure === null) return seconds;
      if (!this.isTooEarly(seconds, failure.seed)) return null;
    }
    return null;
  }

  /** What was read may be more than is needed: one second less is always run, too. */
  private *smallest(first: number): Steps<number> {
    let min = first;
    while (min > 0 && (yield* this.made.fails(min - 1)) === null) min--;
    return min;
  }

  private isTooEarly(seconds: number, seed: number): boolean {
    if (this.made.unjudged.has(seconds)) return false;
    return this.made
      .violations(seconds, seed)
      .some(({ kind }) => kind === 'exposed' || kind === 'noEndpoints');
  }

  /** The upper end: the largest value found safe by halving what is left. Few runs say where it is, and all runs whether it holds. */
  private *lastSafe(min: number): Steps<number> {
    if (min >= this.limit) return min;
    if ((yield* this.made.fails(this.limit)) === null) return this.limit;
    const likely = yield* this.halved(min, this.limit, this.few);
    return (yield* this.made.fails(likely)) === null ? likely : yield* this.halved(min, likely, this.runs);
  }

  private *halved(from: number, to: number, runs: number): Steps<number> {
    let [safe, unsafe] = [from, to];
    while (unsafe - safe > 1) {
      const middle = (safe + unsafe) >> 1;
      if ((yield* this.made.fails(middle, runs)) === null) safe = middle;
      else unsafe = middle;
    }
    return safe;
  }

  /** Every second between the edges, with few runs each: pacing may make a middle value unsafe. */
  private *interior(
    min: number,
    max: number,
  ): Steps<{ readonly max: number; readonly seconds: readonly number[] }> {
    const seconds: number[] = [];
    for (let value = min + 1; value < max; value++) {
      seconds.push(value);
      if ((yield* this.made.fails(value, this.few)) !== null) return { max: value - 1, seconds };
    }
    return { max, seconds };
  }

  /** The upper end and the recommendation, moved down until both were safe in all runs. */
  private *confirmed(
    min: number,
    max: number,
  ): Steps<{ readonly max: number; readonly recommended: number }> {
    let upper = yield* this.largestSafe(min, max);
    let recommended = this.recommendation(min, upper);
    while ((yield* this.made.fails(recommended)) !== null) {
      upper = yield* this.largestSafe(min, recommended - 1);
      recommended = this.recommendation(min, upper);
    }
    return { max: upper, recommended };
  }

  private *largestSafe(min: number, max: number): Steps<number> {
    let seconds = max;
    while (seconds > min && (yield* this.made.fails(seconds)) !== null) seconds--;
    return seconds;
  }

  private recommendation(min: number, max: number): number {
    // With room on both sides it stands on no edge, and no nearer to the upper one than to the lower one.
    const wanted = min + Math.max(1, Math.ceil(min * this.headroom));
    const middle = Math.floor((min + max) / 2);
    return Math.min(max, Math.max(min + 1, Math.min(wanted, middle)));
  }

  private interval({ min, max, recommended, slowest, between }: Found): SafePreStop {
    return {
      kind: 'interval',
      minSeconds: min,
      maxSeconds: max,
      recommendedSeconds: recommended,
      slackSeconds: { below: recommended - min, above: max - recommended },
      headroom: this.headroom,
      decidedBelow: slowest,
      decidedAbove: this.above(max),
      evidence: this.evidence(
        claimOf(0, this.runs - this.made.mostOverLimit([min, max, recommended]), this.confidence),
        this.made.replays.filter(({ seconds }) => seconds === min - 1 || seconds === max + 1),
        between,
      ),
    };
  }

  private above(max: number): UpperEdge {
    const failing = this.made.replays.find(({ seconds }) => seconds === max + 1)?.violation ?? null;
    if (failing !== null) return { by: 'violation', violation: failing };
    if (this.made.cutShort.has(max + 1)) return { by: 'horizon' };
    if (this.made.unjudged.has(max + 1)) return { by: 'overLimit' };
    if (this.limit < this.grace) return { by: 'maxSeconds', maxSeconds: this.limit };
    return { by: 'grace', lastSeconds: Math.max(0, this.grace - MINIMUM_GRACE_PERIOD_SECONDS) };
  }

  private *impossible(tally: Tally): Steps<SafePreStop> {
    const { reasons, firstFailure } = tally;
    const violation =
      firstFailure === null
        ? null
        : (gravest(this.made.violations(this.shortest, firstFailure.seed)) ?? null);
    const of = (code: NoPreStopReason) => reasons[code] ?? 0;
    const found = (code: NoPreStopReason) => ({ affectedRuns: of(code), violation });
    if (of('routedUntilGone') > 0) {
      return this.none('noOtherEndpoint', {
        ...found('routedUntilGone'),
        ...(yield* this.raisedForReplacement()),
      });
    }
    if (of('routedUntilUnhealthy') > 0)
      return this.none('routedUntilUnhealthy', found('routedUntilUnhealthy'));
    if (of('sidecarLeavesFirst') > 0) return this.none('sidecarLeavesFirst', found('sidecarLeavesFirst'));
    if (of('readyTooEarly') > 0) return this.none('readyTooEarly', found('readyTooEarly'));
    return yield* this.tooShort();
  }

  private *tooShort(): Steps<SafePreStop> {
    return this.none('graceTooShort', yield* this.raised());
  }

  private *notOne(neededSeconds: number): Steps<SafePreStop> {
    for (const [seconds, seed] of this.made.cutShort) return this.left(seconds, seed)!;
    if (this.made.unjudged.size > 0) return this.nothingJudged();
    const { seconds, seed, violation } = this.made.replays[this.made.replays.length - 1]!;
    const kinds = this.made.violations(seconds, seed).map(({ kind }) => kind);
    if (kinds.some((kind) => FOR_WANT_OF_TIME.includes(kind))) {
      return this.none('drainTooLong', { violation, ...(yield* this.raised()), neededSeconds });
    }
    return this.none('unsafeAtEveryValue', { violation });
  }

  /** The smallest grace period that holds the slowest router and what the app has to finish, so that every run is safe with it. */
  private *raised(): Steps<Raised> {
    const { tally } = yield* this.made.measure(withGracePeriod(this.scenario, AMPLE_GRACE_SECONDS));
    const slowest = quantile(tally.requiredPreStopMs, 1);
    if (neverEnough(tally) > 0) return NOT_RAISED;
    const neededSeconds = Math.ceil((slowest ?? 0) / 1000);
    const preStopSeconds = neededSeconds;
    const least = Math.max(this.grace, preStopSeconds + podDrainSeconds(this.scenario));
    for (let grace = least; grace <= least + MOST_GRACE_BESIDE_SECONDS; grace++) {
      const changed = withPreStopSeconds(withGracePeriod(this.scenario, grace), preStopSeconds);
      const onOverLimit = (run: OverLimit) => this.made.overLimit.add({ ...run, seconds: preStopSeconds });
      if ((yield* firstUnsafeSteps(changed, { runs: this.runs, seed: this.seed, onOverLimit })) === null)
        return { neededSeconds, preStopSeconds, raiseTerminationGracePeriodSecondsTo: grace };
    }
    return { ...NOT_RAISED, neededSeconds };
  }

  /** A longer grace period helps a lone replica only where its replacement becomes Ready within it. */
  private *raisedForReplacement(): Steps<Raised> {
    const raised = yield* this.raised();
    return (raised.raiseTerminationGracePeriodSecondsTo ?? 0) > this.limit ? raised : NOT_RAISED;
  }

  private none(
    reason: NoneReason,
    found: Partial<Omit<NoSafePreStop, 'kind' | 'reason' | 'workloads' | 'limitSeconds' | 'evidence'>>,
    claim = `no value up to ${this.limit} s is safe in all ${grouped(this.runs)} runs`,
  ): SafePreStop {
    const nothing = { affectedRuns: null, violation: null, issue: null, ...NOT_RAISED };
    const evidence = this.evidence(claim, this.made.replays.slice(-1), []);
    return {
      kind: 'none',
      reason,
      workloads: this.workloads,
      limitSeconds: this.limit,
      ...nothing,
      ...found,
      evidence,
    };
  }

  private evidence(claim: string, replays: readonly Replay[], interior: readonly number[]): Evidence {
    const { runs, seed, confidence, made } = this;
    return {
      runs,
      seed,
      confidence,
      claim,
      replays,
      interior: { seconds: interior, runsEach: this.few },
      overLimit: made.overLimit.count,
      firstOverLimit: made.overLimit.first,
    };
  }
}

/** Runs for whose routers no hook is long enough. Where nobody was routed to, a hook is for nothing: there is only work that is cut. */
function neverEnough({ requiredPreStopMs, reasons }: Tally): number {
  return requiredPreStopMs.infinite - (reasons.nothingToJudge ?? 0);
}

function onPath({ world }: Scenario): readonly TemplateInfo[] {
  const serving = world.templates.filter(({ path }) => path.some((ports) => ports.length > 0));
  return serving.length > 0 ? serving : world.templates;
}
