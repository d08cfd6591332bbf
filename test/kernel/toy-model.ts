import type { Actor, AnyReducer, Reducer } from '../../src/kernel/actor.ts';
import { NO_EFFECTS } from '../../src/kernel/event.ts';
import type { Loop, Model } from '../../src/kernel/loop.ts';

/** An actor whose cells start as `cells[kind][object]`: by default one kind with one empty list. */
export function actor(
  name: string,
  reducers: readonly (AnyReducer | undefined)[],
  cells: readonly (readonly unknown[])[] = [[[]]],
): Actor {
  return {
    name,
    behaviour: { sort: 'toy', kinds: cells.map((_, kind) => `kind${kind}`), reducers },
    self: { name },
    cells,
  };
}

export function modelOf(actors: readonly Actor[], parts: Partial<Model> = {}): Model {
  return {
    actors,
    types: ['first', 'second', 'third'],
    sites: [],
    links: 0,
    initial: [],
    ties: 'sequence',
    ...parts,
  };
}

/** Writes down what it was handed and when. */
export const note: Reducer<readonly string[], unknown> = (lines, event, ctx) => [
  [...lines, `${String(event.data)} at ${ctx.now}`],
  NO_EFFECTS,
];

/** What an actor that notes has noted. */
export function notes(loop: Loop, index: number): readonly string[] {
  return loop.cells[index]![0]![0] as readonly string[];
}
