import type {
  EndpointsChange,
  EndpointsChangeTracker,
} from '../../../src/rules/proxy/endpoints-change-tracker.ts';
import {
  checkoutChanges,
  EMPTY_TRACKER,
  endpointSliceUpdate,
  pendingServices,
  updateEndpointsMap,
} from '../../../src/rules/proxy/endpoints-change-tracker.ts';
import { endpointsChanged } from '../../../src/rules/proxy/endpoints-changed.ts';
import type { EndpointsMap } from '../../../src/rules/proxy/endpoints-map.ts';
import { localReadyEndpointIPs, localReadyEndpoints } from '../../../src/rules/proxy/endpoints-map.ts';
import {
  conntrackCleanupRequired,
  detectStaleConntrackEntries,
} from '../../../src/rules/proxy/stale-udp-flows.ts';
import type { Adapter, Case } from '../types.ts';

const OLDER_MINOR = 28;
const NEWEST_MINOR = 36;

const from =
  (...tests: readonly string[]) =>
  (testCase: Case): boolean =>
    tests.some((test) => testCase.source?.split(/[:/|(]/).includes(test) ?? false);

const config = (input: any, minor = NEWEST_MINOR) => ({
  nodeName: input.hostname,
  ipFamily: input.ipFamily ?? ('IPv4' as const),
  minor,
  startedAtMs: 0,
});

const slice = (row: any): any => ({
  metadata: {
    namespace: row.namespace,
    name: row.name,
    labels: { 'kubernetes.io/service-name': row.serviceName },
  },
  addressType: row.addressType ?? 'IPv4',
  ports: row.ports,
  endpoints: row.endpoints,
  lastChangeTriggerTimeMs: row.lastChangeTriggerTimeMs,
});

const updated = (settings: any, slices: readonly any[], tracker = EMPTY_TRACKER): EndpointsChangeTracker =>
  slices.reduce((before, row) => endpointSliceUpdate(settings, before, slice(row), false), tracker);

const portName = ({ servicePort: port }: any): string =>
  `${port.namespace}/${port.name}:${port.port}/${port.protocol}`;

/** The order of a list has no meaning in these tables. */
const inOrder = (rows: readonly any[], keyOf: (row: any) => string): any[] =>
  [...rows].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));

const mapInOrder = (map: any): any =>
  inOrder(map, portName).map((entry) => ({
    ...entry,
    endpoints: inOrder(entry.endpoints, (e) => e.endpoint),
  }));

const covers = (actual: any, expected: any): boolean => {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => covers(actual[index], item))
    );
  }
  if (typeof expected !== 'object' || expected === null) return actual === expected;
  return Object.keys(expected).every((key) => covers(actual?.[key], expected[key]));
};

/** Compares maps of Service ports without their order, everything else as it is. */
const agreesOn =
  (mapKeys: readonly string[], exactKeys: readonly string[]) =>
  (actual: any, expected: any): boolean =>
    mapKeys.every((key) => {
      if (expected[key] === null || expected[key] === undefined) return actual[key] === null;
      return covers(mapInOrder(actual[key]), mapInOrder(expected[key]));
    }) &&
    exactKeys.every(
      (key) => expected[key] === undefined || JSON.stringify(actual[key]) === JSON.stringify(expected[key]),
    );

const current = (changes: readonly EndpointsChange[]): EndpointsMap => updateEndpointsMap([], changes);

const updateCase = (input: any, minor: number) => {
  const settings = config(input, minor);
  let tracker = updated(
    settings,
    input.previousSlices.filter((row: any) => row !== null),
  );
  const first = checkoutChanges(settings, tracker);
  const endpointsMapBefore = current(first.changes);
  tracker = first.tracker;
  for (const [index, row] of input.currentSlices.entries()) {
    const removed = row === null;
    if (removed && (input.previousSlices[index] ?? null) === null) continue;
    tracker = endpointSliceUpdate(settings, tracker, slice(row ?? input.previousSlices[index]), removed);
  }
  const { changes } = checkoutChanges(settings, tracker);
  return { changes, endpointsMapBefore, endpointsMapAfter: updateEndpointsMap(endpointsMapBefore, changes) };
};

