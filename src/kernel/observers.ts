import type { SimEvent } from './event.ts';

/** Sees an event after it was handled: the cell it addressed before and after. Changes nothing. */
export type Observer = (event: SimEvent, before: unknown, after: unknown) => void;

/** Who listens to what: for each event type one function, which calls all that were given for it, in the order they were given. */
export class Observers {
  readonly byType: (Observer | undefined)[] = [];

  /*
   * A call and no assignment where they are made: an engine may put a function that is assigned to a property among the long-lived,
   * and all that it refers to, which here is a whole run, would stay until the next full collection.
   */
  on(type: number, observer: Observer): void {
    const first = this.byType[type];
    if (first === undefined) {
      this.byType[type] = observer;
      return;
    }
    this.byType[type] = both(first, observer);
  }
}

function both(first: Observer, second: Observer): Observer {
  return (event, before, after) => {
    first(event, before, after);
    second(event, before, after);
  };
}
