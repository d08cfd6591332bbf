import type { Micros } from './time.ts';

/**
 * Events that are due later, by their slots, in buckets of time: a ladder. Each rung divides a stretch of time into buckets of equal
 * width; a bucket that holds too many becomes the next rung, and what is due after the lowest rung waits unsorted. To add and to take cost
 * the same however many wait. Within a bucket there is no order: who takes it sorts it.
 */
export class FarEvents {
  size = 0;
  private times = new Float64Array(0);
  private ties = new Float64Array(0);
  /** The next event of the same bucket; -1 for none. */
  private nexts = new Int32Array(0);
  /** From the widest to the narrowest; each divides a bucket of the one before, and ends where that bucket ends. */
  private readonly rungs: Rung[] = [];
  /** What is due after all rungs. */
  private readonly rest: Bucket = { head: -1, count: 0 };
  private taken = -1;

  timeOf(slot: number): Micros {
    return this.times[slot]!;
  }

  tieOf(slot: number): number {
    return this.ties[slot]!;
  }

  add(at: Micros, tie: number, slot: number): void {
    if (slot >= this.times.length) this.grow(slot);
    this.times[slot] = at;
    this.ties[slot] = tie;
    this.size++;
    this.put(at, slot);
  }

  /** Divides the time from `from` to `end` among buckets for some `count` events. Nothing that is due then may be here yet. */
  open(from: Micros, end: Micros, count: number): void {
    this.rungs.push(new Rung(from, end, count));
  }

  /** Opens the first bucket that is not empty, for `take`, and says until when its events are due. Something must wait. */
  openNext(): Micros {
    for (;;) {
      const rung = this.rungs[this.rungs.length - 1];
      if (rung === undefined) this.divideRest();
      else if (!rung.advance()) this.rungs.pop();
      else if (rung.count > MAX_BUCKET && rung.width > 1) this.divide(rung);
      else {
        this.taken = rung.empty();
        return Math.min(rung.opened, rung.end);
      }
    }
  }

  /** The next event of the bucket that is open, removed; -1 where it is empty. */
  take(): number {
    const slot = this.taken;
    if (slot < 0) return slot;
    this.taken = this.nexts[slot]!;
    this.size--;
    return slot;
  }

  /** Every slot, in no particular order. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (const head of [this.rest.head, this.taken, ...this.rungs.flatMap(({ heads }) => [...heads])]) {
      for (let slot = head; slot >= 0; slot = this.nexts[slot]!) yield slot;
    }
  }

  private put(at: Micros, slot: number): void {
    const { rungs, rest } = this;
    for (let index = rungs.length - 1; index >= 0; index--) {
      const rung = rungs[index]!;
      if (at < rung.end) {
        this.nexts[slot] = rung.add(at, slot);
        return;
      }
    }
    this.nexts[slot] = rest.head;
    rest.head = slot;
    rest.count++;
  }

  /** Makes a rung of one bucket. */
  private divide(rung: Rung): void {
    const { count } = rung;
    const from = rung.opened - rung.width;
    const head = rung.empty();
    this.open(from, Math.min(rung.opened, rung.end), count);
    this.putAll(head);
  }

  private divideRest(): void {
    const { head, count } = this.rest;
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (let slot = head; slot >= 0; slot = this.nexts[slot]!) {
      first = Math.min(first, this.times[slot]!);
      last = Math.max(last, this.times[slot]!);
    }
    this.rest.head = -1;
    this.rest.count = 0;
    this.open(first, last + 1, count);
    this.putAll(head);
  }

  private putAll(head: number): void {
    for (let slot = head; slot >= 0; ) {
      const next = this.nexts[slot]!;
      this.put(this.times[slot]!, slot);
      slot = next;
    }
  }

  private grow(slot: number): void {
    const length = Math.max(2 * this.times.length, slot + 1, MIN_SLOTS);
    const times = new Float64Array(length);
    const ties = new Float64Array(length);
    const nexts = new Int32Array(length);
    times.set(this.times);
    ties.set(this.ties);
    nexts.set(this.nexts);
    this.times = times;
    this.ties = ties;
    this.nexts = nexts;
  }
}

interface Bucket {
  head: number;
  count: number;
}

/** A stretch of time in buckets of one width, a power of two, so that the bucket of a time is found without an error of rounding. */
class Rung {
  readonly width: Micros;
  readonly heads: Int32Array;
  /** Where the bucket ends that was opened last. */
  opened: Micros;
  private readonly counts: Int32Array;
  private readonly perMicro: number;
  private current = -1;

  constructor(
    readonly from: Micros,
    readonly end: Micros,
    events: number,
  ) {
    let width = 1;
    while ((end - from) / width > Math.max(1, events / EVENTS_EACH)) width *= 2;
    const buckets = Math.ceil((end - from) / width);
    this.width = width;
    this.perMicro = 1 / width;
    this.heads = new Int32Array(buckets).fill(-1);
    this.counts = new Int32Array(buckets);
    this.opened = from;
  }

  /** Of the bucket that is open. */
  get count(): number {
    return this.counts[this.current]!;
  }

  /** Puts a slot before the others of its bucket, whose first it returns. */
  add(at: Micros, slot: number): number {
    const bucket = Math.floor((at - this.from) * this.perMicro);
    const head = this.heads[bucket]!;
    this.heads[bucket] = slot;
    this.counts[bucket]!++;
    return head;
  }

  /** Opens the next bucket that is not empty; false where none is left. */
  advance(): boolean {
    const { heads } = this;
    let bucket = this.current + 1;
    while (bucket < heads.length && heads[bucket]! < 0) bucket++;
    this.current = bucket;
    this.opened = this.from + (bucket + 1) * this.width;
    return bucket < heads.length;
  }

  /** The first slot of the bucket that is open, which holds nothing from now on. */
  empty(): number {
    const head = this.heads[this.current]!;
    this.heads[this.current] = -1;
    this.counts[this.current] = 0;
    return head;
  }
}

const MIN_SLOTS = 1024;
/** So many events to a bucket, about. */
const EVENTS_EACH = 32;
/** A bucket with more is divided once more. */
const MAX_BUCKET = 1024;
