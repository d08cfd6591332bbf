import type { ClientInfo } from '../../cluster/clients.ts';
import { T } from '../../cluster/events.ts';
import { after, type SimEvent } from '../../kernel/event.ts';
import { CLIENT } from '../protocol.ts';
import type { Wiring } from '../wiring.ts';

/** A client begins to send; where it is said when it stops, a run goes on until then, however quiet the cluster is. */
export function started(
  wiring: Wiring,
  { startsAt, stopsAt }: ClientInfo,
  client: number,
): readonly SimEvent[] {
  const to = { actor: wiring.client(client), kind: CLIENT.state, object: 0, about: -1, data: null };
  const begins = after({ ...to, type: T.clientStarted, delay: startsAt });
  if (stopsAt === Number.POSITIVE_INFINITY) return [begins];
  return [begins, after({ ...to, type: T.clientStopped, delay: stopsAt })];
}
