import type { Micros } from '../kernel/time.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { ClientInfo } from './clients.ts';
import type { FailureKind, RequestFailed } from './traffic.ts';

/** Nothing was sent but first packets, so that to try again repeats nothing. */
const UNCONNECTED: ReadonlySet<FailureKind> = new Set([
  'connectionRefused',
  'connectTimeout',
  'hostUnreachable',
  'noEndpoints',
]);

/** Whether a client's rule covers a failure, however many attempts are left. */
function covers({ retry, idempotent }: ClientInfo, kind: FailureKind): boolean {
  switch (retry.on) {
    case 'none':
      return false;
    case 'connect':
      return UNCONNECTED.has(kind);
    case 'stale':
      return kind === 'staleConnection' && idempotent;
    case 'any':
      return UNCONNECTED.has(kind) || (idempotent && kind !== 'requestTimeout');
    default:
      return unreachable(retry.on);
  }
}

/** Whether the client sends the request once more after a failure that it learns of at `now`. */
export function triesAgain(client: ClientInfo, { attempt, kind }: RequestFailed, now: Micros): boolean {
  const { attempts, backoff } = client.retry;
  return attempt.attempt < attempts && now + backoff < attempt.answerBy && covers(client, kind);
}

/** How a request has failed for good. */
export function finalKind(client: ClientInfo, { attempt, kind }: RequestFailed): FailureKind {
  const usedUp = attempt.attempt > 1 && attempt.attempt >= client.retry.attempts && covers(client, kind);
  return usedUp ? 'retryExhausted' : kind;
}
