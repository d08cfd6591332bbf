import { describe, expect, it } from 'vitest';
import { pickService } from '../../src/routing/pick.ts';
import {
  SELECTION_RULES,
  type SelectionRule,
  selectEndpoints,
  servingFenced,
} from '../../src/rules/routers/select-endpoints.ts';
import { endpoint } from './play.ts';

const ready = endpoint(1);
const serving = endpoint(2, { ready: false, terminating: true });
const notServing = endpoint(3, { ready: false, serving: false, terminating: true });
const notReady = endpoint(4, { ready: false, serving: false });
/** A terminating Pod of a Service with publishNotReadyAddresses. */
const published = endpoint(5, { terminating: true });

const pods = (rule: SelectionRule, ...endpoints: readonly ReturnType<typeof endpoint>[]) =>
  pickService(rule, endpoints).targets.map(({ pod }) => pod);

describe('who may be picked', () => {
  it.each([
    [
      'X3.2 one ready, one terminating',
      [ready, serving],
      {
        readyElseServingTerminating: [1],
        readyOrServing: [1, 2],
        readyOnly: [1],
        servingFenced: [1],
        drainingPanic: [1],
        notTerminating: [1],
      },
    ],
    [
      'X3.4 all terminating and serving',
      [serving],
      {
        readyElseServingTerminating: [2],
        readyOrServing: [2],
        readyOnly: [],
        servingFenced: [],
        drainingPanic: [2],
        notTerminating: [],
      },
    ],
    [
      'X3.2 terminating, one of them not serving',
      [serving, notServing],
      {
        readyElseServingTerminating: [2],
        readyOrServing: [2],
        readyOnly: [],
        servingFenced: [],
        drainingPanic: [2, 3],
        notTerminating: [],
      },
    ],
    [
      'X3.2 none serving',
      [notServing],
      {
        readyElseServingTerminating: [],
        readyOrServing: [],
        readyOnly: [],
        servingFenced: [],
        drainingPanic: [3],
        notTerminating: [],
      },
    ],
    [
      'not ready, not terminating',
      [ready, notReady],
      {
        readyElseServingTerminating: [1],
        readyOrServing: [1],
        readyOnly: [1],
        servingFenced: [1],
        drainingPanic: [1],
        notTerminating: [1, 4],
      },
    ],
    [
      'publishNotReadyAddresses',
      [published],
      {
        readyElseServingTerminating: [5],
        readyOrServing: [5],
        readyOnly: [5],
        servingFenced: [],
        drainingPanic: [5],
        notTerminating: [],
      },
    ],
  ] as const)('%s', (_, endpoints, expected) => {
    for (const rule of SELECTION_RULES)
      expect([rule, pods(rule, ...endpoints)]).toEqual([rule, expected[rule]]);
  });

  it('X4.5 Envoy Gateway: 1 ready of 4 is panic, and three of four requests go to terminating Pods; 2 of 4 is none', () => {
    const one = [endpoint(1), ...[2, 3, 4].map((pod) => endpoint(pod, { ready: false, terminating: true }))];
    expect(pods('drainingPanic', ...one)).toEqual([1, 2, 3, 4]);
    const two = [
      endpoint(1),
      endpoint(2),
      ...[3, 4].map((pod) => endpoint(pod, { ready: false, terminating: true })),
    ];
    expect(pods('drainingPanic', ...two)).toEqual([1, 2]);
  });

  it('lets only clients whose cookie names a fenced server reach it', () => {
    const { open, fenced } = servingFenced([ready, serving, notServing]);
    expect([open.map(({ pod }) => pod), fenced.map(({ pod }) => pod)]).toEqual([[1], [2]]);
  });

  it.each(SELECTION_RULES)('%s takes conditions that nobody has set for good ones', (rule) => {
    expect(selectEndpoints(rule, [{ ready: null, serving: null, terminating: null }])).toHaveLength(1);
  });
});
