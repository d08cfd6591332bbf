import { type Fan, Mode, type Receiver, SimEvent } from './event.ts';
import type { Micros } from './time.ts';

/** What a fan sends to one of its receivers. */
export function delivery(fan: SimEvent<Fan<unknown>>, to: Receiver): SimEvent {
  const { type, about, transition, data } = fan;
  const { actor, kind, link, site } = to;
  const object = to.object < 0 ? fan.object : to.object;
  const event = new SimEvent(
    Mode.send,
    type,
    actor,
    kind,
    object,
    about,
    data.payload,
    0,
    site,
    transition,
    link,
  );
  event.cause = fan.cause;
  event.origin = fan.origin;
  event.attempt = fan.attempt;
  return event;
}

/** Fewer receivers cost less as events of their own. */
export const MIN_FAN_OUT = 32;

/**
 * What very many receivers are sent, on its way. It waits in the queue as one event (of mode `fan`), which turns into that of one receiver
 * after the other as each is due: so neither the queue nor the memory holds thousands of events that say the same.
 */
export class FanOut {
  /** Receivers, by their numbers, in the order in which it reaches them. */
  private readonly order: Int32Array;
  /** How many of them it has reached. */
  private reached = 0;

  constructor(
    private readonly fan: SimEvent<Fan<unknown>>,
    /** When it reaches each receiver. */
    private readonly times: Float64Array,
    /** The tie of the first receiver; those of the others follow. */
    private readonly tie: number,
  ) {
    this.order = byTime(times);
  }

  get left(): number {
    return this.order.length - this.reached;
  }

  /** When it reaches the next one. */
  get nextAt(): Micros {
    return this.times[this.order[this.reached]!]!;
  }

  get nextTie(): number {
    return this.tie + this.order[this.reached]!;
  }

  /** The event of the next one, which it has reached with this. */
  take(): SimEvent {
    return this.event(this.order[this.reached++]!);
  }

  /** What it has not reached yet, for looking. */
  *[Symbol.iterator](): IterableIterator<SimEvent> {
    for (let next = this.reached; next < this.order.length; next++) yield this.event(this.order[next]!);
  }

  private event(receiver: number): SimEvent {
    const event = delivery(this.fan, this.fan.data.receivers[receiver]!);
    event.at = this.times[receiver]!;
    return event;
  }
}

/** The places of times, in ascending order, equal ones as they stand. */
function byTime(times: Float64Array): Int32Array {
  const order = new Int32Array(times.length);
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let place = 0; place < times.length; place++) {
    order[place] = place;
    first = Math.min(first, times[place]!);
    last = Math.max(last, times[place]!);
  }
  // A power of two divides without an error of rounding.
  const places = 2 ** (32 - Math.clz32(times.length - 1));
  if ((last - first + 1) * places > Number.MAX_SAFE_INTEGER)
    return order.sort((a, b) => times[a]! - times[b]! || a - b);
  // Time and place as one number each: they are sorted without a call for each comparison.
  const packed = new Float64Array(times.length);
  for (let place = 0; place < times.length; place++) packed[place] = (times[place]! - first) * places + place;
  packed.sort();
  for (let nth = 0; nth < times.length; nth++) {
    const each = packed[nth]!;
    order[nth] = each - Math.floor(each / places) * places;
  }
  return order;
}
