import { type Arbitrary, record } from 'fast-check';
import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import { bounds } from '../kernel/distribution.ts';
import { toMs } from '../kernel/time.ts';
import { wrongArgument } from '../scenario/options.ts';
import { SITE_DEFAULTS } from '../scenario/sites.ts';
import { toDistribution } from '../schema/delay-input.ts';
import { type Range, within } from './range.ts';

/** Which delays are drawn, and from which ranges. */
export interface DelaysConstraints {
  /** Which delay sites are drawn: those of `rangesMs` by default, and all where that is left out, too. */
  readonly sites?: readonly DelaySite[];
  /** Ranges in whole milliseconds. A site without one is drawn from its default's smallest to its largest value. */
  readonly rangesMs?: Readonly<Partial<Record<DelaySite, Range>>>;
}

/** Milliseconds by delay site: the `delays` of a scenario. */
export type DrawnDelays = Readonly<Partial<Record<DelaySite, number>>>;

/**
 * Constant delays for a scenario, each drawn as a whole number of milliseconds of its own. A failing property shrinks to the fewest
 * and smallest delays that still fail. Throws an OptionsError for an unknown site or a range that is none.
 */
export function delaysArbitrary(constraints: DelaysConstraints = {}): Arbitrary<DrawnDelays> {
  const { rangesMs = {} } = constraints;
  const ranged = Object.keys(rangesMs) as DelaySite[];
  const sites = constraints.sites ?? (ranged.length > 0 ? ranged : DELAY_SITES);
  for (const site of [...sites, ...ranged]) {
    if (!DELAY_SITES.includes(site))
      throw wrongArgument(
        'delaysArbitrary',
        ['sites'],
        `"${site}" is no delay site.`,
        site,
        'DELAY_SITES of prestop lists them.',
      );
  }
  const drawn = sites.map((site) => [
    site,
    within('delaysArbitrary', `rangesMs["${site}"]`, rangesMs[site] ?? usual(site)),
  ]);
  return record<DrawnDelays>(Object.fromEntries(drawn));
}

/** A site's default range, widened to whole milliseconds. */
function usual(site: DelaySite): Range {
  const [min, max] = bounds(toDistribution(SITE_DEFAULTS[site].delay));
  return [Math.floor(toMs(min)), Math.ceil(toMs(max))];
}
