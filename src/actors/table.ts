import { EVENT_TYPES, type TraceType } from '../cluster/events.ts';
import type { AnyReducer } from '../kernel/actor.ts';

/** Reducers by the number of their event type, from reducers by its name. */
export function table(reducers: Partial<Record<TraceType, AnyReducer>>): readonly (AnyReducer | undefined)[] {
  return EVENT_TYPES.map((name) => reducers[name]);
}
