import { expect, test } from 'vitest';
import type { PacketAddress, PacketSource } from '../../../src/rules/proxy/packet-verdict.ts';
import { packetVerdict } from '../../../src/rules/proxy/packet-verdict.ts';

const lists = (
  clusterEndpoints: string[] | null,
  localEndpoints: string[] | null,
  hasAnyEndpoints = true,
) => ({
  clusterEndpoints,
  localEndpoints,
  hasAnyEndpoints,
});
const CLUSTER = { internalPolicyLocal: false, externalPolicyLocal: false, ...lists(['here', 'there'], null) };
const EMPTY = { ...CLUSTER, ...lists([], null, false) };
const INTERNAL_LOCAL = { ...CLUSTER, internalPolicyLocal: true, ...lists(null, ['here']) };
const EXTERNAL_LOCAL = { ...CLUSTER, externalPolicyLocal: true, ...lists(['here', 'there'], ['here']) };
const NONE_HERE = { ...EXTERNAL_LOCAL, ...lists(['there'], []) };

type Row = [string, PacketSource, PacketAddress, typeof CLUSTER | typeof INTERNAL_LOCAL, string];
const rows: Row[] = [
  ['a Pod reaches all', 'pod', 'ClusterIP', CLUSTER, 'DNAT here,there'],
  ['the node is masqueraded', 'node', 'ClusterIP', CLUSTER, 'DNAT here,there masquerade'],
  ['nothing usable anywhere is refused', 'pod', 'ClusterIP', EMPTY, 'REJECT '],
  ['… from outside, too', 'external', 'NodePort', EMPTY, 'REJECT '],
  ['internal Local', 'pod', 'ClusterIP', INTERNAL_LOCAL, 'DNAT here'],
  [
    'internal Local without a local one is lost',
    'pod',
    'ClusterIP',
    { ...INTERNAL_LOCAL, ...lists(null, []) },
    'DROP ',
  ],
  ['from outside under Cluster', 'external', 'LoadBalancerIP', CLUSTER, 'DNAT here,there masquerade'],
  ['from outside under Local keeps its address', 'external', 'LoadBalancerIP', EXTERNAL_LOCAL, 'DNAT here'],
  ['from outside under Local, none here, is lost', 'external', 'NodePort', NONE_HERE, 'DROP '],
  ['a Pod is not bound by external Local', 'pod', 'LoadBalancerIP', NONE_HERE, 'DNAT there'],
  ['nor is the node, but it is masqueraded', 'node', 'ExternalIP', NONE_HERE, 'DNAT there masquerade'],
  ['the cluster IP is not bound by external Local', 'pod', 'ClusterIP', NONE_HERE, 'DNAT there'],
];

test.each(rows)('%s', (_, source, address, service, expected) => {
  const { verdict, endpoints, masquerade } = packetVerdict(source, address, service);
  expect(`${verdict} ${endpoints.join(',')}${masquerade ? ' masquerade' : ''}`).toBe(expected);
});

test('--masquerade-all masquerades Pods at the cluster IP', () => {
  expect(packetVerdict('pod', 'ClusterIP', CLUSTER, { masqueradeAll: true }).masquerade).toBe(true);
});

test('a kube-proxy that cannot tell Pods apart binds them by external Local', () => {
  const options = { detectsLocalPods: false };
  expect(packetVerdict('pod', 'NodePort', NONE_HERE, options).verdict).toBe('DROP');
  expect(packetVerdict('node', 'ClusterIP', CLUSTER, options).masquerade).toBe(false);
});
