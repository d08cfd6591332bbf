import { type ClientEnded, T } from '../cluster/events.ts';
import { finalKind, triesAgain } from '../cluster/retry.ts';
import type {
  Attempt,
  FailureCause,
  FailureKind,
  RequestFailed,
  RequestSent,
  ResponseReceived,
} from '../cluster/traffic.ts';
import type { World } from '../cluster/world.ts';
import type { SimEvent } from '../kernel/event.ts';
import type { Observer, Observers } from '../kernel/observers.ts';
import type { Micros } from '../kernel/time.ts';
import type { StoppedPod } from './stopped-pod.ts';

/** Counts requests as they end. Kept in sums: no number of requests makes it larger but for a bounded sample. */

export interface ClientCounts {
  sent: number;
  /** Requests that were open when the client ended with its Pod or its node; null while it lives. */
  leftOpen: number | null;
  succeeded: number;
  readonly failed: Map<FailureKind, number>;
  /** Requests that succeeded after a retry. */
  retried: number;
  /** Requests that succeeded after a proxy had tried another Pod. */
  retriedByProxy: number;
  /** Attempts that failed and were tried again. */
  readonly failedAttempts: Map<FailureKind, number>;
}

/** Failures that have everything in common but their time. */
export interface FailureGroup {
  readonly client: number;
  readonly kind: FailureKind;
  /** Of the last attempt, where `kind` only says that no further one was allowed. */
  readonly lastKind: FailureKind;
  readonly cause: FailureCause;
  /** -1 for none; so are the next two. */
  readonly pod: number;
  readonly container: number;
  /** Actor. */
  readonly router: number;
  count: number;
  /** When the first and the last of them began. */
  first: Micros;
  last: Micros;
  /** The largest of what was missing. */
  missing: Micros | null;
  /** Position of the event that decided the last of them. */
  decidedBy: number;
}

export interface SampledFailure {
  readonly group: FailureGroup;
  readonly request: number;
  readonly attempts: number;
  readonly began: Micros;
  readonly failedAt: Micros;
  readonly decidedAt: Micros;
  readonly missing: Micros | null;
}

/** Requests that were answered or have failed for good. */
export function endedOf({ succeeded, failed }: ClientCounts): number {
  let ended = succeeded;
  for (const count of failed.values()) ended += count;
  return ended;
}

/** Requests that reached a Pod after it had been asked to stop. */
export interface LateArrivals {
  readonly client: number;
  readonly pod: number;
  readonly over: 'newConnection' | 'keptConnection';
  readonly phase: 'preStop' | 'afterStopSignal';
  count: number;
  last: Micros;
}

/** When a router's last connection could reach a Pod, and the event with which it let go. */
export interface RouterEnd {
  readonly at: Micros;
  readonly seq: number;
}

const MAX_SAMPLES = 100;
/** Further groups are counted in the sums, and not told apart. */
const MAX_GROUPS = 4096;

export class RequestFold {
  readonly clients: ClientCounts[];
  readonly groups = new Map<string, FailureGroup>();
  readonly samples: SampledFailure[] = [];
  readonly late = new Map<string, LateArrivals>();
  private readonly ends = new Map<string, RouterEnd>();

  constructor(
    private readonly world: World,
    /** The Pod of that number, if it was asked to stop. */
    private readonly stopped: (pod: number) => StoppedPod | undefined,
  ) {
    this.clients = world.clients.map(() => ({
      sent: 0,
      leftOpen: null,
      succeeded: 0,
      failed: new Map(),
      retried: 0,
      retriedByProxy: 0,
      failedAttempts: new Map(),
    }));
  }

  /** Adds what to listen to, by event type. */
  observe(observers: Observers): void {
    if (this.clients.length === 0) return;
    observers.on(T.requestSent, (event) => {
      const counts = this.clients[(event as SimEvent<RequestSent>).data.client]!;
      if (counts.leftOpen === null) counts.sent++;
    });
    observers.on(T.clientEnded, (event) => {
      const counts = this.clients[(event as SimEvent<ClientEnded>).data.client]!;
      counts.leftOpen ??= counts.sent - endedOf(counts);
    });
    observers.on(T.responseReceived, (event) => this.succeeded((event as SimEvent<ResponseReceived>).data));
    observers.on(T.requestFailed, (event) => this.failed(event as SimEvent<RequestFailed>));
    const arrived: Observer = (event) => this.arrived(event as SimEvent<Attempt>);
    observers.on(T.connectionArrived, arrived);
    observers.on(T.requestArrived, arrived);
  }

