import type { Effect, SimEvent } from './event.ts';
import type { ActorId, CellKind, OwnId, SiteId } from './ids.ts';
import type { Key } from './names.ts';
import type { Micros } from './time.ts';

/** What a step may see beside its own cell: the clock, who it is, and the other cells of its own actor. */
export interface Context<Self = unknown> {
  readonly now: Micros;
  readonly actor: OwnId;
  /** What the actor was wired with: never changes during a run. */
  readonly self: Self;
  /** Another cell of this actor; undefined where there is none. */
  cell<S, I extends number>(kind: CellKind<string, never, S, I>, object: NoInfer<I>): S | undefined;
  /** All cells of a kind, by object; undefined where an object has none. */
  all<S>(kind: CellKind<string, never, S, never>): readonly (S | undefined)[];
  /** 32 random bits that depend on the seed, the names of this stream, this actor and `of`, and these numbers alone. */
  bits(stream: Key, of: Key, a?: number, b?: number): number;
  /** The key of what events are about, and that of an actor: by their names. */
  objectKey(object: number): Key;
  actorKey(actor: ActorId): Key;
  /** The delay of a site that is the same for this actor and these numbers whenever it is asked for. */
  fixed(site: SiteId, object: number, transition?: number, occurrence?: number): Micros;
}

export type Step<S> = readonly [state: S, effects: readonly Effect[]];

/**
 * The only way anything changes: a pure function from one cell's state and one event to the cell's next state and effects.
 * Effects are data; only the run loop applies them.
 */
export type Reducer<S, D, Self = unknown> = (state: S, event: SimEvent<D>, ctx: Context<Self>) => Step<S>;

/** A reducer as a table holds it. Its state and payload are those of the cell kind and the event type it stands under. */
// biome-ignore lint/suspicious/noExplicitAny: a table of reducers mixes state types; each reducer states its own.
export type AnyReducer = Reducer<any, any, any>;

/** What all actors of one sort share. */
export interface Behaviour {
  /** What kind of actor it is. */
  readonly sort: string;
  /** Names of the kinds of cell, by their number. */
  readonly kinds: readonly string[];
  /** Reducers by event type. */
  readonly reducers: readonly (AnyReducer | undefined)[];
}

export interface Actor {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly self: unknown;
  /** Initial cells: by kind, then object. */
  readonly cells: readonly (readonly unknown[])[];
}
