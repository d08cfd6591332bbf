import { civilDate } from '../rules/machinery/civil-date.ts';

/** Dates without a clock: what a stamp of microseconds since 1970 is called in UTC. */

const US_PER_DAY = 86_400_000_000;

/** `2026-11-23`. */
export function dateOf(us: number): string {
  const { year, month, day } = civilDate(Math.floor(us / US_PER_DAY));
  return `${year}-${two(month)}-${two(day)}`;
}

/** As the API writes an object's time: whole seconds, cut off. `2026-11-23T16:07:25Z`. */
export function secondOf(us: number): string {
  const inDay = Math.floor((us - Math.floor(us / US_PER_DAY) * US_PER_DAY) / 1_000_000);
  const hour = Math.floor(inDay / 3600);
  const minute = Math.floor(inDay / 60) % 60;
  return `${dateOf(us)}T${two(hour)}:${two(minute)}:${two(inDay % 60)}Z`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
