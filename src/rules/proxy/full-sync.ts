import type { MinorVersion } from '../machinery/version.ts';

/** FullSyncPeriod of kube-proxy, in ms: an hour, not the flag `syncPeriod`. */
export const FULL_SYNC_PERIOD_MS = 3_600_000;

/** What kube-proxy writes its rules into. */
export type ProxyMode = 'iptables' | 'nftables' | 'ipvs';

/** What decides whether a sync writes all rules or those that have changed. */
export interface FullSyncState {
  /**
   * Set at the start, by a failed sync, by a flush that the canary noticed, and by a change of the node's
   * topology labels.
   */
  readonly needFullSync: boolean;
  readonly sinceLastFullSyncMs: number;
}

/**
 * Decides whether a sync rewrites the rules of every Service or only of those that changed.
 *
 * Versions: ipvs rewrites all, always. iptables writes partially from 1.27 by default (1.26 and 1.27: gate
 * MinimizeIPTablesRestore, off in 1.26), nftables from 1.31. From 1.33 both do one full sync more than an
 * hour after the last, which interrupts an otherwise small sync.
 *
 * Source: pkg/proxy/iptables/proxier.go syncProxyRules (doFullSync); pkg/proxy/nftables/proxier.go
 * syncProxyRules
 */
export function doFullSync(
  state: FullSyncState,
  mode: ProxyMode,
  minor: MinorVersion,
  gates: { readonly MinimizeIPTablesRestore?: boolean | undefined } = {},
): boolean {
  if (!hasPartialSync(mode, minor, gates.MinimizeIPTablesRestore)) return true;
  if (state.needFullSync) return true;
  return minor >= 33 && state.sinceLastFullSyncMs > FULL_SYNC_PERIOD_MS;
}

function hasPartialSync(mode: ProxyMode, minor: MinorVersion, gate: boolean | undefined): boolean {
  if (mode === 'ipvs') return false;
  if (mode === 'nftables') return minor >= 31;
  return minor >= 28 || (gate ?? minor >= 27);
}
