import type { Actor } from './actor.ts';
import { CellHistory, type Cells, initialCells } from './cells.ts';
import { ActorTable, LoopContext } from './context.ts';
import type { Distribution } from './distribution.ts';
import { alternativeOf, Draws, hash32 } from './draws.ts';
import { type Effect, type Fan, Mode, NO_SITE, type Receiver, SimEvent } from './event.ts';
import { delivery, FanOut, MIN_FAN_OUT } from './fan-out.ts';
import { type ActorId, actorId, cellKind, type LinkId, linkId } from './ids.ts';
import { invariant } from './invariant.ts';
import {
  DEFAULT_LIMITS,
  eventLimit,
  LATEST_EVENTS,
  type Limits,
  pendingLimit,
  timeLimit,
  traceLimit,
} from './limits.ts';
import { type Lifetime, Liveness } from './liveness.ts';
import type { DrawKeys } from './names.ts';
import type { Observer, Observers } from './observers.ts';
import { EventQueue } from './queue.ts';
import type { Micros } from './time.ts';
import { Digest, Trace } from './trace.ts';
import { unreachable } from './unreachable.ts';

/** A scenario compiled for the run loop: shared by all of its runs, never changed by one. */
export interface Model {
  readonly actors: readonly Actor[];
  /** Names of the event types, by their number. */
  readonly types: readonly string[];
  /** The delay sites' distributions, by their number. */
  readonly sites: readonly Distribution[];
  /** In place of them: alternatives, of which a run draws one as a whole. */
  readonly siteRows?: readonly (readonly Distribution[])[];
  /** What draws are keyed by; without it by plain numbers. */
  readonly keys?: DrawKeys;
  /** Number of links. */
  readonly links: number;
  /** What is under way at time 0. */
  readonly initial: readonly Effect[];
  /** How events at one instant are ordered: as they were scheduled, or by a keyed draw (links stay in order). */
  readonly ties: 'sequence' | 'shuffled';
  /** Event types whose `about` their descendants carry as `origin`. */
  readonly marked?: readonly boolean[];
  /** What keeps a run going, by event type; without it everything does. */
  readonly lifetimes?: readonly Lifetime[];
  readonly limits?: Limits;
}

/** The distributions that a seed's run draws from. */
export function sitesOf({ sites, siteRows }: Model, seed: number): readonly Distribution[] {
  return siteRows === undefined ? sites : siteRows[alternativeOf(seed, siteRows.length)]!;
}

export interface LoopOptions {
  readonly trace: boolean;
  readonly observers?: Observers;
}

/** Runs a model: takes the earliest event, sets the clock, lets the addressed cell's reducer answer, applies its effects. */
export class Loop {
  now: Micros = 0;
  handled = 0;
  /** When the latest essential event was handled: what comes later is the tail. */
  quietAt: Micros = 0;
  readonly cells: Cells;
  readonly trace: Trace | null;
  readonly history: CellHistory | null;
  readonly digest = new Digest();
  readonly draws: Draws;
  private readonly queue: EventQueue;
  private readonly actors: ActorTable;
  private readonly linkLast: Float64Array;
  private readonly timers: (Map<number, SimEvent> | undefined)[] = [];
  private readonly observers: readonly (Observer | undefined)[];
  private readonly limits: Limits;
  private readonly maxEvents: number;
  /** From this event on the limit is near. */
  private readonly lookAt: number;
  /** How often each sort of event came, once the limit is near. */
  private readonly latest = new Map<string, number>();
  private readonly maxTime: Micros;
  private readonly context: LoopContext;
  private readonly shuffled: boolean;
  private readonly marked: readonly boolean[];
  private readonly liveness: Liveness | null;
  private scheduled = 0;
  private cancelled = 0;

