import { describe, expect, test } from 'vitest';
import {
  type EndpointPod,
  endpointConditions,
  legacyEndpointsList,
  podToEndpoint,
  shouldPodBeInEndpoints,
} from '../../../src/rules/endpointslice/endpoint-conditions.ts';
import {
  determineNeededServiceUpdates,
  servicesToUpdateOnPodChange,
} from '../../../src/rules/endpointslice/needed-service-updates.ts';
import { isPodResync, podEndpointsChanged } from '../../../src/rules/endpointslice/pod-endpoints-changed.ts';

const pod: EndpointPod = {
  name: 'web-1-0',
  namespace: 'default',
  phase: 'Running',
  deletionTimestamp: null,
  readyCondition: 'True',
  podIP: '10.0.0.1',
  podIPs: ['10.0.0.1'],
  nodeName: 'node-1',
};
const terminating = { ...pod, deletionTimestamp: 30 };
const service = { name: 'web', namespace: 'default', publishNotReadyAddresses: false };

describe('the conditions of an endpoint', () => {
  test.each([
    ['a ready Pod', pod, false, 'ready serving'],
    ['a Pod that is not ready', { ...pod, readyCondition: 'False' as const }, false, ''],
    ['a Pod whose readiness is unknown', { ...pod, readyCondition: 'Unknown' as const }, false, ''],
    ['a terminating Pod that is still ready', terminating, false, 'serving terminating'],
    [
      'a terminating Pod that failed its probe',
      { ...terminating, readyCondition: 'False' as const },
      false,
      'terminating',
    ],
    [
      'a terminating Pod of a publishNotReadyAddresses Service',
      terminating,
      true,
      'ready serving terminating',
    ],
    ['a Pod without the condition, published anyway', { ...pod, readyCondition: null }, true, 'ready'],
  ])('%s', (_row, subject, publish, expected) => {
    const conditions = endpointConditions(subject, publish);
    const set = Object.entries(conditions).filter(([, value]) => value);
    expect(set.map(([name]) => name).join(' ')).toBe(expected);
  });
});

describe('which Pods have an endpoint', () => {
  test.each([
    ['a running Pod is in both', pod, false, true, 'addresses'],
    ['a terminating Pod stays in the slice and leaves the legacy Endpoints', terminating, false, true, null],
    ['publishNotReadyAddresses keeps it in both', terminating, true, true, 'addresses'],
    [
      'an unready Pod is in the slice and under notReadyAddresses',
      { ...pod, readyCondition: null },
      false,
      true,
      'notReadyAddresses',
    ],
    [
      'a Succeeded Pod is in neither, even while terminating',
      { ...terminating, phase: 'Succeeded' },
      true,
      false,
      null,
    ],
    ['a Pod without an IP is in neither', { ...pod, podIP: '', podIPs: [] }, false, false, null],
  ])('%s', (_row, subject, publish, inSlice, legacy) => {
    expect(shouldPodBeInEndpoints(subject, true)).toBe(inSlice);
    expect(legacyEndpointsList(subject, publish)).toBe(legacy);
  });
});

describe('the addresses of an endpoint', () => {
  test.each([
    ['an IPv4 slice takes the IPv4 address', ['10.0.0.1', 'fd00::1'], 'IPv4', ['10.0.0.1']],
    ['an IPv6 slice takes the IPv6 address', ['10.0.0.1', 'fd00::1'], 'IPv6', ['fd00::1']],
    [
      'zeros are dropped from IPv6 groups',
      ['FD08::5678:0000:0000:9abc:def0'],
      'IPv6',
      ['fd08::5678:0:0:9abc:def0'],
    ],
    ['the longer run of zeros is shortened', ['1:0:0:2:0:0:0:3'], 'IPv6', ['1:0:0:2::3']],
    ['leading zeros are dropped from octets', ['010.0.00.1'], 'IPv4', ['10.0.0.1']],
    ['a mapped address is an IPv4 address', ['::ffff:10.0.0.1'], 'IPv4', ['10.0.0.1']],
    ['what is no address is left out', ['10.0.0', '1:2', '1::2::3', '10.0.0.256'], 'IPv4', []],
  ] as const)('%s', (_row, podIPs, family, addresses) => {
    expect(podToEndpoint({ ...pod, podIPs }, null, service, family).addresses).toEqual(addresses);
  });

  test('node, zone and a hostname of the Service’s subdomain come along', () => {
    const named = { ...pod, hostname: 'db-0', subdomain: 'web' };
    expect(podToEndpoint(named, { zone: 'zone-a' }, service, 'IPv4')).toMatchObject({
      nodeName: 'node-1',
      zone: 'zone-a',
      hostname: 'db-0',
      targetRef: { namespace: 'default', name: 'web-1-0' },
    });
    expect(podToEndpoint({ ...named, subdomain: 'other' }, null, service, 'IPv4')).not.toHaveProperty(
      'hostname',
    );
  });
});

describe('whether a Pod update concerns its endpoints', () => {
  const before = { deletionTimestamp: null, ready: true, podIPs: ['10.0.0.1'], labels: { app: 'web' } };
  test.each([
    ['nothing changed', before, before, false, false],
    ['it was deleted', before, { ...before, deletionTimestamp: 30 }, true, false],
    [
      'it was terminating before, and nothing changed',
      { ...before, deletionTimestamp: 30 },
      { ...before, deletionTimestamp: 30 },
      true,
      false,
    ],
    ['it failed its readiness probe', before, { ...before, ready: false }, true, false],
    ['it got a second IP', before, { ...before, podIPs: ['10.0.0.1', 'fd00::1'] }, true, false],
    ['it lost a label', before, { ...before, labels: {} }, false, true],
    ['its subdomain changed', before, { ...before, subdomain: 'web' }, false, true],
  ])('%s', (_row, oldPod, newPod, podChanged, labelsChanged) => {
    expect(podEndpointsChanged(oldPod, newPod)).toEqual({ podChanged, labelsChanged });
  });

  test('a resync is told by its resourceVersion', () => {
    expect(isPodResync({ ...before, resourceVersion: '7' }, { ...before, resourceVersion: '7' })).toBe(true);
    expect(isPodResync({ ...before, resourceVersion: '7' }, { ...before, resourceVersion: '8' })).toBe(false);
  });
});

describe('which Services a Pod update syncs', () => {
  test.each([
    ['a changed Pod syncs all Services, old and new', ['a', 'b'], ['b', 'c'], true, ['a', 'b', 'c']],
    ['new labels alone sync those that it joined or left', ['a', 'b'], ['b', 'c'], false, ['a', 'c']],
    ['the same memberships sync none', ['a'], ['a'], false, []],
  ])('%s', (_row, before, after, podChanged, expected) => {
    expect(determineNeededServiceUpdates(before, after, podChanged)).toEqual(expected);
  });

  test('without new labels the old memberships do not count', () => {
    const change = { podChanged: true, labelsChanged: false };
    expect(servicesToUpdateOnPodChange(change, ['a'], ['c', 'b'])).toEqual(['b', 'c']);
    expect(servicesToUpdateOnPodChange({ ...change, podChanged: false }, ['a'], ['b'])).toEqual([]);
  });
});
