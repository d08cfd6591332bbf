import { describe, expect, test } from 'vitest';
import { computeEndpointLastChangeTriggerTime } from '../../../src/rules/endpointslice/endpoint-trigger-time.ts';
import {
  batchedSyncDueUs,
  batchedSyncTimesUs,
  sliceEventSyncDelayUs,
} from '../../../src/rules/endpointslice/endpoint-updates-batch.ts';
import {
  desiredEndpoints,
  type PlacedSlice,
  reconcileSlices,
} from '../../../src/rules/endpointslice/place-endpoints.ts';
import { findPort, getEndpointPorts, portMapKey } from '../../../src/rules/endpointslice/slice-ports.ts';
import {
  DELETION_EXPECTED,
  expectSliceDeletion,
  handleSliceDeletion,
  hasSlice,
  shouldSyncSlice,
  staleSlices,
  trackSlice,
} from '../../../src/rules/endpointslice/stale-slices.ts';
import {
  endpointHints,
  reconcileHints,
} from '../../../src/rules/endpointslice/traffic-distribution-hints.ts';

describe('whether the informer is behind the controller’s own writes', () => {
  test.each([
    ['a Service that was never written is not', undefined, [{ uid: 'a', generation: 1 }], false],
    ['a slice of the written generation is not', { a: 2 }, [{ uid: 'a', generation: 2 }], false],
    ['a slice that somebody wrote since is not', { a: 2 }, [{ uid: 'a', generation: 3 }], false],
    ['a slice of an older generation is', { a: 2 }, [{ uid: 'a', generation: 1 }], true],
    ['a created slice that is not there yet is', { a: 1 }, [], true],
    ['a deleted slice that is still there is', { a: DELETION_EXPECTED }, [{ uid: 'a', generation: 1 }], true],
    ['a deleted slice that is gone is not', { a: DELETION_EXPECTED }, [], false],
  ])('%s', (_row, generations, cached, stale) => {
    expect(staleSlices(generations, cached)).toBe(stale);
  });

  test('the echo of an own write does not sync, a foreign write does', () => {
    const tracked = trackSlice(undefined, { uid: 'a', generation: 2 });
    expect(shouldSyncSlice(tracked, { uid: 'a', generation: 2 })).toBe(false);
    expect(shouldSyncSlice(tracked, { uid: 'a', generation: 3 })).toBe(true);
    expect(shouldSyncSlice(tracked, { uid: 'b', generation: 1 })).toBe(true);
  });

  test('a deletion by the controller is expected, one by somebody else is not', () => {
    const tracked = trackSlice(undefined, { uid: 'a', generation: 2 });
    expect(handleSliceDeletion(tracked, { uid: 'a' })).toEqual({ generations: {}, expected: false });
    const expecting = expectSliceDeletion(tracked, { uid: 'a' });
    expect(hasSlice(expecting, { uid: 'a' })).toBe(true);
    expect(handleSliceDeletion(expecting, { uid: 'a' })).toEqual({ generations: {}, expected: true });
  });
});

describe('the batch period', () => {
  test('is a window from the first event, which later events do not extend', () => {
    expect(batchedSyncDueUs(null, 200, 1000)).toBe(1200);
    expect(batchedSyncDueUs(1200, 900, 1000)).toBe(1200);
    expect(batchedSyncTimesUs([200, 900, 1300], 1000)).toEqual([1200, 2300]);
    expect(batchedSyncTimesUs([200, 300], 0)).toEqual([200, 300]);
  });

  test('delays slice events by 1 s at least', () => {
    expect(sliceEventSyncDelayUs(0)).toBe(1_000_000);
    expect(sliceEventSyncDelayUs(5_000_000)).toBe(5_000_000);
  });
});

