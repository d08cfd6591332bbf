import type { Outcome } from '../verdict/types.ts';
import type { FuzzReport } from './fuzz.ts';

/** What a campaign comes to: unsafe in any run is unsafe; a campaign that lacks runs is at most `partial`. */
export function outcomeOfReport({ runs, failures, notJudged, complete }: FuzzReport): Outcome | 'partial' {
  if (failures > notJudged) return 'unsafe';
  if (notJudged > 0) return 'notJudged';
  return complete && runs > 0 ? 'safe' : 'partial';
}
