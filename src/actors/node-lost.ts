import { type ContainerEvent, type OfNode, T } from '../cluster/events.ts';
import type { Reducer } from '../kernel/actor.ts';
import { after, type Effect } from '../kernel/event.ts';
import { CONTAINERS } from './cell-kinds.ts';
import type { PodProcesses } from './containers.ts';
import type { Self } from './wiring.ts';

/** A node is gone: every process on it ends, without a signal. */
export const nodeLost: Reducer<unknown, OfNode, Self> = (state, _event, ctx) => {
  const effects: Effect[] = [];
  for (let pod = 0; pod < ctx.size(CONTAINERS.pod); pod++) {
    const processes = ctx.cell<PodProcesses>(CONTAINERS.pod, pod);
    processes?.containers.forEach(({ running }, container) => {
      const data: ContainerEvent = { container };
      if (running) effects.push(after(T.sigkill, ctx.actor, CONTAINERS.pod, pod, pod, data, 0));
    });
    // Nobody is left to answer: not even with a reset.
    if (processes !== undefined && ctx.self.world.clients.length > 0) {
      effects.push(after(T.podNetworkRemoved, ctx.actor, CONTAINERS.connections, pod, pod, null, 0));
    }
  }
  return [state, effects];
};
