import type { FailureCause } from '../cluster/traffic.ts';
import { MICROS_PER_SECOND, type Micros, toMs } from '../kernel/time.ts';
import type { Fix } from './fix-types.ts';
import { againstTheNode, fixForRouting, moreGrace } from './fixes.ts';
import type { Judged } from './judged.ts';
import type { FailureGroup } from './request-fold.ts';
import type { Change, FailureReason } from './request-types.ts';
import type { StoppedPod } from './stopped-pod.ts';

/** Who was late when requests failed, by how much, and what would have saved them. */

export interface Attribution {
  readonly pod: string | null;
  readonly container: string | null;
  readonly router: string | null;
  readonly component: string;
  readonly late: Micros | null;
  /** From when on requests of this kind were too late; null where that is no question. */
  readonly since: Micros | null;
  readonly change: Change;
  readonly reason: FailureReason;
  readonly fix: Fix;
  /** Position of the event that ended it; -1 for none. */
  readonly seq: number;
}

export function attribute(judged: Judged, group: FailureGroup): Attribution {
  const names = namesOf(judged, group);
  const own = OF_CAUSE[group.cause](judged, group, names);
  const { pod, container, router } = names;
  return { pod, container, router, since: null, seq: -1, ...own };
}

interface Names {
  readonly pod: string | null;
  readonly container: string | null;
  readonly router: string | null;
  /** `container web of web-1-0`. */
  readonly where: string;
  readonly service: string;
}

type Own = Pick<Attribution, 'component' | 'late' | 'change' | 'reason' | 'fix'> &
  Partial<Pick<Attribution, 'since' | 'seq'>>;

function namesOf({ fold, world }: Judged, { client, pod, container, router }: FailureGroup): Names {
  const chosen = fold.known.of(pod);
  const podName = chosen?.name ?? null;
  const template = chosen === undefined ? undefined : world.templates[chosen.template];
  const containerName = container < 0 ? null : (template?.containers[container]?.name ?? null);
  const service = world.services[world.clients[client]!.service]!.name;
  return {
    pod: podName,
    container: containerName,
    router: fold.routers.find(({ actor }) => actor === router)?.name ?? null,
    where: containerName === null ? (podName ?? service) : `container ${containerName} of ${podName}`,
    service,
  };
}

const OF_CAUSE: Readonly<Record<FailureCause, (judged: Judged, group: FailureGroup, names: Names) => Own>> = {
  listenerClosed: routedTooLong,
  networkRemoved: routedTooLong,
  notListening: (_judged, _group, { where, container, pod }) => ({
    component: where,
    late: null,
    change: 'readinessProbe',
    reason: { code: 'readyTooEarly' },
    fix: { code: 'addReadinessProbe', container: container ?? pod ?? where },
  }),
  backlogLost: (_judged, { missing }, { where }) => ({
    component: where,
    late: missing,
    change: 'drain',
    reason: { code: 'backlogLost', missingMs: inMs(missing) },
    fix: { code: 'acceptTheBacklog' },
  }),
  backlogFull: (_judged, _group, { where }) => ({
    component: where,
    late: null,
    change: 'concurrency',
    reason: { code: 'backlogFull' },
    fix: { code: 'moreConcurrency' },
  }),
  exited: (judged, group, names) =>
    group.lastKind === 'staleConnection' ? closedIdle(judged, group, names) : cutByExit(judged, group, names),
  killed: cutByKill,
  idleClosed: closedIdle,
  noEndpoints: withoutEndpoints,
  localPolicy: (_judged, _group, { router, service }) => ({
    component: router ?? `Service ${service}`,
    late: null,
    change: 'trafficPolicy',
    reason: { code: 'localPolicy' },
    fix: { code: 'localPolicyEverywhere' },
  }),
  routeRemoved: (_judged, _group, { router, service }) => ({
    component: router ?? `Service ${service}`,
    late: null,
    change: 'readinessProbe',
    reason: { code: 'routeRemoved' },
    fix: { code: 'keepOpenConnections' },
  }),
  slow: (_judged, { missing }, { where }) => ({
    component: where,
    late: missing,
    change: 'requestTimeout',
    reason: { code: 'tooSlow', missingMs: inMs(missing) },
    fix: { code: 'longerRequestTimeout' },
  }),
};

function inMs(micros: Micros | null): number | null {
  return micros === null ? null : toMs(micros);
}

