import type { RefusedPod } from '../cluster/disruption.ts';
import {
  type ContainerEvent,
  type ContainerStarted,
  type CordonNode,
  type DrainEnded,
  type OfNode,
  type PreStopEnded,
  type RoutesChanged,
  T,
} from '../cluster/events.ts';
import type { PodObject, ProgrammedRules, Routing, ServiceRules } from '../cluster/state.ts';
import type { World } from '../cluster/world.ts';
import type { Draws } from '../kernel/draws.ts';
import type { SimEvent } from '../kernel/event.ts';
import { append } from '../kernel/lists.ts';
import type { Observer, Observers } from '../kernel/observers.ts';
import type { Micros } from '../kernel/time.ts';
import { BlockedDrains } from './blocked-drains.ts';
import { EarlyPods } from './early-pods.ts';
import { KilledContainers } from './killed-containers.ts';
import { KnownPods } from './known-pods.ts';
import { LeftBefore, leftEarlier } from './left-before.ts';
import { Outages } from './outages.ts';
import { RequestFold } from './request-fold.ts';
import { RolloutFold } from './rollout.ts';
import { RouteDifferences } from './route-difference.ts';
import type { RouterSeen } from './router-seen.ts';
import {
  type Closed,
  type Graces,
  newContainer,
  type RouteEnd,
  type RouteRecord,
  routeEnd,
  routeOf,
  routes,
  type StoppedContainer,
  type StoppedPod,
  stoppedPod,
} from './stopped-pod.ts';

type OfTemplate = { readonly template: number };

/** Of a Service port of a Pod the latest exposures are kept. */
const MAX_EXPOSURES = 64;

/**
 * Folds a run into what a verdict needs, event by event, so that a run without a trace has one, too. Only Pods that were
 * asked to stop are followed, and only what changes between two versions of the rules is looked at.
 */
export class RunFold {
  readonly pods: StoppedPod[] = [];
  readonly outages: Outages;
  readonly requests: RequestFold;
  private readonly byIndex: (StoppedPod | undefined)[] = [];
  private readonly rules: ProgrammedRules[];
  private readonly routerOf: number[] = [];
  /** When the first hook was over, or would have been: until then nothing depends on how long hooks last. */
  private firstHookOver: Micros = Number.POSITIVE_INFINITY;
  /** Nodes that are gone. Each one's kube-proxy is the router of its number. */
  private readonly lost = new Set<number>();
  /** By Pod that was created in the run: its containers that have begun to accept. */
  private readonly opened = new Map<number, Set<number>>();
  private readonly differences = new RouteDifferences();
  private readonly leftBefore: LeftBefore;
  /** New Pods that were routed to before they accepted. */
  readonly early: EarlyPods;
  /** What a failed probe had killed. */
  readonly killed: KilledContainers;
  readonly refused: RefusedPod[] = [];
  /** Whether a router has sent, or would have, to a Pod that no longer accepted. */
  exposed = false;
  readonly blocked = new BlockedDrains();
  /** null where the actions only delete Pods. */
  readonly rollout: RolloutFold | null;
  readonly known: KnownPods;

  constructor(
    private readonly world: World,
    readonly routers: readonly RouterSeen[],
    private readonly draws: Draws,
  ) {
    this.requests = new RequestFold(world, (pod) => this.byIndex[pod]);
    this.rollout = world.writesStatus ? new RolloutFold(world) : null;
    this.rules = routers.map((router) => router.rules);
    this.killed = new KilledContainers(
      world,
      routers,
      (router, service) => this.rules[router]!.services[service]!,
    );
    this.early = new EarlyPods(world);
    this.leftBefore = new LeftBefore(world.services.length);
    this.known = new KnownPods(world);
    this.outages = new Outages(world);
    for (const [index, { actor }] of routers.entries()) this.routerOf[actor] = index;
  }

