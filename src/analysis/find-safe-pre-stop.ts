import type { TemplateInfo } from '../cluster/world.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { tryPreStop } from '../scenario/apply-pre-stop.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { withGracePeriod, withPreStopSeconds } from '../scenario/variants.ts';
import { simulate } from '../simulate.ts';
import type { Violation } from '../verdict/types.ts';
import { runCampaign } from './campaign.ts';
import { claimOf, grouped } from './claim.ts';
import { quantile } from './quantiles.ts';
import type { Extreme, Tally } from './tally.ts';

export interface FindOptions {
  /** Runs that each edge is checked with; 1,000 by default. */
  readonly runs?: number;
  readonly seed?: number;
  /** Of the claim that follows from the runs; 0.95 by default. */
  readonly confidence?: number;
  /** No value above this is looked at; the grace period by default. */
  readonly maxSeconds?: number;
  /** Added to the smallest safe value for the recommendation, as a share of it; 0.5 by default, and never less than 1 s. */
  readonly headroom?: number;
}

/** A run that shows an edge: repeat it with `simulate(applyPreStop(scenario, seconds), { seed })`. */
export interface Replay {
  readonly seconds: number;
  readonly seed: number;
  readonly safe: boolean;
  readonly why: string;
}

export interface Evidence {
  readonly runs: number;
  readonly seed: number;
  readonly confidence: number;
  /** What may be said of the failure rate after these runs. */
  readonly claim: string;
  readonly replays: readonly Replay[];
  /** Seconds between the edges that were run, too, and with how many runs each. */
  readonly interior: { readonly seconds: readonly number[]; readonly runsEach: number };
}

export type NoneReason =
  /** No hook that fits the grace period is long enough for the slowest router. */
  | 'graceTooShort'
  /** No other endpoint takes over before the Pod is gone. */
  | 'noOtherEndpoint'
  /** What the app has to finish does not fit beside the hook that routing needs. */
  | 'drainTooLong'
  | 'nothingToJudge'
  /** A container's hook does something else, so no sleep can take its place. */
  | 'hookDoesMore'
  | 'unsafeAtEveryValue';

export type SafePreStop =
  | {
      readonly kind: 'interval';
      readonly minSeconds: number;
      readonly maxSeconds: number;
      readonly recommendedSeconds: number;
      /** The rule that the recommendation was chosen by. */
      readonly recommendation: string;
      /** What decides the lower end: the router that let go last, in the slowest run. */
      readonly decidedBelow: {
        readonly router: string;
        readonly requiredPreStopMs: number;
        readonly seed: number;
      } | null;
      /** What decides the upper end. */
      readonly decidedAbove: string;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly why: string;
      readonly raiseTerminationGracePeriodSecondsTo: number | null;
      readonly evidence: Evidence;
    };

/** Runs of each second between the edges. */
const INTERIOR_RUNS = 20;
const GRACE_HEADROOM_SECONDS = 3;
/** Longer than any router is slow: what would be needed is read with it. */
const AMPLE_GRACE_SECONDS = 3600;

/**
 * The whole seconds of preStop that are safe in every run, as an interval; or why there are none. The lower end comes from the exact
 * requirement of each run, the upper one from a search, and both are then run: nothing between two values is taken on trust.
 */
export function findSafePreStop(scenario: Scenario, options: FindOptions = {}): SafePreStop {
  const search = new Search(scenario, options);
  return search.result();
}

class Search {
  private readonly runs: number;
  private readonly seed: number;
  private readonly confidence: number;
  private readonly headroom: number;
  private readonly limit: number;
  private readonly replays: Replay[] = [];

  constructor(
    private readonly scenario: Scenario,
    options: FindOptions,
  ) {
    this.runs = positive('runs', options.runs ?? 1000);
    this.seed = options.seed ?? 0;
    this.confidence = options.confidence ?? 0.95;
    this.headroom = options.headroom ?? 0.5;
    const grace = Math.min(...onPath(scenario).map((template) => template.terminationGracePeriodSeconds));
    this.limit = Math.min(options.maxSeconds ?? Number.POSITIVE_INFINITY, Math.max(0, grace));
  }

