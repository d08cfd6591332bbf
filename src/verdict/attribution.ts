import type { FailureCause } from '../cluster/traffic.ts';
import { formatDuration, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { againstTheNode, capitalised, fixForRouting, moreGrace } from './fixes.ts';
import type { FailureGroup } from './request-fold.ts';
import type { StoppedPod } from './stopped-pod.ts';
import type { Judged } from './violations.ts';

/** Who was late when requests failed, by how much, and what would have saved them. */

/** The one change that would have saved a request. */
export type Change =
  | 'preStop'
  | 'drain'
  | 'keepAlive'
  | 'terminationGracePeriodSeconds'
  | 'replicas'
  | 'readinessProbe'
  | 'retry'
  | 'trafficPolicy'
  | 'concurrency'
  | 'requestTimeout';

export interface Attribution {
  readonly pod: string | null;
  readonly container: string | null;
  readonly router: string | null;
  readonly component: string;
  readonly late: Micros | null;
  /** From when on requests of this kind were too late; null where that is no question. */
  readonly since: Micros | null;
  readonly change: Change;
  readonly why: string;
  readonly fix: string;
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

type Own = Pick<Attribution, 'component' | 'late' | 'change' | 'why' | 'fix'> &
  Partial<Pick<Attribution, 'since' | 'seq'>>;

function namesOf({ fold, world }: Judged, { client, pod, container, router }: FailureGroup): Names {
  const stopped = fold.stopped(pod);
  const podName = pod < 0 ? null : (fold.podName(pod) ?? `Pod ${pod}`);
  const template = stopped?.template ?? world.templates[world.pods[pod]?.template ?? -1];
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
  notListening: (_judged, _group, { where }) => ({
    component: where,
    late: null,
    change: 'readinessProbe',
    why: `${where} was Ready before it accepted connections.`,
    fix: 'Give the container a readinessProbe that succeeds only once it accepts.',
  }),
  backlogLost: (_judged, { missing }, { where }) => ({
    component: where,
    late: missing,
    change: 'drain',
    why: `${where} closed its listener while connections waited in its accept backlog${waited(missing)}, and the kernel reset them.`,
    fix: 'Accept what has queued up before the listener is closed, or let preStop last until nobody sends any more.',
  }),
  backlogFull: (_judged, _group, { where }) => ({
    component: where,
    late: null,
    change: 'concurrency',
    why: `The accept backlog of ${where} was full, so first packets were dropped.`,
    fix: 'Run more replicas, raise the concurrency of the app, or its backlog.',
  }),
  exited: (judged, group, names) =>
    group.lastKind === 'staleConnection' ? closedIdle(judged, group, names) : cutByExit(group, names),
  killed: cutByKill,
  idleClosed: closedIdle,
  noEndpoints: withoutEndpoints,
  localPolicy: (_judged, _group, { router, service }) => ({
    component: router ?? `Service ${service}`,
    late: null,
    change: 'trafficPolicy',
    why: `A Local traffic policy of Service ${service} had no endpoint on the node, so first packets were dropped.`,
    fix: 'Use the policy Cluster, or keep an endpoint on every node that is sent to.',
  }),
  slow: (_judged, { missing }, { where }) => ({
    component: where,
    late: missing,
    change: 'requestTimeout',
    why: `${where} did not answer within the timeout of the client${missing === null ? '' : `; it needed ${left(missing)} more`}.`,
    fix: 'Raise the timeout of the client, or the concurrency or number of replicas of the app.',
  }),
};

function left(missing: Micros | null): string {
  return missing === null ? 'some time' : formatDuration(missing);
}

function waited(missing: Micros | null): string {
  return missing === null ? '' : ` (the longest for ${formatDuration(missing)})`;
}

/** Sent to a Pod that had stopped accepting: the router let go of it too late. */
function routedTooLong(judged: Judged, group: FailureGroup, names: Names): Own {
  const { fold, world } = judged;
  const { pod, where } = names;
  const router = names.router ?? 'the router';
  const { service, port } = world.clients[group.client]!;
  const stopped = fold.stopped(group.pod);
  const route = stopped?.routes.find((candidate) => candidate.service === service);
  const closed = route?.accepting[port] ?? null;
  if (stopped === undefined || closed === null) {
    return {
      component: where,
      late: null,
      change: 'drain',
      why: `${where} did not accept connections that ${router} sent to it.`,
      fix: 'Let the readinessProbe fail before the container stops accepting.',
    };
  }
  const container = stopped.template.containers[closed.container]!.name;
  const end = fold.requests.endOf(group.router, service, group.pod);
  const until = end !== undefined && end.at > closed.at ? end.at : judged.endedAt;
  const late = until - closed.at;
  const isOpen = end === undefined || end.at <= closed.at;
  const why = isOpen
    ? `${router} still sent to ${pod} when the run ended, ${formatDuration(late)} after container ${container} had stopped accepting.`
    : `${router} let go of ${pod} ${formatDuration(late)} after container ${container} had stopped accepting.`;
  return {
    component: router,
    late,
    since: closed.at,
    change: changeForRouting(judged, stopped),
    why,
    fix: fixForRouting(judged, stopped),
    seq: end?.seq ?? -1,
  };
}

/** No hook runs on a node that is lost: only another try reaches a Pod elsewhere. */
function changeForRouting({ reason }: Judged, { stoppedBy }: StoppedPod): Change {
  if (stoppedBy === 'nodeLost') return 'retry';
  return reason === 'routedUntilGone' ? 'replicas' : 'preStop';
}

function cutByExit(group: FailureGroup, { where }: Names): Own {
  return {
    component: where,
    late: group.missing,
    change: 'drain',
    why: `${where} exited with requests in flight; the longest needed ${left(group.missing)} more.`,
    fix: 'Let the app finish its requests before it exits: handle the stop signal, and wait for what is in flight.',
    seq: group.decidedBy,
  };
}

function cutByKill(judged: Judged, group: FailureGroup, { pod, where }: Names): Own {
  const { missing: late, decidedBy: seq } = group;
  if (judged.fold.stopped(group.pod)?.template.containers[group.container]?.app.ignoresSignal) {
    return {
      component: where,
      late,
      change: 'drain',
      why: `${where} takes no notice of the stop signal, so it served on until SIGKILL, which cut what was in flight.`,
      fix:
        'Let the signal reach the app, and let it finish its requests: the exec form of CMD, `exec` before the last command of a ' +
        'shell script, or an init that passes signals on. A longer grace period only puts off the cut.',
      seq,
    };
  }
  return {
    component: `grace period of ${pod ?? where}`,
    late,
    change: 'terminationGracePeriodSeconds',
    why: `SIGKILL ended ${where} with requests in flight; the longest needed ${left(late)} more.`,
    fix: graceFix(judged, group),
    seq,
  };
}

function graceFix({ fold, world }: Judged, { pod, missing }: FailureGroup): string {
  const stopped = fold.stopped(pod);
  if (stopped === undefined || missing === null) return 'Raise terminationGracePeriodSeconds.';
  const needed = stopped.graceSeconds + Math.ceil(missing / MICROS_PER_SECOND);
  if (stopped.nodeLostAt !== null) return againstTheNode(world, needed);
  return `${capitalised(moreGrace(stopped, world, needed))}, or shorten the hook.`;
}

function closedIdle(_judged: Judged, group: FailureGroup, { where }: Names): Own {
  return {
    component: where,
    late: group.missing,
    change: 'keepAlive',
    why: `${where} closed kept connections while requests were on their way over them.`,
    fix:
      'Let the server say Connection: close (or GOAWAY) before it closes, let the client repeat idempotent requests over another ' +
      'connection, and keep its idle timeout below that of the server.',
  };
}

function withoutEndpoints(judged: Judged, group: FailureGroup, { service, router }: Names): Own {
  const { fold, world, endedAt } = judged;
  const wanted = world.clients[group.client]!.service;
  const outage = fold.outages.list.find(
    ({ from, to, service: own }) => own === wanted && from <= group.last && (to ?? endedAt) >= group.first,
  );
  const late = outage === undefined ? null : (outage.to ?? endedAt) - outage.from;
  const how = late === null ? '' : ` for ${formatDuration(late)}`;
  return {
    component: `Service ${service}`,
    late,
    since: outage?.from ?? null,
    change: 'replicas',
    why: `Service ${service} had no usable endpoint${router === null ? '' : ` at ${router}`}${how}, and refused every new connection.`,
    fix: 'Run more replicas with maxUnavailable: 0, so that a ready endpoint is left while one Pod stops.',
  };
}