  constructor(
    readonly model: Model,
    readonly seed: number,
    options: LoopOptions,
  ) {
    this.limits = model.limits ?? DEFAULT_LIMITS;
    const { maxEvents, maxTraceEvents } = this.limits;
    this.maxEvents = options.trace ? Math.min(maxEvents, maxTraceEvents) : maxEvents;
    this.lookAt = Math.max(0, this.maxEvents - LATEST_EVENTS);
    this.maxTime = this.limits.maxTime;
    this.queue = new EventQueue(this.limits.maxPending, () => {
      throw pendingLimit(this.limits, this.now);
    });
    this.cells = initialCells(model.actors);
    this.trace = options.trace ? new Trace() : null;
    this.history = options.trace ? new CellHistory() : null;
    this.draws = new Draws(seed, sitesOf(model, seed), model.keys);
    this.actors = new ActorTable(model.actors, this.cells);
    this.linkLast = new Float64Array(model.links).fill(-1);
    this.observers = options.observers?.byType ?? [];
    this.context = new LoopContext(this.draws, this.actors);
    this.shuffled = model.ties === 'shuffled';
    this.marked = model.marked ?? [];
    this.liveness = model.lifetimes === undefined ? null : new Liveness(model.lifetimes);
    // The loop stamps events and the model is shared by other runs: each stamps copies of its own.
    this.apply(model.initial.map(unstamped), BEFORE_ALL);
  }

  /** Events that wait, timers that were cancelled left out. */
  get pending(): number {
    return this.queue.size - this.cancelled;
  }

  /** When the next event is due; null where none waits. */
  nextAt(): Micros | null {
    for (let event = this.queue.peek(); event !== undefined; event = this.queue.peek()) {
      if (!event.cancelled && !this.isOver(event)) return event.at;
      this.queue.pop();
      this.dropped(event);
    }
    return null;
  }

  /** The next event, left where it is. */
  peek(): SimEvent | undefined {
    return this.nextAt() === null ? undefined : this.queue.peek();
  }

  /** Handles the next event and returns it; undefined where the queue is empty. */
  step(): SimEvent | undefined {
    const event = this.take(Number.POSITIVE_INFINITY);
    if (event !== undefined) this.handle(event);
    else this.refuseLate();
    return event;
  }

  /** Handles everything that is due up to and including `until`; `enough` may end it before, and leaves the run where it is. */
  run(until: Micros = Number.POSITIVE_INFINITY, enough: (() => boolean) | null = null): void {
    for (let event = this.take(until); event !== undefined; event = this.take(until)) {
      this.handle(event);
      if (enough?.() === true) return;
    }
    if (until > this.maxTime) this.refuseLate();
    if (until === Number.POSITIVE_INFINITY) return;
    this.now = Math.max(this.now, until);
    this.quietAt = this.now;
  }

  /** The next event that is due by `until` and by the limit of time and was not cancelled, taken off the queue. */
  private take(until: Micros): SimEvent | undefined {
    const latest = until < this.maxTime ? until : this.maxTime;
    let event = this.queue.pop(latest);
    while (event !== undefined && (event.cancelled || this.isOver(event))) {
      this.dropped(event);
      event = this.queue.pop(latest);
    }
    return event;
  }

  private isOver(event: SimEvent): boolean {
    return this.liveness?.isOver(event, this.limits.maxTime) === true;
  }

  private dropped(event: SimEvent): void {
    if (event.cancelled) this.cancelled--;
    else this.liveness?.count(event, -1);
  }

