import type { RoutesChanged } from '../cluster/events.ts';
import type { PodObject, ServiceRules } from '../cluster/state.ts';
import type { TemplateInfo } from '../cluster/world.ts';
import type { SimEvent } from '../kernel/event.ts';
import type { Micros } from '../kernel/time.ts';
import type { LetGoCause } from './types.ts';

/** What is remembered of a Pod from the moment it was asked to stop. All of it is folded from events as they happen. */
export interface StoppedPod {
  readonly index: number;
  readonly name: string;
  readonly node: number;
  readonly template: TemplateInfo;
  readonly askedAt: Micros;
  /** A DELETE; the kubelet by itself, which sets no deletionTimestamp; or the end of its node. */
  readonly stoppedBy: 'deleted' | 'kubelet' | 'nodeLost';
  killStartedAt: Micros | null;
  graceSeconds: number;
  /** What a preStop hook may take of it, in seconds. */
  hookBudgetSeconds: number;
  endedAt: Micros | null;
  /** When its node went from under it; null: it did not. */
  nodeLostAt: Micros | null;
  readonly containers: StoppedContainer[];
  /** By the place of the Service in the template's list. */
  readonly routes: RouteRecord[];
}

export interface StoppedContainer {
  hookStartedAt: Micros | null;
  hookEndedAt: Micros | null;
  hookOutcome: 'completed' | 'failed' | 'cutOff' | null;
  stopSignalAt: Micros | null;
  /** When it no longer accepted, and the position of the event that ended it. */
  closedAt: Micros | null;
  closedSeq: number;
  exitedAt: Micros | null;
  sigkilledAt: Micros | null;
}

export interface RouteRecord {
  readonly service: number;
  /** Routers that send to the Pod now. */
  routers: number;
  everRouted: boolean;
  /** Routers that came back to the Pod after it had been asked to stop, and when. */
  readonly since: Map<number, Micros>;
  /** When routers let go: who, when (with the way to the Pod), because of which event. In order of time. */
  readonly ends: RouteEnd[];
  latest: RouteEnd | null;
  /** Whether some router let go because of how a Pod stopped: with another hook it would have done so at another time. */
  dependent: boolean;
  /** For each port: who keeps it from accepting; null while it accepts. */
  readonly accepting: (Closed | null)[];
  readonly exposures: Exposure[][];
}

export interface RouteEnd {
  readonly router: number;
  readonly at: Micros;
  readonly seq: number;
  /** The Pod whose stopping brought it about; -1: it came about without any. */
  readonly origin: number;
  /** Whether it was told by its endpoints, or found out by itself. */
  readonly cause: LetGoCause;
}

/** The end that a change of routes is, once its way to the Pod is over. */
export function routeEnd(event: SimEvent<RoutesChanged>, router: number, latency: Micros): RouteEnd {
  const { seq, origin, data } = event;
  const cause = data.cause === 'health' ? 'health' : 'endpoints';
  return { router, at: event.at + latency, seq, origin, cause };
}

/** The container that ended the accepting first, and when. */
export interface Closed {
  readonly at: Micros;
  readonly container: number;
  /** It had begun to accept; else it does not yet. */
  readonly begun: boolean;
}

/** A window in which a router sent to a Pod that did not accept. `end` is null where it was still open when the run ended. */
export interface Exposure extends Pick<Closed, 'container' | 'begun'> {
  readonly from: Micros;
  readonly to: Micros;
  readonly end: RouteEnd | null;
  readonly router: number;
}

/** What became of its being routed to for a Service, if it was asked to stop. */
export function routeOf(pod: StoppedPod | undefined, service: number): RouteRecord | undefined {
  return pod?.routes.find((route) => route.service === service);
}

/** Whether new connections are sent to a Pod. */
export function routes(rules: ServiceRules, pod: number): boolean {
  return rules.sent.includes(pod);
}

export function stoppedPod(
  index: number,
  name: string,
  node: number,
  template: TemplateInfo,
  askedAt: Micros,
  stoppedBy: StoppedPod['stoppedBy'] = 'deleted',
): StoppedPod {
  return {
    index,
    name,
    node,
    template,
    askedAt,
    stoppedBy,
    killStartedAt: null,
    graceSeconds: 0,
    hookBudgetSeconds: 0,
    endedAt: null,
    nodeLostAt: null,
    containers: template.containers.map(newContainer),
    routes: template.services.map((service, place) => ({
      service,
      routers: 0,
      everRouted: false,
      since: new Map(),
      ends: [],
      latest: null,
      dependent: false,
      accepting: template.path[place]!.map(() => null),
      exposures: template.path[place]!.map(() => []),
    })),
  };
}

/** A container of which nothing is known yet. */
export function newContainer(): StoppedContainer {
  return {
    hookStartedAt: null,
    hookEndedAt: null,
    hookOutcome: null,
    stopSignalAt: null,
    closedAt: null,
    closedSeq: -1,
    exitedAt: null,
    sigkilledAt: null,
  };
}

/** Of a kubelet's cell, when a kill starts. */
export type Graces = Pick<StoppedPod, 'graceSeconds' | 'hookBudgetSeconds'> & {
  readonly pod: PodObject;
  readonly containers: readonly { readonly stage: string }[];
};
