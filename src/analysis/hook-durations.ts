import { endsOf, safeBetween } from '../run/unknown-hooks.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { withUnknownHooks } from '../scenario/variants.ts';
import type { NotJudged } from '../verdict/types.ts';
import { type CampaignOptions, firstUnsafe } from './campaign.ts';
import type { OverLimit } from './over-limit.ts';

interface Asked extends Pick<CampaignOptions, 'runs' | 'seed'> {
  readonly onOverLimit?: (run: OverLimit) => void;
}

/** What was not judged, with the seconds between which hooks of unknown length are safe in all of the runs. */
export function withSafeSeconds(
  open: readonly NotJudged[],
  scenario: Scenario,
  { runs, seed, onOverLimit = () => {} }: Asked,
): readonly NotJudged[] {
  if (!open.some(({ code }) => code === 'hookDurationUnknown')) return open;
  const isSafe = (seconds: number) =>
    firstUnsafe(withUnknownHooks(scenario, seconds), { runs, seed, onProgress: undefined, onOverLimit }) ===
    null;
  const safeSeconds = safeBetween(endsOf(scenario), isSafe);
  return open.map((each) => (each.code === 'hookDurationUnknown' ? { ...each, safeSeconds } : each));
}
