import { EVENT_TYPES, type TraceType } from '../cluster/events.ts';
import type { AnyReducer } from '../kernel/actor.ts';
import { NO_EFFECTS } from '../kernel/event.ts';
import type { ActorOf } from './define-actor.ts';
import type { Sort, StatesOf } from './protocol.ts';
import type { Ctx } from './wiring.ts';

/** The same actor, which does nothing more once its node is gone, whatever still arrives there: but for these events. */
export function whileAlive<A extends Sort, States extends StatesOf<A>>(
  behaviour: ActorOf<A, States>,
  isGone: (ctx: Ctx) => boolean,
  except: readonly TraceType[],
): ActorOf<A, States> {
  const guarded =
    (reducer: AnyReducer): AnyReducer =>
    (state, event, ctx) =>
      isGone(ctx) ? [state, NO_EFFECTS] : reducer(state, event, ctx);
  const reducers = behaviour.reducers.map((reducer, type) =>
    reducer === undefined || except.includes(EVENT_TYPES[type]!) ? reducer : guarded(reducer),
  );
  return { ...behaviour, reducers };
}