  // Kept short, here and in what it calls: what the engine inlines into it decides half of its cost.
  private handle(event: SimEvent): void {
    const { at } = event;
    if (at < this.now || this.handled >= this.lookAt) this.lookAtLimits(event);
    this.now = at;
    event.seq = this.handled++;
    if (event.mode === Mode.arm) this.timers[event.actor]!.delete(timerKey(event));
    this.digest.add(event);
    this.trace?.add(event);

    const { actor } = event;
    const cells = this.actors.cellsOf(actor, event.kind);
    const reducer = this.actors.reducers[actor]![event.type] ?? this.refuseType(event);
    const before = cells[event.object];
    this.context.enter(at, actor);
    // By index: taking the pair apart by a pattern goes through an iterator.
    const stepped = reducer(before, event, this.context);
    const after = stepped[0];
    const effects = stepped[1];
    if (after !== before) {
      cells[event.object] = after;
      this.history?.add(event.seq, actor, event.kind, event.object, after);
    }
    if (effects.length > 0) this.apply(effects, event);
    const observer = this.observers[event.type];
    if (observer !== undefined) observer(event, before, after);
    if (this.liveness === null || this.liveness.handled(event)) this.quietAt = at;
  }

  // Refusals stand apart from what they guard: their texts would be the dearest part of every event.

  /** Near the limit of events it is noted what they are, so that a run without end can be told from a long one. */
  private lookAtLimits({ at, type, actor, kind, object }: SimEvent): void {
    const { limits, now, model, latest } = this;
    invariant(at >= now, `Time went back from ${now} µs to ${at} µs.`);
    if (this.handled >= this.maxEvents) {
      if (this.handled < limits.maxEvents) throw traceLimit(limits, now);
      const keys = [...latest].map(([key, times]) => ({ key, times })).sort((a, b) => b.times - a.times);
      throw eventLimit(limits, now, { count: keys.reduce((sum, { times }) => sum + times, 0), keys });
    }
    const key = `${model.types[type]} of ${model.actors[actor]!.name}/${kind}/${object}`;
    latest.set(key, (latest.get(key) ?? 0) + 1);
  }

  /** Nothing more is taken: refuses to end the run where what still waits is due after the limit of time. */
  private refuseLate(): void {
    const late = this.peek();
    if (late !== undefined) throw timeLimit(this.limits, this.model.types[late.type]!);
  }

  private refuseType({ actor, type }: SimEvent): never {
    invariant(false, `${this.model.actors[actor]!.name} has no reducer for ${this.model.types[type]}.`);
  }

  private refuseTime(at: Micros): never {
    invariant(false, `An event was scheduled at ${at} µs while it is ${this.now} µs.`);
  }

  private apply(effects: readonly Effect[], cause: SimEvent): void {
    const origin = this.marked[cause.type] === true ? cause.about : cause.origin;
    const attempt = this.liveness === null ? -1 : this.liveness.attemptOf(cause);
    for (let index = 0; index < effects.length; index++) {
      const effect = effects[index]!;
      effect.cause = cause.seq;
      effect.origin = origin;
      effect.attempt = attempt;
      if (effect.mode === Mode.after) this.schedule(effect, this.now + this.delayOf(effect));
      else this.applyOther(effect, cause.actor);
    }
  }

  private applyOther(effect: Effect, source: ActorId): void {
    switch (effect.mode) {
      case Mode.send:
        this.schedule(effect, this.arrival(linkId(effect.channel), this.now + this.delayOf(effect)));
        break;
      case Mode.fan:
        this.fan(effect as SimEvent<Fan<unknown>>);
        break;
      case Mode.arm:
        this.arm(effect);
        break;
      case Mode.cancel:
        this.cancel(effect);
        break;
      case Mode.put:
        this.put(effect, source);
        break;
      case Mode.name:
        this.draws.name(effect.object, effect.data as string);
        break;
      case Mode.after:
        break;
      default:
        unreachable(effect.mode);
    }
  }

  private delayOf(effect: Effect): Micros {
    const { site, delay } = effect;
    if (site === NO_SITE) return delay;
    return delay + this.draws.delay(site, effect.actor, effect.about, effect.transition);
  }

  /** First in, first out: nothing overtakes what the link carried before. */
  private arrival(link: LinkId, at: Micros): Micros {
    const last = this.linkLast[link]!;
    // Shuffled ties must not reorder a link, so two messages never share an instant there.
    const arrival = at > last ? at : this.shuffled ? last + 1 : last;
    this.linkLast[link] = arrival;
    return arrival;
  }

