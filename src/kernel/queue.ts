import type { SimEvent } from './event.ts';
import { FanOut } from './fan-out.ts';
import { FarEvents } from './far-events.ts';
import type { Micros } from './time.ts';

/**
 * The future-event list: a binary heap ordered by (time, tie), on typed arrays, and behind it, where very many events wait, buckets of
 * those that are due later.
 *
 * A pop leaves a hole at the root, which the next push fills with one sift instead of two: most events schedule one other.
 * A fan to very many waits as one: for the receiver that it reaches next.
 *
 * Events sit in slots, so that a sift moves numbers, not references. A heap of a hundred thousand spends its time on waiting for memory;
 * one that holds only what is due next stays within the processor's first cache.
 */
export class EventQueue {
  private capacity = 0;
  /** One longer than the others and infinite behind the last event: a node without a right child compares with that instead of branching. */
  private times = new Float64Array(0);
  private ties = new Float64Array(0);
  private slots = new Int32Array(0);
  private readonly events: (SimEvent | FanOut | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly far = new FarEvents();
  /** What is due from here on waits in `far`. */
  private nearEnd: Micros = Number.POSITIVE_INFINITY;
  private count = 0;
  private hole = false;
  /** Events of fans that wait behind another one of theirs. */
  private folded = 0;

  /** Holds at most `maxSize` events; one more calls `onFull`, which throws. */
  constructor(
    private readonly maxSize: number = Number.POSITIVE_INFINITY,
    private readonly onFull: () => never = overflow,
  ) {
    this.enlarge();
  }

  get size(): number {
    return this.count + this.far.size + this.folded - (this.hole ? 1 : 0);
  }

  push(at: Micros, tie: number, event: SimEvent | FanOut): void {
    if (this.hole) {
      if (at < this.nearEnd) {
        this.hole = false;
        const slot = this.slots[0]!;
        this.events[slot] = event;
        this.siftDown(at, tie, slot);
        return;
      }
      this.fillHole();
    }
    const slot = this.slotFor(event);
    if (this.count === this.capacity && at < this.nearEnd) this.makeRoom();
    if (at < this.nearEnd) this.siftUp(this.count++, at, tie, slot);
    else this.far.add(at, tie, slot);
  }

  /** As many events as `fan` has receivers. */
  pushFan(fan: FanOut): void {
    if (this.size + fan.left > this.maxSize) this.onFull();
    this.folded += fan.left - 1;
    this.push(fan.nextAt, fan.nextTie, fan);
  }

  /** The earliest event, removed; undefined where none waits that is due by `until`. */
  pop(until: Micros = Number.POSITIVE_INFINITY): SimEvent | undefined {
    if (this.hole) this.fillHole();
    if (this.count === 0 && !this.refill()) return undefined;
    if (this.times[0]! > until) return undefined;
    this.hole = true;
    const event = this.events[this.slots[0]!];
    return event instanceof FanOut ? this.next(event) : event;
  }

  /** The next event of a fan, in whose place the one after it waits from now on. */
  private next(fan: FanOut): SimEvent {
    const event = fan.take();
    if (fan.left > 0) {
      this.folded--;
      this.push(fan.nextAt, fan.nextTie, fan);
    }
    return event;
  }

  /** The earliest event, left where it is. */
  peek(): SimEvent | undefined {
    if (this.hole) this.fillHole();
    if (this.count === 0 && !this.refill()) return undefined;
    const event = this.events[this.slots[0]!];
    if (!(event instanceof FanOut)) return event;
    // Taken out of its fan, it waits where the fan did.
    const at = this.times[0]!;
    const tie = this.ties[0]!;
    const next = this.pop()!;
    this.push(at, tie, next);
    return next;
  }

  /** Every waiting event in no particular order, for looking. */
  *[Symbol.iterator](): IterableIterator<SimEvent> {
    for (let index = this.hole ? 1 : 0; index < this.count; index++)
      yield* this.waitingIn(this.slots[index]!);
    for (const slot of this.far) yield* this.waitingIn(slot);
  }

  private waitingIn(slot: number): Iterable<SimEvent> {
    const event = this.events[slot]!;
    return event instanceof FanOut ? event : [event];
  }

  private slotFor(event: SimEvent | FanOut): number {
    if (this.events.length - this.free.length + this.folded >= this.maxSize) this.onFull();
    const slot = this.free.length > 0 ? this.free.pop()! : this.events.length;
    this.events[slot] = event;
    return slot;
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

  /** Takes what is due next out of the buckets; false where nothing waits at all. */
  private refill(): boolean {
    const { far } = this;
    if (far.size === 0) {
      this.nearEnd = Number.POSITIVE_INFINITY;
      return false;
    }
    this.nearEnd = far.openNext();
    for (let slot = far.take(); slot >= 0; slot = far.take()) {
      if (this.count === this.capacity) this.enlarge();
      this.siftUp(this.count++, far.timeOf(slot), far.tieOf(slot), slot);
    }
    return true;
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

  /** For one more: a larger heap, or a smaller one with buckets behind it. */
  private makeRoom(): void {
    if (this.count < MAX_NEAR || !this.spill()) this.enlarge();
  }

  /** Puts all that is not due next into buckets; false where everything is due at one instant. */
  private spill(): boolean {
    const { times, ties, slots, far, count } = this;
    let latest = 0;
    for (let index = 0; index < count; index++) latest = Math.max(latest, times[index]!);
    if (latest === times[0]!) return false;
    // Up to where the buckets behind it begin: what is due in between is still to come.
    far.open(times[0]!, this.nearEnd === Number.POSITIVE_INFINITY ? latest + 1 : this.nearEnd, count);
    for (let index = 0; index < count; index++) far.add(times[index]!, ties[index]!, slots[index]!);
    times.fill(Number.POSITIVE_INFINITY, 0, count);
    this.count = 0;
    this.refill();
    return true;
  }

  private enlarge(): void {
    const capacity = Math.max(2 * this.capacity, MIN_CAPACITY);
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
/** Events that a heap holds before buckets pay. */
const MAX_NEAR = 4096;

function overflow(): never {
  throw new RangeError('More events wait than the queue may hold.');
}
