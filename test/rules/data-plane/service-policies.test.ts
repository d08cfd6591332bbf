import { describe, expect, test } from 'vitest';
import {
  externallyAccessible,
  externalPolicyLocal,
  internalPolicyLocal,
  loadBalancerVIPs,
  needsHealthCheck,
  shouldSkipService,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../../../src/rules/proxy/service-policies.ts';

describe('which endpoint lists a Service needs', () => {
  test.each([
    ['everything Cluster, inside only', false, false, false, true, false],
    ['internal Local, inside only', true, false, false, false, true],
    ['internal Local, but reachable from outside', true, false, true, true, true],
    ['external Local and reachable from outside', false, true, true, true, true],
    ['external Local that nothing outside can reach', false, true, false, true, false],
  ])('%s', (_, internal, external, accessible, cluster, local) => {
    const policies = {
      internalPolicyLocal: internal,
      externalPolicyLocal: external,
      externallyAccessible: accessible,
    };
    expect(usesClusterEndpoints(policies)).toBe(cluster);
    expect(usesLocalEndpoints(policies)).toBe(local);
  });
});

describe('the external policy holds only where there is external traffic', () => {
  test.each([
    ['a NodePort Service', { type: 'NodePort' }, true],
    ['a LoadBalancer Service', { type: 'LoadBalancer' }, true],
    ['a ClusterIP Service with an external IP', { type: 'ClusterIP', externalIPs: ['192.0.2.1'] }, true],
    ['a ClusterIP Service without one', { type: 'ClusterIP' }, false],
  ] as const)('%s', (_, spec, expected) => {
    expect(externalPolicyLocal({ ...spec, externalTrafficPolicy: 'Local' })).toBe(expected);
    expect(externalPolicyLocal({ ...spec, externalTrafficPolicy: 'Cluster' })).toBe(false);
  });

  test('only a LoadBalancer Service with it has a health-check node port', () => {
    expect(needsHealthCheck({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' })).toBe(true);
    expect(needsHealthCheck({ type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' })).toBe(false);
    expect(needsHealthCheck({ type: 'NodePort', externalTrafficPolicy: 'Local' })).toBe(false);
  });

  test('the internal policy is its field', () => {
    expect(internalPolicyLocal({ type: 'ClusterIP', internalTrafficPolicy: 'Local' })).toBe(true);
    expect(internalPolicyLocal({ type: 'ClusterIP' })).toBe(false);
  });
});

test.each([
  ['a node port', { nodePort: 30080 }, true],
  ['a load balancer address', { loadBalancerVIPs: ['192.0.2.1'] }, true],
  ['an external IP', { externalIPs: ['192.0.2.1'] }, true],
  ['node port 0 and empty lists', { nodePort: 0, loadBalancerVIPs: [], externalIPs: [] }, false],
])('%s makes a port reachable from outside or not', (_, addresses, expected) => {
  expect(externallyAccessible(addresses)).toBe(expected);
});

test.each([
  ['headless', 'ClusterIP', 'None', true],
  ['ExternalName', 'ExternalName', '', true],
  ['ClusterIP', 'ClusterIP', '10.96.0.1', false],
] as const)('kube-proxy skips a %s Service or not', (_, type, clusterIP, expected) => {
  expect(shouldSkipService(type, clusterIP)).toBe(expected);
});

test.each([
  ['1.29 takes every address', 29, {}, ['192.0.2.1', '192.0.2.2']],
  ['1.29 with the gate leaves out mode Proxy', 29, { LoadBalancerIPMode: true }, ['192.0.2.1']],
  ['1.30 leaves out mode Proxy', 30, {}, ['192.0.2.1']],
])('%s', (_, minor, gates, expected) => {
  const ingress = [{ ip: '192.0.2.1', ipMode: 'VIP' }, { ip: '192.0.2.2', ipMode: 'Proxy' }, {}] as const;
  expect(loadBalancerVIPs(ingress, minor, gates)).toEqual(expected);
});
