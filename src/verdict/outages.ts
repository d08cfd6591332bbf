import type { ServiceRules } from '../cluster/state.ts';
import type { Micros } from '../kernel/time.ts';

/** A time in which a router had nobody to send a Service's connections to. */
export interface Outage {
  readonly service: number;
  readonly router: number;
  readonly from: Micros;
  to: Micros | null;
}

/** Of all outages the first are kept, and which routers had one. */
const MAX_OUTAGES = 64;

/** Follows which routers refuse a Service's connections, for want of an endpoint. */
export class Outages {
  readonly list: Outage[] = [];
  /** By Service: routers that had nobody to send to at some time. */
  readonly routers: readonly Set<number>[];
  private readonly open = new Map<number, Outage>();

  constructor(services: number) {
    this.routers = Array.from({ length: services }, () => new Set());
  }

  /** The rules of a Service in a router were replaced. */
  changed(at: Micros, router: number, service: number, was: ServiceRules, is: ServiceRules): void {
    if ((was.internal === 'REJECT') === (is.internal === 'REJECT')) return;
    const key = router * this.routers.length + service;
    if (is.internal !== 'REJECT') {
      const over = this.open.get(key);
      if (over !== undefined) over.to = at;
      this.open.delete(key);
      return;
    }
    const outage: Outage = { service, router, from: at, to: null };
    this.open.set(key, outage);
    this.routers[service]!.add(router);
    if (this.list.length < MAX_OUTAGES) this.list.push(outage);
  }
}
