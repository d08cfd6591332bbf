import { describe, expect, it } from 'vitest';
import { barePod, deployment, service, sleeps } from '../run/manifests.ts';
import { deletion, eventsOf, runOf } from '../run/run-of.ts';

function boundTo(
  replicas: number,
  nodes: number,
  deleted: readonly number[],
  others: readonly object[] = [],
) {
  const run = runOf({
    manifests: [deployment({ replicas, preStop: sleeps(5) }), service(), ...others],
    cluster: { version: '1.30', nodes },
    actions: deleted.map((ordinal) => deletion(`web-1-${ordinal}`)),
  });
  return eventsOf(run, { type: 'bindPod' }).map(({ data }) => data!.node);
}

describe('the scheduler', () => {
  it('puts a Pod where the fewest of its kind are; one that terminates still counts', () => {
    // Pods start on node-1, node-2, node-3, node-1, node-2.
    expect(boundTo(5, 3, [0])).toEqual(['node-3']);
    expect(boundTo(3, 3, [0])).toEqual(['node-1']);
    expect(boundTo(3, 4, [0])).toEqual(['node-4']);
  });

  it('spreads those that come together', () => {
    expect(boundTo(3, 3, [0, 1, 2])).toEqual(['node-1', 'node-2', 'node-3']);
    expect(boundTo(2, 5, [0, 1])).toEqual(['node-3', 'node-4']);
  });

  it('prefers the emptier of two nodes where its kind is equally many', () => {
    expect(boundTo(3, 3, [0], [barePod({ pod: 'other' })])).toEqual(['node-2']);
  });

  it('binds a Pod once', () => {
    expect(boundTo(6, 3, [0, 1, 2, 3, 4, 5])).toHaveLength(6);
  });
});