  observe(observers: Observers): void {
    observers.on(T.deletePod, (event, was, is) => this.deleted(event, was as PodObject, is as PodObject));
    const rulesChanged: Observer = (event, before, after) =>
      this.rulesChanged(event, (before as Routing).rules, (after as Routing).rules);
    observers.on(T.routesChanged, rulesChanged);
    observers.on(T.podKillStarted, (event, _, after) => this.killStarted(event, after as Graces));
    observers.on(T.listenerOpened, (event, before, after) => {
      if (before !== after) this.listenerOpened(event as SimEvent<ContainerEvent>);
    });
    observers.on(T.nodeLost, (event) => this.nodeLost(event as SimEvent<OfNode>));
    observers.on(T.drainEnded, ({ data }) => append(this.refused, (data as DrainEnded).refused));
    observers.on(T.cordonNode, ({ object, data }) =>
      this.outages.leaves(object, (data as CordonNode).unschedulable),
    );
    observers.on(T.preStopStarted, (event) => this.hookStarted(event as SimEvent<ContainerEvent>));
    observers.on(T.preStopEnded, (event, before, after) => {
      if (before !== after) this.hookEnded(event as SimEvent<PreStopEnded>);
    });
    observers.on(T.containerStarted, (event) => this.started(event as SimEvent<ContainerStarted>));
    observers.on(T.stopSignal, (event) => this.signalled(event as SimEvent<ContainerEvent>));
    const ended: Observer = (event, before, after) => {
      if (before !== after) this.closed(event as SimEvent<ContainerEvent>, after as OfTemplate);
    };
    observers.on(T.listenerClosed, ended);
    observers.on(T.containerExited, ended);
    observers.on(T.sigkill, ended);
    this.blocked.observe(observers);
    this.known.observe(observers);
    this.requests.observe(observers);
    this.rollout?.observe(observers);
  }

  private deleted(event: SimEvent, before: PodObject | undefined, after: PodObject): void {
    if (before === undefined || before === after || before.deletionTimestamp !== null || after.node < 0)
      return;
    this.follow(after, event.at, 'deleted');
  }

  /** From now on this Pod's stopping is judged. */
  private follow(
    { index, name, node, template }: Pick<PodObject, 'index' | 'name' | 'node' | 'template'>,
    at: Micros,
    stoppedBy: StoppedPod['stoppedBy'],
  ): void {
    if (this.byIndex[index] !== undefined) return;
    const pod = stoppedPod(index, name, node, this.world.templates[template]!, at, stoppedBy);
    for (const route of pod.routes) {
      // Thousands of nodes share a few objects: each is searched once.
      const known = new Map<ServiceRules, boolean>();
      for (const { services } of this.rules) {
        const rules = services[route.service]!;
        const routed = known.get(rules) ?? routes(rules, index);
        known.set(rules, routed);
        if (routed) route.routers++;
      }
      if (route.routers === 0) leftEarlier(route, this.leftBefore.of(index, route.service));
      route.everRouted = route.routers > 0 || route.latest !== null;
    }
    if (index >= this.world.pods.length) this.closedFromTheStart(pod);
    this.killed.over(index, at);
    this.early.over(index, at);
    this.pods.push(pod);
    this.byIndex[index] = pod;
  }

  /** A Pod can be asked to stop before it has begun to accept. */
  private closedFromTheStart(pod: StoppedPod): void {
    const opened = this.opened.get(pod.index);
    pod.routes.forEach((route, place) => {
      pod.template.path[place]!.forEach((path, port) => {
        const container = path.find((own) => opened?.has(own) !== true);
        if (container !== undefined) route.accepting[port] = { at: pod.askedAt, container, begun: false };
      });
    });
  }

  private listenerOpened(event: SimEvent<ContainerEvent>): void {
    const opened = this.opened.get(event.object) ?? new Set();
    this.opened.set(event.object, opened.add(event.data.container));
    this.early.opened(event.object, event.data.container, event.at);
    this.killed.opened(event.object, event.data.container, event.at);
    const pod = this.byIndex[event.object];
    pod?.routes.forEach((route, place) => {
      pod.template.path[place]!.forEach((path, port) => {
        const closed = route.accepting[port];
        if (!closed || !path.every((own) => opened.has(own) && pod.containers[own]!.closedAt === null))
          return;
        this.rules.forEach(({ services }, router) => {
          if (!routes(services[route.service]!, pod.index)) return;
          const end: RouteEnd = { router, at: event.at, seq: event.seq, origin: -1, cause: 'endpoints' };
          this.expose(route, port, closed, end, router);
        });
        route.accepting[port] = null;
      });
    });
  }

