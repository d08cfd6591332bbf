/** Numbers that say what they number. They cost nothing at run time: a brand exists for the compiler alone. */

declare const brand: unique symbol;

/** A number that nobody else's number is taken for. It comes from its constructor below and from nowhere else. */
export type Branded<Name> = number & { readonly [brand]: Name };

/** A number that any plain number may become, but none that says it is something else: a Pod's index is no node's. */
export type Flavoured<Name> = number & { readonly [brand]?: Name };

/** Places in the lists of a run: a Pod's is no node's. */
export type PodIndex = Flavoured<'PodIndex'>;
export type NodeIndex = Flavoured<'NodeIndex'>;
export type ServiceIndex = Flavoured<'ServiceIndex'>;

/** Dense number of an actor, given when the actors are wired. `Sort` is what kind of actor it is. */
export type ActorId<Sort extends string = string> = number & {
  readonly [brand]: { readonly is: 'ActorId'; readonly sort: Sort };
};

/** An actor of any sort, as an event is addressed to whoever made it: its own number fits each of its kinds of cell. */
export type OwnId = ActorId<never>;

/**
 * Number of a kind of cell among those of its actor: whose it is, which events its reducers handle, what a cell holds and what
 * numbers its objects.
 */
export type CellKind<
  Sort extends string = string,
  Handles extends string = never,
  State = unknown,
  Index extends number = never,
> = number & {
  readonly [brand]: {
    readonly is: 'CellKind';
    readonly sort: Sort;
    /** A kind that handles more stands wherever one that handles less will do. */
    readonly handles: (type: Handles) => void;
    readonly state: State;
    readonly index: (index: Index) => void;
  };
};

/** Number of an event type, with its name and what such an event carries. */
export type EventType<Name extends string = string, Payload = unknown> = number & {
  readonly [brand]: { readonly is: 'EventType'; readonly name: Name; readonly payload: Payload };
};

/** Number of a first-in-first-out link. */
export type LinkId = Branded<'LinkId'>;

/** Number of a delay site. */
export type SiteId = Branded<'SiteId'>;

export function actorId<Sort extends string>(number: number): ActorId<Sort> {
  return number as ActorId<Sort>;
}

export function cellKind<Kind extends CellKind>(number: number): Kind {
  return number as Kind;
}

export function eventType<Name extends string, Payload>(number: number): EventType<Name, Payload> {
  return number as EventType<Name, Payload>;
}

export function linkId(number: number): LinkId {
  return number as LinkId;
}

export function siteId(number: number): SiteId {
  return number as SiteId;
}
