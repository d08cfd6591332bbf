import type { Micros } from '../kernel/time.ts';
import {
  newTokenBucket,
  type TokenBucket,
  type TokenBucketLimits,
  takeToken,
} from '../rules/machinery/rate-limiters.ts';
import type { Ctx } from './wiring.ts';

/** A controller's client to the API server: one token bucket for all it sends. Null before its first request: full. */
export type Client = TokenBucket | null;

/** Takes a token for one request now. Writes for unrelated objects use up their share of the rate. */
export function request(
  ctx: Ctx,
  client: Client,
  otherWritesPerSecond: number,
): { readonly client: TokenBucket; readonly wait: Micros } {
  const { qps, burst } = ctx.self.world.controllerManager;
  const limits: TokenBucketLimits = { qps: Math.max(1, Math.floor(qps - otherWritesPerSecond)), burst };
  const { bucket, waitUs } = takeToken(client ?? newTokenBucket(limits, ctx.now), limits, ctx.now);
  return { client: bucket, wait: waitUs };
}
