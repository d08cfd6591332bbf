import type { Actor, Behaviour, Context } from './actor.ts';
import type { Cells } from './cells.ts';
import { type Draws, hash32 } from './draws.ts';
import { type ActorId, actorId, type CellKind, type OwnId, type SiteId } from './ids.ts';
import type { Key } from './names.ts';
import type { Micros } from './time.ts';

/** What actors are wired with and what they keep, by their numbers. */
export interface ActorsState {
  selfOf(actor: number): unknown;
  /** Its cells of a kind, by object. */
  cellsOf(actor: number, kind: number): unknown[];
}

/**
 * The same as a run reads it at every event: in few lists instead of a tree of them for each actor. With thousands of nodes each step down
 * such a tree is a wait for memory, and that was half of what an event cost.
 */
export class ActorTable implements ActorsState {
  /** By actor, its reducers by event type. */
  readonly reducers: readonly Behaviour['reducers'][];
  private readonly selves: readonly unknown[];
  /** By actor, where its kinds begin in `lists`. */
  private readonly first: Int32Array;
  private readonly lists: unknown[][] = [];

  constructor(actors: readonly Actor[], cells: Cells) {
    this.reducers = actors.map(({ behaviour }) => behaviour.reducers);
    this.selves = actors.map(({ self }) => self);
    this.first = new Int32Array(actors.length);
    for (let actor = 0; actor < actors.length; actor++) {
      this.first[actor] = this.lists.length;
      for (const list of cells[actor]!) this.lists.push(list);
    }
  }

  selfOf(actor: number): unknown {
    return this.selves[actor];
  }

  cellsOf(actor: number, kind: number): unknown[] {
    return this.lists[this.first[actor]! + kind]!;
  }
}

/** The one context that a run hands to every step, pointed at the actor whose turn it is. */
export class LoopContext implements Context {
  now: Micros = 0;
  actor: OwnId = actorId(-1);

  constructor(
    private readonly draws: Draws,
    private readonly actors: ActorsState,
  ) {}

  enter(now: Micros, actor: ActorId): void {
    this.now = now;
    this.actor = actorId(actor);
  }

  get self(): unknown {
    return this.actors.selfOf(this.actor);
  }

  cell<S, I extends number>(kind: CellKind<string, never, S, I>, object: NoInfer<I>): S | undefined {
    return this.actors.cellsOf(this.actor, kind)[object] as S | undefined;
  }

  all<S>(kind: CellKind<string, never, S, never>): readonly (S | undefined)[] {
    return this.actors.cellsOf(this.actor, kind) as (S | undefined)[];
  }

  bits(stream: Key, of: Key, a = 0, b = 0): number {
    return hash32(this.draws.seed, stream, this.draws.actorKey(this.actor), of, a, b);
  }

  objectKey(object: number): Key {
    return this.draws.objectKey(object);
  }

  actorKey(actor: ActorId): Key {
    return this.draws.actorKey(actor);
  }

  fixed(site: SiteId, object: number, transition?: number, occurrence?: number): Micros {
    return this.draws.fixed(site, this.actor, object, transition, occurrence);
  }
}
