import type { AppTraffic } from '../../cluster/clients.ts';
import type { Attempt, InService, Waiting } from '../../cluster/traffic.ts';
import type { World } from '../../cluster/world.ts';
import { changing } from '../../kernel/changing.ts';
import type { Micros } from '../../kernel/time.ts';

/** The connections of one Pod, as the kernel and the processes behind them hold them. Flat, and written as a literal: one change a packet. */
export interface PodConnections {
  /** Requests that are worked on, the newest first; some that are over may still be in it. */
  readonly listed: Listed | null;
  readonly listedCount: number;
  readonly serving: number;
  /** How many of these each container works on; only of containers that limit their number. */
  readonly busy: readonly number[];
  readonly waiting: readonly Waiting[];
  /** When the latest request came. */
  readonly arrivedAt: Micros;
  readonly networkRemoved: boolean;
  /** When each container last closed the idle connections that it kept. */
  readonly idleClosed: readonly (Micros | undefined)[];
  /** When each container ended, and with it cut what was in flight. */
  readonly cuts: readonly (Micros | undefined)[];
  /** When each container closed its listener, and with it reset what it had not accepted. */
  readonly resets: readonly (Micros | undefined)[];
  /** When whoever routed connections reset them, in order. */
  readonly routeResets: readonly RouteReset[];
}

export const changedConnections = changing<PodConnections>((from) => ({
  listed: from.listed,
  listedCount: from.listedCount,
  serving: from.serving,
  busy: from.busy,
  waiting: from.waiting,
  arrivedAt: from.arrivedAt,
  networkRemoved: from.networkRemoved,
  idleClosed: from.idleClosed,
  cuts: from.cuts,
  resets: from.resets,
  routeResets: from.routeResets,
}));

export interface RouteReset {
  readonly router: number;
  readonly at: Micros;
}

export interface Listed {
  readonly inService: InService;
  readonly next: Listed | null;
}

export const NO_TRAFFIC: PodConnections = {
  listed: null,
  listedCount: 0,
  serving: 0,
  busy: [],
  waiting: [],
  arrivedAt: Number.NEGATIVE_INFINITY,
  networkRemoved: false,
  idleClosed: [],
  cuts: [],
  resets: [],
  routeResets: [],
};

/** Containers that a connection to a port of a Service passes in a Pod of `template`; null where the Service does not select it. */
export function pathOf(
  world: World,
  template: number,
  service: number,
  port: number,
): readonly number[] | null {
  const { services, path } = world.templates[template]!;
  const place = services.indexOf(service);
  return place < 0 ? null : path[place]![port]!;
}

/** Whether a client's connections to a Pod of `template` pass one of its containers. */
export function passes(world: World, template: number, client: number, container: number): boolean {
  const { service, port } = world.clients[client]!;
  return pathOf(world, template, service, port)?.includes(container) ?? false;
}

/** Of the containers on a path, the least of a limit. */
export function least(
  world: World,
  template: number,
  path: readonly number[],
  limit: (traffic: AppTraffic) => number,
): number {
  const { containers } = world.templates[template]!;
  let found = Number.POSITIVE_INFINITY;
  for (const container of path) found = Math.min(found, limit(containers[container]!.app.traffic));
  return found;
}

/** Who works on how many requests once one more (or less: -1) passes `path`. The same list where no container on it has a limit. */
export function counted(
  world: World,
  template: number,
  path: readonly number[],
  busy: readonly number[],
  change: 1 | -1,
): readonly number[] {
  const { containers } = world.templates[template]!;
  let next: number[] | null = null;
  for (const container of path) {
    if (containers[container]!.app.traffic.concurrency === Number.POSITIVE_INFINITY) continue;
    next ??= containers.map((_, index) => busy[index] ?? 0);
    next[container] = next[container]! + change;
  }
  return next ?? busy;
}

/** Whether every container on a path would work on one more request now. */
export function hasRoom(
  world: World,
  template: number,
  path: readonly number[],
  busy: readonly number[],
): boolean {
  const { containers } = world.templates[template]!;
  for (const container of path)
    if ((busy[container] ?? 0) >= containers[container]!.app.traffic.concurrency) return false;
  return true;
}

