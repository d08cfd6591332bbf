import { formatMs } from '../kernel/time.ts';
import type { FailedRequestsPlace, FailureReason } from '../verdict/request-types.ts';

/** What stood behind failed requests, in a sentence. */
export function failureText(place: FailedRequestsPlace, reason: FailureReason): string {
  const { pod, container, service } = place;
  const where = container === null ? (pod ?? service) : `container ${container} of ${pod}`;
  const router = place.router ?? 'the router';
  switch (reason.code) {
    case 'routedTooLong': {
      const late = formatMs(reason.lateMs);
      return reason.stillRouted
        ? `${router} still sent to ${pod} when the run ended, ${late} after container ${reason.closed} had stopped accepting.`
        : `${router} let go of ${pod} ${late} after container ${reason.closed} had stopped accepting.`;
    }
    case 'notAccepting':
      return `${where} did not accept connections that ${router} sent to it.`;
    case 'readyTooEarly':
      return `${where} was Ready before it accepted connections.`;
    case 'backlogLost': {
      const waited = reason.missingMs === null ? '' : ` (the longest for ${formatMs(reason.missingMs)})`;
      return `${where} closed its listener while connections waited in its accept backlog${waited}, and the kernel reset them.`;
    }
    case 'backlogFull':
      return `The accept backlog of ${where} was full, so first packets were dropped.`;
    case 'cutByExit':
      return `${where} exited with requests in flight; the longest needed ${left(reason.missingMs)} more.`;
    case 'cutByOwnLimit':
      return (
        `${where} exited with requests in flight at its own limit of ${formatMs(reason.limitMs)} (maxDrain); the longest needed ` +
        `${left(reason.missingMs)} more.`
      );
    case 'signalIgnored':
      return `${where} takes no notice of the stop signal, so it served on until SIGKILL, which cut what was in flight.`;
    case 'cutByKill':
      return `SIGKILL ended ${where} with requests in flight; the longest needed ${left(reason.missingMs)} more.`;
    case 'idleClosed':
      return `${where} closed kept connections while requests were on their way over them.`;
    case 'routeRemoved':
      return `${router} dropped ${pod}, and reset the connections that were open through it.`;
    case 'localPolicy':
      return `A Local traffic policy of Service ${service} had no endpoint on the node, so first packets were dropped.`;
    case 'tooSlow': {
      const more = reason.missingMs === null ? '' : `; it needed ${left(reason.missingMs)} more`;
      return `${where} did not answer within the timeout of the client${more}.`;
    }
    case 'noEndpoints': {
      const at = place.router === null ? '' : ` at ${place.router}`;
      const how = reason.forMs === null ? '' : ` for ${formatMs(reason.forMs)}`;
      return `Service ${service} had no usable endpoint${at}${how}, and refused every new connection.`;
    }
    default:
      return reason satisfies never;
  }
}

function left(missingMs: number | null): string {
  return missingMs === null ? 'some time' : formatMs(missingMs);
}
