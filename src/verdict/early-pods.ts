import type { World } from '../cluster/world.ts';
import type { Micros } from '../kernel/time.ts';

/** A window in which routers sent to a new Pod one of whose containers had not begun to accept. */
export interface EarlyWindow {
  readonly pod: number;
  readonly template: number;
  readonly container: number;
  readonly service: number;
  /** Place of the port in the Service. */
  readonly port: number;
  /** The first that sent. */
  readonly router: number;
  readonly from: Micros;
  to: Micros;
}

interface Starting {
  readonly template: number;
  readonly opened: Set<number>;
  readonly open: EarlyWindow[];
}

/** Pods that came up in the run, until all of their containers accept: a router that sends to one before is too early. */
export class EarlyPods {
  private readonly starting = new Map<number, Starting>();
  readonly windows: EarlyWindow[] = [];

  constructor(private readonly world: World) {}

  /** A container's process starts. */
  started(pod: number, template: number): void {
    if (!this.starting.has(pod)) this.starting.set(pod, { template, opened: new Set(), open: [] });
  }

  /** A router takes a Pod up for a Service. */
  routed(pod: number, service: number, router: number, at: Micros): void {
    const starting = this.starting.get(pod);
    if (starting === undefined) return;
    const { template, opened, open } = starting;
    if (open.some((window) => window.service === service)) return;
    const { services, path } = this.world.templates[template]!;
    for (const [port, containers] of (path[services.indexOf(service)] ?? []).entries()) {
      const container = containers.find((each) => !opened.has(each));
      if (container === undefined) continue;
      open.push({ pod, template, container, service, port, router, from: at, to: at });
    }
  }

  /** A container accepts, if for the first time. */
  opened(pod: number, container: number, at: Micros): void {
    const starting = this.starting.get(pod);
    if (starting === undefined) return;
    const { template, opened, open } = starting;
    opened.add(container);
    const { services, path } = this.world.templates[template]!;
    const accepts = ({ service, port }: EarlyWindow) =>
      path[services.indexOf(service)]![port]!.every((each) => opened.has(each));
    this.close(open.filter(accepts), at);
    const left = open.filter((window) => !accepts(window));
    if (path.flat(2).every((each) => opened.has(each))) this.starting.delete(pod);
    else this.starting.set(pod, { template, opened, open: left });
  }

  /** From here on the Pod is judged as one that was asked to stop, or it is gone. */
  over(pod: number, at: Micros): void {
    this.close(this.starting.get(pod)?.open ?? [], at);
    this.starting.delete(pod);
  }

  finish(at: Micros): void {
    for (const pod of [...this.starting.keys()]) this.over(pod, at);
  }

  private close(windows: readonly EarlyWindow[], at: Micros): void {
    for (const window of windows) {
      window.to = at;
      if (at > window.from) this.windows.push(window);
    }
  }
}
