import { describe, expect, it } from 'vitest';
import { ciliumBackends, parseCiliumVersion } from '../../src/rules/routers/cilium.ts';

/** Routing by zone while one Pod terminates: it has no hints any more. */

const staying = (pod: string, zone: string) => ({
  pod,
  ready: true,
  serving: true,
  terminating: false,
  zoneHints: [zone],
});
const leaving = (pod: string) => ({ pod, ready: false, serving: true, terminating: true, zoneHints: [] });

describe('a node in zone a, with one Pod in each zone and one that terminates', () => {
  it.each([
    // One Pod without hints switched routing by zone off.
    ['1.19', ['here', 'there'], ['here', 'there', 'old']],
    ['1.20', ['here', 'there'], ['here', 'there', 'old']],
    // It is left out, and what is open to it is reset.
    ['1.20.1', ['here'], ['here', 'there']],
    ['1.21', ['here'], ['here', 'there']],
  ])('Cilium %s', (version, newConnections, kept) => {
    const endpoints = [staying('here', 'a'), staying('there', 'b'), leaving('old')];
    const found = ciliumBackends(endpoints, 'a', parseCiliumVersion(version)!);
    expect(found.newConnections.map(({ pod }) => pod)).toEqual(newConnections);
    expect(found.keptForEstablished.map(({ pod }) => pod)).toEqual(kept);
  });

  it('where all terminate there is no zone', () => {
    const found = ciliumBackends([leaving('a'), leaving('b')], 'a', parseCiliumVersion('1.20.1')!);
    expect(found.newConnections.map(({ pod }) => pod)).toEqual(['a', 'b']);
    expect(found.keptForEstablished).toHaveLength(2);
  });
});
