import { type DelaySite, SITE } from '../cluster/delay-sites.ts';
import type { Behaviour } from '../kernel/actor.ts';
import { type ActorId, actorId, type CellKind, type LinkId, linkId } from '../kernel/ids.ts';
import { invariant } from '../kernel/invariant.ts';
import type { ActorOf } from './define-actor.ts';
import type { KindName, Sort, StatesOf } from './protocol.ts';
import type { Place, Wants, Watch, Watchable } from './watches.ts';

/** A watch as an actor asks for it. */
interface WatchRequest<A extends Sort, W extends keyof Watchable> {
  /** The kind of cell that takes in what it is told. */
  readonly cell: CellKind<A, Watchable[W]['event'], unknown, number>;
  /** The delay site from the commit until it is told. */
  readonly site: DelaySite;
  /** A cell for each object, or one for all of them. */
  readonly into?: 'one cell each' | 'one cell';
  /** Everything by default. */
  readonly wants?: Wants<W>;
}

export type WatchRequests<A extends Sort> = { readonly [W in keyof Watchable]?: WatchRequest<A, W> };

/** An actor, as it is registered once. */
export interface Registration extends Place {
  readonly name: string;
  readonly sort: Sort;
  readonly behaviour: Behaviour;
  /** Initial cells: by kind, then object. */
  readonly cells: readonly (readonly unknown[])[];
  readonly watches: WatchRequests<Sort>;
  /** It sends some of what it sends one after the other, over a link of its own. */
  readonly sendsInOrder: boolean;
}

interface Options<A extends Sort> extends Partial<Place> {
  readonly name?: string;
  readonly watches?: WatchRequests<A>;
  readonly sendsInOrder?: boolean;
}

/** Describes an actor: of which sort it is, what its cells hold at first, what it watches. The only one of its sort needs no name. */
export function actor<A extends Sort, States extends StatesOf<A>>(
  behaviour: ActorOf<A, States>,
  cells: { readonly [C in KindName<A>]: readonly (States[C] | undefined)[] },
  options: Options<A> = {},
): Registration {
  const { sort, kinds } = behaviour;
  const ordered = kinds.map((kind) => cells[kind as KindName<A>]);
  const { name = sort, watches = {}, sendsInOrder = false, node = -1, router = -1, client = -1 } = options;
  // Field by field: searches compile a scenario for each length of a hook, and spreads take a fifth of that time.
  return { name, sort, behaviour, cells: ordered, watches, sendsInOrder, node, router, client };
}

/** Who takes part in a run: gives each actor, link and watch its number, and knows them by name. */
export class Roster {
  private readonly ids = new Map<string, number>();
  private readonly linkOf = new Map<string, LinkId>();

  constructor(readonly actors: readonly Registration[]) {
    actors.forEach(({ name, sendsInOrder }, id) => {
      invariant(!this.ids.has(name), `Two actors are called "${name}".`);
      this.ids.set(name, id);
      if (sendsInOrder) this.allocate(name);
    });
  }

  /** Number of links that were given out. */
  get links(): number {
    return this.linkOf.size;
  }

  id<A extends Sort>(sort: A, name: string = sort): ActorId<A> {
    const id = this.ids.get(name);
    invariant(id !== undefined && this.actors[id]!.sort === sort, `There is no ${sort} called "${name}".`);
    return actorId<A>(id);
  }

  /** The link over which an actor sends in order; -1 where it does not. */
  ownLink(name: string): LinkId {
    return this.linkOf.get(name) ?? linkId(-1);
  }

  /** The watches of a kind of object, in the order of their actors. */
  watches<W extends keyof Watchable>(
    what: W,
    by: (actor: Registration) => boolean = () => true,
  ): readonly Watch<W>[] {
    return this.actors.flatMap((registration, id) => {
      const request: WatchRequest<Sort, W> | undefined = registration.watches[what];
      if (request === undefined || !by(registration)) return [];
      const { cell, site, into = 'one cell each', wants = () => true } = request;
      return [
        {
          actor: actorId(id),
          kind: cell,
          object: into === 'one cell' ? 0 : -1,
          link: this.allocate(`${registration.name} watches ${what}`),
          site: SITE[site],
          wants,
        },
      ];
    });
  }

  private allocate(name: string): LinkId {
    const link = this.linkOf.get(name) ?? linkId(this.linkOf.size);
    this.linkOf.set(name, link);
    return link;
  }
}
