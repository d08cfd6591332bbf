import { qualifiedName } from '../cluster/qualified-name.ts';
import type { TemplateInfo } from '../cluster/world.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS } from '../rules/kubelet/container-grace-period.ts';
import { podDrainSeconds } from '../run/fixed-scenario.ts';
import { judgement, simulate } from '../run/simulate.ts';
import { tryApplyPreStop } from '../scenario/apply-pre-stop.ts';
import { demand } from '../scenario/arguments.ts';
import { findOptions, type Read, readOptions } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runSeed } from '../scenario/seeds.ts';
import { withGracePeriod, withPreStopSeconds } from '../scenario/variants.ts';
import { gravest, type NoPreStopReason, type Violation, type ViolationKind } from '../verdict/types.ts';
import { campaignSteps, firstUnsafeSteps } from './campaign.ts';
import { claimOf, grouped } from './claim.ts';
import type { FindOptions } from './find-options.ts';
import { withSafeSeconds } from './hook-durations.ts';
import { quantile } from './quantiles.ts';
import type {
  Evidence,
  KnownSeconds,
  LowerEdge,
  NoneReason,
  NoSafePreStop,
  Replay,
  SafePreStop,
  UpperEdge,
} from './safe-pre-stop.ts';
import { type Found, type Measured, NOT_RAISED, type Raised } from './search-results.ts';
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

const byValue = (a: number, b: number) => a - b;

class Search {
  private readonly runs: number;
  private readonly seed: number;
  private readonly confidence: number;
  private readonly headroom: number;
  private readonly grace: number;
  private readonly limit: number;
  private readonly workloads: readonly string[];
  private readonly replays: Replay[] = [];
  /** By seconds: the run that ended at its horizon before it was judged. */
  private readonly cutShort = new Map<number, number>();

  /** By seconds: in how many runs, from the first on, they were safe. */
  private readonly passed = new Map<number, number>();

  constructor(
    private readonly scenario: Scenario,
    private readonly options: Read<typeof findOptions>,
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
    this.grace = Math.max(0, Math.min(...graces));
    this.limit = Math.min(options.maxSeconds ?? Number.POSITIVE_INFINITY, this.grace);
  }

  known(): KnownSeconds {
    const safe = [...this.passed].flatMap(([seconds, runs]) => (runs >= this.runs ? [seconds] : []));
    const unsafe = new Set(this.replays.map(({ seconds }) => seconds));
    return { safeSeconds: safe.sort(byValue), unsafeSeconds: [...unsafe].sort(byValue) };
  }

  *steps(): Steps<SafePreStop> {
    const unknown = this.unknownHooks();
    if (unknown !== null) return unknown;
    const refused = tryApplyPreStop(this.scenario, 0);
    if (!refused.ok) return this.none('hookDoesMore', { issue: refused.issues[0]! }, 'no run was made');
    const open = this.notJudged();
    if (open !== null) return open;
    const { tally, slowest: slow } = yield* this.measure(this.scenario);
    if (tally.failures === 0) this.passed.set(this.shortest, this.runs);
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
    const { notJudged } = judgement(this.scenario, runSeed(this.seed, 0));
    const open = notJudged.filter(({ code }) => code === 'hookDurationUnknown');
    if (open.length === 0) return null;
    const found = withSafeSeconds(open, this.scenario, { runs: this.runs, seed: this.seed });
    const evidence = this.evidence('it depends on how long a hook takes', [], []);
    return { kind: 'notJudged', notJudged: found, violation: null, evidence };
  }

  /** One run says what was not looked at: that does not depend on the delays. */
  private notJudged(): SafePreStop | null {
    return this.left(this.shortest, runSeed(this.seed, 0));
  }