test('the trigger time is the oldest changed transition since the last sync', () => {
  const pods = (a: number, b: number) => [
    { name: 'a', readyLastTransitionUs: a },
    { name: 'b', readyLastTransitionUs: b },
  ];
  const first = computeEndpointLastChangeTriggerTime(undefined, 10, pods(1, 2));
  expect(first.triggerTimeUs).toBe(10);
  const second = computeEndpointLastChangeTriggerTime(first.state, 10, pods(40, 30));
  expect(second.triggerTimeUs).toBe(30);
  expect(computeEndpointLastChangeTriggerTime(second.state, 10, pods(40, 30)).triggerTimeUs).toBeNull();
});

const ports = [{ name: 'http', port: 8080, protocol: 'TCP' }] as const;
const endpoint = (name: string, ready = true) => ({
  addresses: [`10.0.0.${name}`],
  conditions: { ready, serving: true, terminating: !ready },
  nodeName: 'node-1',
  targetRef: { namespace: 'default', name },
});
const slice = (name: string, ...endpoints: ReturnType<typeof endpoint>[]): PlacedSlice => ({
  name,
  ports,
  endpoints,
});
const shape = (slices: readonly PlacedSlice[]) =>
  slices.map(({ name, endpoints }) => `${name}:${endpoints.map(({ targetRef }) => targetRef.name).join('')}`);

describe('the distribution of endpoints over slices of 3', () => {
  const existing = [slice('s1', endpoint('1'), endpoint('2'), endpoint('3')), slice('s2', endpoint('4'))];
  const place = (...names: string[]) =>
    reconcileSlices(
      existing,
      names.map((name) => ({ endpoint: endpoint(name), ports })),
      3,
    );

  test('a terminating endpoint is rewritten where it is', () => {
    const changes = reconcileSlices(
      existing,
      ['1', '2', '3', '4'].map((name) => ({ endpoint: endpoint(name, name !== '2'), ports })),
      3,
    );
    expect(shape(changes.toUpdate)).toEqual(['s1:123']);
    expect(shape(changes.unchanged)).toEqual(['s2:4']);
  });
  test('a new endpoint fills a slice that is written anyway', () => {
    expect(shape(place('1', '3', '4', '5').toUpdate)).toEqual(['s1:135']);
  });
  test('a new endpoint alone goes to the slice with room', () => {
    expect(shape(place('1', '2', '3', '4', '5').toUpdate)).toEqual(['s2:45']);
  });
  test('more than fit go to a new slice', () => {
    const changes = place('1', '2', '3', '4', '5', '6', '7');
    expect(shape(changes.toCreate)).toEqual(['null:567']);
    expect(changes.toUpdate).toEqual([]);
  });
  test('an emptied slice is deleted', () => {
    expect(shape(place('1', '2', '3').toDelete)).toEqual(['s2:4']);
  });
});

describe('the slices of a Service', () => {
  test('without endpoints one empty slice remains, updated in place', () => {
    const changes = reconcileSlices([slice('s1', endpoint('1'))], []);
    expect(changes.toUpdate).toEqual([{ name: 's1', ports: [], endpoints: [] }]);
    expect(changes.toDelete).toEqual([]);
    const again = reconcileSlices(changes.toUpdate, []);
    expect([...again.toCreate, ...again.toUpdate, ...again.toDelete]).toEqual([]);
  });
  test('the empty slice is reused for the first endpoint', () => {
    const empty: PlacedSlice = { name: 's1', ports: [], endpoints: [] };
    expect(shape(reconcileSlices([empty], [{ endpoint: endpoint('1'), ports }]).toUpdate)).toEqual(['s1:1']);
  });
  test('different resolutions of a named port get slices of their own', () => {
    const other = [{ name: 'http', port: 9090, protocol: 'TCP' }] as const;
    const desired = [
      { endpoint: endpoint('1'), ports },
      { endpoint: endpoint('2'), ports: other },
    ];
    expect(shape(reconcileSlices([], desired).toCreate)).toEqual(['null:1', 'null:2']);
  });
  test('a Pod whose Node is gone is left out', () => {
    const pod = {
      name: 'web-1-0',
      namespace: 'default',
      phase: 'Running',
      deletionTimestamp: null,
      readyCondition: 'True' as const,
      podIP: '10.0.0.1',
      podIPs: ['10.0.0.1'],
      nodeName: 'gone',
      spec: { containers: [], initContainers: [] },
    };
    const service = { name: 'web', namespace: 'default', publishNotReadyAddresses: false, ports: [] };
    expect(desiredEndpoints(service, [pod], new Map(), 'IPv4', 30)).toEqual({
      desired: [],
      missingNodes: ['gone'],
    });
    const published = { ...service, publishNotReadyAddresses: true };
    expect(desiredEndpoints(published, [pod], new Map(), 'IPv4', 30).desired).toHaveLength(1);
  });
});

