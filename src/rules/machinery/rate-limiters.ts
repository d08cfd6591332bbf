import type { MinorVersion } from './version.ts';

/**
 * A token bucket: `qps` tokens a second, at most `burst`. `qps` is a whole number, so that all arithmetic stays
 * exact.
 */
export interface TokenBucketLimits {
  readonly qps: number;
  readonly burst: number;
}

/** Tokens in millionths; negative while requests wait for tokens to come. */
export interface TokenBucket {
  readonly microTokens: number;
  readonly lastUs: number;
}

/**
 * `--kube-api-qps`/`--kube-api-burst` of kube-controller-manager: one bucket per controller, for all verbs and
 * events.
 */
export const KUBE_CONTROLLER_MANAGER_CLIENT: TokenBucketLimits = { qps: 20, burst: 30 };
/** The bucket that all keys of one work queue share for retries. */
export const WORK_QUEUE_RETRY: TokenBucketLimits = { qps: 10, burst: 100 };

/** Exponential back-off of one work queue's keys. */
export interface ItemBackoff {
  readonly baseUs: number;
  readonly maxUs: number;
  /** Retries before a key is dropped; null: never. */
  readonly maxRetries: number | null;
}

/** ReplicaSet controller and most others. */
export const DEFAULT_ITEM_BACKOFF: ItemBackoff = { baseUs: 5_000, maxUs: 1_000_000_000, maxRetries: null };
/** Deployment and legacy Endpoints controllers. */
export const DEPLOYMENT_ITEM_BACKOFF: ItemBackoff = { ...DEFAULT_ITEM_BACKOFF, maxRetries: 15 };
/** EndpointSlice controller: base 1 s. */
export const ENDPOINT_SLICE_ITEM_BACKOFF: ItemBackoff = {
  baseUs: 1_000_000,
  maxUs: 1_000_000_000,
  maxRetries: 15,
};

/**
 * `kubeAPIQPS`/`kubeAPIBurst` of a kubelet by default: 5/10 in 1.26, 50/100 from 1.27 on.
 * Source: pkg/kubelet/apis/config/v1beta1/defaults.go SetDefaults_KubeletConfiguration
 */
export function kubeletClientLimits(minor: MinorVersion): TokenBucketLimits {
  return minor >= 27 ? { qps: 50, burst: 100 } : { qps: 5, burst: 10 };
}

/**
 * A full bucket.
 * Source: golang.org/x/time/rate/rate.go NewLimiter
 */
export function newTokenBucket(limits: TokenBucketLimits, nowUs: number): TokenBucket {
  return { microTokens: limits.burst * 1_000_000, lastUs: nowUs };
}

/**
 * Takes one token, on credit where there is none: `waitUs` is how long the caller must wait until it may act.
 * Requests wait in the order in which they came. Instants are integer µs and never go back.
 * Source: golang.org/x/time/rate/rate.go Limiter.reserveN; client-go/util/flowcontrol/throttle.go
 * tokenBucketRateLimiter.Wait
 */
export function takeToken(
  bucket: TokenBucket,
  limits: TokenBucketLimits,
  nowUs: number,
): { readonly bucket: TokenBucket; readonly waitUs: number } {
  const elapsedUs = Math.max(0, nowUs - bucket.lastUs);
  const refilled = Math.min(limits.burst * 1_000_000, bucket.microTokens + elapsedUs * limits.qps);
  const microTokens = refilled - 1_000_000;
  const waitUs = microTokens < 0 ? Math.ceil(-microTokens / limits.qps) : 0;
  return { bucket: { microTokens, lastUs: Math.max(nowUs, bucket.lastUs) }, waitUs };
}

/**
 * The back-off (µs) before the retry of a key that failed `failures` times before: base × 2^failures, at most the
 * maximum.
 * Source: client-go/util/workqueue/default_rate_limiters.go TypedItemExponentialFailureRateLimiter.When
 */
export function itemBackoffUs(failures: number, backoff: Pick<ItemBackoff, 'baseUs' | 'maxUs'>): number {
  return Math.min(backoff.maxUs, backoff.baseUs * 2 ** failures);
}

/**
 * When a key that failed is put back on the queue: after the larger of its own back-off and the shared bucket's wait;
 * null drops the key. `failures` counts the failures since the last success, before this one. A plain add by a new
 * event does not wait.
 * Source: client-go/util/workqueue/default_rate_limiters.go TypedMaxOfRateLimiter.When;
 * pkg/controller/endpointslice/endpointslice_controller.go handleErr
 */
export function requeueRateLimited(
  failures: number,
  backoff: ItemBackoff,
  bucket: TokenBucket,
  nowUs: number,
): { readonly delayUs: number | null; readonly failures: number; readonly bucket: TokenBucket } {
  if (backoff.maxRetries !== null && failures >= backoff.maxRetries) {
    return { delayUs: null, failures: 0, bucket };
  }
  const taken = takeToken(bucket, WORK_QUEUE_RETRY, nowUs);
  return {
    delayUs: Math.max(itemBackoffUs(failures, backoff), taken.waitUs),
    failures: failures + 1,
    bucket: taken.bucket,
  };
}
