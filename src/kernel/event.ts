import type { Micros } from './time.ts';

/** Dense number of an actor, given when the actors are wired. */
export type ActorId = number;

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
} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** No delay site: the delay is `delay` alone. */
export const NO_SITE = -1;

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
   */
  origin = -1;
  /**
   * How much essential work was done when the latest attempt of its chain of retries began; -1 outside such a chain, and where
   * something essential brought it about. Stamped by the run loop.
   */
  attempt = -1;
  /** A timer that was re-armed or cancelled: dropped when its time comes. */
  cancelled = false;

  constructor(
    readonly mode: Mode,
    readonly type: number,
    readonly actor: ActorId,
    readonly kind: number,
    readonly object: number,
    readonly about: number,
    readonly data: D,
    readonly delay: Micros,
    readonly site: number,
    readonly transition: number,
    /** Link of a `send`, name of a timer. */
    readonly channel: number,
  ) {}
}

export type Effect = SimEvent;

/** What an event is, before it is said when and how it travels. */
export interface Address {
  readonly type: number;
  readonly actor: ActorId;
  readonly kind: number;
  readonly object: number;
}

/** One receiver of a fan: its address and the link to it. */
export interface Receiver {
  readonly actor: ActorId;
  readonly kind: number;
  /** The cell that takes it; -1: the one that the fan's `object` says. */
  readonly object: number;
  readonly link: number;
  readonly site: number;
}

/** Delivers `data` after `delay` plus a draw of `site`. */
export function after<D>(
  type: number,
  actor: ActorId,
  kind: number,
  object: number,
  about: number,
  data: D,
  delay: Micros,
  site: number = NO_SITE,
  transition = 0,
): SimEvent<D> {
  return new SimEvent(Mode.after, type, actor, kind, object, about, data, delay, site, transition, -1);
}

/** Delivers `data` over `link`: never before what was sent over it earlier. */
export function send<D>(
  type: number,
  actor: ActorId,
  kind: number,
  object: number,
  about: number,
  data: D,
  link: number,
  site: number,
  transition = 0,
): SimEvent<D> {
  return new SimEvent(Mode.send, type, actor, kind, object, about, data, 0, site, transition, link);
}

/** Arms timer `name` of the addressed cell; one that is already armed is replaced. */
export function arm<D>(
  name: number,
  type: number,
  actor: ActorId,
  kind: number,
  object: number,
  about: number,
  data: D,
  delay: Micros,
  site: number = NO_SITE,
  transition = 0,
): SimEvent<D> {
  return new SimEvent(Mode.arm, type, actor, kind, object, about, data, delay, site, transition, name);
}

/** Cancels timer `name` of the addressed cell; nothing happens where none is armed. */
export function cancel(name: number, actor: ActorId, kind: number, object: number): SimEvent<null> {
  return new SimEvent(Mode.cancel, -1, actor, kind, object, -1, null, 0, NO_SITE, 0, name);
}

/** What a fan delivers to each of its receivers. */
export interface Fan<D> {
  readonly receivers: readonly Receiver[];
  readonly payload: D;
}

/** Delivers `data` to all `receivers`, each with a draw of its own, over its own link. */
export function fan<D>(
  type: number,
  receivers: readonly Receiver[],
  object: number,
  about: number,
  payload: D,
  transition = 0,
): SimEvent<Fan<D>> {
  return new SimEvent(
    Mode.fan,
    type,
    -1,
    -1,
    object,
    about,
    { receivers, payload },
    0,
    NO_SITE,
    transition,
    -1,
  );
}

/** Replaces cell (`kind`, `object`) of the actor whose step returns this. */
export function put<S>(kind: number, object: number, state: S): SimEvent<S> {
  return new SimEvent(Mode.put, -1, -1, kind, object, -1, state, 0, NO_SITE, 0, -1);
}

/** The shared empty list, so that a step without effects allocates none. */
export const NO_EFFECTS: readonly Effect[] = Object.freeze([]);
