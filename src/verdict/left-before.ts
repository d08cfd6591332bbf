import type { RouteEnd, RouteRecord } from './stopped-pod.ts';

/**
 * Who let go last of Pods that nobody had asked to stop: their Service had come to select others, or they were not Ready. One that is
 * stopped after that was routed to, and is safe whatever its hook does.
 */
export class LeftBefore {
  private readonly ends = new Map<number, RouteEnd>();

  constructor(private readonly services: number) {}

  note(pod: number, service: number, end: RouteEnd): void {
    const key = pod * this.services + service;
    if (end.at > (this.ends.get(key)?.at ?? -1)) this.ends.set(key, end);
  }

  of(pod: number, service: number): RouteEnd | undefined {
    return this.ends.get(pod * this.services + service);
  }
}

/** Its last router had let go before it was asked to stop. */
export function leftEarlier(route: RouteRecord, end: RouteEnd | undefined): void {
  if (end === undefined) return;
  route.latest = end;
  route.ends.push(end);
}
