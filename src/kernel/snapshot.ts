import type { Actor } from './actor.ts';
import { type Cells, withCell } from './cells.ts';
import { LoopContext } from './context.ts';
import { Draws } from './draws.ts';
import { type Effect, Mode, type SimEvent } from './event.ts';
import { type Model, sitesOf } from './loop.ts';
import type { Key } from './names.ts';
import type { Micros } from './time.ts';

/** The cells of a run at an instant. Immutable; what two snapshots have in common they share. */
export class Snapshot {
  /** @internal */
  constructor(
    /** @internal */
    readonly model: Model,
    readonly seed: number,
    readonly at: Micros,
    /** @internal */
    readonly cells: Cells,
    /** What events are about by then, as the run has named it.
     * @internal */
    readonly objects: readonly Key[] = model.keys?.objects ?? [],
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

const SNAPSHOTS = 'Pass simulation.snapshot(), run.snapshotAt(atMs), or what reduce returned first.';
const EVENTS = 'Pass simulation.peek(), or an effect that reduce returned.';

/** Answers one event on a snapshot with the reducers that the run loop uses: pure, schedules nothing. */
export function reduce(snapshot: Snapshot, event: SimEvent): [Snapshot, Effect[]] {
  if (!(snapshot instanceof Snapshot))
    throw new TypeError(`reduce: its first argument must be a snapshot. ${SNAPSHOTS}`);
  if (typeof event !== 'object' || event === null || !('actor' in event && 'type' in event))
    throw new TypeError(`reduce: its second argument must be an event. ${EVENTS}`);
  const { model, seed, objects } = snapshot;
  const draws = new Draws(
    seed,
    sitesOf(model, seed),
    model.keys === undefined ? undefined : { ...model.keys, objects },
  );
  const context = new LoopContext(draws, {
    selfOf: (id) => model.actors[id]!.self,
    cellsOf: (id, kind) => snapshot.cells[id]![kind]!,
  });
  const actor = model.actors[event.actor];
  const reducer = actor?.behaviour.reducers[event.type];
  if (actor === undefined || reducer === undefined) {
    throw new TypeError(`No actor of this snapshot handles "${model.types[event.type] ?? event.type}".`);
  }
  context.enter(event.at, event.actor);
  const before = snapshot.cells[event.actor]![event.kind]![event.object];
  const [after, effects] = reducer(before, event, context);
  let cells = snapshot.cells;
  if (after !== before) cells = withCell(cells, event.actor, event.kind, event.object, after);
  const rest: Effect[] = [];
  for (const effect of effects) {
    if (effect.mode === Mode.put)
      cells = withCell(cells, event.actor, effect.kind, effect.object, effect.data);
    else if (effect.mode === Mode.name) draws.name(effect.object, effect.data as string);
    else rest.push(effect);
  }
  return [new Snapshot(model, seed, event.at, cells, draws.objects), rest];
}
