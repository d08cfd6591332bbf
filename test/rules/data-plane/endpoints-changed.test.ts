import { expect, test } from 'vitest';
import type { ProxyEndpointSlice } from '../../../src/rules/proxy/endpoints-changed.ts';
import { endpointsChanged, readConditions } from '../../../src/rules/proxy/endpoints-changed.ts';

const BASE: ProxyEndpointSlice = {
  metadata: { namespace: 'default', name: 'web-1', resourceVersion: '1' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }],
  ports: [
    { name: 'http', port: 80, protocol: 'TCP' },
    { name: 'https', port: 443, protocol: 'TCP' },
  ],
};
const [first = { addresses: [] }, second = { addresses: [] }] = BASE.endpoints;

const rows: [string, Partial<ProxyEndpointSlice>, boolean, boolean][] = [
  ['an equal copy', { endpoints: [{ ...first }, { ...second }] }, false, false],
  ['endpoints in another order', { endpoints: [second, first] }, false, true],
  ['ports in another order', { ports: [...BASE.ports].reverse() }, false, true],
  ['a new resourceVersion', { metadata: { ...BASE.metadata, resourceVersion: '2' } }, false, true],
  ['a new trigger time', { lastChangeTriggerTimeMs: 5 }, false, true],
  ['a condition spelt out', { endpoints: [{ ...first, conditions: { ready: true } }, second] }, false, true],
  [
    'another Pod behind an address',
    { endpoints: [{ ...first, targetRef: { name: 'web-2' } }, second] },
    false,
    true,
  ],
  [
    'an endpoint that terminates',
    { endpoints: [{ ...first, conditions: { terminating: true } }, second] },
    true,
    true,
  ],
  ['an endpoint on another node', { endpoints: [{ ...first, nodeName: 'node-2' }, second] }, true, true],
  ['an endpoint less', { endpoints: [first] }, true, true],
  ['another port number', { ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }, true, true],
];

test.each(rows)('%s', (_, change, upTo130, from131) => {
  expect(endpointsChanged(BASE, { ...BASE, ...change }, 30)).toBe(upTo130);
  expect(endpointsChanged(BASE, { ...BASE, ...change }, 31)).toBe(from131);
});

test('nil conditions mean ready, serving and not terminating', () => {
  expect(readConditions(undefined)).toEqual({ ready: true, serving: true, terminating: false });
  expect(readConditions({ ready: false, serving: null })).toEqual({
    ready: false,
    serving: true,
    terminating: false,
  });
});