  private succeeded({ attempt }: ResponseReceived): void {
    const counts = this.clients[attempt.client]!;
    if (counts.leftOpen !== null) return;
    counts.succeeded++;
    if (attempt.attempt > 1) counts.retried++;
    else if (attempt.proxied !== null && attempt.proxied.tries > 1) counts.retriedByProxy++;
  }

  private failed({ data, at, cause: decidedBy }: SimEvent<RequestFailed>): void {
    const { attempt, kind: lastKind, missing } = data;
    const client = this.world.clients[attempt.client]!;
    const counts = this.clients[attempt.client]!;
    if (counts.leftOpen !== null) return;
    if (triesAgain(client, data, at)) {
      counts.failedAttempts.set(lastKind, (counts.failedAttempts.get(lastKind) ?? 0) + 1);
      return;
    }
    const kind = finalKind(client, data);
    counts.failed.set(kind, (counts.failed.get(kind) ?? 0) + 1);
    const group = this.groupOf(data, kind);
    if (group === null) return;
    group.count++;
    group.first = Math.min(group.first, attempt.startedAt);
    group.last = Math.max(group.last, attempt.startedAt);
    group.decidedBy = decidedBy;
    if (missing !== null) group.missing = Math.max(missing, group.missing ?? 0);
    if (this.samples.length === MAX_SAMPLES) return;
    const { request, attempt: attempts, startedAt: began } = attempt;
    const { decidedAt } = data;
    this.samples.push({ group, request, attempts, began, failedAt: at, decidedAt, missing });
  }

  private groupOf({ attempt, kind: lastKind, cause, container }: RequestFailed, kind: FailureKind) {
    const { client, pod, router } = attempt;
    const key = `${client}/${kind}/${lastKind}/${cause}/${pod}/${container}/${router}`;
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    if (this.groups.size === MAX_GROUPS) return null;
    const group: FailureGroup = {
      client,
      kind,
      lastKind,
      cause,
      pod,
      container,
      router,
      count: 0,
      first: Number.POSITIVE_INFINITY,
      last: 0,
      missing: null,
      decidedBy: -1,
    };
    this.groups.set(key, group);
    return group;
  }

  /** A router let go of a Pod of a Service; its last connection arrives `at`. */
  letGo(router: number, service: number, pod: number, at: Micros, seq: number): void {
    if (this.isUsed(service)) this.ends.set(`${router}/${service}/${pod}`, { at, seq });
  }

  private isUsed(service: number): boolean {
    return this.world.clients.some((client) => client.service === service);
  }

  /** When a router let go of a Pod for the last time; undefined where it did not. */
  endOf(router: number, service: number, pod: number): RouterEnd | undefined {
    return this.ends.get(`${router}/${service}/${pod}`);
  }

  /** How much longer the requests would have needed that SIGKILL cut in a container: the longest of them; null where it cut none. */
  leftAtKill(pod: number, container: number): Micros | null {
    let longest: Micros | null = null;
    for (const group of this.groups.values()) {
      if (group.cause !== 'killed' || group.pod !== pod || group.container !== container) continue;
      longest = Math.max(longest ?? 0, group.missing ?? 0);
    }
    return longest;
  }

  private pathOf(client: number, { template }: StoppedPod): readonly number[] {
    const { service, port } = this.world.clients[client]!;
    const place = template.services.indexOf(service);
    return place < 0 ? [] : template.path[place]![port]!;
  }

  private arrived({ data, at, object: pod }: SimEvent<Attempt>): void {
    const stopped = this.stopped(pod);
    if (stopped === undefined) return;
    const over = data.carried === 0 ? 'newConnection' : 'keptConnection';
    const signalled = this.pathOf(data.client, stopped).some(
      (container) => stopped.containers[container]!.stopSignalAt !== null,
    );
    const phase = signalled ? 'afterStopSignal' : 'preStop';
    const key = `${data.client}/${pod}/${over}/${phase}`;
    const known = this.late.get(key);
    if (known === undefined)
      this.late.set(key, { client: data.client, pod, over, phase, count: 1, last: at });
    else {
      known.count++;
      known.last = at;
    }
  }
}
