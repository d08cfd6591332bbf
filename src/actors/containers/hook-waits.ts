import { type PreStopEnded, type PreStopOutcome, T } from '../../cluster/events.ts';
import type { Effect } from '../../kernel/event.ts';
import type { Ctx } from '../wiring.ts';
import type { PodProcesses } from './cells.ts';
import { infoOf, toKubelet } from './processes.ts';

/** Hooks that end when another container of their Pod stops accepting: Knative's user container asks its queue-proxy to be told. */

function ends(ctx: Ctx, pod: number, container: number, outcome: PreStopOutcome): Effect {
  const data: PreStopEnded = { container, outcome };
  return toKubelet(ctx, T.preStopEnded, pod, data);
}

/** The hook of `container` has begun to wait: for one that runs no more it fails, for one that accepts no more it is over. */
export function answerToWaiting(
  ctx: Ctx,
  processes: PodProcesses,
  pod: number,
  container: number,
): readonly Effect[] {
  const { running, accepting } = processes.containers[infoOf(ctx, processes, container).hook!.waitsFor!]!;
  if (running && accepting) return [];
  return [ends(ctx, pod, container, running ? 'completed' : 'failed')];
}

/** `container` accepts no more: whose hook waited for that is told. */
export function tellWaiting(
  ctx: Ctx,
  { template }: PodProcesses,
  pod: number,
  container: number,
  outcome: PreStopOutcome,
): readonly Effect[] {
  const { containers } = ctx.self.world.templates[template]!;
  return containers.flatMap(({ hook }, index) =>
    hook?.waitsFor === container ? [ends(ctx, pod, index, outcome)] : [],
  );
}
