import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/index.ts';
import { requestsSentence } from '../../src/report/requests-text.ts';
import { deployment, service } from '../run/manifests.ts';
import { type ClientInput, flood, runWith } from './run.ts';

/** Clients live where they live: what a client has open when its Pod ends or its node is gone ends with it, and is no failure. */

const slow = { request: { duration: '4s' }, load: { ratePerSecond: 10 } } as const;
const caller = deployment({ deployment: 'caller', replicas: 1 });
const manifests = [deployment({ replicas: 3 }), service(), caller];

function lastSentMs(trace: readonly TraceEvent[]): number {
  return trace.findLast(({ type }) => type === 'requestSent')!.atMs;
}

describe('a client that ends with what it lives in', () => {
  it.each<[where: string, connection: ClientInput['connection']]>([
    ['over new connections', 'new'],
    ['over kept ones', { keepAlive: {} }],
    ['over one that all its calls share', { keepAlive: { multiplexed: true } }],
  ])('in a Pod that is deleted, %s', (_, connection) => {
    const run = runWith({
      manifests,
      trace: 'full',
      clients: [flood(10, { ...slow, from: { pod: 'caller-1-0' }, connection })],
      actions: [{ type: 'deletePod', pod: 'caller-1-0', at: '10s' }],
      horizon: '40s',
    });
    const { sent, succeeded, failed, open, endedWithClient } = run.verdict.requests;
    expect(failed).toEqual({});
    // Four seconds of work at ten a second.
    expect(endedWithClient).toBeGreaterThanOrEqual(39);
    expect(endedWithClient).toBeLessThanOrEqual(42);
    expect(open).toBe(endedWithClient);
    expect(sent).toBe(succeeded + open);
    expect(lastSentMs(run.trace)).toBeLessThan(10_500);
    expect(run.verdict.violations.filter(({ kind }) => kind === 'requestFailed')).toEqual([]);
    expect(requestsSentence(run.verdict.requests)).toMatch(/none failed; \d+ ended with their client\.$/);
  });

  it.each<[where: string, from: ClientInput['from'], node: string]>([
    ['in a Pod of that node', { pod: 'web-1-1' }, 'node-2'],
    ['beside the Pods of that node', { node: 'node-3' }, 'node-3'],
  ])('on a node that is lost, %s', (_, from, node) => {
    const run = runWith({
      trace: 'full',
      clients: [flood(50, { from, request: { duration: '1s' }, load: { concurrency: 5 } })],
      actions: [{ type: 'nodeLost', node, at: '5s' }],
      horizon: '20s',
    });
    const { sent, succeeded, failed, endedWithClient, byClient } = run.verdict.requests;
    expect({ failed, endedWithClient }).toEqual({ failed: {}, endedWithClient: 5 });
    expect(sent).toBe(succeeded + 5);
    expect(byClient.flood!.endedWithClient).toBe(5);
    expect(lastSentMs(run.trace)).toBeLessThan(5000);
  });

  it('leaves one that lives elsewhere alone', () => {
    const { requests } = runWith({
      clients: [flood(10, { from: { node: 'node-1' }, stop: '20s' })],
      actions: [{ type: 'nodeLost', node: 'node-3', at: '5s' }],
    }).verdict;
    expect(requests.sent).toBe(200);
    expect(requests.endedWithClient).toBe(0);
  });
});
