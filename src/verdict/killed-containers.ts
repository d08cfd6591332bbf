import type { ServiceRules } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { Micros } from '../kernel/time.ts';
import type { RouterSeen } from './router-seen.ts';

/** A window in which routers sent to a Pod whose container a probe had had killed. */
export interface KilledWhileRouted {
  readonly pod: number;
  readonly template: number;
  readonly container: number;
  readonly from: Micros;
  readonly to: Micros;
}

interface Killed {
  readonly template: number;
  readonly container: number;
  readonly services: readonly number[];
  /** Since when routers have sent to it; null while none does. */
  routedFrom: Micros | null;
}

/**
 * Containers that were killed for a failed probe and do not accept again yet, of Pods that nobody asked to stop. They leave the rules
 * only once a readiness probe has found out, or the Pod has waited for its back-off.
 */
export class KilledContainers {
  private readonly killed = new Map<number, Killed>();
  readonly windows: KilledWhileRouted[] = [];

  constructor(
    private readonly world: World,
    private readonly routers: readonly RouterSeen[],
    private readonly routes: (router: number, service: number) => ServiceRules,
  ) {}

  closed(pod: number, template: number, container: number, at: Micros): void {
    const { services, path } = this.world.templates[template]!;
    if (this.killed.has(pod) || !path.flat(2).includes(container)) return;
    this.killed.set(pod, { template, container, services, routedFrom: null });
    this.routesChanged(pod, at);
  }

  /** A router took the Pod up or let go of it. */
  routesChanged(pod: number, at: Micros): void {
    const killed = this.killed.get(pod);
    if (killed === undefined) return;
    const routed = this.routers.some((_, router) =>
      killed.services.some((service) => this.routes(router, service).routed.includes(pod)),
    );
    if (routed) killed.routedFrom ??= at;
    else this.end(pod, killed, at);
  }

  /** A container accepts: the killed one again, or another. */
  opened(pod: number, container: number, at: Micros): void {
    if (this.killed.get(pod)?.container === container) this.over(pod, at);
  }

  /** It accepts again, or its end is judged as that of a Pod that was asked to stop. */
  over(pod: number, at: Micros): void {
    const killed = this.killed.get(pod);
    if (killed === undefined) return;
    this.end(pod, killed, at);
    this.killed.delete(pod);
  }

  finish(at: Micros): void {
    for (const pod of [...this.killed.keys()]) this.over(pod, at);
  }

  private end(pod: number, killed: Killed, at: Micros): void {
    const { template, container, routedFrom } = killed;
    if (routedFrom !== null && at > routedFrom)
      this.windows.push({ pod, template, container, from: routedFrom, to: at });
    killed.routedFrom = null;
  }
}
