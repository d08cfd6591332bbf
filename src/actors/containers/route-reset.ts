import type { ConnectionsReset } from '../../cluster/traffic.ts';
import type { Reducer } from '../../kernel/actor.ts';
import type { Effect } from '../../kernel/event.ts';
import { NO_EFFECTS } from '../../kernel/event.ts';
import { cutOff } from '../clients/failure.ts';
import type { Self } from '../wiring.ts';
import { CELL } from './cells.ts';
import { withoutThese } from './close.ts';
import { changedConnections, inFlight, type PodConnections } from './connections.ts';
import { exitsOf } from './finish.ts';
import { beginWaiting } from './serve.ts';

/**
 * Whoever routed connections to this Pod has dropped it: what is in flight over them is cut, and a kept one is found dead by its next
 * request. The Pod's side of them is over, too.
 */
export const connectionsReset: Reducer<PodConnections | undefined, ConnectionsReset, Self> = (
  cell,
  event,
  ctx,
) => {
  const processes = ctx.cell(CELL.pod, event.object);
  if (cell === undefined || processes === undefined || cell.networkRemoved) return [cell, NO_EFFECTS];
  const { router } = event.data;
  const waiting = cell.waiting.filter(({ attempt }) => attempt.router !== router);
  const ended = inFlight(ctx.self.world, cell, processes.template, ctx.now).filter(
    ({ attempt, endsAt }) => attempt.router === router && endsAt > ctx.now,
  );
  const effects: Effect[] = [...cell.waiting.filter((one) => !waiting.includes(one)), ...ended].map(
    ({ attempt }) => cutOff(ctx, attempt, { kind: 'requestCut', cause: 'routeRemoved' }),
  );
  const serving = cell.serving - ended.length;
  const busy = withoutThese(ctx, processes, cell.busy, ended);
  const routeResets = [...cell.routeResets, { router, at: ctx.now }];
  const left: PodConnections = changedConnections(cell, { waiting, serving, busy, routeResets });
  const [next, begun] = beginWaiting(ctx, left, processes);
  return [next, [...effects, ...begun, ...exitsOf(ctx, processes, event.object, next)]];
};
