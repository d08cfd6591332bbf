import { describe, expect, test } from 'vitest';
import type { CategorizedEndpoint, CategorizeGates } from '../../../src/rules/proxy/categorize-endpoints.ts';
import { categorizeEndpoints } from '../../../src/rules/proxy/categorize-endpoints.ts';

interface Named extends CategorizedEndpoint {
  readonly name: string;
}

const CLUSTER = { internalPolicyLocal: false, externalPolicyLocal: false, externallyAccessible: false };
const INTERNAL_LOCAL = { ...CLUSTER, internalPolicyLocal: true };
const EXTERNAL_LOCAL = { ...CLUSTER, externalPolicyLocal: true, externallyAccessible: true };
const NODE = { nodeName: 'node-1', zone: 'a' };

const ready = (name: string, more: Partial<Named> = {}): Named => ({
  name,
  ready: true,
  serving: true,
  terminating: false,
  isLocal: false,
  ...more,
});
const draining = (name: string, more: Partial<Named> = {}): Named =>
  ready(name, { ready: false, terminating: true, ...more });
const gone = (name: string): Named => ready(name, { ready: false, serving: false, terminating: true });

const categorize = (
  endpoints: readonly Named[],
  service: typeof CLUSTER,
  minor = 36,
  gates?: CategorizeGates,
) => {
  const result = categorizeEndpoints(endpoints, service, NODE, minor, gates);
  const names = (list: readonly Named[] | null) => list?.map((e) => e.name).join(' ') ?? null;
  return [
    names(result.clusterEndpoints),
    names(result.localEndpoints),
    names(result.allReachableEndpoints),
    result.hasAnyEndpoints,
  ];
};

describe('ready endpoints, and terminating ones as a last resort', () => {
  test.each([
    ['nothing at all', [], ['', null, '', false]],
    [
      'one ready endpoint keeps every terminating one out',
      [ready('a'), draining('b')],
      ['a', null, 'a', true],
    ],
    [
      'without a ready one all that still serve are used',
      [draining('a'), draining('b')],
      ['a b', null, 'a b', true],
    ],
    ['one that no longer serves is never used', [gone('a')], ['', null, '', false]],
    [
      'one that is ready though it terminates (publishNotReadyAddresses) is a ready one',
      [draining('a', { ready: true }), draining('b')],
      ['a', null, 'a', true],
    ],
  ])('%s', (_, endpoints, expected) => {
    expect(categorize(endpoints, CLUSTER)).toEqual(expected);
  });

  test('1.27 can have the fallback switched off', () => {
    const off = { ProxyTerminatingEndpoints: false };
    expect(categorize([draining('a')], CLUSTER, 27)).toEqual(['a', null, 'a', true]);
    expect(categorize([draining('a')], CLUSTER, 27, off)).toEqual(['', null, '', false]);
    expect(categorize([draining('a')], CLUSTER, 28, off)).toEqual(['a', null, 'a', true]);
  });
});

describe('local lists', () => {
  const local = { isLocal: true };
  test.each([
    [
      'a node without a local endpoint has none, though others have',
      [ready('a')],
      INTERNAL_LOCAL,
      [null, '', '', true],
    ],
    ['a local ready one is all', [ready('a', local), ready('b')], INTERNAL_LOCAL, [null, 'a', 'a', true]],
    [
      'the last local one that terminates stays, though another node has a ready one',
      [draining('a', local), ready('b')],
      INTERNAL_LOCAL,
      [null, 'a', 'a', true],
    ],
    [
      'external Local: the cluster list is for Pods, the local one for the outside',
      [draining('a', local), ready('b')],
      EXTERNAL_LOCAL,
      ['b', 'a', 'a b', true],
    ],
    ['external Local with nothing usable anywhere', [gone('a')], EXTERNAL_LOCAL, ['', '', '', false]],
  ])('%s', (_, endpoints, service, expected) => {
    expect(categorize(endpoints, service)).toEqual(expected);
  });
});

describe('hints', () => {
  const zoned = (name: string, zone: string, node?: string, more: Partial<Named> = {}) =>
    ready(name, { zoneHints: [zone], nodeHints: node === undefined ? [] : [node], ...more });
  const both = [zoned('a', 'a'), zoned('b', 'b')];
  const nodes = [zoned('a', 'a', 'node-1'), zoned('b', 'a', 'node-2')];

  test.each([
    ['1.28 needs the annotation', 28, both, undefined, {}, 'a b'],
    ['1.28 with the annotation', 28, both, 'Auto', {}, 'a'],
    ['1.28 with the annotation "Disabled"', 28, both, 'Disabled', {}, 'a b'],
    ['1.28 without the gate', 28, both, 'Auto', { TopologyAwareHints: false }, 'a b'],
    ['1.30 needs the annotation by default', 30, both, undefined, {}, 'a b'],
    [
      '1.30 with ServiceTrafficDistribution does not',
      30,
      both,
      undefined,
      { ServiceTrafficDistribution: true },
      'a',
    ],
    ['1.31 does not need it', 31, both, undefined, {}, 'a'],
    ['1.36 does not know the old gate', 36, both, undefined, { TopologyAwareHints: false }, 'a'],
    ['1.32 knows no node hints', 32, nodes, undefined, {}, 'a b'],
    ['1.33 has node hints off', 33, nodes, undefined, {}, 'a b'],
    ['1.34 has node hints on', 34, nodes, undefined, {}, 'a'],
    ['1.34 can have them off', 34, nodes, undefined, { PreferSameTrafficDistribution: false }, 'a b'],
    ['a ready endpoint without hints voids all', 36, [...both, ready('c')], undefined, {}, 'a b c'],
    ['no endpoint for the zone voids all', 36, [zoned('b', 'b'), zoned('c', 'c')], undefined, {}, 'b c'],
    ['hints of endpoints that are not ready do not count', 36, [...both, draining('c')], undefined, {}, 'a'],
    [
      'the fallback ignores hints',
      36,
      [zoned('a', 'a', undefined, draining('a')), zoned('b', 'b', undefined, draining('b'))],
      undefined,
      {},
      'a b',
    ],
  ])('%s', (_, minor, endpoints, hintsAnnotation, gates, expected) => {
    const result = categorizeEndpoints(endpoints, { ...CLUSTER, hintsAnnotation }, NODE, minor, gates);
    expect(result.clusterEndpoints?.map((e) => e.name).join(' ')).toBe(expected);
  });

  test('a local list ignores hints, so reachable is the union', () => {
    const endpoints = [zoned('a', 'a'), zoned('b', 'b', undefined, { isLocal: true })];
    expect(categorize(endpoints, EXTERNAL_LOCAL)).toEqual(['a', 'b', 'a b', true]);
  });
});
