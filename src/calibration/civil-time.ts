/** Dates without a clock: what a stamp of microseconds since 1970 is called in UTC. */

const US_PER_DAY = 86_400_000_000;

/** `2026-11-23`. */
export function dateOf(us: number): string {
  const { year, month, day } = civil(Math.floor(us / US_PER_DAY));
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

/** The proleptic Gregorian calendar, counted in eras of 400 years that begin in March. */
function civil(daysSince1970: number) {
  const days = daysSince1970 + 719_468;
  const era = Math.floor(days / 146_097);
  const inEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
  const inYear = inEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = inYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
