import { isUnconnected } from '../../cluster/retry.ts';
import type { Routing } from '../../cluster/state.ts';
import { type Attempt, changedAttempt, type FailureKind, type RequestFailed } from '../../cluster/traffic.ts';
import type { ProxyInfo } from '../../cluster/world.ts';
import type { Step } from '../../kernel/actor.ts';
import type { SimEvent } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ctx } from '../wiring.ts';
import { toClient } from './failure.ts';

/**
 * A proxy that speaks HTTP ends the connections of its clients: it sends each request on over one of its own, tries another Pod where
 * one fails, and answers by itself where none is left. Between the proxy and the Pod times are those of the proxy.
 */

/** A request as the last router on its way sends it on; the same where that one only passes connections on. */
export function sentOn(ctx: Ctx, attempt: Attempt): Attempt {
  const { world, router } = ctx.self;
  const { proxy } = world.routers[router]!;
  const { entry } = world.clients[attempt.client]!;
  if (proxy === null || entry.kind !== 'routers' || entry.routers.at(-1) !== router) return attempt;
  if (attempt.proxied !== null) return attempt;
  const { way: near } = attempt;
  return tryAt(
    ctx,
    proxy.connectTimeout,
    changedAttempt(attempt, {
      answerBy: attempt.answerBy - near,
      proxied: { router, near, tries: 1, tried: [] },
    }),
  );
}

function tryAt(ctx: Ctx, connectTimeout: Micros, attempt: Attempt): Attempt {
  const connectBy = Math.min(attempt.answerBy, ctx.now + connectTimeout);
  return changedAttempt(attempt, {
    way: 0,
    sentAt: ctx.now,
    connectBy,
    router: -1,
    pod: -1,
    resent: 0,
    openedAt: -1,
  });
}

/** What a proxy answers with when its last try has failed so, where it tells failures apart. */
const ANSWERS: Readonly<Record<FailureKind, FailureKind>> = {
  connectionRefused: 'badGateway',
  connectTimeout: 'gatewayTimeout',
  hostUnreachable: 'badGateway',
  connectionReset: 'badGateway',
  requestCut: 'badGateway',
  staleConnection: 'badGateway',
  noEndpoints: 'serviceUnavailable',
  requestTimeout: 'badGateway',
  badGateway: 'badGateway',
  serviceUnavailable: 'badGateway',
  gatewayTimeout: 'badGateway',
  retryExhausted: 'badGateway',
};

function answerTo(kind: FailureKind, { answers }: ProxyInfo): FailureKind {
  return answers === 'serviceUnavailable' ? 'serviceUnavailable' : ANSWERS[kind];
}

/**
 * Of a request that failed behind a proxy: the next try, or null where there is none. One that may have reached an app is repeated only
 * where that may happen twice.
 */
function nextTry(ctx: Ctx, { attempt, kind }: RequestFailed): Attempt | null {
  const { world, router } = ctx.self;
  const { tries, connectTimeout, repeats } = world.routers[router]!.proxy!;
  const proxied = attempt.proxied!;
  if (proxied.tries >= tries || kind === 'noEndpoints') return null;
  const mayRepeat = repeats === 'idempotent' && world.clients[attempt.client]!.idempotent;
  if (!isUnconnected(kind) && !mayRepeat) return null;
  const tried = [...proxied.tried, attempt.pod];
  return tryAt(
    ctx,
    connectTimeout,
    changedAttempt(attempt, { proxied: { ...proxied, tries: proxied.tries + 1, tried } }),
  );
}

export type SendOn<S> = (state: S, event: SimEvent<Attempt>, ctx: Ctx) => Step<S>;

/** A try has failed: another Pod, or an answer of the proxy's own. */
export function goOnAfter<S extends Routing>(
  state: S,
  event: SimEvent<RequestFailed>,
  ctx: Ctx,
  sendOn: SendOn<S>,
): Step<S> {
  const again = nextTry(ctx, event.data);
  if (again !== null) return sendOn(state, { ...event, data: again }, ctx);
  const proxy = ctx.self.world.routers[ctx.self.router]!.proxy!;
  return [state, [toClient(ctx, { ...event.data, kind: answerTo(event.data.kind, proxy) }, 0)]];
}