  result(): SafePreStop {
    const refused = tryPreStop(this.scenario, 0);
    if (!refused.ok) return this.none('hookDoesMore', refused.issues[0]!.message, null);
    const tally = this.measure(withPreStopSeconds(this.scenario, Math.min(1, this.limit)));
    if (tally.requiredPreStopMs.infinite > 0) return this.impossible(tally);
    const slowest = quantile(tally.requiredPreStopMs, 1) ?? 0;
    const from = Math.ceil(slowest / 1000);
    if (from > this.limit) return this.tooShort();
    const min = this.firstSafe(from);
    if (min === null) return this.notOne(from);
    if (min > 0) this.fails(min - 1);
    const max = this.lastSafe(min);
    const interior = this.interior(min, max);
    return this.interval(min, interior.max, slowest, interior.seconds);
  }

  private measure(scenario: Scenario): Tally {
    return runCampaign(scenario, { runs: this.runs, seed: this.seed }).tally;
  }

  /** The first failing run with a sleep of `seconds`; null where every run is safe. */
  private fails(seconds: number, runs = this.runs): Extreme | null {
    const changed = withPreStopSeconds(this.scenario, seconds);
    const { tally } = runCampaign(changed, { runs, seed: this.seed, stopAfterFailures: 1 });
    const failure = tally.firstFailure;
    if (failure !== null) {
      const gating = simulate(changed, { seed: failure.seed, trace: 'none' }).verdict.violations.find(
        (v) => v.gating,
      );
      this.replays.push({ seconds, seed: failure.seed, safe: false, why: gating?.why ?? '' });
    }
    return failure;
  }

  /** The lower end: what the requirements say, moved up where a run of it is unsafe for want of time. */
  private firstSafe(from: number): number | null {
    for (let seconds = from; seconds <= this.limit; seconds++) {
      const failure = this.fails(seconds);
      if (failure === null) return seconds;
      if (!this.isTooEarly(seconds, failure.seed)) return null;
    }
    return null;
  }

  private isTooEarly(seconds: number, seed: number): boolean {
    return this.violations(seconds, seed).some(({ kind }) => kind === 'exposed' || kind === 'noEndpoints');
  }

  private violations(seconds: number, seed: number): readonly Violation[] {
    const run = simulate(withPreStopSeconds(this.scenario, seconds), { seed, trace: 'none' });
    return run.verdict.violations.filter(({ gating }) => gating);
  }

  /** The upper end: the largest value found safe by halving what is left. */
  private lastSafe(min: number): number {
    let safe = min;
    let unsafe = this.limit + 1;
    if (min < this.limit && this.fails(this.limit) === null) return this.limit;
    if (min < this.limit) unsafe = this.limit;
    while (unsafe - safe > 1) {
      const middle = (safe + unsafe) >> 1;
      if (this.fails(middle) === null) safe = middle;
      else unsafe = middle;
    }
    return safe;
  }

  /** Every second between the edges, with few runs each: pacing may make a middle value unsafe. */
  private interior(min: number, max: number): { readonly max: number; readonly seconds: readonly number[] } {
    const seconds: number[] = [];
    for (let value = min + 1; value < max; value++) {
      seconds.push(value);
      if (this.fails(value, Math.min(this.runs, INTERIOR_RUNS)) !== null) return { max: value - 1, seconds };
    }
    return { max, seconds };
  }

  private interval(min: number, max: number, slowest: number, interior: readonly number[]): SafePreStop {
    const extra = Math.max(1, Math.ceil(min * this.headroom));
    const recommended = Math.min(max, min + extra);
    const slow = this.slowestRun(slowest);
    const share = Math.round(this.headroom * 100);
    return {
      kind: 'interval',
      minSeconds: min,
      maxSeconds: max,
      recommendedSeconds: recommended,
      recommendation: `the smallest safe value and ${share} % of it, at least 1 s more, within the interval`,
      decidedBelow: slow,
      decidedAbove: this.above(max),
      evidence: this.evidence(
        claimOf(0, this.runs, this.confidence),
        this.replays.filter(({ seconds }) => seconds === min - 1 || seconds === max + 1),
        interior,
      ),
    };
  }

