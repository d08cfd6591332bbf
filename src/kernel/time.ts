import type { Flavoured } from './ids.ts';

/**
 * Time inside the simulator: an integer number of microseconds since the start of the run.
 * Everything public says its unit (`…Ms`) or takes a duration as Kubernetes's flags do (`'1m30s'`).
 */
export type Micros = Flavoured<'Micros'>;

export const MICROS_PER_MS = 1_000;
export const MICROS_PER_SECOND = 1_000_000;

type DurationUnit = 'ns' | 'us' | 'µs' | 'μs' | 'ms' | 's' | 'm' | 'h';
type DurationPart = `${number}${DurationUnit}`;
/** Go's notation, as far as the compiler can tell it: what it lets through and is none (`'-5s'`), the schema refuses. */
export type DurationText =
  | '0'
  | DurationPart
  | `${DurationPart}${DurationPart}`
  | `${number}h${number}m${number}s`;

/**
 * A duration as users write it: Go's notation (`'250ms'`, `'1m30s'`, `'0'`) or a number of milliseconds. `'5 sec'` does not compile;
 * a text that is read at run time goes through `parseScenario`, or is called `as Duration`.
 */
export type Duration = number | DurationText;

const UNITS: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  ms: MICROS_PER_MS,
  s: MICROS_PER_SECOND,
  m: 60 * MICROS_PER_SECOND,
  h: 3_600 * MICROS_PER_SECOND,
};
const PART = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/** The longest duration that is accepted: 30 days. Longer ones are slips of the unit. */
export const MAX_DURATION: Micros = 30 * 24 * 3_600 * MICROS_PER_SECOND;

/** Reads a duration into whole microseconds; null where it is none, is negative or exceeds 30 days. */
export function parseDuration(value: string | number): Micros | null {
  if (typeof value === 'number') return inRange(value * MICROS_PER_MS);
  const text = value.trim();
  if (text === '0') return 0;
  let total = 0;
  PART.lastIndex = 0;
  let end = 0;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    total += Number(part[1]) * UNITS[part[2]!]!;
    end = PART.lastIndex;
  }
  return end === text.length && end > 0 ? inRange(total) : null;
}

function inRange(micros: number): Micros | null {
  return Number.isFinite(micros) && micros >= 0 && micros <= MAX_DURATION ? Math.round(micros) : null;
}

export function toMs(micros: Micros): number {
  return micros / MICROS_PER_MS;
}

/** Milliseconds from one time of a run to another: to the microsecond, as both are. */
export function betweenMs(fromMs: number, toMs: number): number {
  return (Math.round(toMs * MICROS_PER_MS) - Math.round(fromMs * MICROS_PER_MS)) / MICROS_PER_MS;
}

/** Microseconds as a person reads them: `30 s`, `612 ms`, `1.5 s`, `0.4 ms`, `2 min`. */
export function formatDuration(micros: Micros): string {
  const abs = Math.abs(micros);
  if (abs >= 120 * MICROS_PER_SECOND) return `${trim(micros / (60 * MICROS_PER_SECOND), 2)} min`;
  if (abs >= MICROS_PER_SECOND) return `${trim(micros / MICROS_PER_SECOND, 3)} s`;
  return `${trim(micros / MICROS_PER_MS, abs < 10 * MICROS_PER_MS ? 2 : 1)} ms`;
}

/** The same of milliseconds, to the microsecond. */
export function formatMs(ms: number): string {
  return formatDuration(Math.round(ms * MICROS_PER_MS));
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
