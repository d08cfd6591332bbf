import { describe, expect, it } from 'vitest';
import type { SliceObject } from '../../src/cluster/state.ts';
import { endpointsOf, SliceView } from '../../src/routing/views.ts';

const slice = (index: number, service: number, ...pods: readonly number[]): SliceObject => ({
  index,
  service,
  ports: [],
  endpoints: pods.map((pod) => ({ pod, node: 0, ready: true, serving: true, terminating: false })),
  generation: 1,
  gone: false,
});
const podsOf = (view: SliceView, service: number) => endpointsOf(view, service).map(({ pod }) => pod);

describe('a view of slices', () => {
  const root = new SliceView([slice(0, 0, 1, 2), slice(1, 1, 3)]);

  it('holds the endpoints of each Service by the numbers of its slices', () => {
    const view = root.with(slice(3, 0, 7)).with(slice(2, 0, 5, 6));
    expect([podsOf(view, 0), podsOf(view, 1), view.endpointCount]).toEqual([[1, 2, 5, 6, 7], [3], 6]);
    expect([podsOf(root, 0), root.endpointCount]).toEqual([[1, 2], 3]);
  });

  it('is not confused by another run, in which a number went to another Service', () => {
    const one = root.with(slice(2, 0, 8));
    const other = root.with(slice(2, 1, 9));
    expect([podsOf(one, 0), podsOf(one, 1)]).toEqual([[1, 2, 8], [3]]);
    expect([podsOf(other, 0), podsOf(other, 1)]).toEqual([
      [1, 2],
      [3, 9],
    ]);
  });

  it('says what has changed since any earlier one', () => {
    const first = root.with(slice(1, 1, 3, 4));
    const second = first.with(slice(0, 0, 2));
    expect(second.changedServices(first)).toEqual([0]);
    expect([...second.changedServices(root)].sort()).toEqual([0, 1]);
    expect([second.changedEndpoints(first), second.changedEndpoints(root), second.endpointCount]).toEqual([
      1, 3, 3,
    ]);
  });
});