const flow = (row: any): string => `${row.endpoint} ${portName(row)}`;

const updateEndpointsMapTest: Adapter = {
  name: 'updateEndpointsMap',
  matches: from('TestUpdateEndpointsMap'),
  actual(input) {
    const { changes, ...maps } = updateCase(input, NEWEST_MINOR);
    const stale = detectStaleConntrackEntries(updateCase(input, OLDER_MINOR).changes);
    return {
      ...maps,
      localReadyEndpoints: localReadyEndpoints(maps.endpointsMapAfter),
      changedServices: changes.map((change) => change.service).sort(),
      'v1.28_deletedUDPEndpoints': stale.deletedUDPEndpoints,
      'v1.28_newlyActiveUDPServices': stale.newlyActiveUDPServices,
      newest_conntrackCleanupRequired: conntrackCleanupRequired(changes),
    };
  },
  agrees(actual, expected) {
    const deleted = expected['v1.28_deletedUDPEndpoints'];
    const active = expected['v1.28_newlyActiveUDPServices'];
    const names = (list: readonly any[]) => list.map((servicePort) => portName({ servicePort })).sort();
    return (
      agreesOn(['endpointsMapBefore', 'endpointsMapAfter'], ['newest_conntrackCleanupRequired'])(
        actual,
        expected,
      ) &&
      JSON.stringify(actual.changedServices) === JSON.stringify([...expected.changedServices].sort()) &&
      Object.keys(actual.localReadyEndpoints).length === Object.keys(expected.localReadyEndpoints).length &&
      covers(actual.localReadyEndpoints, expected.localReadyEndpoints) &&
      (deleted === undefined ||
        String(actual['v1.28_deletedUDPEndpoints'].map(flow).sort()) === String(deleted.map(flow).sort())) &&
      (active === undefined ||
        String(names(actual['v1.28_newlyActiveUDPServices'])) === String(names(active)))
    );
  },
};

const endpointSliceUpdateTest: Adapter = {
  name: 'endpointSliceUpdate',
  matches: from('TestEndpointSliceUpdate'),
  actual(input) {
    const settings = config(input.tracker);
    const start = updated(settings, input.startingSlices ?? []);
    const before = checkoutChanges(settings, start).tracker;
    const after = endpointSliceUpdate(settings, before, slice(input.update), input.remove);
    const { changes } = checkoutChanges(settings, after);
    return {
      returnValue: after !== before,
      pendingServices: pendingServices(after),
      currentEndpoints: changes[0]?.current ?? null,
    };
  },
  agrees: agreesOn(['currentEndpoints'], ['returnValue', 'pendingServices']),
};

const checkoutChangesTest: Adapter = {
  name: 'checkoutChanges',
  matches: from('TestCheckoutChanges'),
  actual(input) {
    const settings = config(input.tracker);
    const applied = checkoutChanges(settings, updated(settings, input.appliedSlices)).tracker;
    return {
      changes: checkoutChanges(settings, updated(settings, input.pendingSlices, applied)).changes,
    };
  },
  agrees: (actual, expected) =>
    actual.changes.length === expected.changes.length &&
    expected.changes.every((change: any, index: number) =>
      agreesOn(['previous', 'current'], [])(actual.changes[index], change),
    ),
};

const localEndpointIPsTest: Adapter = {
  name: 'localReadyEndpointIPs',
  matches: from('TestGetLocalEndpointIPs'),
  actual(input) {
    const map = input.endpointsMap.map((entry: any) => ({
      ...entry,
      endpoints: entry.endpoints.map((e: any) => ({ ...e, ip: e.endpoint.split(':')[0] })),
    }));
    return {
      localReadyEndpointIPs: localReadyEndpointIPs(map),
      localReadyEndpoints: localReadyEndpoints(map),
    };
  },
  agrees(actual, expected) {
    const services = Object.keys(expected.localReadyEndpointIPs);
    return (
      Object.keys(actual.localReadyEndpointIPs).length === services.length &&
      services.every(
        (service) =>
          String([...actual.localReadyEndpointIPs[service]].sort()) ===
          String([...expected.localReadyEndpointIPs[service]].sort()),
      ) &&
      covers(actual.localReadyEndpoints, expected.localReadyEndpoints)
    );
  },
};

