import type { Progress } from './campaign.ts';

export interface FindOptions {
  /** Runs that each edge is checked with; 1,000 by default. */
  readonly runs?: number;
  readonly seed?: number;
  /** Of the claim that follows from the runs; 0.95 by default. */
  readonly confidence?: number;
  /** No value above this is looked at; the grace period by default. */
  readonly maxSeconds?: number;
  /** Added to the smallest safe value for the recommendation, as a share of it; 0.5 by default, and never less than 1 s. */
  readonly headroom?: number;
  /** Told how far the campaign is that runs at the time: the search takes several, one for each preStop that it tries. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface OptionRule {
  readonly holds: (value: number) => boolean;
  readonly rule: string;
}

function wholeFrom(least: number): OptionRule {
  return {
    holds: (value) => Number.isSafeInteger(value) && value >= least,
    rule: `a whole number from ${least}`,
  };
}

type NumberOption = Exclude<keyof FindOptions, 'onProgress'>;

const RULES: Readonly<Record<NumberOption, OptionRule>> = {
  runs: wholeFrom(1),
  seed: wholeFrom(0),
  confidence: { holds: (value) => value >= 0 && value < 1, rule: 'a share from 0 to below 1, like 0.95' },
  maxSeconds: wholeFrom(0),
  headroom: {
    holds: (value) => value >= 0 && Number.isFinite(value),
    rule: 'a share from 0 on, like 0.5 for half of the smallest safe value',
  },
};

/** Throws a RangeError that names every option that is out of range. */
export function checkFindOptions(options: FindOptions): void {
  const problems = Object.entries(RULES).flatMap(([name, { holds, rule }]) => {
    const value = options[name as NumberOption];
    if (value === undefined || (typeof value === 'number' && holds(value))) return [];
    return [`${name}: ${String(value)} is out of range; use ${rule}.`];
  });
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
}