  private fan(effect: SimEvent<Fan<unknown>>): void {
    const { receivers } = effect.data;
    // Keyed ties are drawn for events.
    if (receivers.length >= MIN_FAN_OUT && !this.shuffled) {
      this.fanOut(effect, receivers);
      return;
    }
    for (const receiver of receivers) {
      const event = delivery(effect, receiver);
      this.schedule(event, this.arrival(receiver.link, this.now + this.delayOf(event)));
    }
  }

  private fanOut(effect: SimEvent<Fan<unknown>>, receivers: readonly Receiver[]): void {
    const { about, transition } = effect;
    const times = new Float64Array(receivers.length);
    for (let index = 0; index < receivers.length; index++) {
      const { actor, link, site } = receivers[index]!;
      const delay = site === NO_SITE ? 0 : this.draws.delay(site, actor, about, transition);
      const at = this.arrival(link, this.now + delay);
      if (!(at >= this.now && Number.isInteger(at))) this.refuseTime(at);
      times[index] = at;
    }
    this.liveness?.count(effect, receivers.length);
    this.queue.pushFan(new FanOut(effect, times, this.scheduled));
    this.scheduled += receivers.length;
  }

  private arm(effect: Effect): void {
    this.cancel(effect);
    this.timers[effect.actor]!.set(timerKey(effect), effect);
    this.schedule(effect, this.now + this.delayOf(effect));
  }

  private cancel(effect: Effect): void {
    let timers = this.timers[effect.actor];
    if (timers === undefined) {
      timers = new Map();
      this.timers[effect.actor] = timers;
    }
    const key = timerKey(effect);
    const armed = timers.get(key);
    if (armed === undefined) return;
    armed.cancelled = true;
    this.liveness?.count(armed, -1);
    this.cancelled++;
    timers.delete(key);
  }

  private put(effect: Effect, source: ActorId): void {
    invariant(source >= 0, 'Only a step can replace a cell.');
    this.actors.cellsOf(source, effect.kind)[effect.object] = effect.data;
    this.history?.add(effect.cause, source, effect.kind, effect.object, effect.data);
  }

  private schedule(event: SimEvent, at: Micros): void {
    if (!(at >= this.now && Number.isInteger(at))) this.refuseTime(at);
    event.at = at;
    this.liveness?.count(event, 1);
    const order = this.scheduled++;
    this.queue.push(at, this.shuffled ? this.shuffledTie(event, order) : order, event);
  }

  /** Keyed by what happens and not by how much happened before it: one seed is one weather. Equal events keep their order. */
  private shuffledTie({ at, type, actor, about, transition }: SimEvent, order: number): number {
    const { seed, draws } = this;
    const bits = hash32(seed, at, type, draws.actorKey(actor), draws.objectKey(about), transition);
    return bits * MAX_EQUAL_TIES + (order % MAX_EQUAL_TIES);
  }
}

/** What brought about the events that wait at the start: nothing. */
const BEFORE_ALL = new SimEvent(Mode.after, -1, actorId(-1), cellKind(-1), -1, -1, null, 0, NO_SITE, 0, -1);

/** 32 bits of hash and 21 of sequence make the largest whole number that a double holds. */
const MAX_EQUAL_TIES = 2 ** 21;

/** An effect as an actor makes it: without what a run stamps on it. */
function unstamped(effect: Effect): Effect {
  const { mode, type, actor, kind, object, about, data, delay, site, transition, channel } = effect;
  return new SimEvent(mode, type, actor, kind, object, about, data, delay, site, transition, channel);
}

const MAX_TIMER_NAMES = 256;
const MAX_KINDS = 16;

function timerKey(effect: Effect): number {
  return (effect.object * MAX_KINDS + effect.kind) * MAX_TIMER_NAMES + effect.channel;
}
