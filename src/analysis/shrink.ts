import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import { bounds } from '../kernel/distribution.ts';
import { MICROS_PER_MS, type Micros, toMs } from '../kernel/time.ts';
import { judgement } from '../run/simulate.ts';
import { delayOf, rowOf } from '../scenario/delays.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type DelayInput, toDistribution } from '../schema/delay-input.ts';

/** The fewest and smallest delays that still fail, under one seed. */
export interface Counterexample {
  readonly seed: number;
  /** Delays that matter, each the smallest (in whole ms where that is enough) with which the run still fails. */
  readonly delaysMs: Readonly<Record<string, number>>;
  /** Every other delay is at its smallest value. Simulate this under `seed` to see it. */
  readonly delays: Readonly<Partial<Record<DelaySite, DelayInput>>>;
  /** Router lags that matter or were reduced, by name. */
  readonly lagsMs: Readonly<Record<string, number>>;
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

/**
 * Reduces a failing run: first every delay to its smallest value where the run fails all the same, then those that matter to the
 * smallest constant that still fails. null where the run does not fail.
 */
export function shrink(scenario: Scenario, seed: number): Counterexample | null {
  const parts = partsOf(scenario, seed);
  const fails = (choice: Choice) => !judgement(applied(scenario, choice), seed).safe;
  let choice: Choice = new Map(parts.map((part) => [part.key, part.given]));
  if (!fails(choice)) return null;
  const mattering: Part[] = [];
  for (const part of parts) {
    const smaller = new Map(choice).set(part.key, toMs(part.min));
    if (fails(smaller)) choice = smaller;
    else mattering.push(part);
  }
  for (const part of mattering) choice = smallest(part, choice, fails);
  return describe(seed, parts, mattering, choice);
}

/** The scenario with a counterexample's delays in it: simulate it under the counterexample's seed to see the failure. */
export function withCounterexample(scenario: Scenario, { delays, lagsMs }: Counterexample): Scenario {
  const { settings } = scenario;
  const routers = settings.routers.map((router) => ({ ...router, lag: lagsMs[router.name] ?? router.lag }));
  return { ...scenario, settings: { ...settings, delays, routers } };
}

function smallest(part: Part, choice: Choice, fails: (choice: Choice) => boolean): Choice {
  const at = (ms: number): Choice => new Map(choice).set(part.key, ms);
  let low = Math.floor(toMs(part.min));
  let high = Math.ceil(toMs(part.max));
  // A run may fail under the drawn value and not under the largest; then the distribution itself stays.
  if (!fails(at(high))) return choice;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fails(at(middle))) high = middle;
    else low = middle;
  }
  return at(high);
}

function partsOf({ settings }: Scenario, seed: number): Part[] {
  const row = rowOf(settings, seed);
  const part = (key: string, router: string | null, given: DelayInput): Part => {
    const [min, max] = bounds(toDistribution(given));
    return { key, router, given, min, max };
  };
  const sites = DELAY_SITES.map((site) =>
    part(site, null, settings.delays[site] ?? row[site] ?? delayOf(settings, site)),
  );
  return [...sites, ...settings.routers.map(({ name, lag }) => part(`router/${name}`, name, lag))];
}

function applied(scenario: Scenario, choice: Choice): Scenario {
  const { settings } = scenario;
  const delays = Object.fromEntries(DELAY_SITES.map((site) => [site, choice.get(site)!]));
  const routers = settings.routers.map((router) => ({
    ...router,
    lag: choice.get(`router/${router.name}`)!,
  }));
  return { ...scenario, settings: { ...settings, delays, routers } };
}

function describe(
  seed: number,
  parts: readonly Part[],
  mattering: readonly Part[],
  choice: Choice,
): Counterexample {
  const delays: Partial<Record<DelaySite, DelayInput>> = {};
  const lagsMs: Record<string, number> = {};
  for (const { key, router } of parts) {
    const delay = choice.get(key)!;
    if (router === null) delays[key as DelaySite] = delay;
    else if (typeof delay === 'number') lagsMs[router] = delay;
  }
  const delaysMs: Record<string, number> = {};
  for (const { key } of mattering) {
    const delay = choice.get(key)!;
    if (typeof delay === 'number') delaysMs[key] = Math.round(delay * MICROS_PER_MS) / MICROS_PER_MS;
  }
  return { seed, delaysMs, delays, lagsMs };
}