  /** What was not looked at in a run; null where it was judged. */
  private left(seconds: number, seed: number): SafePreStop | null {
    const { outcome, notJudged, violations } = judgement(withPreStopSeconds(this.scenario, seconds), seed);
    const open = notJudged.filter(({ gating }) => gating);
    const nothing = violations.find(({ kind }) => kind === 'nothingToJudge') ?? null;
    if (open.length === 0 && (nothing === null || outcome === 'unsafe')) return null;
    const evidence = this.evidence('the answer rests on something that was not looked at', [], []);
    return { kind: 'notJudged', notJudged: open, violation: nothing, evidence };
  }

  /** With a short hook: what each run requires is the same with any. It is read off the runs; the edges are proved by runs of their own. */
  private *measure(scenario: Scenario): Steps<Measured> {
    const { onProgress } = this.options;
    const preStopSeconds = this.shortest;
    let slowest: LowerEdge | null = null;
    const { tally } = yield* campaignSteps(withPreStopSeconds(scenario, preStopSeconds), {
      runs: this.runs,
      seed: this.seed,
      requirement: 'read',
      onProgress: (progress) => onProgress?.({ ...progress, preStopSeconds }),
      onRun: ({ seed, verdict: { requiredPreStopMs, decidedBy } }) => {
        if (requiredPreStopMs === null || decidedBy === null) return;
        if (slowest !== null && requiredPreStopMs <= slowest.requiredPreStopMs) return;
        slowest = { router: decidedBy.router, requiredPreStopMs, seed };
      },
    });
    return { tally, slowest };
  }

  /** A hook that is there and ends soon: what is measured is measured with it. */
  private get shortest(): number {
    return Math.min(1, this.limit);
  }

  /** The first failing run with a sleep of `seconds`; null where every run is safe. No run that was safe is made again. */
  private *fails(seconds: number, runs = this.runs): Steps<{ readonly seed: number } | null> {
    const from = this.passed.get(seconds) ?? 0;
    if (from >= runs) return null;
    const changed = withPreStopSeconds(this.scenario, seconds);
    const { onProgress } = this.options;
    const failure = yield* firstUnsafeSteps(changed, {
      from,
      runs,
      seed: this.seed,
      onProgress: (progress) => onProgress?.({ ...progress, preStopSeconds: seconds }),
    });
    if (failure?.cutShort) this.cutShort.set(seconds, failure.seed);
    else if (failure !== null) {
      const { violations } = simulate(changed, { seed: failure.seed, trace: 'none' }).verdict;
      const violation = gravest(violations) ?? null;
      this.replays.push({ seconds, seed: failure.seed, safe: false, violation });
    } else this.passed.set(seconds, runs);
    return failure;
  }

  /** The lower end: what the requirements say, moved up where a run of it is unsafe for want of time. */
  private *firstSafe(from: number): Steps<number | null> {
    for (let seconds = from; seconds <= this.limit; seconds++) {
      const failure = yield* this.fails(seconds);
      if (failure === null) return seconds;
      if (!this.isTooEarly(seconds, failure.seed)) return null;
    }
    return null;
  }

  /** What was read may be more than is needed: one second less is always run, too. */
  private *smallest(first: number): Steps<number> {
    let min = first;
    while (min > 0 && (yield* this.fails(min - 1)) === null) min--;
    return min;
  }

  private isTooEarly(seconds: number, seed: number): boolean {
    return this.violations(seconds, seed).some(({ kind }) => kind === 'exposed' || kind === 'noEndpoints');
  }

  private violations(seconds: number, seed: number): readonly Violation[] {
    const run = simulate(withPreStopSeconds(this.scenario, seconds), { seed, trace: 'none' });
    return run.verdict.violations.filter(({ gating }) => gating);
  }

  /** The upper end: the largest value found safe by halving what is left. Few runs say where it is, and all runs whether it holds. */
  private *lastSafe(min: number): Steps<number> {
    if (min >= this.limit) return min;
    if ((yield* this.fails(this.limit)) === null) return this.limit;
    const likely = yield* this.halved(min, this.limit, this.few);
    return (yield* this.fails(likely)) === null ? likely : yield* this.halved(min, likely, this.runs);
  }