  private slowestRun(slowest: number) {
    const measured = withPreStopSeconds(this.scenario, Math.min(1, this.limit));
    let found: { readonly router: string; readonly requiredPreStopMs: number; readonly seed: number } | null =
      null;
    runCampaign(measured, {
      runs: this.runs,
      seed: this.seed,
      onRun: ({ seed, verdict }) => {
        if (found !== null || verdict.requiredPreStopMs !== slowest || verdict.decidedBy === null) return;
        found = { router: verdict.decidedBy.router, requiredPreStopMs: slowest, seed };
      },
    });
    return found as {
      readonly router: string;
      readonly requiredPreStopMs: number;
      readonly seed: number;
    } | null;
  }

  private above(max: number): string {
    const failing = this.replays.find(({ seconds }) => seconds === max + 1);
    if (failing !== undefined) return failing.why;
    return `no value above ${this.limit} s was looked at: the grace period ends there.`;
  }

  private impossible(tally: Tally): SafePreStop {
    const { reasons } = tally;
    if ((reasons.nothingToJudge ?? 0) > 0) {
      return this.none(
        'nothingToJudge',
        'No stopped Pod was ever routed to, so there is nothing to be safe from.',
        null,
      );
    }
    if ((reasons.routedUntilGone ?? 0) > 0) {
      const why =
        `In ${reasons.routedUntilGone} of ${tally.runs} runs no other endpoint took over before the Pod was gone: routers fall back to ` +
        'a terminating Pod while nothing else is ready, so refused connections follow its end however long preStop is.';
      return this.none('noOtherEndpoint', why, this.raiseForReplacement());
    }
    return this.tooShort();
  }

  private tooShort(): SafePreStop {
    const raise = this.neededGrace();
    const why = `No hook that fits ${this.limit} s is long enough for the slowest router in every run.`;
    return this.none('graceTooShort', why, raise);
  }

  private notOne(from: number): SafePreStop {
    const last = this.replays[this.replays.length - 1]!;
    const kinds = this.violations(last.seconds, last.seed).map(({ kind }) => kind);
    if (kinds.includes('cutByKill') || kinds.includes('preStopCutOff')) {
      const why = `Routing needs ${from} s of preStop, and then the app has not enough time before SIGKILL: ${last.why}`;
      return this.none('drainTooLong', why, this.neededGrace());
    }
    return this.none('unsafeAtEveryValue', last.why, null);
  }

  /** The grace period that would hold the slowest router, what the app has to finish, and some slack. */
  private neededGrace(): number | null {
    const ample = withPreStopSeconds(withGracePeriod(this.scenario, AMPLE_GRACE_SECONDS), 1);
    const tally = this.measure(ample);
    const slowest = quantile(tally.requiredPreStopMs, 1);
    if (slowest === null || tally.requiredPreStopMs.infinite > 0) return null;
    return Math.ceil(slowest / 1000) + this.drainSeconds() + GRACE_HEADROOM_SECONDS;
  }

  /** A longer grace period helps a lone replica only where its replacement becomes Ready within it. */
  private raiseForReplacement(): number | null {
    const needed = this.neededGrace();
    return needed !== null && needed > this.limit ? needed : null;
  }

  private drainSeconds(): number {
    const ends = onPath(this.scenario).flatMap(({ containers, path }) =>
      [...new Set(path.flat(2))]
        .map((index) => containers[index]!.app)
        .map(({ keepAccepting, drain }) => keepAccepting + drain),
    );
    return Math.ceil(Math.max(0, ...ends) / MICROS_PER_SECOND);
  }

  private none(reason: NoneReason, why: string, raise: number | null): SafePreStop {
    const claim = `no value up to ${this.limit} s is safe in all ${grouped(this.runs)} runs`;
    const evidence = this.evidence(claim, this.replays.slice(-1), []);
    return { kind: 'none', reason, why, raiseTerminationGracePeriodSecondsTo: raise, evidence };
  }

  private evidence(claim: string, replays: readonly Replay[], interior: readonly number[]): Evidence {
    const { runs, seed, confidence } = this;
    const runsEach = Math.min(runs, INTERIOR_RUNS);
    return { runs, seed, confidence, claim, replays, interior: { seconds: interior, runsEach } };
  }
}

function onPath({ world }: Scenario): readonly TemplateInfo[] {
  const serving = world.templates.filter(({ path }) => path.some((ports) => ports.length > 0));
  return serving.length > 0 ? serving : world.templates;
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`${name}: ${value} is no number of runs; use a whole number from 1.`);
}
