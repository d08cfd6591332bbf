import type { ClientInfo } from '../../cluster/clients.ts';
import { T } from '../../cluster/events.ts';
import { after, type Effect } from '../../kernel/event.ts';
import { CLIENT } from '../protocol.ts';
import type { Wiring } from '../wiring.ts';

/** A client begins to send. */
export function started(wiring: Wiring, { startsAt }: ClientInfo, client: number): Effect {
  return after({
    type: T.clientStarted,
    actor: wiring.client(client),
    kind: CLIENT.state,
    object: 0,
    about: -1,
    data: null,
    delay: startsAt,
  });
}
