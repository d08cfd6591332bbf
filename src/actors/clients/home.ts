import { T } from '../../cluster/events.ts';
import { after, type Effect } from '../../kernel/event.ts';
import { CLIENT } from '../protocol.ts';
import type { Ctx } from '../wiring.ts';

/** Clients end with what they live in. */

function ended(ctx: Ctx, client: number): Effect {
  const actor = ctx.self.wiring.client(client);
  const to = { actor, kind: CLIENT.state, object: 0, about: -1 };
  return after({ ...to, type: T.clientEnded, data: { client } });
}

/** A Pod's last container has ended. */
export function clientsOfPodEnd(ctx: Ctx, pod: number): readonly Effect[] {
  return ctx.self.world.clients.flatMap(({ home }, client) =>
    home !== null && home.pod === pod ? [ended(ctx, client)] : [],
  );
}

/** A node is gone. */
export function clientsOfNodeEnd(ctx: Ctx, node: number): readonly Effect[] {
  return ctx.self.world.clients.flatMap(({ home }, client) =>
    home !== null && home.node === node ? [ended(ctx, client)] : [],
  );
}
