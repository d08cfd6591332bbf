import { T } from '../../cluster/events.ts';
import { arm, type Effect, put } from '../../kernel/event.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ctx } from '../wiring.ts';
import type { Start, Starts } from './cells.ts';
import { CELL } from './cells.ts';
import { START_TIMER } from './worker.ts';

const NONE: Starts = { since: 0, under: [] };

/** A Pod's start begins, which would take `alone` if no other went on. */
export function beginStart(ctx: Ctx, pod: number, alone: Micros): Effect[] {
  const before = counted(ctx);
  return goOn(ctx, { since: ctx.now, under: [...before, { pod, left: alone }] });
}

/** A Pod's start is over: those that go on have more of the node. */
export function endStart(ctx: Ctx, pod: number): Effect[] {
  return goOn(ctx, { since: ctx.now, under: counted(ctx).filter((start) => start.pod !== pod) });
}

function counted(ctx: Ctx): readonly Start[] {
  const { since, under } = ctx.cell(CELL.starts, 0) ?? NONE;
  const done = (ctx.now - since) / slowness(ctx, under.length);
  return under.map(({ pod, left }) => ({ pod, left: Math.max(0, left - done) }));
}

function slowness(ctx: Ctx, count: number): number {
  return 1 + ctx.self.world.kubelet.parallelStartSlowdown * Math.max(0, count - 1);
}

function goOn(ctx: Ctx, starts: Starts): Effect[] {
  const slow = slowness(ctx, starts.under.length);
  const effects: Effect[] = starts.under.map(({ pod, left }) =>
    arm({
      timer: START_TIMER,
      type: T.podStarted,
      actor: ctx.actor,
      kind: CELL.worker,
      object: pod,
      about: pod,
      data: null,
      delay: Math.ceil(left * slow),
    }),
  );
  effects.push(put(CELL.starts, 0, starts));
  return effects;
}
