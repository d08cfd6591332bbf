import { largest } from '../kernel/lists.ts';
import { judgement, untraced } from '../run/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { runSeed } from '../scenario/seeds.ts';
import { withPreStopSeconds } from '../scenario/variants.ts';
import { gravest, type Verdict, type Violation } from '../verdict/types.ts';
import { campaignSteps, firstUnsafeSteps, type Progress } from './campaign.ts';
import { OverLimitRuns, unlessOverLimit } from './over-limit.ts';
import type { KnownSeconds, LowerEdge, Replay } from './safe-pre-stop.ts';
import type { Measured } from './search-results.ts';
import type { Steps } from './steps.ts';

interface Asked {
  readonly runs: number;
  readonly seed: number;
  /** The preStop that is measured with, in seconds. */
  readonly shortest: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const byValue = (a: number, b: number) => a - b;

/** The runs that a search makes, and what of them it need not make again. */
export class SearchRuns {
  readonly replays: Replay[] = [];
  /** By seconds: the run that ended at its horizon before it was judged. */
  readonly cutShort = new Map<number, number>();
  /** By seconds: in how many runs, from the first on, they were safe. */
  readonly passed = new Map<number, number>();
  readonly overLimit = new OverLimitRuns();
  /** Seconds of which no run was judged, since each met a limit. */
  readonly unjudged = new Set<number>();
  private readonly runs: number;
  private readonly seed: number;

  constructor(
    private readonly scenario: Scenario,
    private readonly options: Asked,
  ) {
    this.runs = options.runs;
    this.seed = options.seed;
  }

  known(): KnownSeconds {
    const safe = [...this.passed].flatMap(([seconds, runs]) => (runs >= this.runs ? [seconds] : []));
    const unsafe = new Set(this.replays.map(({ seconds }) => seconds));
    return { safeSeconds: safe.sort(byValue), unsafeSeconds: [...unsafe].sort(byValue) };
  }

  /** Of the first run that meets no limit: what was not looked at does not depend on the delays. */
  firstVerdict(scenario: Scenario, seconds: number): Verdict | null {
    for (let k = 0; k < this.runs; k++) {
      const seed = runSeed(this.seed, k);
      const verdict = unlessOverLimit(
        { k, seed },
        () => judgement(scenario, seed),
        (run) => this.overLimit.add({ ...run, seconds }),
      );
      if (verdict !== null) return verdict;
    }
    return null;
  }

  /** With a short hook: what each run requires is the same with any. It is read off the runs; the edges are proved by runs of their own. */
  *measure(scenario: Scenario): Steps<Measured> {
    const { onProgress } = this.options;
    const preStopSeconds = this.options.shortest;
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
      onOverLimit: (run) => this.overLimit.add({ ...run, seconds: preStopSeconds }),
    });
    return { tally, slowest };
  }

  /** The first failing run with a sleep of `seconds`; null where every run is safe. No run that was safe is made again. */
  *fails(seconds: number, runs = this.runs): Steps<{ readonly seed: number } | null> {
    const from = this.passed.get(seconds) ?? 0;
    if (from >= runs) return null;
    const changed = withPreStopSeconds(this.scenario, seconds);
    const { onProgress } = this.options;
    const failure = yield* firstUnsafeSteps(changed, {
      from,
      runs,
      seed: this.seed,
      onProgress: (progress) => onProgress?.({ ...progress, preStopSeconds: seconds }),
      onOverLimit: (run) => this.overLimit.add({ ...run, seconds }),
    });
    if (failure === null && this.overLimit.at(seconds, runs) === runs) {
      this.unjudged.add(seconds);
      return { seed: this.overLimit.first!.seed };
    }
    if (failure?.cutShort) this.cutShort.set(seconds, failure.seed);
    else if (failure !== null) {
      const { violations } = untraced(changed, failure.seed).verdict;
      const violation = gravest(violations) ?? null;
      this.replays.push({ seconds, seed: failure.seed, safe: false, violation });
    } else this.passed.set(seconds, runs);
    return failure;
  }

  violations(seconds: number, seed: number): readonly Violation[] {
    const run = untraced(withPreStopSeconds(this.scenario, seconds), seed);
    return run.verdict.violations.filter(({ gating }) => gating);
  }

  /** A value counts as safe by the runs that were judged: of the one with the fewest. */
  mostOverLimit(seconds: readonly number[]): number {
    return largest(seconds.map((each) => this.overLimit.at(each, this.runs)));
  }
}
