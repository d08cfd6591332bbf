import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimEvent } from '../../src/kernel/event.ts';
import { EventQueue } from '../../src/kernel/queue.ts';
import { after } from './toy-effects.ts';

interface Waiting {
  readonly at: number;
  readonly tie: number;
  readonly event: SimEvent;
}

const named = (name: unknown): SimEvent => after(0, 0, 0, 0, 0, name, 0);
const byOrder = (a: Waiting, b: Waiting) => a.at - b.at || a.tie - b.tie;

function drained(queue: EventQueue): unknown[] {
  const names: unknown[] = [];
  for (let event = queue.pop(); event !== undefined; event = queue.pop()) names.push(event.data);
  return names;
}

function filled(rows: readonly (readonly [at: number, tie: number, name: string])[]): EventQueue {
  const queue = new EventQueue();
  for (const [at, tie, name] of rows) queue.push(at, tie, named(name));
  return queue;
}

describe('the order of the queue', () => {
  test.each([
    {
      what: 'the earlier comes first, however they were pushed',
      rows: [
        [9, 0, 'late'],
        [3, 1, 'early'],
      ],
    },
    {
      what: 'at one instant the smaller tie comes first',
      rows: [
        [3, 2, 'late'],
        [3, 1, 'early'],
      ],
    },
    {
      what: 'a later time outweighs any tie',
      rows: [
        [4, 0, 'late'],
        [3, 4294967295, 'early'],
      ],
    },
    {
      what: 'a microsecond counts after a year',
      rows: [
        [31536000000001, 0, 'late'],
        [31536000000000, 1, 'early'],
      ],
    },
  ] as const)('$what', ({ rows }) => {
    expect(drained(filled(rows))).toEqual(['early', 'late']);
  });

  test('whatever is pushed, popped and peeked at, it behaves as a sorted array does', () => {
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.record({ push: fc.nat(12) }) },
      { weight: 4, arbitrary: fc.constant('pop' as const) },
      { weight: 1, arbitrary: fc.constant('peek' as const) },
    );
    const property = fc.property(
      fc.array(operation, { maxLength: 400, size: 'max' }),
      fc.boolean(),
      (operations, descendingTies) => {
        const queue = new EventQueue();
        let sorted: Waiting[] = [];
        let pushed = 0;
        for (const what of operations) {
          if (what === 'pop') expect(queue.pop()).toBe(sorted.shift()?.event);
          else if (what === 'peek') expect(queue.peek()).toBe(sorted[0]?.event);
          else {
            const tie = descendingTies ? -pushed : pushed;
            const event = named(pushed++);
            queue.push(what.push, tie, event);
            sorted = [...sorted, { at: what.push, tie, event }].sort(byOrder);
          }
          expect(queue.size).toBe(sorted.length);
        }
        expect(new Set(queue)).toEqual(new Set(sorted.map(({ event }) => event)));
        expect(drained(queue)).toEqual(sorted.map(({ event }) => event.data));
      },
    );
    fc.assert(property, { seed: 7, numRuns: 150 });
  });
});

describe('the hole that a pop leaves', () => {
  test('a push that is earlier than all others fills it at the root', () => {
    const queue = filled([
      [1, 0, 'a'],
      [5, 1, 'c'],
      [6, 2, 'd'],
    ]);
    expect(queue.pop()?.data).toBe('a');
    queue.push(2, 3, named('b'));
    expect(drained(queue)).toEqual(['b', 'c', 'd']);
  });

  test('a push that is later than all others sinks to the bottom', () => {
    const queue = filled([
      [1, 0, 'a'],
      [5, 1, 'b'],
      [6, 2, 'c'],
    ]);
    expect(queue.pop()?.data).toBe('a');
    queue.push(9, 3, named('d'));
    expect(drained(queue)).toEqual(['b', 'c', 'd']);
  });

  test('it is not counted, and a queue of nothing but the hole is empty', () => {
    const queue = filled([[1, 0, 'only']]);
    expect(queue.pop()?.data).toBe('only');
    expect(queue.size).toBe(0);
    expect(queue.peek()).toBeUndefined();
    expect(queue.pop()).toBeUndefined();
    queue.push(4, 1, named('next'));
    expect(queue.size).toBe(1);
    expect(queue.pop()?.data).toBe('next');
  });

  test('a popped event is neither iterated over nor popped again', () => {
    const queue = filled([
      [1, 0, 'gone'],
      [2, 1, 'here'],
    ]);
    queue.pop();
    expect([...queue].map((event) => event.data)).toEqual(['here']);
  });
});

test('it grows as far as it is filled and keeps every event', () => {
  const queue = new EventQueue();
  const count = 5_000;
  for (let n = 0; n < count; n++) queue.push((n * 7919) % count, n, named((n * 7919) % count));
  expect(queue.size).toBe(count);
  expect(drained(queue)).toEqual(Array.from({ length: count }, (_, n) => n));
});
