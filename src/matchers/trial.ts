import { type OverLimit, unlessOverLimit } from '../analysis/over-limit.ts';
import { type Duration, MICROS_PER_MS } from '../kernel/time.ts';
import { judgement, type Run } from '../run/simulate.ts';
import type { Read, trialOptions } from '../scenario/options.ts';
import { runSeed } from '../scenario/seeds.ts';
import { micros } from '../schema/delay-input.ts';
import { lengthMs, longest, type Verdict, type Violation } from '../verdict/types.ts';
import type { Subject } from './subject.ts';

/** What a matcher asks of each run. */
export interface Question {
  /** What it says where every run answers yes, and where one does not: `SAFE`, `UNSAFE`. */
  readonly yes: string;
  readonly no: string;
  /** The violations that make the answer no. */
  readonly against: (verdict: Verdict) => readonly Violation[];
  /** What else makes it no, as a sentence; null for nothing. */
  readonly complaint: (verdict: Verdict) => string | null;
}

/** How many runs a matcher judges by, and from which seed. */
export interface TrialOptions {
  /** How many seeds are run; 200 by default. */
  readonly runs?: number;
  /** Of the campaign: the same one runs the same seeds. 0 by default. */
  readonly seed?: number;
}

/** Options of a matcher that runs one campaign. */
export interface CampaignTrialOptions extends TrialOptions {
  /** How long it may take, in real time; what was not run by then was not shown, and so the assertion fails. No limit by default. */
  readonly timeout?: Duration;
}

/** What the runs answered. */
export interface Trial {
  /** Whether a single run was handed over, and judged alone. */
  readonly single: boolean;
  readonly runs: number;
  readonly failures: number;
  /** Runs that met a limit and have no verdict, the first of them named; null where there is none. */
  readonly overLimit: { readonly count: number; readonly first: OverLimit } | null;
  /** How many runs were asked for, where time ran out before; null where all were made. */
  readonly cutShortOf: number | null;
  /** The run that is shown: the worst of the failing ones, else the one with the smallest margin. */
  readonly shown: { readonly k: number; readonly seed: number };
}

/** The same with their defaults in. */
type ReadTrialOptions = Read<typeof trialOptions>;

/** Judges the one run that was handed over. */
export function tryRun(run: Run, question: Question): Trial {
  const { seed, verdict } = run;
  return {
    single: true,
    runs: 1,
    failures: fails(verdict, question) ? 1 : 0,
    overLimit: null,
    cutShortOf: null,
    shown: { k: 0, seed },
  };
}

/**
 * Judges a scenario under many seeds: those of `assertSafe`, `fuzz` and `findSafePreStop` with the same `seed`. Which preStop each
 * run would have needed is not asked, so that an answer comes within a test's time.
 */
export function tryScenario(
  subject: Subject,
  question: Question,
  { runs, seed, timeout }: ReadTrialOptions,
): Trial {
  const endMs =
    timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + micros(timeout) / MICROS_PER_MS;
  let failures = 0;
  let worst: Candidate | null = null;
  const over: OverLimit[] = [];
  let done = 0;
  for (let k = 0; k < runs && (k === 0 || performance.now() < endMs); k++, done++) {
    const own = runSeed(seed, k);
    const make = () => judgement(subject.scenario, own);
    const verdict = unlessOverLimit({ k, seed: own }, make, (run) => over.push(run));
    if (verdict === null) continue;
    const failing = fails(verdict, question);
    if (failing) failures++;
    const candidate: Candidate = {
      k,
      seed: own,
      failing,
      culprit: failing ? (longest(question.against(verdict)) ?? null) : null,
      marginMs: verdict.marginMs ?? Number.POSITIVE_INFINITY,
    };
    if (worst === null || isWorse(candidate, worst)) worst = candidate;
  }
  const cutShortOf = done < runs ? runs : null;
  const [first] = over;
  const overLimit = first === undefined ? null : { count: over.length, first };
  return {
    single: false,
    runs: done - over.length,
    failures,
    overLimit,
    cutShortOf,
    shown: worst ?? first!,
  };
}

function fails(verdict: Verdict, { against, complaint }: Question): boolean {
  return against(verdict).length > 0 || complaint(verdict) !== null;
}

interface Candidate {
  readonly k: number;
  readonly seed: number;
  readonly failing: boolean;
  readonly culprit: Violation | null;
  readonly marginMs: number;
}

/** Whether `a` is to be shown rather than `b`, which ran before it. */
function isWorse(a: Candidate, b: Candidate): boolean {
  if (a.failing !== b.failing) return a.failing;
  if (a.culprit === null || b.culprit === null) return a.marginMs < b.marginMs;
  return lengthMs(a.culprit) > lengthMs(b.culprit);
}
