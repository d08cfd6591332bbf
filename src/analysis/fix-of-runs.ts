import type { Fix } from '../verdict/fix-types.ts';
import type { Quantiles } from './quantiles.ts';

/** How many runs there were, and how long a hook the one needed that needed most; null where some have no such value. */
export interface RunsNeeded {
  readonly runs: number;
  readonly requiredPreStopMs: Pick<Quantiles, 'max'>;
}

/** A fix of the worst run, with which the others are safe, too: the preStop that it names is what any of them needed at most. */
export function fixOfRuns(fix: Fix, of: RunsNeeded): Fix {
  if (fix.code === 'together') return { ...fix, fixes: fix.fixes.map((each) => fixOfRuns(each, of)) };
  const { max } = of.requiredPreStopMs;
  if (fix.code !== 'setPreStop' || of.runs < 2) return fix;
  if (max === null) return { ...fix, runs: 'worst' };
  const preStopMs = Math.max(max, fix.preStopMs);
  const preStopSeconds = Math.max(fix.preStopSeconds, Math.ceil(preStopMs / 1000));
  return { ...fix, preStopMs, preStopSeconds, runs: of.runs };
}
