import type { MinorVersion } from '../machinery/version.ts';
import type { ProxyEndpointSlice } from './endpoints-changed.ts';
import { endpointsChanged, portsChanged } from './endpoints-changed.ts';
import type { EndpointsMap, EndpointsView, ServicePortEndpoints } from './endpoints-map.ts';
import { endpointsMapFromSlices, servicePortKey } from './endpoints-map.ts';

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export interface EndpointsChangeTrackerConfig extends EndpointsView {
  /** When kube-proxy started, in ms; changes triggered before are not timed. */
  readonly startedAtMs: number;
}

/** A slice that came in since the last sync; `remove`: it was deleted. */
export interface PendingSlice {
  readonly slice: ProxyEndpointSlice;
  readonly remove: boolean;
}

/** The slices of one Service by name: as of the last sync, and what has come in since. */
export interface TrackedService {
  readonly namespace: string;
  readonly name: string;
  readonly applied: Readonly<Record<string, ProxyEndpointSlice>>;
  readonly pending: Readonly<Record<string, PendingSlice>>;
}

/** Everything by Service, as `namespace/name`. */
export interface EndpointsChangeTracker {
  readonly services: Readonly<Record<string, TrackedService>>;
  readonly lastChangeTriggerTimesMs: Readonly<Record<string, readonly number[]>>;
}

/** What one sync finds different about a Service. */
export interface EndpointsChange {
  readonly service: string;
  readonly previous: EndpointsMap;
  readonly current: EndpointsMap;
}

/** What a sync takes from the tracker, and what is left in it. */
export interface CheckedOutChanges {
  readonly tracker: EndpointsChangeTracker;
  readonly changes: readonly EndpointsChange[];
  /**
   * When what is being applied was triggered, by Service; the metric network_programming_duration counts from
   * here.
   */
  readonly lastChangeTriggerTimesMs: Readonly<Record<string, readonly number[]>>;
}

/** A tracker that has seen nothing. */
export const EMPTY_TRACKER: EndpointsChangeTracker = { services: {}, lastChangeTriggerTimesMs: {} };

/**
 * Takes in one event of an EndpointSlice. Returns the same tracker where nothing changed, which means that no
 * sync is asked for.
 *
 * A slice is compared with the pending one if there is one, else with the applied one; so a change that is
 * taken back before a sync still makes a sync. Slices of another address type, and those without the label of
 * a Service, are ignored. Versions: what counts as a difference (see endpointsChanged).
 *
 * Source: pkg/proxy/endpointschangetracker.go EndpointSliceUpdate; pkg/proxy/endpointslicecache.go
 * updatePending
 */
export function endpointSliceUpdate(
  config: EndpointsChangeTrackerConfig,
  tracker: EndpointsChangeTracker,
  slice: ProxyEndpointSlice,
  remove: boolean,
): EndpointsChangeTracker {
  if (slice.addressType !== config.ipFamily) return tracker;
  const { namespace, name: sliceName, labels } = slice.metadata;
  const name = labels?.[SERVICE_NAME_LABEL] ?? '';
  if (name === '' || namespace === '' || sliceName === '') return tracker;
  const key = `${namespace}/${name}`;
  const service = tracker.services[key] ?? { namespace, name, applied: {}, pending: {} };
  if (!differs(service, { slice, remove }, config.minor)) return tracker;
  const pending = { ...service.pending, [sliceName]: { slice, remove } };
  return {
    services: { ...tracker.services, [key]: { ...service, pending } },
    lastChangeTriggerTimesMs: withTriggerTime(config, tracker.lastChangeTriggerTimesMs, key, slice, remove),
  };
}

function differs(service: TrackedService, next: PendingSlice, minor: MinorVersion): boolean {
  const { name } = next.slice.metadata;
  const pending = service.pending[name];
  if (pending !== undefined) {
    if (pending.remove !== next.remove) return true;
    // Up to 1.30 what is kept of a removed slice is its ports.
    if (next.remove && minor <= 30) return portsChanged(pending.slice, next.slice);
    return endpointsChanged(pending.slice, next.slice, minor);
  }
  const applied = service.applied[name];
  if (next.remove) return applied !== undefined;
  return applied === undefined || endpointsChanged(applied, next.slice, minor);
}

/** The deletion of a slice drops all times of its Service, as it carries the time of the update before. */
function withTriggerTime(
  config: EndpointsChangeTrackerConfig,
  times: Readonly<Record<string, readonly number[]>>,
  key: string,
  slice: ProxyEndpointSlice,
  remove: boolean,
): Readonly<Record<string, readonly number[]>> {
  if (remove) {
    if (times[key] === undefined) return times;
    const { [key]: _, ...rest } = times;
    return rest;
  }
  const atMs = slice.lastChangeTriggerTimeMs ?? null;
  if (atMs === null || atMs <= config.startedAtMs) return times;
  return { ...times, [key]: [...(times[key] ?? []), atMs] };
}

/**
 * What a sync takes at its start: for every Service with pending slices its endpoints before and after. All
 * that came in between two syncs collapses into one difference; states in between are never programmed.
 *
 * Source: pkg/proxy/endpointslicecache.go checkoutChanges; pkg/proxy/endpointschangetracker.go
 * checkoutTriggerTimes
 */
export function checkoutChanges(
  config: EndpointsChangeTrackerConfig,
  tracker: EndpointsChangeTracker,
): CheckedOutChanges {
  const changes: EndpointsChange[] = [];
  const services: Record<string, TrackedService> = { ...tracker.services };
  for (const [key, service] of Object.entries(tracker.services)) {
    const pending = Object.entries(service.pending);
    if (pending.length === 0) continue;
    const applied = { ...service.applied };
    for (const [name, { slice, remove }] of pending) {
      if (remove) delete applied[name];
      else applied[name] = slice;
    }
    changes.push({
      service: key,
      previous: endpointsMapFromSlices(service, slicesByName(service.applied), config),
      current: endpointsMapFromSlices(service, slicesByName(applied), config),
    });
    services[key] = { ...service, applied, pending: {} };
  }
  return {
    tracker: changes.length === 0 ? tracker : { services, lastChangeTriggerTimesMs: {} },
    changes,
    lastChangeTriggerTimesMs: tracker.lastChangeTriggerTimesMs,
  };
}

function slicesByName(slices: Readonly<Record<string, ProxyEndpointSlice>>): ProxyEndpointSlice[] {
  return Object.entries(slices)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, slice]) => slice);
}

/**
 * Services (`namespace/name`) that the next sync would find changed.
 *
 * Source: pkg/proxy/endpointslicecache.go checkoutChanges
 */
export function pendingServices(tracker: EndpointsChangeTracker): string[] {
  return Object.keys(tracker.services).filter(
    (key) => Object.keys(tracker.services[key]?.pending ?? {}).length > 0,
  );
}

/**
 * All endpoints after a sync took in its changes; the Services of the changes are those that a partial sync
 * rewrites.
 *
 * Source: pkg/proxy/endpointschangetracker.go EndpointsMap.Update
 */
export function updateEndpointsMap(map: EndpointsMap, changes: readonly EndpointsChange[]): EndpointsMap {
  if (changes.length === 0) return map;
  const entries = new Map<string, ServicePortEndpoints>();
  for (const entry of map) entries.set(servicePortKey(entry.servicePort), entry);
  for (const { previous, current } of changes) {
    for (const { servicePort } of previous) entries.delete(servicePortKey(servicePort));
    for (const entry of current) entries.set(servicePortKey(entry.servicePort), entry);
  }
  return [...entries.values()];
}
