import { type Endpoint, fateOf } from '../../traffic/simulated-path.ts';
import type { Adapter } from '../types.ts';

/**
 * The packet tables once more, through the simulated path: clients at the place that a row names open one connection each. The source
 * address is not simulated, so `masquerade` is left to the rule.
 */

const agrees = (actual: any, expected: any): boolean =>
  actual.verdict === expected.verdict &&
  JSON.stringify(actual.endpoints) === JSON.stringify([...(expected.endpoints ?? [])].sort());

const flags = (e: any): Endpoint => ({
  ready: Boolean(e.ready),
  serving: Boolean(e.serving),
  terminating: Boolean(e.terminating),
  isLocal: Boolean(e.isLocal),
});

const FROM: Record<string, 'pod' | 'node' | 'external'> = { pod: 'pod', node: 'node', external: 'external' };
const ADDRESS: Record<string, 'ClusterIP' | 'NodePort' | 'LoadBalancerIP'> = {
  ClusterIP: 'ClusterIP',
  NodePort: 'NodePort',
  LoadBalancer: 'LoadBalancerIP',
  LoadBalancerIP: 'LoadBalancerIP',
  LB: 'LoadBalancerIP',
  LBIP: 'LoadBalancerIP',
  ExternalIP: 'LoadBalancerIP',
};

const real: Adapter = {
  name: 'packetVerdict (simulated path)',
  matches: (_, table) => table.function === 'packetVerdict',
  actual(input, testCase) {
    const spec = {
      type: input.type,
      internalTrafficPolicy: input.internalTrafficPolicy,
      ...(input.type === 'ClusterIP'
        ? {}
        : { externalTrafficPolicy: input.externalTrafficPolicyLocal ? 'Local' : 'Cluster' }),
    };
    const endpoints = input.endpoints.map(flags);
    const flows = Object.keys(testCase.expected).map((flow) => {
      const [from, to] = flow.split('To');
      const fate = fateOf({ endpoints, spec, from: FROM[from!]!, address: ADDRESS[to!]!, version: '1.36' });
      return [flow, fate];
    });
    return Object.fromEntries(flows);
  },
  agrees: (actual, expected) => Object.entries(expected).every(([flow, fate]) => agrees(actual[flow], fate)),
};

const PACKETS: Record<string, 'pod' | 'node' | 'external'> = {
  '10': 'pod',
  '203': 'external',
  '192': 'node',
};

const upstream: Adapter = {
  name: 'packetVerdict (unit tests, simulated path)',
  matches: (testCase) => testCase.input.packet !== undefined,
  actual({ service, endpoints, packet, nodeName }) {
    const { type, externalTrafficPolicy, internalTrafficPolicy } = service;
    const spec = {
      type,
      internalTrafficPolicy,
      ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy }),
      ...(service.sessionAffinity === 'ClientIP' ? { sessionAffinity: 'ClientIP' } : {}),
    };
    const seen = endpoints.map((e: any) =>
      flags({
        ready: e.conditions.ready ?? true,
        serving: e.conditions.serving ?? true,
        terminating: e.conditions.terminating ?? false,
        isLocal: e.nodeName === nodeName,
      }),
    );
    const from = PACKETS[packet.sourceIP.split('.')[0]] ?? 'external';
    const address = packet.destIP === service.clusterIP ? 'ClusterIP' : 'LoadBalancerIP';
    const fate = fateOf({ endpoints: seen, spec, from, address, version: '1.28' });
    return { ...fate, endpoints: fate.endpoints.map((index) => `${endpoints[index].addresses[0]}:80`) };
  },
  agrees: (actual, expected) => agrees({ ...actual, endpoints: [...actual.endpoints].sort() }, expected),
};

export const adapters: readonly Adapter[] = [real, upstream];