  /** Nothing on the node runs any more: its Pods have ended, and its kube-proxy sends nobody anywhere. */
  private nodeLost(event: SimEvent<OfNode>): void {
    const { node } = event.data;
    if (this.lost.has(node)) return;
    const { services } = this.rules[node]!;
    for (const pod of this.pods) {
      if (pod.node === node) pod.nodeLostAt = event.at;
      for (const route of pod.routes) {
        if (routes(services[route.service]!, pod.index)) route.routers--;
      }
    }
    this.lost.add(node);
    this.rules[node] = {
      services: services.map((rules) => ({ ...rules, routed: [], sent: [], terminating: [] })),
    };
    for (const pod of this.rollout?.podsOn(node) ?? []) this.follow(pod, event.at, 'nodeLost');
  }

  private rulesChanged(event: SimEvent, before: ProgrammedRules, after: ProgrammedRules): void {
    const router = this.routerOf[event.actor]!;
    if (this.lost.has(router)) return;
    this.rules[router] = after;
    if (before === after) return;
    for (let service = 0; service < after.services.length; service++) {
      const was = before.services[service]!;
      const is = after.services[service]!;
      if (was === is) continue;
      const { removed, added } = this.differences.between(was, is);
      for (const index of removed) this.letGo(event, router, service, index, is);
      for (const index of added) this.takenUp(event, router, service, index);
      this.outages.changed(event.at, router, service, was, is);
    }
  }

  /** The Pod of that number, if it was asked to stop. */
  stopped(index: number): StoppedPod | undefined {
    return this.byIndex[index];
  }

  private letGo(event: SimEvent, router: number, service: number, index: number, is: ServiceRules): void {
    const route = routeOf(this.byIndex[index], service);
    const end = routeEnd(event as SimEvent<RoutesChanged>, router, this.latency(router, index));
    if (route === undefined) {
      this.killed.routesChanged(index, event.at);
      this.leftBefore.note(index, service, end);
      return;
    }
    const { at, origin, seq } = end;
    this.requests.letGo(event.actor, service, index, at, seq);
    route.routers--;
    // Syncs read what is there: an endpoint that is gone already says that the hook was over, whatever caused the sync. And a Pod
    // that stops uses up syncs and cool-downs for which the others then wait.
    const unrelated = origin < 0 && this.pods.length === 1 && is.terminating.includes(index);
    if (event.at > this.firstHookOver && !unrelated) route.dependent = true;
    if (route.latest === null || at > route.latest.at) route.latest = end;
    route.accepting.forEach((closed, port) => {
      if (closed !== null) this.expose(route, port, closed, end, router);
    });
    // Only what still travels can be too late for a listener that closes from now on.
    while (route.ends.length > 0 && route.ends[0]!.at <= event.at) route.ends.shift();
    route.ends.push(end);
    route.since.delete(router);
  }

  private takenUp(event: SimEvent, router: number, service: number, index: number): void {
    const route = routeOf(this.byIndex[index], service);
    if (route === undefined) {
      this.killed.routesChanged(index, event.at);
      this.early.routed(index, service, router, event.at);
      return;
    }
    route.routers++;
    route.everRouted = true;
    route.since.set(router, event.at + this.latency(router, index));
  }

  /** From the end of the accepting, or from when the router took the Pod up after that, until it let go. */
  private expose(
    route: RouteRecord,
    port: number,
    closed: Closed,
    end: RouteEnd,
    since: number | null,
  ): void {
    const exposures = route.exposures[port]!;
    const { container, begun } = closed;
    const from = Math.max(closed.at, since === null ? 0 : (route.since.get(since) ?? 0));
    if (end.at <= from) return;
    this.exposed = true;
    // The latest windows are the ones that say what would have been enough.
    if (exposures.length === MAX_EXPOSURES) exposures.shift();
    exposures.push({ from, to: end.at, end, router: end.router, container, begun });
  }

  latency(router: number, pod: number): Micros {
    return this.draws.fixed(this.routers[router]!.latencySite, this.routers[router]!.actor, pod);
  }

