import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import { bounds, RANGE, sample } from '../kernel/distribution.ts';
import { type Micros, toMs } from '../kernel/time.ts';
import { lagOf, withLag } from '../routing/compile-router.ts';
import { judgement } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { delayOf, rowOf } from '../scenario/delays.ts';
import { readOptions, shrinkOptions } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type DelayInput, toDistribution } from '../schema/delay-input.ts';

/** The fewest and smallest delays that still fail, under one seed. */
export interface Counterexample {
  readonly seed: number;
  /** Delays that matter, each the smallest (in whole ms where that is enough) with which the run still fails. */
  readonly delaysMs: Readonly<Record<string, number>>;
  /** Delays of which no constant was found that fails: these alone are still drawn as the scenario has them. */
  readonly drawn: readonly string[];
  /** Every other delay is at its smallest value. */
  readonly delays: Readonly<Partial<Record<DelaySite, DelayInput>>>;
  /** Router lags that matter or were reduced, by name. */
  readonly lagsMs: Readonly<Record<string, number>>;
  /** What `vary` had set in this run beside delays, by name: it holds for the scenario with these settings. Empty without `vary`. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Repeats it: `scenario`, and `vary` where there was one, are those of the campaign; `counterexample` is this. */
  readonly replay: string;
}

/** One delay that a counterexample may reduce. */
interface Part {
  readonly key: string;
  readonly router: string | null;
  readonly given: DelayInput;
  readonly min: Micros;
  readonly max: Micros;
}

type Choice = ReadonlyMap<string, DelayInput>;
type Fails = (choice: Choice) => boolean;

/** How a failing run came about, where `vary` changed the scenario. */
export interface ShrinkOrigin {
  readonly settings?: Counterexample['settings'];
  /** The expression that makes the scenario; `scenario` by default. */
  readonly expression?: string;
}

/**
 * Reduces a failing run: every delay to the smallest value with which the run fails all the same, again and again until none can be
 * smaller. null where the run does not fail.
 */
export function shrink(scenario: Scenario, seed: number, origin: ShrinkOrigin = {}): Counterexample | null {
  demand('shrink', 'scenario', scenario);
  readOptions('shrink', shrinkOptions, { ...origin, seed });
  const parts = partsOf(scenario, seed);
  const fails: Fails = (choice) => !judgement(applied(scenario, choice), seed).safe;
  let choice: Choice = new Map(parts.map((part) => [part.key, part.given]));
  if (!fails(choice)) return null;
  // What one reduction leaves may let another go further.
  for (let before: Choice | null = null; before !== choice; ) {
    before = choice;
    for (const part of parts) choice = reduced(part, choice, fails);
  }
  return describe(seed, parts, choice, origin);
}

/** The scenario with a counterexample's delays in it: simulate it under the counterexample's seed to see the failure. */
export function withCounterexample(scenario: Scenario, counterexample: Counterexample): Scenario {
  demand('withCounterexample', 'scenario', scenario);
  demand('withCounterexample', 'counterexample', counterexample);
  const { delays, lagsMs } = counterexample;
  const { settings } = scenario;
  const routers = settings.routers.map((router) => {
    const lag = lagsMs[router.name];
    return lag === undefined ? router : withLag(router, lag);
  });
  return { ...scenario, settings: { ...settings, delays, routers } };
}

/** `choice` with one part smaller; the very same where it cannot be. */
function reduced(part: Part, choice: Choice, fails: Fails): Choice {
  const present = choice.get(part.key)!;
  const min = toMs(part.min);
  if (present === min) return choice;
  const at = (ms: number): Choice => new Map(choice).set(part.key, ms);
  if (fails(at(min))) return at(min);
  let high = typeof present === 'number' ? present : failingConstant(part, at, fails);
  if (high === null) return choice;
  let low = Math.floor(min);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fails(at(middle))) high = middle;
    else low = middle;
  }
  return high === present ? choice : at(high);
}

const QUARTERS = [0.25, 0.5, 0.75].map((p) => p * RANGE);

/** A constant that fails in the place of what is drawn; a run may fail with drawn values and with none of these. */
function failingConstant({ given, max }: Part, at: (ms: number) => Choice, fails: Fails): number | null {
  const distribution = toDistribution(given);
  const candidates = [...QUARTERS.map((bits) => sample(distribution, bits)), max].map((us) =>
    Math.ceil(toMs(us)),
  );
  return candidates.find((ms) => fails(at(ms))) ?? null;
}

function partsOf({ settings }: Scenario, seed: number): Part[] {
  const row = rowOf(settings, seed);
  // What a row of delays says may be reduced to what the least of the rows says.
  const part = (key: string, router: string | null, delay: DelayInput, from: DelayInput = delay): Part => {
    const [least, most] = bounds(toDistribution(delay));
    const [min, max] = bounds(toDistribution(from));
    return { key, router, given: least === most ? toMs(least) : delay, min, max };
  };
  const sites = DELAY_SITES.map((site) => {
    const all = delayOf(settings, site);
    return part(site, null, settings.delays[site] ?? row[site] ?? all, all);
  });
  const lags = settings.routers.flatMap((router) => {
    const lag = lagOf(router);
    return lag === undefined ? [] : [part(`router/${router.name}`, router.name, lag)];
  });
  return [...sites, ...lags];
}

function applied(scenario: Scenario, choice: Choice): Scenario {
  const { settings } = scenario;
  const delays = Object.fromEntries(DELAY_SITES.map((site) => [site, choice.get(site)!]));
  const routers = settings.routers.map((router) => {
    const lag = choice.get(`router/${router.name}`);
    return lag === undefined ? router : withLag(router, lag);
  });
  return { ...scenario, settings: { ...settings, delays, routers } };
}

function describe(
  seed: number,
  parts: readonly Part[],
  choice: Choice,
  { settings = {}, expression = 'scenario' }: ShrinkOrigin,
): Counterexample {
  const delays: Partial<Record<DelaySite, DelayInput>> = {};
  const delaysMs: Record<string, number> = {};
  const lagsMs: Record<string, number> = {};
  const drawn: string[] = [];
  for (const { key, router, min } of parts) {
    const delay = choice.get(key)!;
    if (router === null) delays[key as DelaySite] = delay;
    else if (typeof delay === 'number') lagsMs[router] = delay;
    if (typeof delay !== 'number') drawn.push(key);
    else if (delay !== toMs(min)) delaysMs[key] = delay;
  }
  const replay = `simulate(withCounterexample(${expression}, counterexample), { seed: ${seed} })`;
  return { seed, delaysMs, drawn, delays, lagsMs, settings, replay };
}
