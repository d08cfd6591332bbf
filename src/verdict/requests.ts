import { FAILURE_KINDS, type FailureKind } from '../cluster/traffic.ts';
import { toMs } from '../kernel/time.ts';
import { type Attribution, attribute } from './attribution.ts';
import type { Judged } from './judged.ts';
import { type ClientCounts, endedOf, type FailureGroup, type SampledFailure } from './request-fold.ts';
import type {
  FailedRequest,
  FailedRequests,
  FailureCounts,
  LateArrival,
  RequestCounts,
  Requests,
} from './request-types.ts';

/** A failure group with its attribution, as violations and the public shape need it. */
export interface AttributedGroup {
  readonly group: FailureGroup;
  readonly attribution: Attribution;
}

export function attributedGroups(judged: Judged): readonly AttributedGroup[] {
  const groups = [...judged.fold.requests.groups.values()].sort(
    (a, b) => b.count - a.count || a.first - b.first,
  );
  return groups.map((group) => ({ group, attribution: attribute(judged, group) }));
}

export function requestsOf(judged: Judged, attributed: readonly AttributedGroup[]): Requests {
  const { world, fold } = judged;
  const { clients, samples } = fold.requests;
  const counts = clients.map(countsOf);
  const { sent, succeeded, failed, open, endedWithClient, retried } = sumOf(counts);
  return {
    sent,
    succeeded,
    failed,
    open,
    endedWithClient,
    retried,
    byClient: Object.fromEntries(counts.map((own, index) => [world.clients[index]!.name, own])),
    failures: attributed.map((one) => failedRequests(judged, one)),
    samples: samples.map((sample) => failedRequest(judged, sample, attributed)),
    lateArrivals: lateArrivalsOf(judged),
  };
}

function countsOf(counts: ClientCounts): RequestCounts {
  const { sent, succeeded, failed, retried, retriedByProxy, failedAttempts, leftOpen } = counts;
  return {
    sent,
    succeeded,
    failed: inOrder(failed),
    open: sent - endedOf(counts),
    endedWithClient: leftOpen ?? 0,
    retried: { requests: retried, failedAttempts: inOrder(failedAttempts), byProxies: retriedByProxy },
  };
}

/** Kinds in their documented order, whatever happened first. */
function inOrder(counts: ReadonlyMap<FailureKind, number>): FailureCounts {
  const found: Partial<Record<FailureKind, number>> = {};
  for (const kind of FAILURE_KINDS) {
    const count = counts.get(kind);
    if (count !== undefined) found[kind] = count;
  }
  return found;
}

function sumOf(counts: readonly RequestCounts[]): RequestCounts {
  const total = (of: (own: RequestCounts) => number) => counts.reduce((sum, own) => sum + of(own), 0);
  const byKind = (of: (own: RequestCounts) => FailureCounts): FailureCounts => {
    const sums = new Map<FailureKind, number>();
    for (const kind of FAILURE_KINDS) {
      const sum = total((own) => of(own)[kind] ?? 0);
      if (sum > 0) sums.set(kind, sum);
    }
    return inOrder(sums);
  };
  return {
    sent: total((own) => own.sent),
    succeeded: total((own) => own.succeeded),
    failed: byKind((own) => own.failed),
    open: total((own) => own.open),
    endedWithClient: total((own) => own.endedWithClient),
    retried: {
      requests: total((own) => own.retried.requests),
      failedAttempts: byKind((own) => own.retried.failedAttempts),
      byProxies: total((own) => own.retried.byProxies),
    },
  };
}

function failedRequests(judged: Judged, { group, attribution }: AttributedGroup): FailedRequests {
  const { world } = judged;
  const { name, service, port } = world.clients[group.client]!;
  const { pod, container, router, component, late, change, reason, fix } = attribution;
  return {
    client: name,
    kind: group.kind,
    lastKind: group.lastKind,
    count: group.count,
    service: world.services[service]!.name,
    port: world.services[service]!.ports[port]!.port,
    pod,
    container,
    router,
    firstMs: toMs(group.first),
    lastMs: toMs(group.last),
    component,
    lateMs: late === null ? null : toMs(late),
    change,
    reason,
    fix,
  };
}

function failedRequest(
  judged: Judged,
  { group, request, attempts, began, failedAt, decidedAt, missing }: SampledFailure,
  attributed: readonly AttributedGroup[],
): FailedRequest {
  const { attribution } = attributed.find((one) => one.group === group)!;
  const { pod, router, component, late, change, since } = attribution;
  const missedBy = missing ?? (since === null ? null : decidedAt - since);
  return {
    client: judged.world.clients[group.client]!.name,
    request,
    attempts,
    kind: group.kind,
    beganMs: toMs(began),
    failedMs: toMs(failedAt),
    pod,
    router,
    component,
    lateMs: late === null ? null : toMs(late),
    missedByMs: missedBy === null ? null : toMs(missedBy),
    change,
  };
}

function lateArrivalsOf({ fold, world }: Judged): LateArrival[] {
  return [...fold.requests.late.values()].map(({ client, pod, over, phase, count, last }) => {
    const stopped = fold.stopped(pod)!;
    const { name, service } = world.clients[client]!;
    const route = stopped.routes.find((candidate) => candidate.service === service);
    const letGo = route === undefined || route.routers > 0 ? null : (route.latest?.at ?? null);
    const letGoMs = letGo === null ? null : toMs(letGo);
    return { client: name, pod: stopped.name, over, phase, count, lastMs: toMs(last), letGoMs };
  });
}