const endpointsMapTest: Adapter = {
  name: 'endpointsMapFromSlices',
  matches: from('TestEndpointsMapFromESC', 'TestEndpointInfoByServicePort'),
  actual(input) {
    const settings = config(input);
    const { changes } = checkoutChanges(settings, updated(settings, input.slices));
    return { endpointsMap: changes.find((change) => change.service === input.service)?.current ?? [] };
  },
  agrees: agreesOn(['endpointsMap'], []),
};

const changedTest: Adapter = {
  name: 'endpointsChanged',
  matches: from('TestEsInfoChanged', 'TestEsDataChanged'),
  actual({ initialSlice, updatedSlice }) {
    const before = slice(initialSlice);
    const after = slice(updatedSlice);
    return {
      changed_v1_28: endpointsChanged(before, after, OLDER_MINOR),
      changed_newest: endpointsChanged(before, after, NEWEST_MINOR),
    };
  },
};

const triggerTimeTest: Adapter = {
  name: 'lastChangeTriggerTimes',
  matches: from('TestLastChangeTriggerTime'),
  actual(input) {
    const settings = { ...config({ hostname: '' }), startedAtMs: input.trackerStartSec * 1000 };
    const tracker = input.events.reduce((before: EndpointsChangeTracker, event: any) => {
      const [namespace, serviceName] = event.service.split('/');
      const seconds = event.lastChangeTriggerTimeSec;
      const row = slice({
        namespace,
        serviceName,
        name: event.slice,
        ports: [{ name: 'p', port: event.port, protocol: 'TCP' }],
        endpoints: [{ addresses: ['1.1.1.1'] }],
        lastChangeTriggerTimeMs: seconds === null ? null : seconds * 1000,
      });
      return endpointSliceUpdate(settings, before, row, event.op === 'delete');
    }, EMPTY_TRACKER);
    const times = Object.entries(checkoutChanges(settings, tracker).lastChangeTriggerTimesMs);
    return {
      lastChangeTriggerTimes: Object.fromEntries(
        times.map(([service, timesMs]) => [service, timesMs.map((timeMs) => timeMs / 1000)]),
      ),
    };
  },
  agrees: (actual, expected) =>
    Object.keys(actual.lastChangeTriggerTimes).length ===
      Object.keys(expected.lastChangeTriggerTimes).length &&
    covers(actual.lastChangeTriggerTimes, expected.lastChangeTriggerTimes),
};

const healthCheckNodePortTest: Adapter = {
  name: 'localReadyEndpoints',
  matches: from('TestHealthCheckNodePortWhenTerminating'),
  actual(input) {
    const settings = config(input);
    let tracker: EndpointsChangeTracker = EMPTY_TRACKER;
    let map: EndpointsMap = [];
    const servicesWithLocalReadyEndpoints = input.steps.map((rows: readonly any[]) => {
      const endpoints = rows.map(([address, ready, serving, terminating]) => ({
        addresses: [address],
        nodeName: input.hostname,
        conditions: { ready, serving, terminating },
      }));
      const ports = [{ name: 'p80', port: 80, protocol: 'TCP' }];
      const row = { namespace: 'ns1', name: 'svc1-1', serviceName: 'svc1', ports, endpoints };
      const checkedOut = checkoutChanges(settings, updated(settings, [row], tracker));
      tracker = checkedOut.tracker;
      map = updateEndpointsMap(map, checkedOut.changes);
      return Object.keys(localReadyEndpoints(map)).length;
    });
    return { servicesWithLocalReadyEndpoints };
  },
};

export const endpointsAdapters: readonly Adapter[] = [
  updateEndpointsMapTest,
  endpointSliceUpdateTest,
  checkoutChangesTest,
  localEndpointIPsTest,
  endpointsMapTest,
  changedTest,
  triggerTimeTest,
  healthCheckNodePortTest,
];
