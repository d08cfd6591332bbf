import type { SimEvent } from './event.ts';
import type { Micros } from './time.ts';

/**
 * Whether a run goes on for an event. `essential`: it does. `tail`: not for it alone, but it is still handled. `recurring`: what
 * would go on for ever by itself: dropped once nothing essential is left. `retry`: asks once more for what was not to be had; the
 * run goes on for it while anything essential happened since the latest attempt began. `round`: a question or an answer between
 * two retries; it is seen to its end, but changes nothing by itself.
 */
export type Lifetime = 'essential' | 'tail' | 'recurring' | 'retry' | 'round';

/** Knows whether a run goes on, by counting what waits. */
export class Liveness {
  /** Events that wait and for which the run goes on; retries are counted by themselves. */
  private essential = 0;
  private retries = 0;
  /** Those of them that would ask again although nothing has changed since they last did. */
  private vain = 0;
  /** Essential events handled. */
  private progress = 0;

  constructor(private readonly lifetimes: readonly Lifetime[]) {}

  /** What recurs ends with the last essential event, and so do vain retries and what of the tail no run would live to see. */
  isOver({ type, at }: SimEvent, maxTime: Micros): boolean {
    if (this.essential > 0 || this.retries > this.vain) return false;
    const lifetime = this.lifetimes[type];
    if (lifetime === 'tail') return at > maxTime;
    return lifetime === 'recurring' || lifetime === 'retry';
  }

  /** Counts so many such events that wait from now on, or one that no longer does. */
  count({ type, attempt }: SimEvent, by: number): void {
    const lifetime = this.lifetimes[type];
    if (lifetime === 'essential' || lifetime === 'round') this.essential += by;
    if (lifetime !== 'retry') return;
    this.retries += by;
    if (attempt === this.progress) this.vain += by;
  }

  /** What the effects of an event carry as their `attempt`. */
  attemptOf({ type, attempt }: SimEvent): number {
    const lifetime = this.lifetimes[type];
    if (lifetime === 'retry') return this.progress;
    return lifetime === 'round' ? attempt : -1;
  }

  /** Counts an event that was handled, its effects included; answers whether the run was going on for it. */
  handled(event: SimEvent): boolean {
    const lifetime = this.lifetimes[event.type];
    if (lifetime === 'tail' || lifetime === 'recurring') return false;
    this.count(event, -1);
    if (lifetime === 'essential') {
      this.progress++;
      this.vain = 0;
    }
    return true;
  }
}
