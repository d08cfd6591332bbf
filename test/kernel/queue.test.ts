import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimEvent } from '../../src/kernel/event.ts';
import { EventQueue } from '../../src/kernel/queue.ts';
import { tries } from '../effort.ts';
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
      fc.array(operation, { maxLength: 200, size: 'max' }),
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
    fc.assert(property, { seed: 7, numRuns: tries(20) });
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

/** How an event's time follows from the present: times that are equal, spread evenly, far off, or both near and far. */
const SPREADS: readonly (readonly [string, (random: () => number) => number])[] = [
  ['at one instant', () => 0],
  ['within a few microseconds', (random) => Math.floor(random() * 4)],
  ['spread evenly', (random) => Math.floor(random() * 1e6)],
  ['near, and some an hour off', (random) => Math.floor(random() < 0.01 ? random() * 3.6e9 : random() * 500)],
  ['each ten times as far as the other', (random) => Math.floor(10 ** (random() * 11))],
];

describe('with very many events', () => {
  test.each(SPREADS)('%s, the order is that of (time, tie)', (_, spread) => {
    const random = uniform();
    const queue = new EventQueue();
    const reference: { at: number; tie: number }[] = [];
    let tie = 0;
    const push = (now: number) => {
      const entry = { at: now + spread(random), tie: tie++ };
      queue.push(entry.at, entry.tie, named(entry));
      return entry;
    };
    for (let n = 0; n < 20_000; n++) reference.push(push(0));
    reference.sort((a, b) => a.at - b.at || a.tie - b.tie);
    expect(queue.size).toBe(20_000);
    expect([...queue]).toHaveLength(20_000);
    const popped = drained(queue);
    expect(popped).toHaveLength(reference.length);
    expect(popped.findIndex((entry, nth) => entry !== reference[nth])).toBe(-1);
  });

  test.each(SPREADS)('%s, none is lost or overtaken while each schedules another', (_, spread) => {
    const random = uniform();
    const queue = new EventQueue();
    const waiting = new Set<unknown>();
    let tie = 0;
    const push = (now: number) => {
      const entry = { at: now + spread(random), tie: tie++ };
      queue.push(entry.at, entry.tie, named(entry));
      waiting.add(entry);
    };
    for (let n = 0; n < 12_000; n++) push(0);
    let before = { at: 0, tie: -1 };
    for (let n = 0; n < 40_000; n++) {
      const next = queue.pop()!.data as { at: number; tie: number };
      if (next.at < before.at || (next.at === before.at && next.tie < before.tie)) expect(next).toBe(before);
      if (!waiting.delete(next)) expect(next).toBe('waiting');
      before = next;
      if (n % 3 !== 2 || n > 30_000) push(next.at);
      if (queue.size !== waiting.size) expect(queue.size).toBe(waiting.size);
    }
    expect(new Set([...queue].map(({ data }) => data))).toEqual(waiting);
  });

  test('what is due between a crowd and the buckets behind it is not lost', () => {
    const queue = new EventQueue();
    const due: number[] = [];
    const push = (at: number) => {
      queue.push(at, due.length, named(at));
      due.push(at);
    };
    // Buckets, the first of which is open; in it a crowd, which becomes buckets of its own; and then what is due after the crowd.
    for (let n = 0; n < 6_000; n++) push(n * 1_000);
    for (let n = 0; n < 6_000; n++) push(n);
    for (let n = 0; n < 400; n++) push(6_500 + n * 250);
    expect(drained(queue)).toEqual([...due].sort((a, b) => a - b));
  });

  test('it is full when it holds as many as it may, in buckets or not', () => {
    const queue = new EventQueue(10_000);
    for (let n = 0; n < 10_000; n++) queue.push(n * 10, n, named(n));
    expect(() => queue.push(5, 10_000, named('one more'))).toThrow('More events wait');
    expect(() => queue.push(1e9, 10_000, named('one more'))).toThrow('More events wait');
    queue.pop();
    queue.push(1e9, 10_000, named('the last'));
    expect(queue.size).toBe(10_000);
  });
});

function uniform(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
