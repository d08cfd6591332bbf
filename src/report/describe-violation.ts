import { formatMs, MAX_DURATION, toMs } from '../kernel/time.ts';
import { drainErrors } from '../rules/kubectl/drain-filters.ts';
import type { NothingToJudge, Violation, ViolationKind } from '../verdict/types.ts';
import { failureText } from './describe-failure.ts';

type OfKind<K extends ViolationKind> = Extract<Violation, { readonly kind: K }>;

/** What happened, without what would have helped. */
export function violationText(violation: Violation): string {
  return (TEXTS[violation.kind] as (of: Violation) => string)(violation);
}

const TEXTS: { readonly [K in ViolationKind]: (violation: OfKind<K>) => string } = {
  exposed: ({ router, pod, container, accepted, letGo, fromMs, toMs }) => {
    const length = formatMs(toMs - fromMs);
    if (!accepted)
      return `${router} sent connections to ${pod} for ${length} in which it was stopping and container ${container} had not begun to accept.`;
    const sent = `${router} still sent connections to ${pod} (container ${container})`;
    if (letGo === null) return `${sent} and still did when the run ended.`;
    const found = letGo === 'health' ? ', which its health check found out then' : '';
    return `${sent} and let go of it ${length} after it had stopped accepting${found}.`;
  },
  cutByKill: ({ container, by, hadMs, neededMs }) => {
    if (by === 'nodeLost')
      return `Its node went from under container ${container} ${formatMs(hadMs)} after its stop signal; it needed ${formatMs(neededMs)}, so requests in flight were cut.`;
    const missed =
      hadMs >= neededMs ? ', just when it would have exited by itself' : `; it needed ${formatMs(neededMs)}`;
    return `SIGKILL ended container ${container} ${formatMs(hadMs)} after its stop signal${missed}, so requests in flight were cut.`;
  },
  preStopCutOff: ({ container, hookMs, graceSeconds }) =>
    `The preStop hook of container ${container} ${hookMs >= toMs(MAX_DURATION) ? 'has no end' : `wanted ${formatMs(hookMs)}`}, but the grace period of ${graceSeconds} s ` +
    'ended first; the process got its stop signal then, and 2 s until SIGKILL.',
  preStopFailed: ({ container }) =>
    `The preStop hook of container ${container} failed (FailedPreStopHook), so the process got its stop signal at once.`,
  graceUsedUp: ({ container, hookMs, graceSeconds, races }) =>
    `The preStop hook of container ${container} took ${formatMs(hookMs)} of a grace period of ${graceSeconds} s; the app has only ` +
    `the 2 s that the kubelet grants at least${races ? ', and whether the hook ends or is cut off is a race' : ''}.`,
  noEndpoints: ({ service, router, routers, connections, forGood, fromMs, toMs }) => {
    const where = routers === 1 ? router : `${routers} routers`;
    const howLong = forGood ? 'and never got one again' : `for ${formatMs(toMs - fromMs)}`;
    const own = connections === 'dropped' ? ' of its own (internalTrafficPolicy: Local)' : '';
    const lost = connections === 'dropped' ? 'dropped without an answer' : 'refused';
    return `Service ${service} had no usable endpoint${own} on ${where} ${howLong}; every new connection was ${lost}.`;
  },
  requestFailed: (violation) => {
    const { client, count, failure, lastFailure, service = '', pod, container, router, reason } = violation;
    const how = failure === lastFailure ? failure : `${failure}, at last ${lastFailure}`;
    const place = { service, pod, container, router: router ?? null };
    return `${requests(count)} of client ${client} failed (${how}): ${failureText(place, reason)}`;
  },
  killedWhileRouted: ({ container, times, totalMs }) =>
    `Container ${container} was killed for a failed startup or liveness probe while routers sent to its Pod: for ` +
    `${formatMs(totalMs)} in all${times === 1 ? '' : ` (${times} times)`} new connections to it were refused.`,
  readyTooEarly: ({ pod, container, pods, router, service, port, fromMs, toMs }) => {
    const others = pods === 1 ? '' : `, and to ${pods - 1} more in the same way`;
    return (
      `${router} sent connections of Service ${service} port ${port} to the new Pod ${pod} for ${formatMs(toMs - fromMs)} before container ` +
      `${container} accepted${others}: Ready came too early.`
    );
  },
  nothingToJudge: ({ reason }) => nothingText(reason),
};

function nothingText(reason: NothingToJudge): string {
  switch (reason.code) {
    case 'headless': {
      const [services, pods] = [reason.services.join(', '), reason.pods.join(', ')];
      return `Service ${services} is headless: no node routes to ${pods}, clients find their Pods by DNS.`;
    }
    case 'neverReady':
      return `${reason.pods.join(', ')} was stopped before it had ever been Ready, so nobody was routed there.`;
    case 'noService':
      return `No Service routes to ${reason.pods.join(', ')}.`;
    case 'noPort':
      return `No Service selects ${reason.pods.join(', ')} with a port that it has, so nobody ever routed there and nothing can be said.`;
    case 'crashLoop':
      return (
        `No Pod was stopped: container ${reason.container} of Pod ${reason.pod} was killed by its startup or liveness probe again and ` +
        'again, before it was up, so the rollout never got to an old Pod.'
      );
    case 'unscheduled':
      return `No Pod was stopped: no node could take ${reason.pod}, so the rollout never got to an old Pod.`;
    case 'drainRefused':
      return `No Pod was stopped: kubectl drain refused the node, because ${drainErrors(reason.refused).join('; ')}.`;
    case 'drainBlocked': {
      const told = reason.budgets.map(
        ({ budget, needs, has }) => `${budget} (needs ${needs}, has ${has}: never ends)`,
      );
      return `No Pod was stopped: each eviction of the drain is refused by PodDisruptionBudget ${told.join(', ')}.`;
    }
    case 'nodeStays':
      return `No Pod was stopped: the autoscaler leaves the node where it is, because ${reason.reasons.join('; ')}.`;
    case 'drainStuck':
      return 'No Pod was stopped: the drain found none, or a PodDisruptionBudget refused each eviction for as long as anything went on.';
    case 'nothingStopped':
      return 'No Pod was stopped.';
    default:
      return reason satisfies never;
  }
}

function requests(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`;
}
