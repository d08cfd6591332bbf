import type { ProbeInfo } from '../../cluster/world.ts';
import { keyOf, NO_KEY } from '../../kernel/names.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { apiTimestampUs } from '../../rules/apiserver/delete-pod.ts';
import { probeTickUs } from '../../rules/kubelet/probe-ticker.ts';
import type { Ctx } from '../wiring.ts';
import { infoOf, type Worker } from './worker.ts';

/** The phase of a node's clock within its second, and that of a probe within its period. */
const CLOCK = keyOf('kubelet clock');
const PROBE_PHASE = keyOf('kubelet probe phase');

/** The first tick at or after `at` of a probe whose ticks are counted from `origin`; of one that has run for long the phase is drawn. */
export function nextTick(
  worker: Worker,
  container: number,
  { period }: ProbeInfo,
  origin: Micros,
  at: Micros,
  ctx: Ctx,
): Micros {
  const from =
    origin === Number.NEGATIVE_INFINITY
      ? ctx.bits(PROBE_PHASE, ctx.objectKey(worker.pod.index), infoOf(worker, container, ctx).drawKey) %
        period
      : origin;
  return probeTickUs({ tickerStartUs: from, periodUs: period, fromUs: at });
}

/**
 * From when on an attempt is one: once the initial delay is over, counted from a start that the kubelet knows to the second only.
 * Source: pkg/kubelet/prober/worker.go doProbe
 */
export function probedFrom(startedAt: Micros, { initialDelay }: ProbeInfo, ctx: Ctx): Micros {
  if (initialDelay === 0) return startedAt;
  const phase = ctx.bits(CLOCK, NO_KEY) % MICROS_PER_SECOND;
  return apiTimestampUs(startedAt + phase) - phase + initialDelay;
}
