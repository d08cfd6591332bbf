import { LimitExceeded } from '../kernel/limits.ts';
import { smallest } from '../kernel/lists.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Fix, FixCode, MoreGrace } from '../verdict/fix-types.ts';
import { GRACE_HEADROOM_SECONDS } from '../verdict/fixes.ts';
import { gravest, type Verdict } from '../verdict/types.ts';
import {
  closingLast,
  fixedScenario,
  podDrainSeconds,
  wholeSeconds,
  withGraceAtLeast,
} from './fixed-scenario.ts';

/** A fix is given only after the run was safe with it. */

export interface Trial {
  readonly scenario: Scenario;
  /** What a scenario comes to under the run's seed. Its own fixes are tried on top of it. */
  readonly verdictOf: (scenario: Scenario) => Verdict;
  /** How many fixes stand under this scenario already. */
  readonly depth: number;
}

/** So many changes together are an answer; more are another design. */
const MOST_FIXES = 3;
/** Longer than any router is slow: what would be needed is read with it. */
const AMPLE_GRACE_SECONDS = 3600;

/** Tries each fix once, however many violations it is of. */
export function prover(trial: Trial): (fix: Fix) => Fix {
  const known = new Map<string, Fix>();
  return (fix) => {
    const key = JSON.stringify(fix);
    const found = known.get(key) ?? provenFix(trial, fix);
    known.set(key, found);
    return found;
  };
}

/**
 * `fix`, where the run is safe with it; else together with what that run still needs; else a preStop and a grace period that are long
 * enough; else `noneFound`. A fix that no scenario can express is advice, and stays as it is.
 */
function provenFix(trial: Trial, fix: Fix): Fix {
  const first = fix.code === 'sleepBeforeClosing' ? { ...fix, seconds: sleepNeeded(trial) } : fix;
  const fixed = fixedScenario(trial.scenario, first);
  if (fixed === undefined) return first;
  const verdict = fixed === null ? null : tried(trial, fixed);
  if (verdict !== null && verdict.outcome !== 'unsafe') return whole(trial, first);
  for (const other of others(trial, first, verdict)) if (isEnough(trial, other)) return other;
  return { code: 'noneFound', tried: first };
}

/** Of two ways out that a fix offers both were tried. */
function whole(trial: Trial, fix: Fix): Fix {
  if (fix.code !== 'shortenHook') return fix;
  const shorter: Fix = {
    code: 'endBeforeTheNode',
    atMostSeconds: fix.belowSeconds - 1,
    goneAfterSeconds: fix.belowSeconds,
  };
  return isEnough(trial, shorter) ? fix : fix.or;
}

/** What is tried next, one after the other. */
function* others(trial: Trial, first: Fix, verdict: Verdict | null): Iterable<Fix> {
  if (first.code === 'setPreStop') yield* longer(first);
  const enough = OF_TIME.includes(first.code) && trial.depth === 0 ? enoughTime(trial) : null;
  if (enough !== null) yield enough;
  const next = verdict === null ? null : nextFix(trial, verdict);
  if (next === null) return;
  // More of the same is one change.
  if (next.code === first.code) yield next;
  const own = first.code === 'shortenHook' ? first.or : first;
  yield { code: 'together', fixes: merged([own, ...(next.code === 'together' ? next.fixes : [next])]) };
}

/** What a longer hook or a longer grace period is for. */
const OF_TIME: readonly FixCode[] = ['setPreStop', 'moreGrace', 'shortenHook'];

function isEnough(trial: Trial, fix: Fix): boolean {
  const fixed = fixedScenario(trial.scenario, fix) ?? null;
  const verdict = fixed === null ? null : tried(trial, fixed);
  return verdict !== null && verdict.outcome !== 'unsafe';
}

/** What was read holds for equal hooks of all containers; where another one is longer, routes may change later. */
function* longer(fix: Extract<Fix, { readonly code: 'setPreStop' }>): Iterable<Fix> {
  for (const more of [1, 2, 4]) {
    const preStopSeconds = fix.preStopSeconds + more;
    yield { ...fix, preStopSeconds, preStopMs: preStopSeconds * 1000 };
  }
}

/** null: more than the scenario's limits allow. */
function tried({ verdictOf }: Trial, scenario: Scenario): Verdict | null {
  try {
    return verdictOf(scenario);
  } catch (error) {
    if (error instanceof LimitExceeded) return null;
    throw error;
  }
}

/** Of two that ask for more of the same the later one asks for more. */
function merged(fixes: readonly Fix[]): readonly Fix[] {
  const found = new Map<string, Fix>();
  for (const fix of fixes) found.set(OF_TIME.includes(fix.code) ? fix.code : JSON.stringify(fix), fix);
  return [...found.values()];
}

/** What the run that a fix leads to needs beside it. */
function nextFix({ depth }: Trial, { violations }: Verdict): Fix | null {
  const next = depth + 1 < MOST_FIXES ? gravest(violations)?.fix : undefined;
  return next === undefined || next.code === 'noneFound' ? null : next;
}

/** How long a hook that closes the listener at its end has to sleep before. */
function sleepNeeded({ scenario, verdictOf }: Trial): number | null {
  const { requiredPreStopMs } = verdictOf(closingLast(scenario));
  return requiredPreStopMs === null ? null : wholeSeconds(requiredPreStopMs);
}

/** A preStop that is long enough for the slowest router, and a grace period that holds it and the drain. */
function enoughTime({ scenario, verdictOf }: Trial): MoreGrace | null {
  const { requiredPreStopMs } = verdictOf(withGraceAtLeast(scenario, AMPLE_GRACE_SECONDS));
  if (requiredPreStopMs === null) return null;
  const given = smallest(
    scenario.world.templates.map(({ terminationGracePeriodSeconds }) => terminationGracePeriodSeconds),
  );
  const preStopSeconds = wholeSeconds(requiredPreStopMs);
  const seconds = Math.max(given, preStopSeconds + podDrainSeconds(scenario) + GRACE_HEADROOM_SECONDS);
  return {
    code: 'moreGrace',
    giver: 'manifest',
    for: 'preStop',
    seconds,
    givenSeconds: given,
    preStopSeconds,
  };
}