  private *halved(from: number, to: number, runs: number): Steps<number> {
    let [safe, unsafe] = [from, to];
    while (unsafe - safe > 1) {
      const middle = (safe + unsafe) >> 1;
      if ((yield* this.fails(middle, runs)) === null) safe = middle;
      else unsafe = middle;
    }
    return safe;
  }

  private get few(): number {
    return Math.min(this.runs, INTERIOR_RUNS);
  }

  /** Every second between the edges, with few runs each: pacing may make a middle value unsafe. */
  private *interior(
    min: number,
    max: number,
  ): Steps<{ readonly max: number; readonly seconds: readonly number[] }> {
    const seconds: number[] = [];
    for (let value = min + 1; value < max; value++) {
      seconds.push(value);
      if ((yield* this.fails(value, this.few)) !== null) return { max: value - 1, seconds };
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
    while ((yield* this.fails(recommended)) !== null) {
      upper = yield* this.largestSafe(min, recommended - 1);
      recommended = this.recommendation(min, upper);
    }
    return { max: upper, recommended };
  }

  private *largestSafe(min: number, max: number): Steps<number> {
    let seconds = max;
    while (seconds > min && (yield* this.fails(seconds)) !== null) seconds--;
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
        claimOf(0, this.runs, this.confidence),
        this.replays.filter(({ seconds }) => seconds === min - 1 || seconds === max + 1),
        between,
      ),
    };
  }

  private above(max: number): UpperEdge {
    const failing = this.replays.find(({ seconds }) => seconds === max + 1)?.violation ?? null;
    if (failing !== null) return { by: 'violation', violation: failing };
    if (this.cutShort.has(max + 1)) return { by: 'horizon' };
    if (this.limit < this.grace) return { by: 'maxSeconds', maxSeconds: this.limit };
    return { by: 'grace', lastSeconds: Math.max(0, this.grace - MINIMUM_GRACE_PERIOD_SECONDS) };
  }

  private *impossible(tally: Tally): Steps<SafePreStop> {
    const { reasons, firstFailure } = tally;
    const violation =
      firstFailure === null ? null : (gravest(this.violations(this.shortest, firstFailure.seed)) ?? null);
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
    for (const [seconds, seed] of this.cutShort) return this.left(seconds, seed)!;
    const { seconds, seed, violation } = this.replays[this.replays.length - 1]!;
    const kinds = this.violations(seconds, seed).map(({ kind }) => kind);
    if (kinds.some((kind) => FOR_WANT_OF_TIME.includes(kind))) {
      return this.none('drainTooLong', { violation, ...(yield* this.raised()), neededSeconds });
    }
    return this.none('unsafeAtEveryValue', { violation });
  }

  /** The smallest grace period that holds the slowest router and what the app has to finish, so that every run is safe with it. */
  private *raised(): Steps<Raised> {
    const { tally } = yield* this.measure(withGracePeriod(this.scenario, AMPLE_GRACE_SECONDS));
    const slowest = quantile(tally.requiredPreStopMs, 1);
    if (neverEnough(tally) > 0) return NOT_RAISED;
    const neededSeconds = Math.ceil((slowest ?? 0) / 1000);
    const preStopSeconds = neededSeconds;
    const least = Math.max(this.grace, preStopSeconds + podDrainSeconds(this.scenario));
    for (let grace = least; grace <= least + MOST_GRACE_BESIDE_SECONDS; grace++) {
      const changed = withPreStopSeconds(withGracePeriod(this.scenario, grace), preStopSeconds);
      if ((yield* firstUnsafeSteps(changed, { runs: this.runs, seed: this.seed })) === null)
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
    const evidence = this.evidence(claim, this.replays.slice(-1), []);
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
    const { runs, seed, confidence } = this;
    return { runs, seed, confidence, claim, replays, interior: { seconds: interior, runsEach: this.few } };
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
