import { civilDate } from '../machinery/civil-date.ts';

/** When a CronJob starts its Jobs, in UTC. */
export type CronSchedule =
  | {
      readonly minutes: ReadonlySet<number>;
      readonly hours: ReadonlySet<number>;
      readonly days: ReadonlySet<number>;
      readonly months: ReadonlySet<number>;
      readonly weekdays: ReadonlySet<number>;
      /** A day has to be of both; where neither field is `*`, one of them is enough. */
      readonly bothDays: boolean;
    }
  | { readonly everySeconds: number };

interface Bounds {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const FIELDS: readonly Bounds[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of month', least: 1, most: 31, names: [] },
  {
    name: 'month',
    least: 1,
    most: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  {
    name: 'day of week',
    least: 0,
    most: 6,
    names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  },
];

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/**
 * Reads a schedule: five fields of lists, ranges, steps and names; `@hourly` and its like; `@every 90m`. A text is why it is none.
 * Source: github.com/robfig/cron/v3 parser.go ParseStandard
 */
export function parseSchedule(text: string): CronSchedule | string {
  if (/^(CRON_)?TZ=/.test(text)) return 'a time zone stands in spec.timeZone, not in the schedule';
  const every = /^@every ((?:\d+(?:\.\d+)?[hms])+)$/.exec(text)?.[1];
  if (every !== undefined) {
    const parts = [...every.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
    const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
    // Less than a second becomes one; fractions are cut off.
    return { everySeconds: Math.max(Math.floor(seconds), 1) };
  }
  if (text.startsWith('@') && !Object.hasOwn(DESCRIPTORS, text)) return `unrecognized descriptor: ${text}`;
  const written = (DESCRIPTORS[text] ?? text).trim().split(/\s+/);
  if (written.length !== FIELDS.length || text.trim() === '')
    return `expected exactly 5 fields, found ${text.trim() === '' ? 0 : written.length}`;
  const sets: Set<number>[] = [];
  for (const [at, bounds] of FIELDS.entries()) {
    const set = parseField(written[at]!, bounds);
    if (typeof set === 'string') return set;
    sets.push(set);
  }
  const [minutes, hours, days, months, weekdays] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const bothDays = [written[2]!, written[4]!].some((field) => field.split(',').some(isStar));
  return { minutes, hours, days, months, weekdays, bothDays };
}

/** A star with a step of more than one is none any more. */
function isStar(part: string): boolean {
  return /^[*?](\/1)?$/.test(part);
}

function parseField(field: string, bounds: Bounds): Set<number> | string {
  const set = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    const [from = '', to, ...rest] = range.split('-');
    const any = from === '*' || from === '?';
    const first = any ? bounds.least : numberOf(from, bounds);
    const single = to === undefined && !any && step === undefined;
    const last = to !== undefined ? numberOf(to, bounds) : single ? first : bounds.most;
    const by = step === undefined ? 1 : /^\d+$/.test(step) ? Number(step) : 0;
    const readable = first !== null && last !== null && by > 0 && !(any && to !== undefined);
    if (!readable || more.length + rest.length > 0) return `cannot read ${bounds.name} "${part}"`;
    if (first < bounds.least || last > bounds.most || first > last)
      return `${bounds.name} "${part}" is not within ${bounds.least} to ${bounds.most}`;
    for (let value = first; value <= last; value += by) set.add(value);
  }
  return set;
}

function numberOf(text: string, { names, least }: Bounds): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const named = names.indexOf(text.toLowerCase());
  return named < 0 ? null : named + least;
}

const SECONDS_PER_DAY = 86_400;
/** Days that are looked at before a schedule counts as never due: five years. */
const LOOKS_AHEAD_DAYS = 5 * 366;

/**
 * The first time after `seconds` (since 1970, UTC) at which a schedule is due; null where there is none within five years.
 * Source: github.com/robfig/cron/v3 spec.go SpecSchedule.Next; constantdelay.go ConstantDelaySchedule.Next
 */
export function nextScheduled(schedule: CronSchedule, seconds: number): number | null {
  if ('everySeconds' in schedule) return Math.floor(seconds) + schedule.everySeconds;
  const hours = [...schedule.hours].sort((a, b) => a - b);
  const minutes = [...schedule.minutes].sort((a, b) => a - b);
  const today = Math.floor(seconds / SECONDS_PER_DAY);
  for (let day = today; day <= today + LOOKS_AHEAD_DAYS; day++) {
    if (!isDueOn(schedule, day)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const at = day * SECONDS_PER_DAY + hour * 3600 + minute * 60;
        if (at > seconds) return at;
      }
    }
  }
  return null;
}

function isDueOn(schedule: Exclude<CronSchedule, { readonly everySeconds: number }>, day: number): boolean {
  const { month, day: ofMonth } = civilDate(day);
  if (!schedule.months.has(month)) return false;
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 4) % 7) + 7) % 7;
  const [inMonth, inWeek] = [schedule.days.has(ofMonth), schedule.weekdays.has(weekday)];
  return schedule.bothDays ? inMonth && inWeek : inMonth || inWeek;
}
