import type { Actor, AnyReducer, Context } from './actor.ts';
import type { Cells } from './cells.ts';
import { type Draws, hash32 } from './draws.ts';
import type { ActorId, CellKind, OwnId, SiteId } from './ids.ts';
import type { Key } from './names.ts';
import type { Micros } from './time.ts';

/** What an event meets at the actor it is addressed to, in one place. */
export interface Target {
  readonly id: OwnId;
  readonly cells: unknown[][];
  readonly reducers: readonly (AnyReducer | undefined)[];
  readonly self: unknown;
}

export function targetOf({ behaviour, self }: Actor, id: OwnId, cells: Cells): Target {
  return { id, cells: cells[id]!, reducers: behaviour.reducers, self };
}

/** The one context that a run hands to every step, pointed at the actor whose turn it is. */
export class LoopContext implements Context {
  now: Micros = 0;
  // Given a value from the start: a field that appears later changes the object's shape.
  private target: Target | undefined = undefined;

  constructor(private readonly draws: Draws) {}

  enter(now: Micros, target: Target): void {
    this.now = now;
    this.target = target;
  }

  get actor(): OwnId {
    return this.target!.id;
  }

  get self(): unknown {
    return this.target!.self;
  }

  cell<S, I extends number>(kind: CellKind<string, never, S, I>, object: NoInfer<I>): S | undefined {
    return this.target!.cells[kind]![object] as S | undefined;
  }

  all<S>(kind: CellKind<string, never, S, never>): readonly (S | undefined)[] {
    return this.target!.cells[kind] as (S | undefined)[];
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
