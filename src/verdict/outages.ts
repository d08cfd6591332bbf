import type { ServiceRules, ServiceVerdict } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { Micros } from '../kernel/time.ts';

/** What becomes of a connection that nobody takes: refused at once, or dropped, so that its client waits until it gives up. */
export type OutageKind = 'refused' | 'dropped';

/** A time in which a router had nobody to send a Service's connections to. */
export interface Outage {
  readonly service: number;
  readonly router: number;
  readonly kind: OutageKind;
  readonly from: Micros;
  to: Micros | null;
}

/** Of all outages the first are kept, and which routers had one. */
const MAX_OUTAGES = 64;

/** Follows which routers have nobody to send a Service's connections to. */
export class Outages {
  readonly list: Outage[] = [];
  /** By Service: routers that had nobody to send to at some time. */
  readonly routers: readonly Set<number>[];
  private readonly open = new Map<number, Outage>();
  /** Nodes that are being emptied: nobody is left there to whom their own endpoints matter. */
  private readonly leaving = new Set<number>();

  private readonly previews: ReadonlySet<number>;

  constructor(world: World) {
    this.routers = world.services.map(() => new Set());
    this.previews = previewsOf(world);
  }

  /** A node is cordoned, shuts down, or takes Pods again. Its kube-proxy is the router of its number. */
  leaves(node: number, leaves: boolean): void {
    if (leaves) this.leaving.add(node);
    else this.leaving.delete(node);
  }

  /** The rules of a Service in a router were replaced. */
  changed(at: Micros, router: number, service: number, was: ServiceRules, is: ServiceRules): void {
    if (this.previews.has(service)) return;
    const kind = outageOf(is.internal);
    if (kind === outageOf(was.internal)) return;
    const key = router * this.routers.length + service;
    const over = this.open.get(key);
    if (over !== undefined) {
      over.to = at;
      this.open.delete(key);
    }
    // A node without a Pod of its own is no outage of a cluster: only those that are on it miss it.
    if (kind === null || (kind === 'dropped' && this.leaving.has(router))) return;
    const outage: Outage = { service, router, kind, from: at, to: null };
    this.open.set(key, outage);
    this.routers[service]!.add(router);
    if (this.list.length < MAX_OUTAGES) this.list.push(outage);
  }
}

function outageOf(verdict: ServiceVerdict): OutageKind | null {
  if (verdict === 'DNAT') return null;
  return verdict === 'DROP' ? 'dropped' : 'refused';
}

/** Services that show a blue-green revision before it is promoted: while it starts, nobody is cut off who used it. */
function previewsOf({ deployments }: World): ReadonlySet<number> {
  return new Set(
    deployments.flatMap(({ rollout }) =>
      rollout?.type === 'blueGreen' && rollout.previewService !== null ? [rollout.previewService] : [],
    ),
  );
}
