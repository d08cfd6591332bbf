import { type ContainerEvent, type OfNode, T } from '../../cluster/events.ts';
import type { Reducer } from '../../kernel/actor.ts';
import { after, type Effect } from '../../kernel/event.ts';
import { append } from '../../kernel/lists.ts';
import { clientsOfNodeEnd } from '../clients/home.ts';
import type { Self } from '../wiring.ts';
import { CELL } from './cells.ts';

/** A node is gone: every process on it ends, without a signal. */
export const nodeLost: Reducer<null | undefined, OfNode, Self> = (state, _event, ctx) => {
  const effects: Effect[] = [];
  const { actor } = ctx;
  ctx.all(CELL.pod).forEach((processes, pod) => {
    processes?.containers.forEach(({ running }, container) => {
      const data: ContainerEvent = { container };
      if (running)
        effects.push(after({ type: T.sigkill, actor, kind: CELL.pod, object: pod, about: pod, data }));
    });
    // Nobody is left to answer: not even with a reset.
    if (processes !== undefined && ctx.self.world.clients.length > 0) {
      const kind = CELL.connections;
      effects.push(after({ type: T.podNetworkRemoved, actor, kind, object: pod, about: pod, data: null }));
    }
  });
  append(effects, clientsOfNodeEnd(ctx, ctx.self.node));
  return [state, effects];
};
