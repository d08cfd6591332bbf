import type { AnyReducer } from '../kernel/actor.ts';
import { NO_EFFECTS } from '../kernel/event.ts';
import type { Ctx } from './wiring.ts';

/** The same reducers of an actor that does nothing more once its node is gone, whatever still arrives there. */
export function whileAlive(
  reducers: Readonly<Record<string, AnyReducer>>,
  isGone: (ctx: Ctx) => boolean,
): Readonly<Record<string, AnyReducer>> {
  const guarded =
    (reducer: AnyReducer): AnyReducer =>
    (state, event, ctx) =>
      isGone(ctx) ? [state, NO_EFFECTS] : reducer(state, event, ctx);
  return Object.fromEntries(Object.entries(reducers).map(([type, reducer]) => [type, guarded(reducer)]));
}
