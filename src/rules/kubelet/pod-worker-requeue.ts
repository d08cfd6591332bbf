import type { MinorVersion } from '../machinery/version.ts';

/** Retry period in seconds after an error that says the node's network is not ready. */
export const BACK_OFF_ON_TRANSIENT_ERROR_SECONDS = 1;
/** Both periods of a requeue are lengthened by up to this share of themselves. */
export const REQUEUE_JITTER_FACTOR = 0.5;

const NETWORK_NOT_READY = 'network is not ready';

/** The error of a sync: its text, when a back-off in it ends (seconds from now), or several in one. */
export type SyncError =
  | { readonly message: string }
  | { readonly backoffSecondsFromNow: number }
  | { readonly aggregate: readonly SyncError[] };

/** What decides when a Pod's worker syncs again. */
export interface RequeueInput {
  /** The worker has just gone from one of its states to the next. */
  readonly phaseTransition: boolean;
  readonly syncError: SyncError | null;
  readonly backOffPeriodSeconds: number;
  readonly resyncIntervalSeconds: number;
  readonly minor: MinorVersion;
}

/** The delay is drawn evenly from `minSeconds` (included) to `maxSeconds`. */
export interface RequeueDelay {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

/**
 * After how many seconds a Pod's worker runs again when nothing else wakes it: at once after a change of state, at the
 * resync interval after success, at the back-off period after an error (a failed kill is retried so), 1 s while the
 * network is not ready; all but the first with jitter.
 *
 * Versions: from 1.35 an error that knows when its own back-off ends is retried then, at most one resync interval away.
 *
 * Source: pkg/kubelet/pod_workers.go completeWork
 */
export function requeueDelay(input: RequeueInput): RequeueDelay {
  if (input.phaseTransition) return jittered(0);
  if (input.syncError === null) return jittered(input.resyncIntervalSeconds);
  if (messageOf(input.syncError).includes(NETWORK_NOT_READY))
    return jittered(BACK_OFF_ON_TRANSIENT_ERROR_SECONDS);
  if (input.minor < 35) return jittered(input.backOffPeriodSeconds);
  const seconds = minBackoffSeconds(input.syncError) ?? input.backOffPeriodSeconds;
  return jittered(Math.min(Math.max(seconds, 0), input.resyncIntervalSeconds));
}

function jittered(seconds: number): RequeueDelay {
  return { minSeconds: seconds, maxSeconds: seconds * (1 + REQUEUE_JITTER_FACTOR) };
}

function messageOf(error: SyncError): string {
  if ('aggregate' in error) return error.aggregate.map(messageOf).join(', ');
  return 'message' in error ? error.message : '';
}

/**
 * The earliest end of a back-off anywhere in an error, in seconds from now; null where there is none.
 *
 * Source: pkg/kubelet/container/sync_result.go MinBackoffExpiration
 */
export function minBackoffSeconds(error: SyncError): number | null {
  if ('backoffSecondsFromNow' in error) return error.backoffSecondsFromNow;
  if (!('aggregate' in error)) return null;
  const found = error.aggregate.map(minBackoffSeconds).filter((seconds) => seconds !== null);
  return found.length === 0
    ? null
    : found.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
}
