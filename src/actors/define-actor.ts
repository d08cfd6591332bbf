import { EVENT_TYPES, type EventMap } from '../cluster/events.ts';
import type { AnyReducer, Behaviour, Reducer } from '../kernel/actor.ts';
import { type HandledBy, type KindName, kindsOf, type Sort, type StatesOf } from './protocol.ts';
import type { Self } from './wiring.ts';

/** For each kind of cell a reducer for each event that it handles. A cell may be there from the start, or be made by its first event. */
export type Reducers<A extends Sort, States extends StatesOf<A>> = {
  readonly [C in KindName<A>]: {
    readonly [E in HandledBy<A, C>]:
      | Reducer<States[C], EventMap[E], Self>
      | Reducer<States[C] | undefined, EventMap[E], Self>;
  };
};

/** A sort of actor: its reducers, and what its cells hold. */
export interface ActorOf<A extends Sort, States extends StatesOf<A>> extends Behaviour {
  readonly sort: A;
  readonly states?: States;
}

/** Makes a sort of actor of its reducers: all that the protocol names, and no other. */
export function defineActor<A extends Sort, States extends StatesOf<A>>(
  sort: A,
  reducers: Reducers<A, States>,
): ActorOf<A, States> {
  const byType: Readonly<Record<string, AnyReducer>> = Object.assign({}, ...Object.values(reducers));
  return { sort, kinds: kindsOf(sort), reducers: EVENT_TYPES.map((type) => byType[type]) };
}