/** The container on a path that has closed a connection opened at `openedAt`, since it carried nothing; -1 for none. */
export function closerOf(
  idleClosed: PodConnections['idleClosed'],
  path: readonly number[],
  openedAt: Micros,
): number {
  if (idleClosed.length === 0) return -1;
  return path.find((container) => (idleClosed[container] ?? -1) >= openedAt) ?? -1;
}

/** When a request was cut: with the end of a container on its path, or while its connection still waited to be accepted. Null: never. */
export function cutAt(
  { cuts, resets, routeResets }: PodConnections,
  path: readonly number[],
  inService: InService,
): Micros | null {
  if (cuts.length === 0 && resets.length === 0 && routeResets.length === 0) return null;
  let found = resetAt(routeResets, inService);
  for (const container of path) {
    const cut = cuts[container];
    if (cut !== undefined && inService.admittedAt <= cut && inService.endsAt > cut)
      found = Math.min(found ?? cut, cut);
    const reset = resets[container];
    if (reset !== undefined && isUnaccepted(inService, reset)) found = Math.min(found ?? reset, reset);
  }
  return found;
}

function resetAt(routeResets: PodConnections['routeResets'], inService: InService): Micros | null {
  const { attempt, admittedAt, endsAt } = inService;
  const reset = routeResets.find(
    ({ router, at }) => router === attempt.router && admittedAt <= at && endsAt > at,
  );
  return reset?.at ?? null;
}

/** Whether whoever routed a kept connection has reset it since. */
export function isRouteReset({ routeResets }: PodConnections, { router, openedAt }: Attempt): boolean {
  return routeResets.some((reset) => reset.router === router && reset.at >= openedAt);
}

/** What the app really works on: neither finished nor cut before. */
export function inFlight(
  world: World,
  connections: PodConnections,
  template: number,
  now: Micros,
): InService[] {
  const found: InService[] = [];
  for (let at = connections.listed; at !== null; at = at.next) {
    const { service, port } = world.clients[at.inService.attempt.client]!;
    const path = pathOf(world, template, service, port) ?? [];
    if (at.inService.endsAt >= now && cutAt(connections, path, at.inService) === null)
      found.push(at.inService);
  }
  return found;
}

/** A new connection that the kernel has taken and the app has not accepted at `at`. */
export function isUnaccepted({ attempt, admittedAt, acceptedAt }: InService, at: Micros): boolean {
  return attempt.carried === 0 && admittedAt <= at && acceptedAt > at;
}

/** An answer that would leave the Pod too late: its client has given up by then. */
export function isGivenUp({ attempt, endsAt }: InService): boolean {
  return endsAt + attempt.way > attempt.answerBy;
}

const SLACK = 16;

/** Puts one more to those that are worked on; drops those that are over once they are the most. */
export function withOneMore(
  connections: PodConnections,
  inService: InService,
  busy: readonly number[],
  arrivedAt: Micros,
  now: Micros,
): PodConnections {
  const { waiting, networkRemoved, idleClosed, cuts, resets, routeResets } = connections;
  const serving = connections.serving + 1;
  let { listed, listedCount } = connections;
  if (listedCount > 2 * serving + SLACK) {
    const open: InService[] = [];
    for (let at = listed; at !== null; at = at.next) if (at.inService.endsAt >= now) open.push(at.inService);
    listed = null;
    listedCount = open.length;
    for (const one of open.reverse()) listed = { inService: one, next: listed };
  }
  return {
    listed: { inService, next: listed },
    listedCount: listedCount + 1,
    serving,
    busy,
    waiting,
    arrivedAt: Math.max(connections.arrivedAt, arrivedAt),
    networkRemoved,
    idleClosed,
    cuts,
    resets,
    routeResets,
  };
}

export function withOneLess(connections: PodConnections, busy: readonly number[]): PodConnections {
  const { listed, listedCount, serving, waiting, arrivedAt } = connections;
  const { networkRemoved, idleClosed, cuts, resets, routeResets } = connections;
  return {
    listed: serving === 1 ? null : listed,
    listedCount: serving === 1 ? 0 : listedCount,
    serving: serving - 1,
    busy,
    waiting,
    arrivedAt,
    networkRemoved,
    idleClosed,
    cuts,
    resets,
    routeResets,
  };
}
