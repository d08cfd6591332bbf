import type { Actor } from './actor.ts';
import { type Cells, withCell } from './cells.ts';
import { Draws } from './draws.ts';
import { type Effect, Mode, type SimEvent } from './event.ts';
import { actorId } from './ids.ts';
import { LoopContext, type Model, sitesOf, targetOf } from './loop.ts';
import type { Micros } from './time.ts';

/** The cells of a run at an instant. Immutable; what two snapshots have in common they share. */
export class Snapshot {
  constructor(
    readonly model: Model,
    readonly seed: number,
    readonly at: Micros,
    readonly cells: Cells,
  ) {}

  /** The cells of `actor`, by the name of their kind, then by object number. */
  actor(name: string): Readonly<Record<string, readonly unknown[]>> | undefined {
    const index = this.model.actors.findIndex((actor) => actor.name === name);
    const actor: Actor | undefined = this.model.actors[index];
    if (actor === undefined) return undefined;
    return Object.fromEntries(
      actor.behaviour.kinds.map((kind, number) => [kind, this.cells[index]![number]!]),
    );
  }
}

/** Answers one event on a snapshot with the reducers that the run loop uses: pure, schedules nothing. */
export function reduce(snapshot: Snapshot, event: SimEvent): [Snapshot, Effect[]] {
  const { model, seed } = snapshot;
  const context = new LoopContext(new Draws(seed, sitesOf(model, seed)));
  const actor = model.actors[event.actor];
  const reducer = actor?.behaviour.reducers[event.type];
  if (actor === undefined || reducer === undefined) {
    throw new TypeError(`No actor of this snapshot handles "${model.types[event.type] ?? event.type}".`);
  }
  context.enter(event.at, targetOf(actor, actorId(event.actor), snapshot.cells));
  const before = snapshot.cells[event.actor]![event.kind]![event.object];
  const [after, effects] = reducer(before, event, context);
  let cells = snapshot.cells;
  if (after !== before) cells = withCell(cells, event.actor, event.kind, event.object, after);
  const rest: Effect[] = [];
  for (const effect of effects) {
    if (effect.mode === Mode.put)
      cells = withCell(cells, event.actor, effect.kind, effect.object, effect.data);
    else rest.push(effect);
  }
  return [new Snapshot(model, seed, event.at, cells), rest];
}
