import { describe, expect, test } from 'vitest';
import {
  checkoutChanges,
  EMPTY_TRACKER,
  endpointSliceUpdate,
  pendingServices,
  updateEndpointsMap,
} from '../../../src/rules/proxy/endpoints-change-tracker.ts';
import type { ProxyEndpointSlice, ProxySliceEndpoint } from '../../../src/rules/proxy/endpoints-changed.ts';
import { endpointsMapFromSlices, localReadyEndpoints } from '../../../src/rules/proxy/endpoints-map.ts';
import {
  conntrackCleanupRequired,
  detectStaleConntrackEntries,
  isStaleUDPFlow,
} from '../../../src/rules/proxy/stale-udp-flows.ts';

const CONFIG = { nodeName: 'node-1', ipFamily: 'IPv4', minor: 36, startedAtMs: 100 } as const;
const TERMINATING = { ready: false, serving: true, terminating: true };

const slice = (
  endpoints: readonly ProxySliceEndpoint[],
  more: Partial<ProxyEndpointSlice> = {},
  name = 'web-1',
): ProxyEndpointSlice => ({
  metadata: { namespace: 'default', name, labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  ...more,
});
const pod = (address: string, conditions = {}, nodeName = 'node-1') => ({
  addresses: [address],
  conditions,
  nodeName,
});

const A = slice([pod('10.0.0.1')]);
const A_TERMINATING = slice([pod('10.0.0.1', TERMINATING)]);
const update = (tracker: typeof EMPTY_TRACKER, next: ProxyEndpointSlice, remove = false) =>
  endpointSliceUpdate(CONFIG, tracker, next, remove);
const applied = checkoutChanges(CONFIG, update(EMPTY_TRACKER, A)).tracker;
const addresses = (slices: readonly ProxyEndpointSlice[], minor: number) =>
  endpointsMapFromSlices({ namespace: 'default', name: 'web' }, slices, { ...CONFIG, minor })
    .flatMap((port) => port.endpoints)
    .map((e) => `${e.endpoint}${e.terminating ? ' terminating' : ''}${e.isLocal ? ' local' : ''}`);

describe('which events ask for a sync', () => {
  test.each([
    ['a new slice', EMPTY_TRACKER, A, false, true],
    ['the same slice again', applied, A, false, false],
    ['a changed slice', applied, A_TERMINATING, false, true],
    ['the deletion of a known slice', applied, A, true, true],
    ['the deletion of an unknown slice', EMPTY_TRACKER, A, true, false],
    ['a slice of the other family', EMPTY_TRACKER, slice([], { addressType: 'IPv6' }), false, false],
    [
      'a slice of no Service',
      EMPTY_TRACKER,
      slice([], { metadata: { namespace: 'default', name: 'x' } }),
      false,
      false,
    ],
  ])('%s', (_, tracker, event, remove, expected) => {
    expect(update(tracker, event, remove) !== tracker).toBe(expected);
  });

  test('a change that is taken back still makes a sync, in which nothing differs', () => {
    const tracker = update(update(applied, A_TERMINATING), A);
    expect(pendingServices(tracker)).toEqual(['default/web']);
    const [change] = checkoutChanges(CONFIG, tracker).changes;
    expect(change?.current).toEqual(change?.previous);
  });
});

describe('what a sync takes', () => {
  test('several changes collapse: a Pod that terminated and went is simply gone', () => {
    const { changes, tracker } = checkoutChanges(CONFIG, update(update(applied, A_TERMINATING), slice([])));
    expect(changes).toMatchObject([
      {
        service: 'default/web',
        previous: [{ endpoints: [{ endpoint: '10.0.0.1:80', ready: true }] }],
        current: [],
      },
    ]);
    expect(pendingServices(tracker)).toEqual([]);
    expect(checkoutChanges(CONFIG, tracker).changes).toEqual([]);
  });

  test('the map takes over what changed and loses what is gone', () => {
    const first = checkoutChanges(CONFIG, update(EMPTY_TRACKER, A));
    const map = updateEndpointsMap([], first.changes);
    expect(localReadyEndpoints(map)).toEqual({ 'default/web': 1 });
    const second = checkoutChanges(CONFIG, update(first.tracker, A_TERMINATING));
    expect(localReadyEndpoints(updateEndpointsMap(map, second.changes))).toEqual({});
    const third = checkoutChanges(CONFIG, update(first.tracker, A, true));
    expect(updateEndpointsMap(map, third.changes)).toEqual([]);
  });

  test('trigger times gather until the sync; those before the start do not count, a deletion drops all', () => {
    const at = (ms: number) => slice([pod('10.0.0.1')], { lastChangeTriggerTimeMs: ms });
    const twice = update(update(update(EMPTY_TRACKER, at(100)), at(101)), at(200));
    const out = checkoutChanges(CONFIG, twice);
    expect(out.lastChangeTriggerTimesMs).toEqual({ 'default/web': [101, 200] });
    expect(out.tracker.lastChangeTriggerTimesMs).toEqual({});
    expect(update(twice, at(200), true).lastChangeTriggerTimesMs).toEqual({});
  });
});

describe('one address and port in two slices', () => {
  const here = pod('10.0.0.1');
  const there = pod('10.0.0.1', {}, 'node-2');
  const old = pod('10.0.0.1', TERMINATING, 'node-2');
  test.each([
    ['1.35: the first stays', 35, old, there, '10.0.0.1:80 terminating'],
    ['1.35: a local one wins', 35, there, here, '10.0.0.1:80 local'],
    ['1.36: a running one replaces a terminating one', 36, old, there, '10.0.0.1:80'],
    ['1.36: a terminating one replaces nothing', 36, there, old, '10.0.0.1:80'],
  ])('%s', (_, minor, one, two, expected) => {
    expect(addresses([slice([one]), slice([two], {}, 'web-2')], minor)).toEqual([expected]);
  });

  test('ports without a number or name, endpoints without an address are left out', () => {
    const ports = [{ name: 'http', port: null }, { port: 80 }, { name: 'ok', port: 81 }];
    expect(addresses([slice([{ addresses: [] }, pod('10.0.0.2'), pod('fd00::1')], { ports })], 36)).toEqual([
      '10.0.0.2:81 local',
    ]);
  });
});

describe('UDP flows', () => {
  const udp = { ports: [{ name: 'dns', port: 53, protocol: 'UDP' as const }] };
  const start = checkoutChanges(CONFIG, update(EMPTY_TRACKER, slice([pod('10.0.0.1')], udp)));
  const stop = checkoutChanges(CONFIG, update(start.tracker, slice([pod('10.0.0.1', TERMINATING)], udp)));

  test('up to 1.31 a Pod that turns terminating loses its flows at once', () => {
    expect(detectStaleConntrackEntries(stop.changes)).toMatchObject({
      deletedUDPEndpoints: [{ endpoint: '10.0.0.1:53' }],
      newlyActiveUDPServices: [],
    });
    expect(detectStaleConntrackEntries(start.changes)).toMatchObject({
      deletedUDPEndpoints: [],
      newlyActiveUDPServices: [{ name: 'web', port: 'dns' }],
    });
  });

  test('from 1.32 it keeps them while it serves', () => {
    const [change] = stop.changes;
    const endpoints = change?.current[0]?.endpoints ?? [];
    expect(conntrackCleanupRequired(stop.changes)).toBe(true);
    expect(isStaleUDPFlow('10.0.0.1:53', endpoints)).toBe(false);
    expect(isStaleUDPFlow('10.0.0.9:53', endpoints)).toBe(true);
    expect(isStaleUDPFlow('10.0.0.9:53', [])).toBe(false);
  });

  test('TCP has no part in it', () => {
    const tcp = checkoutChanges(CONFIG, update(applied, slice([]))).changes;
    expect(conntrackCleanupRequired(tcp)).toBe(false);
    expect(detectStaleConntrackEntries(tcp).deletedUDPEndpoints).toEqual([]);
  });
});
