import { T } from '../../cluster/events.ts';
import {
  type Attempt,
  changedAttempt,
  type FailureCause,
  type FailureKind,
  type RequestFailed,
} from '../../cluster/traffic.ts';
import { after, type Effect } from '../../kernel/event.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { CLIENT, ROUTER } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** How failures get back to their client. */

export interface FailureDetail {
  readonly kind: FailureKind;
  readonly cause: FailureCause;
  readonly container?: number;
  readonly missing?: Micros | null;
}

/** Tells the client now, one way back: unless it has given up by then (`by`), and does not hear it any more. */
export function failed(ctx: Ctx, attempt: Attempt, detail: FailureDetail, by: Micros): Effect {
  return ctx.now + attempt.way > by
    ? gaveUp(ctx, attempt, detail.cause, by, detail.container)
    : report(ctx, attempt, detail, attempt.way);
}

/** The client hears nothing until it gives up by itself. */
export function gaveUp(ctx: Ctx, attempt: Attempt, cause: FailureCause, by: Micros, container = -1): Effect {
  const kind = by < attempt.answerBy ? 'connectTimeout' : 'requestTimeout';
  return report(ctx, attempt, { kind, cause, container }, Math.max(0, by - ctx.now));
}

export function report(ctx: Ctx, attempt: Attempt, detail: FailureDetail, delay: Micros): Effect {
  const { kind, cause, container = -1, missing = null } = detail;
  const data: RequestFailed = { attempt, kind, cause, container, decidedAt: ctx.now, missing };
  const { proxied, pod: about } = attempt;
  // A client that has given up does not ask who stood between.
  if (proxied === null || kind === 'requestTimeout') return toClient(ctx, data, delay);
  const actor = ctx.self.wiring.router(proxied.router);
  return after({ type: T.tryFailed, actor, kind: ROUTER.state, object: 0, about, data, delay });
}

/** Tells the client, from where the times of the attempt are. */
export function toClient(ctx: Ctx, failure: RequestFailed, delay: Micros): Effect {
  const attempt = atClient(failure.attempt);
  const actor = ctx.self.wiring.client(attempt.client);
  const to = { actor, kind: CLIENT.state, object: 0, about: attempt.pod };
  const near = failure.attempt.proxied?.near ?? 0;
  return after({ ...to, type: T.requestFailed, data: { ...failure, attempt }, delay: delay + near });
}

/** An attempt with the times of its client. */
export function atClient(attempt: Attempt): Attempt {
  const { proxied } = attempt;
  if (proxied === null) return attempt;
  return changedAttempt(attempt, {
    way: attempt.way + proxied.near,
    answerBy: attempt.answerBy + proxied.near,
  });
}

/** What was in flight is cut: over a connection the client hears of it, of a datagram nobody tells it anything. */
export function cutOff(ctx: Ctx, attempt: Attempt, detail: FailureDetail): Effect {
  return isDatagram(ctx, attempt)
    ? gaveUp(ctx, attempt, detail.cause, attempt.answerBy, detail.container)
    : failed(ctx, attempt, detail, attempt.answerBy);
}

function isDatagram(ctx: Ctx, { client }: Attempt): boolean {
  return ctx.self.world.clients[client]!.protocol === 'UDP';
}

/** Sends a first packet to where it went before, after a delay. */
export type Resend = (attempt: Attempt, delay: Micros) => Effect;

/**
 * A first packet without an answer is sent again after 1 s, 3 s, 7 s …, until the client gives up. It goes where the first one
 * went: dropped by a rule it meets the rules anew, lost behind a Pod it goes to that Pod again, as conntrack has it. A datagram is not
 * sent again.
 */
export function lost(ctx: Ctx, attempt: Attempt, cause: FailureCause, resend: Resend): Effect {
  if (isDatagram(ctx, attempt)) return gaveUp(ctx, attempt, cause, attempt.answerBy);
  const resendAt = attempt.sentAt + (2 ** (attempt.resent + 1) - 1) * MICROS_PER_SECOND;
  if (resendAt >= attempt.connectBy) return gaveUp(ctx, attempt, cause, attempt.connectBy);
  const delay = Math.max(0, resendAt + attempt.way - ctx.now);
  return resend(changedAttempt(attempt, { resent: attempt.resent + 1 }), delay);
}