  private killStarted(event: SimEvent, worker: Graces): void {
    // Where nobody deleted it, the kubelet itself stops it; one whose containers have all ended is stopped by nobody.
    if (
      this.byIndex[event.object] === undefined &&
      worker.containers.every(({ stage }) => stage === 'stopped')
    )
      return;
    if (!this.lost.has(worker.pod.node)) this.follow(worker.pod, event.at, 'kubelet');
    const pod = this.byIndex[event.object];
    if (pod === undefined || this.lost.has(pod.node)) return;
    for (const container of pod.containers) {
      // What had ended before, by a probe's kill, has no part in this one.
      if (container.exitedAt === null) continue;
      const { closedAt, closedSeq, exitedAt } = container;
      Object.assign(container, newContainer(), { closedAt, closedSeq, exitedAt });
    }
    pod.killStartedAt = event.at;
    pod.graceSeconds = worker.graceSeconds;
    pod.hookBudgetSeconds = worker.hookBudgetSeconds;
  }

  private hookStarted(event: SimEvent<ContainerEvent>): void {
    const container = this.living(event);
    if (container !== undefined) container.hookStartedAt = event.at;
  }

  private hookEnded(event: SimEvent<PreStopEnded>): void {
    const container = this.byIndex[event.object]?.containers[event.data.container];
    this.firstHookOver = Math.min(this.firstHookOver, event.at);
    if (container === undefined) return;
    container.hookEndedAt = event.at;
    container.hookOutcome = event.data.outcome;
  }

  private signalled(event: SimEvent<ContainerEvent>): void {
    const container = this.living(event);
    this.firstHookOver = Math.min(this.firstHookOver, event.at);
    if (container !== undefined) container.stopSignalAt = event.at;
  }

  /** A container of a Pod that is followed, while its node is there. */
  private living({ object, data }: SimEvent<ContainerEvent>): StoppedContainer | undefined {
    const pod = this.byIndex[object];
    return pod === undefined || this.lost.has(pod.node) ? undefined : pod.containers[data.container];
  }

  /** A Pod that was asked to stop while a probe's kill went on: its container is another one from here on. */
  private started({ object, data: { container, template } }: SimEvent<ContainerStarted>): void {
    if (this.byIndex[object] === undefined) this.early.started(object, template);
    const known = this.byIndex[object]?.containers[container];
    if (known !== undefined) Object.assign(known, newContainer());
  }

  /** A container no longer accepts, or has ended. */
  private closed(event: SimEvent<ContainerEvent>, { template }: OfTemplate): void {
    const pod = this.byIndex[event.object];
    const index = event.data.container;
    const container = pod?.containers[index];
    this.opened.get(event.object)?.delete(index);
    if (pod === undefined || container === undefined) {
      this.killed.closed(event.object, template, index, event.at);
      return;
    }
    if (event.type === T.sigkill) container.sigkilledAt = event.at;
    if (event.type !== T.listenerClosed) {
      container.exitedAt = event.at;
      pod.endedAt = event.at;
    }
    if (container.closedAt !== null) return;
    container.closedAt = event.at;
    container.closedSeq = event.seq;
    pod.routes.forEach((route, place) => {
      pod.template.path[place]!.forEach((path, port) => {
        if (route.accepting[port] === null && path.includes(index))
          this.stopsAccepting(event, route, port, index);
      });
    });
  }

  private stopsAccepting(event: SimEvent, route: RouteRecord, port: number, container: number): void {
    const closed: Closed = { at: event.at, container, begun: true };
    route.accepting[port] = closed;
    for (const end of route.ends) this.expose(route, port, closed, end, null);
  }

  /** Closes what is still open when the run ends. */
  finish(endedAt: Micros): void {
    this.killed.finish(endedAt);
    this.early.finish(endedAt);
    for (const pod of this.pods) {
      for (const route of pod.routes) {
        if (route.routers === 0) continue;
        route.accepting.forEach((closed, port) => {
          if (closed === null) return;
          this.rules.forEach((rules, router) => {
            const from = Math.max(closed.at, route.since.get(router) ?? 0);
            if (from >= endedAt || !routes(rules.services[route.service]!, pod.index)) return;
            const { container, begun } = closed;
            this.exposed = true;
            route.exposures[port]!.push({ from, to: endedAt, end: null, router, container, begun });
          });
        });
      }
    }
  }
}
