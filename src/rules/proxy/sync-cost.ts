import type { MinorVersion } from '../machinery/version.ts';

/** How much work one sync of the iptables mode is. */
export interface SyncWork {
  readonly fullSync: boolean;
  /** Service ports that kube-proxy has rules for. */
  readonly services: number;
  /** Endpoints of all Service ports together. */
  readonly totalEndpoints: number;
  /** Endpoints of those Service ports that changed since the last sync; not read in a full sync. */
  readonly changedEndpoints: number;
}

/** Coefficients of the cost model, in ms. */
export interface SyncCostModel {
  readonly baseMs: number;
  readonly perEndpointMs: number;
  readonly perNatRuleMs: number;
  /**
   * Rules in the top-level chains that a partial sync writes for every Service port: 1 (cluster IP only) to
   * 3.
   */
  readonly topLevelRulesPerService: number;
}

/**
 * Our own estimate, not Kubernetes's: a straight line through the two logged syncs of kubernetes issue 138073
 * (2.8 s for 38,841 nat rules at 138,792 endpoints, 17.5–21.4 s for about 580,000 at 211,000). Two rows do
 * not determine it, and slower machines took up to ten times as long, so it is a default to replace by a
 * measurement.
 */
export const DEFAULT_SYNC_COST_MODEL: SyncCostModel = {
  baseMs: 20,
  perEndpointMs: 0.0094,
  perNatRuleMs: 0.03,
  topLevelRulesPerService: 1,
};

/**
 * How many nat rules one sync hands to iptables-restore, roughly: a full sync three for every endpoint and
 * six for every Service port; a partial one the top-level rules of every Service port and three for every
 * endpoint of those that changed. Our own estimate (see DEFAULT_SYNC_COST_MODEL).
 *
 * Source: pkg/proxy/iptables/proxier.go syncProxyRules, for what is written; the counts are ours
 */
export function natRulesWritten(work: SyncWork, model: SyncCostModel = DEFAULT_SYNC_COST_MODEL): number {
  if (work.fullSync) return 3 * work.totalEndpoints + 6 * work.services;
  return model.topLevelRulesPerService * work.services + 3 * work.changedEndpoints;
}

/**
 * How long one sync takes, in integer microseconds: kernel rules change at its end. Our own estimate
 * (see DEFAULT_SYNC_COST_MODEL), for the iptables mode.
 *
 * Source: none; fitted to the logs in kubernetes issue 138073
 */
export function syncCostUs(work: SyncWork, model: SyncCostModel = DEFAULT_SYNC_COST_MODEL): number {
  const ms =
    model.baseMs +
    model.perEndpointMs * work.totalEndpoints +
    model.perNatRuleMs * natRulesWritten(work, model);
  return Math.round(ms * 1000);
}

/** nftables, everything: 194 s for 10,000 Services of two endpoints each. */
const NFTABLES_FULL_MS = 19.4;
/** nftables, one changed Service beside 10,000: 0.14 s. */
const NFTABLES_PARTIAL_MS = 0.014;
/** nftables from 1.34: each sync lists the table first, more than a minute at 44,000 Services; taken to grow with the square. */
const NFTABLES_LISTING_MS = 60_000 / 44_000 ** 2;

/**
 * What the size of the cluster adds to a sync in nftables mode, in integer microseconds. Our own estimate: each coefficient rests on one
 * measurement.
 *
 * Versions: from 1.34 each sync lists the table first.
 *
 * Source: none; kubernetes pulls 126013 and 130119 and issue 139513 for the measurements
 */
export function nftablesSyncCostUs({ fullSync, services }: SyncWork, minor: MinorVersion): number {
  const written = services * (fullSync ? NFTABLES_FULL_MS : NFTABLES_PARTIAL_MS);
  const listed = minor >= 34 ? NFTABLES_LISTING_MS * services ** 2 : 0;
  return Math.round((written + listed) * 1000);
}

/** ipvs walks all Services and their real servers in every sync. */
const IPVS_MS = { service: 0.2, endpoint: 0.02 } as const;

/**
 * What the size of the cluster adds to a sync in ipvs mode, in integer microseconds. Our own estimate; nothing was published.
 *
 * Source: none; ours
 */
export function ipvsSyncCostUs({
  services,
  totalEndpoints,
}: Pick<SyncWork, 'services' | 'totalEndpoints'>): number {
  return Math.round((IPVS_MS.service * services + IPVS_MS.endpoint * totalEndpoints) * 1000);
}
