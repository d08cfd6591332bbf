import type { SimEvent } from './event.ts';
import type { Micros } from './time.ts';

/**
 * The future-event list: a binary heap ordered by (time, tie), on typed arrays.
 *
 * A pop leaves a hole at the root, which the next push fills with one sift instead of two: most events schedule one other.
 * Events sit in slots, so that a sift moves numbers, not references.
 */
export class EventQueue {
  private capacity = 0;
  /** One longer than the others and infinite behind the last event: a node without a right child compares with that instead of branching. */
  private times = new Float64Array(0);
  private ties = new Float64Array(0);
  private slots = new Int32Array(0);
  private readonly events: (SimEvent | undefined)[] = [];
  private readonly free: number[] = [];
  private count = 0;
  private hole = false;

  /** Holds at most `maxSize` events; one more calls `onFull`, which throws. */
  constructor(
    private readonly maxSize: number = Number.POSITIVE_INFINITY,
    private readonly onFull: () => never = overflow,
  ) {
    this.grow();
  }

  get size(): number {
    return this.hole ? this.count - 1 : this.count;
  }

  push(at: Micros, tie: number, event: SimEvent): void {
    if (this.hole) {
      this.hole = false;
      const slot = this.slots[0]!;
      this.events[slot] = event;
      this.siftDown(at, tie, slot);
    } else {
      if (this.count === this.capacity) this.grow();
      const slot = this.free.length > 0 ? this.free.pop()! : this.events.length;
      this.events[slot] = event;
      this.siftUp(this.count++, at, tie, slot);
    }
  }

  /** The earliest event, removed; undefined where none waits that is due by `until`. */
  pop(until: Micros = Number.POSITIVE_INFINITY): SimEvent | undefined {
    if (this.hole) this.fillHole();
    if (this.count === 0 || this.times[0]! > until) return undefined;
    this.hole = true;
    return this.events[this.slots[0]!];
  }

  /** The earliest event, left where it is. */
  peek(): SimEvent | undefined {
    if (this.hole) this.fillHole();
    return this.count === 0 ? undefined : this.events[this.slots[0]!];
  }

  /** Every waiting event in no particular order, for looking. */
  *[Symbol.iterator](): IterableIterator<SimEvent> {
    for (let index = this.hole ? 1 : 0; index < this.count; index++) yield this.events[this.slots[index]!]!;
  }

  private fillHole(): void {
    this.hole = false;
    const slot = this.slots[0]!;
    this.events[slot] = undefined;
    this.free.push(slot);
    const last = --this.count;
    const at = this.times[last]!;
    this.times[last] = Number.POSITIVE_INFINITY;
    if (last > 0) this.siftDown(at, this.ties[last]!, this.slots[last]!);
  }

  private siftUp(from: number, at: number, tie: number, slot: number): void {
    const { times, ties, slots } = this;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentAt = times[parent]!;
      if (parentAt < at || (parentAt === at && ties[parent]! < tie)) break;
      times[index] = parentAt;
      ties[index] = ties[parent]!;
      slots[index] = slots[parent]!;
      index = parent;
    }
    times[index] = at;
    ties[index] = tie;
    slots[index] = slot;
  }

  private siftDown(at: number, tie: number, slot: number): void {
    const { times, ties, slots, count } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= count) break;
      const leftAt = times[child]!;
      const rightAt = times[child + 1]!;
      // An addition and no branch, which would be mispredicted every second time. Equal times are rare.
      const tied = rightAt === leftAt ? Number(ties[child + 1]! < ties[child]!) : 0;
      child += Number(rightAt < leftAt) | tied;
      const childAt = times[child]!;
      if (at < childAt || (at === childAt && tie < ties[child]!)) break;
      times[index] = childAt;
      ties[index] = ties[child]!;
      slots[index] = slots[child]!;
      index = child;
    }
    times[index] = at;
    ties[index] = tie;
    slots[index] = slot;
  }

  private grow(): void {
    if (this.capacity >= this.maxSize) this.onFull();
    const capacity = Math.min(Math.max(2 * this.capacity, MIN_CAPACITY), this.maxSize);
    const times = new Float64Array(capacity + 1).fill(Number.POSITIVE_INFINITY);
    const ties = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    times.set(this.times);
    ties.set(this.ties);
    slots.set(this.slots);
    this.capacity = capacity;
    this.times = times;
    this.ties = ties;
    this.slots = slots;
  }
}

const MIN_CAPACITY = 64;

function overflow(): never {
  throw new RangeError('More events wait than the queue may hold.');
}
