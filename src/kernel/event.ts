import {
  type ActorId,
  actorId,
  type CellKind,
  cellKind,
  type EventType,
  type LinkId,
  type SiteId,
  siteId,
} from './ids.ts';
import type { Micros } from './time.ts';

/** How an effect is applied by the run loop. */
export const Mode = {
  /** Deliver after a delay. */
  after: 0,
  /** Deliver over a first-in-first-out link. */
  send: 1,
  /** (Re)arm a named timer: at most one of a name per cell is pending. */
  arm: 2,
  /** Cancel a named timer. */
  cancel: 3,
  /** Deliver to every receiver of a list, each over its own link. */
  fan: 4,
  /** Replace another cell of the same actor. */
  put: 5,
  /** Say what an object is called that events are about. */
  name: 6,
} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** No delay site: the delay is `delay` alone. */
export const NO_SITE: SiteId = siteId(-1);

/**
 * One thing that happens, and the effect it is until then: an effect is shaped like the event it becomes,
 * and the run loop stamps it with time and cause. Actors create events with the functions below and never change one.
 *
 * `actor`, `kind` and `object` address the cell whose reducer handles it. `about` is the Pod (or other object) whose
 * story it belongs to; with `transition` it keys the draw of the delay, so that the weather of one Pod's deletion
 * does not depend on how often something else happened.
 */
export class SimEvent<D = unknown> {
  /** When it is handled. Stamped by the run loop. */
  at: Micros = 0;
  /** Position in the trace of the event that caused it, -1 for none. Stamped by the run loop. */
  cause = -1;
  /** Position in the trace; -1 until it is handled. */
  seq = -1;
  /**
   * What `about` its nearest ancestor of a marked type had, -1 where none of its ancestors is marked (`Model.marked`):
   * whether something came about because of a hook, say, without keeping the whole history. Stamped by the run loop.
   * @internal
   */
  origin = -1;
  /**
   * How much essential work was done when the latest attempt of its chain of retries began; -1 outside such a chain, and where
   * something essential brought it about. Stamped by the run loop.
   * @internal
   */
  attempt = -1;
  /** A timer that was re-armed or cancelled: dropped when its time comes.
   * @internal */
  cancelled = false;

  /** @internal */
  constructor(
    /** @internal */
    readonly mode: Mode,
    readonly type: number,
    /** @internal */
    readonly actor: ActorId,
    /** @internal */
    readonly kind: CellKind,
    /** @internal */
    readonly object: number,
    readonly about: number,
    readonly data: D,
    /** @internal */
    readonly delay: Micros,
    /** @internal */
    readonly site: SiteId,
    /** @internal */
    readonly transition: number,
    /** Link of a `send`, name of a timer.
     * @internal */
    readonly channel: number,
  ) {}
}

/** What an actor's step asks for: an event that is yet to happen. */
export type Effect = SimEvent;

/** What a step has asked for so far: whoever is given one adds to it. */
export type Outbox = Effect[];

/**
 * Whom an event is for and what it says. The compiler checks that the cell is one of the actor's, that it handles the type, and
 * that the payload is the type's.
 */
export interface Delivery<Name extends string, Payload, Sort extends string, Index extends number> {
  readonly type: EventType<Name, Payload>;
  readonly actor: ActorId<NoInfer<Sort>>;
  readonly kind: CellKind<Sort, NoInfer<Name>, unknown, Index>;
  readonly object: NoInfer<Index>;
  readonly about: number;
  readonly data: NoInfer<Payload>;
  /** None by default. What the site draws comes on top. */
  readonly delay?: Micros;
  /** The delay alone by default. */
  readonly site?: SiteId | undefined;
  /** Keys the draw apart from those of other changes of `about`. */
  readonly transition?: number;
}

/** One receiver of a fan: its address and the link to it. */
export interface Receiver<Name extends string = never> {
  readonly actor: ActorId;
  readonly kind: CellKind<string, Name, unknown, number>;
  /** The cell that takes it; -1: the one that the fan's `object` says. */
  readonly object: number;
  readonly link: LinkId;
  readonly site: SiteId;
}

/** Delivers `data` after `delay` plus a draw of `site`. */
export function after<Name extends string, Payload, Sort extends string, Index extends number>({
  type,
  actor,
  kind,
  object,
  about,
  data,
  delay = 0,
  site = NO_SITE,
  transition = 0,
}: Delivery<Name, Payload, Sort, Index>): SimEvent<Payload> {
  return new SimEvent(Mode.after, type, actor, kind, object, about, data, delay, site, transition, -1);
}

