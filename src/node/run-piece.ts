import { performance } from 'node:perf_hooks';
import { runCampaign } from '../analysis/campaign.ts';
import type { PreparedFuzz } from '../analysis/fuzz.ts';
import type { Piece, PieceResult } from './worker-messages.ts';

/** Runs one piece of a campaign in this thread. */
export function runPiece({ scenario, campaignOptions }: PreparedFuzz, piece: Piece): PieceResult {
  const { runs, seed, shard, scenarioOf, requirement } = campaignOptions;
  const { from, count, stopAfterFailures } = piece;
  const started = performance.now();
  const { tally, complete } = runCampaign(scenario, {
    runs,
    seed,
    shard,
    scenarioOf,
    requirement,
    stopAfterFailures,
    range: { from, count },
  });
  return { tally, complete, tookMs: performance.now() - started };
}
