import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categorizeEndpoints } from '../../src/rules/proxy/categorize-endpoints.ts';
import { packetVerdict } from '../../src/rules/proxy/packet-verdict.ts';
import { tries } from '../effort.ts';
import { type Endpoint, type Flow, fateOf } from './simulated-path.ts';

const ready = (isLocal: boolean): Endpoint => ({ ready: true, serving: true, terminating: false, isLocal });
const stopping = (isLocal: boolean): Endpoint => ({
  ready: false,
  serving: true,
  terminating: true,
  isLocal,
});
const dead = (isLocal: boolean): Endpoint => ({ ready: false, serving: false, terminating: true, isLocal });

const CLUSTER = { type: 'LoadBalancer' } as const;
const LOCAL = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const;
const INTERNAL_LOCAL = { type: 'ClusterIP', internalTrafficPolicy: 'Local' } as const;

type Row = readonly [
  what: string,
  spec: Flow['spec'],
  from: Flow['from'],
  address: Flow['address'],
  endpoints: readonly Endpoint[],
  verdict: string,
  chosen: readonly number[],
];

const ROWS: readonly Row[] = [
  [
    'a Pod reaches any ready endpoint',
    CLUSTER,
    'pod',
    'ClusterIP',
    [ready(true), ready(false)],
    'DNAT',
    [0, 1],
  ],
  [
    'a ready one keeps the stopping out',
    CLUSTER,
    'node',
    'ClusterIP',
    [ready(false), stopping(true)],
    'DNAT',
    [0],
  ],
  [
    'the last ones that stop still serve',
    CLUSTER,
    'pod',
    'ClusterIP',
    [stopping(false), stopping(true), dead(true)],
    'DNAT',
    [0, 1],
  ],
  ['nobody is left', CLUSTER, 'pod', 'ClusterIP', [dead(true)], 'REJECT', []],
  [
    'a node port enters anywhere',
    CLUSTER,
    'external',
    'NodePort',
    [ready(false), ready(false)],
    'DNAT',
    [0, 1],
  ],
  ['Local keeps to the node', LOCAL, 'external', 'NodePort', [ready(true), ready(false)], 'DNAT', [0]],
  ['Local has nobody on the node', LOCAL, 'external', 'LoadBalancerIP', [ready(false)], 'DROP', []],
  [
    'Local falls back on the node alone',
    LOCAL,
    'external',
    'NodePort',
    [stopping(true), ready(false)],
    'DNAT',
    [0],
  ],
  ['Local does not bind a Pod', LOCAL, 'pod', 'LoadBalancerIP', [ready(true), ready(false)], 'DNAT', [0, 1]],
  ['nor the node itself', LOCAL, 'node', 'NodePort', [ready(false)], 'DNAT', [0]],
  ['an internal Local policy', INTERNAL_LOCAL, 'pod', 'ClusterIP', [ready(true), ready(false)], 'DNAT', [0]],
  [
    'an internal Local policy without a Pod on the node',
    INTERNAL_LOCAL,
    'node',
    'ClusterIP',
    [ready(false)],
    'DROP',
    [],
  ],
];

describe('connections of clients in a simulated cluster', () => {
  it.each(ROWS)('%s', (_what, spec, from, address, endpoints, verdict, chosen) => {
    expect(fateOf({ endpoints, spec, from, address, version: '1.36' })).toEqual({
      verdict,
      endpoints: chosen,
    });
  });

  it('keep a client on its Pod with session affinity, and every client for itself', () => {
    const spec = { ...CLUSTER, sessionAffinity: 'ClientIP' };
    const flow = { endpoints: [ready(true), ready(false)], spec, from: 'pod', address: 'ClusterIP' } as const;
    expect(fateOf({ ...flow, version: '1.36' })).toEqual({ verdict: 'DNAT', endpoints: [0, 1] });
  });

  it('meet the fate that the rule for one packet says, whatever the endpoints and the place', () => {
    const endpoint = fc.oneof(
      fc.constantFrom(true, false).map(ready),
      fc.constantFrom(true, false).map(stopping),
      fc.constantFrom(true, false).map(dead),
    );
    const place = fc.constantFrom<readonly [Flow['from'], Flow['address']]>(
      ['pod', 'ClusterIP'],
      ['node', 'ClusterIP'],
      ['pod', 'NodePort'],
      ['node', 'LoadBalancerIP'],
      ['external', 'NodePort'],
    );
    const policy = fc.constantFrom<'Cluster' | 'Local'>('Cluster', 'Local');
    const rows = fc.tuple(fc.array(endpoint, { maxLength: 4 }), place, policy, policy);
    fc.assert(
      fc.property(rows, ([endpoints, [from, address], internal, external]) => {
        const spec = { type: 'NodePort', internalTrafficPolicy: internal, externalTrafficPolicy: external };
        const policies = {
          internalPolicyLocal: internal === 'Local',
          externalPolicyLocal: external === 'Local',
          externallyAccessible: true,
        };
        const listed = endpoints.map((one, index) => ({ ...one, index }));
        const lists = categorizeEndpoints(listed, policies, { nodeName: 'node-1' }, 36);
        const { verdict, endpoints: usable } = packetVerdict(from, address, { ...policies, ...lists });
        const expected = { verdict, endpoints: usable.map(({ index }) => index) };
        expect(fateOf({ endpoints, spec, from, address, version: '1.36' })).toEqual(expected);
      }),
      { numRuns: tries(20), seed: 6 },
    );
  });
});
