/** How long the chain of an endpoint that left stays after it was emptied, at least. */
const STALE_US = 1_000_000;

/**
 * When nftables deletes the chain of an endpoint that left: the sync at `flushedUs` empties it, so that no new connection comes by it, and
 * the first later sync that starts more than a second after that one deletes it. null: none of these syncs does.
 * Source: pkg/proxy/nftables/proxier.go syncProxyRules (staleChains)
 */
export function staleChainDeletedUs(flushedUs: number, syncStartsUs: readonly number[]): number | null {
  return syncStartsUs.find((startUs) => startUs - STALE_US > flushedUs) ?? null;
}
