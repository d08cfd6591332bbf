import { runTimeline } from '../../../src/rules/proxy/bounded-frequency-timeline.ts';
import { categorizeEndpoints } from '../../../src/rules/proxy/categorize-endpoints.ts';
import type { PacketAddress, PacketSource } from '../../../src/rules/proxy/packet-verdict.ts';
import { packetVerdict } from '../../../src/rules/proxy/packet-verdict.ts';
import {
  externallyAccessible,
  externalPolicyLocal,
  internalPolicyLocal,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../../../src/rules/proxy/service-policies.ts';
import type { Adapter } from '../types.ts';
import { endpointsAdapters } from './data-plane-endpoints.ts';

const REAL_MINOR = 36;

/** Null and an empty list both mean that there is none; the order of a list has no meaning. */
const sorted = (list: readonly (string | number)[] | null | undefined): string =>
  JSON.stringify([...(list ?? [])].sort());

const flags = (e: any) => ({
  ready: Boolean(e.ready),
  serving: Boolean(e.serving),
  terminating: Boolean(e.terminating),
  isLocal: Boolean(e.isLocal),
  zoneHints: e.zoneHints ?? null,
  nodeHints: e.nodeHints ?? null,
});

const realCategorizeEndpoints: Adapter = {
  name: 'categorizeEndpoints',
  matches: (_, table) => table.function === 'categorizeEndpoints',
  actual(input) {
    const endpoints = input.endpoints.map((e: any, index: number) => ({ ...flags(e), index }));
    const { node: nodeName, zone } = input;
    const result = categorizeEndpoints<any>(endpoints, input, { nodeName, zone }, REAL_MINOR);
    const indexes = (list: readonly any[] | null) => list?.map((e) => e.index) ?? null;
    return {
      cluster: indexes(result.clusterEndpoints),
      local: indexes(result.localEndpoints),
      allReachable: indexes(result.allReachableEndpoints),
      hasAnyEndpoints: result.hasAnyEndpoints,
      usesCluster: usesClusterEndpoints(input),
      usesLocal: usesLocalEndpoints(input),
    };
  },
  agrees: (actual, expected) =>
    ['cluster', 'local', 'allReachable'].every((key) => sorted(actual[key]) === sorted(expected[key])) &&
    ['hasAnyEndpoints', 'usesCluster', 'usesLocal'].every((key) => actual[key] === expected[key]),
};

const upstreamCategorizeEndpoints: Adapter = {
  name: 'categorizeEndpoints (unit tests)',
  matches: (testCase) => testCase.source?.includes('TestCategorizeEndpoints') ?? false,
  actual(input, _, table) {
    const endpoints = input.endpoints.map((e: any) => ({ ...flags(e), endpoint: e.endpoint }));
    const policies = { ...input.service, externallyAccessible: externallyAccessible(input.service) };
    const node = { nodeName: input.nodeName, zone: input.nodeLabels['topology.kubernetes.io/zone'] };
    const gates = {
      TopologyAwareHints: input.topologyAwareHintsGate,
      PreferSameTrafficDistribution: input.preferSameTrafficDistributionGate,
    };
    // 1.34 is the newest in which the gate of node hints can still be off, as some rows want it.
    const minor = table.list === 'cases_v1_28' ? 28 : 34;
    const result = categorizeEndpoints<any>(endpoints, policies, node, minor, gates);
    const names = (list: readonly any[] | null) => list?.map((e) => e.endpoint) ?? null;
    return {
      clusterEndpoints: names(result.clusterEndpoints),
      localEndpoints: names(result.localEndpoints),
      allReachableEndpoints: names(result.allReachableEndpoints),
      hasAnyEndpoints: result.hasAnyEndpoints,
    };
  },
  agrees: (actual, expected) =>
    ['clusterEndpoints', 'localEndpoints', 'allReachableEndpoints'].every(
      (key) => sorted(actual[key]) === sorted(expected[key]),
    ) &&
    (actual.clusterEndpoints === null) === (expected.clusterEndpoints === null) &&
    (actual.localEndpoints === null) === (expected.localEndpoints === null) &&
    actual.hasAnyEndpoints === expected.hasAnyEndpoints,
};

const SOURCES: Record<string, PacketSource> = { pod: 'pod', node: 'node', external: 'external' };
const ADDRESSES: Record<string, PacketAddress> = {
  ClusterIP: 'ClusterIP',
  NodePort: 'NodePort',
  LoadBalancer: 'LoadBalancerIP',
  LoadBalancerIP: 'LoadBalancerIP',
  LB: 'LoadBalancerIP',
  LBIP: 'LoadBalancerIP',
  ExternalIP: 'ExternalIP',
};

/** Verdicts name their endpoints only where there are any. */
const verdictAgrees = (actual: any, expected: any): boolean =>
  actual?.verdict === expected.verdict &&
  sorted(actual.endpoints) === sorted(expected.endpoints) &&
  actual.masquerade === (expected.masquerade ?? false);

const realPacketVerdict: Adapter = {
  name: 'packetVerdict',
  matches: (_, table) => table.function === 'packetVerdict',
  actual(input, testCase) {
    const spec = {
      type: input.type,
      internalTrafficPolicy: input.internalTrafficPolicy,
      externalTrafficPolicy: input.externalTrafficPolicyLocal ? ('Local' as const) : ('Cluster' as const),
      externalIPs: input.externalIPs,
    };
    const policies = {
      internalPolicyLocal: internalPolicyLocal(spec),
      externalPolicyLocal: externalPolicyLocal(spec),
      externallyAccessible: input.type !== 'ClusterIP' || externallyAccessible(input),
    };
    const endpoints = input.endpoints.map((e: any, index: number) => ({ ...flags(e), index }));
    const lists = categorizeEndpoints<any>(endpoints, policies, { nodeName: '' }, REAL_MINOR);
    const flows = Object.keys(testCase.expected).map((flow) => {
      const [from, to] = flow.split('To');
      const source = SOURCES[from ?? ''];
      const address = ADDRESSES[to ?? ''];
      if (source === undefined || address === undefined) throw new Error(`no such flow: ${flow}`);
      const verdict = packetVerdict(source, address, { ...policies, ...lists });
      return [flow, { ...verdict, endpoints: verdict.endpoints.map((e: any) => e.index) }];
    });
    return Object.fromEntries(flows);
  },
  agrees: (actual, expected) =>
    Object.entries(expected).every(([flow, verdict]) => verdictAgrees(actual[flow], verdict)),
};

const PACKETS: Record<string, PacketSource> = { '10.': 'pod', '203.': 'external', '192.': 'node' };

const upstreamPacketVerdict: Adapter = {
  name: 'packetVerdict (unit tests)',
  matches: (testCase) => testCase.input.packet !== undefined,
  actual({ service, endpoints, packet, nodeName }) {
    const addresses = {
      nodePort: service.nodePort,
      loadBalancerVIPs: service.loadBalancerIP === undefined ? [] : [service.loadBalancerIP],
    };
    const policies = {
      internalPolicyLocal: internalPolicyLocal(service),
      externalPolicyLocal: externalPolicyLocal(service),
      externallyAccessible: externallyAccessible(addresses),
    };
    const seen = endpoints.map((e: any) => ({
      ready: e.conditions.ready ?? true,
      serving: e.conditions.serving ?? true,
      terminating: e.conditions.terminating ?? false,
      isLocal: e.nodeName === nodeName,
      endpoint: `${e.addresses[0]}:80`,
    }));
    const lists = categorizeEndpoints<any>(seen, policies, { nodeName }, 28);
    const source = PACKETS[packet.sourceIP.slice(0, packet.sourceIP.indexOf('.') + 1)] ?? 'external';
    const address = packet.destIP === service.clusterIP ? 'ClusterIP' : 'LoadBalancerIP';
    const verdict = packetVerdict(source, address, { ...policies, ...lists });
    return { ...verdict, endpoints: verdict.endpoints.map((e: any) => e.endpoint) };
  },
  agrees: verdictAgrees,
};

const us = (ms: number): number => ms * 1000;
const ms = (value: number): number => value / 1000;

const runnerConfig = (algorithm: any, input: any): any => ({
  algorithm,
  minIntervalUs: us(input.minIntervalMs),
  maxIntervalUs: us(input.maxIntervalMs),
  retryIntervalUs: us(input.retryIntervalMs ?? 0),
  burst: input.burst ?? 2,
});

const realRunner: Adapter = {
  name: 'boundedFrequencyRunner',
  matches: (_, table) => table.function === 'boundedFrequencyRunner',
  actual(input, _, table) {
    const timeline = runTimeline({
      config: runnerConfig(table.algorithm, input),
      calls: input.runRequestsAtMs.map((atMs: number) => ({ atUs: us(atMs), op: 'Run' })),
      fnDurationUs: us(input.fnDurationMs),
      failingRunIndexes: input.failingRunIndexes,
      endUs: us(input.endMs),
    });
    return { algorithm: table.algorithm, runStartsMs: timeline.runStartsUs.map(ms) };
  },
  // The bucket of real code is a floating-point one, so its table allows a start to be 1 ms off.
  agrees: (actual, { runStartsMs: expected }) =>
    actual.runStartsMs.length === (expected ?? []).length &&
    (expected ?? []).every(
      (at: number, index: number) =>
        Math.abs(actual.runStartsMs[index] - at) <= (actual.algorithm === 'token-bucket' ? 1 : 0),
    ),
};

const upstreamRunner: Adapter = {
  name: 'boundedFrequencyRunner (unit tests)',
  matches: (testCase) => testCase.source?.includes('bounded_frequency_runner_test.go') ?? false,
  actual(input, testCase) {
    const timeline = runTimeline({
      config: runnerConfig(input.algorithm, input),
      calls: input.events.map((event: any) => ({
        atUs: us(event.atMs),
        op: event.op,
        intervalUs: us(event.ms ?? 0),
        fails: event.result === undefined ? undefined : event.result === 'error',
        retryAfterUs: event.duringRun === undefined ? undefined : us(event.duringRun.ms),
      })),
      fnDurationUs: us(input.fnDurationMs),
      endUs: us(testCase.expected.horizonMs),
    });
    return {
      runsAtMs: timeline.runStartsUs.map(ms),
      timers: timeline.steps.map((step) => ({
        atMs: ms(step.atUs),
        timerMs: step.timerUs === null ? null : ms(step.timerUs),
      })),
    };
  },
  // The table names the timer after some steps, in order; the rule notes it after every step.
  agrees(actual, expected) {
    const named = (expected.timerAfterMs ?? []).filter((entry: any) => entry.timerMs !== undefined);
    let at = 0;
    for (const { atMs, timerMs } of actual.timers) {
      if (at < named.length && named[at].atMs === atMs && named[at].timerMs === timerMs) at += 1;
    }
    return JSON.stringify(actual.runsAtMs) === JSON.stringify(expected.runsAtMs) && at === named.length;
  },
};

export const adapters: readonly Adapter[] = [
  realCategorizeEndpoints,
  upstreamCategorizeEndpoints,
  realPacketVerdict,
  upstreamPacketVerdict,
  realRunner,
  upstreamRunner,
  ...endpointsAdapters,
];
