import { RANGE } from './distribution.ts';
import type { SimEvent } from './event.ts';
import type { Micros } from './time.ts';

/** What happened, in columns: one row an event, in the order it was handled. */
export class Trace {
  readonly times: Micros[] = [];
  readonly types: number[] = [];
  readonly actors: number[] = [];
  readonly abouts: number[] = [];
  readonly causes: number[] = [];
  readonly data: unknown[] = [];

  add(event: SimEvent): void {
    this.times.push(event.at);
    this.types.push(event.type);
    this.actors.push(event.actor);
    this.abouts.push(event.about);
    this.causes.push(event.cause);
    this.data.push(event.data);
  }

  get length(): number {
    return this.times.length;
  }

  /** Position of the last event at or before `at`, -1 where there is none. */
  lastAt(at: Micros): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

// Short code is inlined into the run loop.
const { imul } = Math;

/** The bits of a time above its low 32. */
function high(at: Micros): number {
  return at < RANGE ? 0 : at / RANGE;
}

/** A streaming hash over what happens (when, what, where, about which Pod, because of what): the same with and without a trace. */
export class Digest {
  private a = 0x9e3779b9 | 0;
  private b = 0x7f4a7c15 | 0;

  /** For given numbers this maps states one to one, so that two histories that differ stay apart whatever follows. */
  add(event: SimEvent): void {
    const { at } = event;
    const a = imul(this.a ^ at, 0x85ebca6b) ^ imul(event.about, 0x9e3779b1) ^ event.cause;
    const b =
      imul(this.b ^ (event.object * 16 + event.kind), 0xc2b2ae35) ^
      imul(event.actor, 0x9e3779b1) ^
      event.type ^
      high(at);
    this.a = (((a << 13) | (a >>> 19)) + b) | 0;
    this.b = ((b << 17) | (b >>> 15)) ^ imul(this.a, 0x27d4eb2f);
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.a) + hex(this.b);
  }
}