describe('the port that a Service port leads to', () => {
  const app = { ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' as const }] };
  const proxy = {
    ports: [{ name: 'proxy', containerPort: 15001, protocol: 'TCP' as const }],
    restartPolicy: 'Always',
  };
  const spec = { containers: [app], initContainers: [proxy] };
  const port = (targetPort: number | string, protocol: 'TCP' | 'UDP' = 'TCP') => ({
    name: 'web',
    targetPort,
    protocol,
  });
  test.each([
    ['a number is taken as it is', port(9999), 31, 9999],
    ['a name is looked up', port('http'), 31, 8080],
    ['the protocol must match', port('http', 'UDP'), 31, null],
    ['a sidecar’s name is unknown in 1.31', port('proxy'), 31, null],
    ['a sidecar’s name is known from 1.32 on', port('proxy'), 32, 15001],
  ])('%s', (_row, servicePort, minor, expected) => {
    expect(findPort(spec, servicePort, minor)).toBe(expected);
  });
  test('ports that the Pod lacks are left out, and the order does not matter', () => {
    const found = getEndpointPorts([port('http'), port('nope')], spec, 31);
    expect(found).toEqual([{ name: 'web', port: 8080, protocol: 'TCP' }]);
    const two = [...found, { name: 'dns', port: 53, protocol: 'UDP' as const }];
    expect(portMapKey(two)).toBe(portMapKey([...two].reverse()));
    const named = (name: string, number: number) => ({ name, port: number, protocol: 'TCP' as const });
    expect(portMapKey([named('a', 80), named('b', 1)])).not.toBe(portMapKey([named('a', 8), named('0b', 1)]));
  });
});

describe('hints of trafficDistribution', () => {
  const ready = { ready: true, zone: 'zone-a', nodeName: 'node-1' };
  test.each([
    ['PreferClose hints at the zone', ready, 'PreferClose', 30, ['zone-a'], []],
    ['PreferSameNode hints at zone and node', ready, 'PreferSameNode', 34, ['zone-a'], ['node-1']],
    ['PreferSameZone means nothing to 1.32', ready, 'PreferSameZone', 32, null, null],
    ['a terminating endpoint gets none', { ...ready, ready: false }, 'PreferClose', 34, null, null],
    ['an endpoint without a zone gets none', { ...ready, zone: null }, 'PreferClose', 34, null, null],
  ])('%s', (_row, subject, distribution, minor, forZones, forNodes) => {
    const expected = forZones === null ? null : { forZones, forNodes };
    expect(endpointHints(subject, distribution, minor)).toEqual(expected);
  });
  test('a slice whose hints are wrong is written though nothing else changed', () => {
    const right = { ...ready, hints: { forZones: ['zone-a'], forNodes: [] } };
    const slices = {
      toCreate: [],
      toUpdate: [],
      unchanged: [
        { name: 's1', endpoints: [ready] },
        { name: 's2', endpoints: [right] },
      ],
    };
    const result = reconcileHints(slices, 'PreferClose', 34);
    expect(result.toUpdate).toEqual([{ name: 's1', endpoints: [right] }]);
    expect(result.unchanged.map(({ name }) => name)).toEqual(['s2']);
    expect(reconcileHints(slices, null, 34).toUpdate.map(({ name }) => name)).toEqual(['s2']);
  });
});
