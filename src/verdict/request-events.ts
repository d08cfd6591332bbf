import type {
  AnswerOverdue,
  Attempt,
  InService,
  RequestFailed,
  RequestRetried,
  ResponseReceived,
} from '../cluster/traffic.ts';
import type { World } from '../cluster/world.ts';

/** What a request's event says, for a reader: who, which request, which attempt, and how it failed. */

type Payload = Partial<
  Attempt & InService & AnswerOverdue & ResponseReceived & RequestFailed & RequestRetried
>;

export interface RequestDescription {
  readonly service?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

export function describeRequest(world: World, payload: unknown): RequestDescription {
  const data = payload as Payload | null;
  const attempt = attemptOf(data);
  if (data === null || attempt.client === undefined) return {};
  const client = world.clients[attempt.client]!;
  return {
    service: client.service,
    data: {
      client: client.name,
      request: attempt.request,
      ...(attempt.attempt === undefined ? {} : { attempt: attempt.attempt }),
      ...(attempt.carried === undefined
        ? {}
        : { connection: attempt.carried === 0 ? 'new' : `kept, request ${attempt.carried + 1}` }),
      ...(data.closes === true ? { closes: true } : {}),
      ...(data.kind === undefined ? {} : { kind: data.kind, cause: data.cause }),
    },
  };
}

/** Payloads carry an attempt, or are one. */
function attemptOf(data: Payload | null): Partial<Attempt> {
  if (data === null) return {};
  const carrier = data.inService ?? data.waiting ?? data;
  const { attempt } = carrier as { readonly attempt?: Attempt | number };
  return typeof attempt === 'object' ? attempt : (carrier as Partial<Attempt>);
}
