import type { DelaySite } from '../cluster/delay-sites.ts';
import { alternativeOf } from '../kernel/draws.ts';
import { MICROS_PER_MS } from '../kernel/time.ts';
import { type DelayInput, micros } from '../schema/delay-input.ts';
import type { ScenarioSettings } from './schema.ts';
import { SITE_DEFAULTS } from './sites.ts';

/** Which delay holds at a site: the scenario's own, else its rows', else its cluster's, else the default. */

type Settings = Pick<ScenarioSettings, 'delays' | 'cluster'>;

/** The distribution of a site over all seeds. */
export function delayOf({ delays, cluster }: Settings, site: DelaySite): DelayInput {
  return delays[site] ?? marginal(delays.rows, site) ?? cluster.delays?.[site] ?? SITE_DEFAULTS[site].delay;
}

/** The one of a scenario's `delays.rows` that a seed draws: delays that were seen together. Empty without rows. */
export function rowOf(
  { delays }: Settings,
  seed: number,
): Readonly<Partial<Record<DelaySite, DelayInput | undefined>>> {
  const { rows } = delays;
  return rows === undefined ? {} : rows[alternativeOf(seed, rows.length)]!;
}

/** What the rows say of one site, whatever they say of the others; a row that does not name it says nothing. */
function marginal(rows: Settings['delays']['rows'], site: DelaySite): DelayInput | undefined {
  const values = (rows ?? []).flatMap((row) => row[site] ?? []).map((value) => micros(value) / MICROS_PER_MS);
  if (values.length === 0) return undefined;
  values.sort((a, b) => a - b);
  const last = values.length - 1;
  return last === 0 ? values[0]! : { quantiles: values.map((ms, index) => [index / last, ms] as const) };
}