export interface Sending<Name extends string, Payload, Sort extends string, Index extends number>
  extends Omit<Delivery<Name, Payload, Sort, Index>, 'delay' | 'site'> {
  readonly link: LinkId;
  readonly site: SiteId;
}

/** Delivers `data` over `link`: never before what was sent over it earlier. */
export function send<Name extends string, Payload, Sort extends string, Index extends number>({
  type,
  actor,
  kind,
  object,
  about,
  data,
  link,
  site,
  transition = 0,
}: Sending<Name, Payload, Sort, Index>): SimEvent<Payload> {
  return new SimEvent(Mode.send, type, actor, kind, object, about, data, 0, site, transition, link);
}

export interface Arming<Name extends string, Payload, Sort extends string, Index extends number>
  extends Delivery<Name, Payload, Sort, Index> {
  /** Its name: below 256. */
  readonly timer: number;
}

/** Arms a timer of the addressed cell; one of that name that is already armed is replaced. */
export function arm<Name extends string, Payload, Sort extends string, Index extends number>({
  timer,
  type,
  actor,
  kind,
  object,
  about,
  data,
  delay = 0,
  site = NO_SITE,
  transition = 0,
}: Arming<Name, Payload, Sort, Index>): SimEvent<Payload> {
  return new SimEvent(Mode.arm, type, actor, kind, object, about, data, delay, site, transition, timer);
}

/** A timer, by the cell that it belongs to. */
export interface TimerOf<Sort extends string, Index extends number> {
  readonly timer: number;
  readonly actor: ActorId<NoInfer<Sort>>;
  readonly kind: CellKind<Sort, never, unknown, Index>;
  readonly object: NoInfer<Index>;
}

/** Cancels a timer of the addressed cell; nothing happens where none of that name is armed. */
export function cancel<Sort extends string, Index extends number>({
  timer,
  actor,
  kind,
  object,
}: TimerOf<Sort, Index>): SimEvent<null> {
  return new SimEvent(Mode.cancel, -1, actor, kind, object, -1, null, 0, NO_SITE, 0, timer);
}

/** What a fan delivers to each of its receivers. */
export interface Fan<D> {
  readonly receivers: readonly Receiver[];
  readonly payload: D;
}

export interface Fanning<Name extends string, Payload> {
  readonly type: EventType<Name, Payload>;
  readonly receivers: readonly Receiver<NoInfer<Name>>[];
  readonly object: number;
  readonly about: number;
  readonly data: NoInfer<Payload>;
  readonly transition?: number;
}

/** Delivers `data` to all `receivers`, each with a draw of its own, over its own link. */
export function fan<Name extends string, Payload>({
  type,
  receivers,
  object,
  about,
  data,
  transition = 0,
}: Fanning<Name, Payload>): SimEvent<Fan<Payload>> {
  const payload = { receivers, payload: data };
  return new SimEvent(Mode.fan, type, NOBODY, NO_KIND, object, about, payload, 0, NO_SITE, transition, -1);
}

/** Replaces a cell of the actor whose step returns this. */
export function put<State, Index extends number>(
  kind: CellKind<string, never, State, Index>,
  object: NoInfer<Index>,
  state: NoInfer<State>,
): SimEvent<State> {
  return new SimEvent(Mode.put, -1, NOBODY, kind, object, -1, state, 0, NO_SITE, 0, -1);
}

/** Says what the new object `object` is called: its draws are keyed by that. Comes before whatever is about it. */
export function named(object: number, name: string): SimEvent<string> {
  return new SimEvent(Mode.name, -1, NOBODY, NO_KIND, object, -1, name, 0, NO_SITE, 0, -1);
}

/** Of an effect that is addressed to no actor. */
const NOBODY = actorId<never>(-1);
const NO_KIND = cellKind<CellKind>(-1);

/** The shared empty list, so that a step without effects allocates none. */
export const NO_EFFECTS: readonly Effect[] = Object.freeze([]);

/** The same event again, with data of its own: what is done with it changes nothing in the run that it is from. */
export function copyOf(event: SimEvent): SimEvent {
  const { mode, type, actor, kind, object, about, data, delay, site, transition, channel } = event;
  const copy = new SimEvent(
    mode,
    type,
    actor,
    kind,
    object,
    about,
    copiedData(data),
    delay,
    site,
    transition,
    channel,
  );
  const { at, cause, seq, origin, attempt, cancelled } = event;
  return Object.assign(copy, { at, cause, seq, origin, attempt, cancelled });
}

/** What has a class of its own lets nobody change it. */
function copiedData(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(copiedData);
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, copiedData(value)]));
}
