import {
  endpointConditions,
  podToEndpoint,
  shouldPodBeInEndpoints,
  shouldSetHostname,
} from '../../../src/rules/endpointslice/endpoint-conditions.ts';
import { computeEndpointLastChangeTriggerTime } from '../../../src/rules/endpointslice/endpoint-trigger-time.ts';
import { batchedSyncTimesUs } from '../../../src/rules/endpointslice/endpoint-updates-batch.ts';
import { determineNeededServiceUpdates } from '../../../src/rules/endpointslice/needed-service-updates.ts';
import { desiredEndpoints, reconcileSlices } from '../../../src/rules/endpointslice/place-endpoints.ts';
import { podEndpointsChanged } from '../../../src/rules/endpointslice/pod-endpoints-changed.ts';
import {
  hasSlice,
  shouldSyncSlice,
  staleSlices,
  trackSlice,
} from '../../../src/rules/endpointslice/stale-slices.ts';
import { reconcileHints } from '../../../src/rules/endpointslice/traffic-distribution-hints.ts';
import type { Adapter } from '../types.ts';
import { byFunction, MINOR, seconds, US, us } from './control-plane-table.ts';

const readyStatus = { true: 'True', false: 'False', null: null } as const;

const endpointPod = (pod: any) => ({
  name: pod.name ?? '',
  namespace: pod.namespace ?? '',
  phase: pod.phase,
  deletionTimestamp: pod.deletionTimestamp,
  readyCondition: readyStatus[String(pod.ready) as keyof typeof readyStatus],
  podIP: pod.podIP,
  podIPs: pod.podIPs,
  nodeName: pod.nodeName,
  hostname: pod.hostname ?? '',
  subdomain: pod.subdomain ?? '',
  spec: { containers: [], initContainers: [] },
});

const endpointRow = (endpoint: any) => ({
  ...endpoint,
  targetRefName: endpoint.targetRef.name,
  targetRef: undefined,
});

const asSet = (rows: readonly any[]): string =>
  JSON.stringify(
    rows
      .map((row) =>
        JSON.stringify(
          Object.entries(row)
            .filter(([, value]) => value !== undefined)
            .sort(),
        ),
      )
      .sort(),
  );

const slice = (row: any) => ({ uid: row.uid, generation: row.generation });

export const endpointAdapters: readonly Adapter[] = [
  {
    name: 'endpointConditions (real)',
    matches: (_testCase, table) => table.function === 'endpointConditions',
    actual: (input) => {
      const pod = {
        ...endpointPod({ phase: input.phase, deletionTimestamp: input.deletionTimestamp ? 0 : null }),
        readyCondition: input.readyCondition === 'absent' ? null : input.readyCondition,
        podIP: input.hasPodIP ? '10.0.0.1' : '',
        podIPs: input.hasPodIP ? ['10.0.0.1'] : [],
        nodeName: '',
      };
      const service = { name: '', namespace: '', publishNotReadyAddresses: input.publishNotReadyAddresses };
      const endpoint = podToEndpoint(pod, null, service, 'IPv4');
      return {
        inSlice: shouldPodBeInEndpoints(pod, true),
        inLegacyEndpointsWhenIncludeTerminatingIsPublishNotReady: shouldPodBeInEndpoints(
          pod,
          input.publishNotReadyAddresses,
        ),
        ...endpointConditions(pod, input.publishNotReadyAddresses),
        addresses: endpoint.addresses.length,
      };
    },
  },
  byFunction('podToEndpoint', ({ pod, node, service, addressType }) =>
    endpointRow(podToEndpoint(endpointPod(pod), node && { zone: node.zone }, service, addressType)),
  ),
  byFunction('ShouldPodBeInEndpoints', ({ pod, includeTerminating }) => ({
    include: shouldPodBeInEndpoints(pod, includeTerminating),
  })),
  byFunction('ShouldSetHostname', (input) => ({
    setHostname: shouldSetHostname(
      { namespace: input.podNamespace, hostname: input.podHostname, subdomain: input.podSubdomain },
      { name: input.serviceName, namespace: input.serviceNamespace },
    ),
  })),
  byFunction('podEndpointsChanged', (input) => podEndpointsChanged(input.old, input.new)),
  byFunction('determineNeededServiceUpdates', ({ oldServices, newServices, podChanged }) => ({
    services: determineNeededServiceUpdates(oldServices, newServices, podChanged),
  })),
  byFunction('EndpointSliceTracker.Update/Has/ShouldSync', ({ trackedSlice, checkedSlice }) => {
    const key = (row: any): string => `${row.namespace}/${row.service}`;
    const tracked = { [key(trackedSlice)]: trackSlice(undefined, slice(trackedSlice)) };
    const generations = tracked[key(checkedSlice)];
    return {
      has: hasSlice(generations, slice(checkedSlice)),
      shouldSync: shouldSyncSlice(generations, slice(checkedSlice)),
      trackedGeneration: tracked[key(trackedSlice)]?.[trackedSlice.uid],
    };
  }),
  byFunction('EndpointSliceTracker.StaleSlices', (input) => ({
    stale: staleSlices(input.trackedGenerationsByServiceAndUid[input.service], input.cachedSlices.map(slice)),
  })),
  byFunction('syncService', ({ informerGeneration, trackerGeneration }) => ({
    staleInformerError: staleSlices({ uid: trackerGeneration }, [
      { uid: 'uid', generation: informerGeneration },
    ]),
  })),
  byFunction('TriggerTimeTracker.ComputeEndpointLastChangeTriggerTime', ({ steps }) => {
    let state: Parameters<typeof computeEndpointLastChangeTriggerTime>[0];
    const triggerTimes: (number | null)[] = [];
    for (const step of steps) {
      if (step.op === 'deleteService') {
        state = undefined;
        continue;
      }
      const pods = Object.entries<number>(step.podReadyTransitionSec).map(([name, sec]) => ({
        name,
        readyLastTransitionUs: us(sec),
      }));
      const computed = computeEndpointLastChangeTriggerTime(state, step.serviceCreatedSec * US, pods);
      state = computed.state;
      triggerTimes.push(seconds(computed.triggerTimeUs));
    }
    return { triggerTimes };
  }),
  byFunction('trafficdist.ReconcileHints', ({ trafficDistribution, ...slices }) =>
    reconcileHints(slices, trafficDistribution, MINOR),
  ),
  byFunction('endpointUpdatesBatchPeriod', ({ events, batchPeriodSec }) => {
    const times = events.map((event: any) => Math.round(event.atSec * US));
    return { apiWriteRequests: batchedSyncTimesUs(times, batchPeriodSec * US).length };
  }),
  byFunction(
    'syncService (one slice expected)',
    ({ service, pods, nodes }) => {
      const known = new Map<string, { zone: null }>(nodes.map((name: string) => [name, { zone: null }]));
      const named = { ...service, namespace: 'default' };
      const { desired } = desiredEndpoints(named, pods.map(endpointPod), known, service.ipFamilies[0], MINOR);
      const slices = reconcileSlices([], desired).toCreate;
      return {
        slices: slices.length,
        slicePorts: slices[0]?.ports,
        endpointsAnyOrder: slices[0]?.endpoints.map(endpointRow),
      };
    },
    (actual, expected) =>
      actual.slices === 1 &&
      asSet(actual.slicePorts) === asSet(expected.slicePorts) &&
      asSet(actual.endpointsAnyOrder) === asSet(expected.endpointsAnyOrder),
  ),
];
