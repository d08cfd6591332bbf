import { describe, expect, test } from 'vitest';
import { doFullSync } from '../../../src/rules/proxy/full-sync.ts';
import {
  healthCheckNodePortStatus,
  healthzStatus,
  proxyHealthy,
} from '../../../src/rules/proxy/health-check-node-port.ts';
import { DEFAULT_SYNC_COST_MODEL, natRulesWritten, syncCostUs } from '../../../src/rules/proxy/sync-cost.ts';

describe('full or partial', () => {
  const HOUR = 3_600_000;
  test.each([
    ['1.26 iptables is always full', 26, 'iptables', false, 0, true],
    ['1.27 iptables is partial', 27, 'iptables', false, 0, false],
    ['a failed sync makes the next full', 30, 'iptables', true, 0, true],
    ['1.32 never comes back to full by itself', 32, 'iptables', false, 2 * HOUR, false],
    ['1.33 does after more than an hour', 33, 'iptables', false, HOUR + 1, true],
    ['1.33 does not after just an hour', 33, 'iptables', false, HOUR, false],
    ['1.30 nftables is always full', 30, 'nftables', false, 0, true],
    ['1.31 nftables is partial', 31, 'nftables', false, 0, false],
    ['ipvs is always full', 36, 'ipvs', false, 0, true],
  ] as const)('%s', (_, minor, mode, needFullSync, sinceLastFullSyncMs, expected) => {
    expect(doFullSync({ needFullSync, sinceLastFullSyncMs }, mode, minor)).toBe(expected);
  });

  test('1.26 and 1.27 have a gate', () => {
    const state = { needFullSync: false, sinceLastFullSyncMs: 0 };
    expect(doFullSync(state, 'iptables', 26, { MinimizeIPTablesRestore: true })).toBe(false);
    expect(doFullSync(state, 'iptables', 27, { MinimizeIPTablesRestore: false })).toBe(true);
  });
});

describe('cost of a sync', () => {
  const work = { services: 50, totalEndpoints: 500, changedEndpoints: 10 };
  test('a partial sync of a small cluster takes some 30 ms', () => {
    expect(natRulesWritten({ ...work, fullSync: false })).toBe(80);
    expect(syncCostUs({ ...work, fullSync: false })).toBe(27_100);
  });

  test('a full one writes everything', () => {
    expect(natRulesWritten({ ...work, fullSync: true })).toBe(1800);
    expect(syncCostUs({ ...work, fullSync: true })).toBe(78_700);
  });

  test('the model can be replaced', () => {
    const model = { ...DEFAULT_SYNC_COST_MODEL, baseMs: 1000, perEndpointMs: 0, perNatRuleMs: 0 };
    expect(syncCostUs({ ...work, fullSync: true }, model)).toBe(1_000_000);
  });
});

describe('health', () => {
  const pending = (oldestPendingQueuedAtMs: number | null, nowMs: number) => ({
    oldestPendingQueuedAtMs,
    nowMs,
    healthTimeoutMs: 60_000,
  });
  const NODE = { deletionTimestamp: false, taintKeys: [] };
  const DOOMED = { deletionTimestamp: false, taintKeys: ['ToBeDeletedByClusterAutoscaler'] };

  test.each([
    ['nothing pending', null, 1e9, true],
    ['pending just short of the timeout', 0, 59_999, true],
    ['pending as long as the timeout', 0, 60_000, false],
  ])('%s', (_, oldest, now, expected) => {
    expect(proxyHealthy(pending(oldest, now))).toBe(expected);
  });

  test.each([
    ['a local ready endpoint', 1, true, 36, 200],
    ['none, though a terminating one may still serve', 0, true, 36, 503],
    ['a proxy that lags', 1, false, 36, 503],
    ['a proxy that lags in 1.26', 1, false, 26, 200],
  ])('health-check node port: %s', (_, count, healthy, minor, expected) => {
    expect(healthCheckNodePortStatus(count, healthy, minor)).toBe(expected);
  });

  test.each([
    ['1.29 does not look at the node', 29, DOOMED, {}, 200],
    ['1.29 with the gate does', 29, DOOMED, { KubeProxyDrainingTerminatingNodes: true }, 503],
    ['1.30 does', 30, DOOMED, {}, 503],
    ['1.31 cannot have that switched off', 31, DOOMED, { KubeProxyDrainingTerminatingNodes: false }, 503],
    ['a node that is being deleted', 31, { ...NODE, deletionTimestamp: true }, {}, 503],
    ['a node as any other', 31, NODE, {}, 200],
  ])('/healthz: %s', (_, minor, node, gates, expected) => {
    expect(healthzStatus(pending(null, 0), node, minor, gates)).toBe(expected);
  });
});
