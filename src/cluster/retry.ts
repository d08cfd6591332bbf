import type { Micros } from '../kernel/time.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { ClientInfo } from './clients.ts';
import type { FailureKind, RequestFailed } from './traffic.ts';

/** Whether nothing was sent but first packets, so that to try again repeats nothing. */
const UNCONNECTED: Readonly<Record<FailureKind, boolean>> = {
  connectionRefused: true,
  connectTimeout: true,
  hostUnreachable: true,
  noEndpoints: true,
  connectionReset: false,
  requestCut: false,
  staleConnection: false,
  requestTimeout: false,
  badGateway: false,
  serviceUnavailable: false,
  gatewayTimeout: false,
  retryExhausted: false,
};

/** Whether no connection came about. */
export function isUnconnected(kind: FailureKind): boolean {
  return UNCONNECTED[kind];
}

/** A kept connection on which no byte of the answer came, which Go's transport takes to be the connection's fault. */
function diedReused(kind: FailureKind, carried: number): boolean {
  return kind === 'staleConnection' || (kind === 'requestCut' && carried > 0);
}

/** Whether a client's rule covers a failure, however many attempts are left. */
function covers(
  { retry, idempotent }: ClientInfo,
  { kind, attempt }: Pick<RequestFailed, 'kind' | 'attempt'>,
): boolean {
  switch (retry.on) {
    case 'none':
      return false;
    case 'connect':
      return isUnconnected(kind);
    case 'reused':
      return diedReused(kind, attempt.carried) && idempotent;
    case 'any':
      return isUnconnected(kind) || (idempotent && kind !== 'requestTimeout');
    default:
      return unreachable(retry.on);
  }
}

/** Whether the client sends the request once more after a failure that it learns of at `now`. */
export function triesAgain(client: ClientInfo, failure: RequestFailed, now: Micros): boolean {
  const { attempt } = failure;
  const { attempts, backoff } = client.retry;
  return attempt.attempt < attempts && now + backoff < attempt.answerBy && covers(client, failure);
}

/** How a request has failed for good. */
export function finalKind(client: ClientInfo, failure: RequestFailed): FailureKind {
  const { attempt, kind } = failure;
  const usedUp = attempt.attempt > 1 && attempt.attempt >= client.retry.attempts && covers(client, failure);
  return usedUp ? 'retryExhausted' : kind;
}