/** Sent to a Pod that had stopped accepting: the router let go of it too late. */
function routedTooLong(judged: Judged, group: FailureGroup, names: Names): Own {
  const { fold, world } = judged;
  const { where } = names;
  const { service, port } = world.clients[group.client]!;
  const stopped = fold.stopped(group.pod);
  const route = stopped?.routes.find((candidate) => candidate.service === service);
  const closed = route?.accepting[port] ?? null;
  if (stopped === undefined || closed === null) {
    return {
      component: where,
      late: null,
      change: 'drain',
      reason: { code: 'notAccepting' },
      fix: { code: 'readinessFailsBeforeClosing' },
    };
  }
  const end = fold.requests.endOf(group.router, service, group.pod);
  const stillRouted = end === undefined || end.at <= closed.at;
  const late = (stillRouted ? judged.endedAt : end.at) - closed.at;
  return {
    component: names.router ?? 'the router',
    late,
    since: closed.at,
    change: changeForRouting(judged, stopped),
    reason: {
      code: 'routedTooLong',
      lateMs: toMs(late),
      stillRouted,
      closed: stopped.template.containers[closed.container]!.name,
    },
    fix: fixForRouting(judged, stopped),
    seq: end?.seq ?? -1,
  };
}

/** No hook runs on a node that is lost: only another try reaches a Pod elsewhere. */
function changeForRouting(judged: Judged, { stoppedBy }: StoppedPod): Change {
  if (stoppedBy === 'nodeLost') return 'retry';
  const { reason } = judged.needed();
  if (reason === 'routedUntilUnhealthy') return 'drain';
  if (reason === 'sidecarLeavesFirst') return 'drain';
  return reason === 'routedUntilGone' ? 'replicas' : 'preStop';
}

function cutByExit({ fold }: Judged, group: FailureGroup, { where, container }: Names): Own {
  const { missing, decidedBy: seq } = group;
  const app = fold.stopped(group.pod)?.template.containers[group.container]?.app;
  const own = { component: where, late: missing, change: 'drain', seq } as const;
  const limit = app?.traffic.maxDrain ?? Number.POSITIVE_INFINITY;
  if (limit < Number.POSITIVE_INFINITY && (!app!.traffic.drainDescribed || app!.drain === limit)) {
    const seconds = Math.ceil((limit + (missing ?? 0)) / MICROS_PER_SECOND);
    return {
      ...own,
      reason: { code: 'cutByOwnLimit', missingMs: inMs(missing), limitMs: toMs(limit) },
      fix: { code: 'longerMaxDrain', container: container ?? where, seconds },
    };
  }
  return {
    ...own,
    reason: { code: 'cutByExit', missingMs: inMs(missing) },
    fix: { code: 'finishBeforeExit' },
  };
}

function cutByKill(judged: Judged, group: FailureGroup, { pod, where }: Names): Own {
  const { missing: late, decidedBy: seq } = group;
  if (judged.fold.stopped(group.pod)?.template.containers[group.container]?.app.ignoresSignal) {
    return {
      component: where,
      late,
      change: 'drain',
      reason: { code: 'signalIgnored' },
      fix: { code: 'passTheSignalOn' },
      seq,
    };
  }
  return {
    component: `grace period of ${pod ?? where}`,
    late,
    change: 'terminationGracePeriodSeconds',
    reason: { code: 'cutByKill', missingMs: inMs(late) },
    fix: graceFix(judged, group),
    seq,
  };
}

function graceFix({ fold, world }: Judged, { pod, missing }: FailureGroup): Fix {
  const stopped = fold.stopped(pod);
  // Nobody asked it to stop: a probe had it killed.
  if (stopped === undefined) return { code: 'finishBeforeExit' };
  const needed = stopped.graceSeconds + Math.ceil((missing ?? 0) / MICROS_PER_SECOND);
  const hooked = stopped.template.containers.some(({ hook }) => hook !== null);
  return stopped.nodeLostAt !== null
    ? againstTheNode(world, needed, stopped, stopped.graceSeconds * MICROS_PER_SECOND)
    : moreGrace(stopped, world, needed, hooked ? 'requests' : 'app');
}

function closedIdle(_judged: Judged, group: FailureGroup, { where }: Names): Own {
  return {
    component: where,
    late: group.missing,
    change: 'keepAlive',
    reason: { code: 'idleClosed' },
    fix: { code: 'announceTheClosing' },
  };
}

function withoutEndpoints(judged: Judged, group: FailureGroup, { service }: Names): Own {
  const { fold, world, endedAt } = judged;
  const wanted = world.clients[group.client]!.service;
  const outage = fold.outages.list.find(
    ({ from, to, service: own }) => own === wanted && from <= group.last && (to ?? endedAt) >= group.first,
  );
  const late = outage === undefined ? null : (outage.to ?? endedAt) - outage.from;
  return {
    component: `Service ${service}`,
    late,
    since: outage?.from ?? null,
    change: 'replicas',
    reason: { code: 'noEndpoints', forMs: inMs(late) },
    fix: { code: 'moreReplicas' },
  };
}
