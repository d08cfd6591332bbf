import { RANGE } from '../kernel/distribution.ts';
import { arm, NO_OUTPUTS, type PartOutput, type PartStep, pass } from './part.ts';
import type { Routes } from './routes.ts';

/** Routes that wait until they are due, in the order in which they came; what is due at one instant goes together. */
export interface Held {
  readonly waiting: readonly { readonly routes: Routes; readonly dueUs: number }[];
  readonly lastDueUs: number;
}

export const NOTHING_HELD: Held = { waiting: [], lastDueUs: 0 };

/** Keeps routes until `dueUs`, never less long than those before them. */
export function hold(held: Held, routes: Routes, dueUs: number, nowUs: number): PartStep<Held> {
  const due = Math.max(dueUs, held.lastDueUs, nowUs);
  if (due === nowUs && held.waiting.length === 0) {
    return [{ waiting: [], lastDueUs: due }, [pass(routes)]];
  }
  const before = held.waiting.filter((each) => each.dueUs < due);
  const outputs = held.waiting.length === 0 ? [arm(due)] : NO_OUTPUTS;
  return [{ waiting: [...before, { routes, dueUs: due }], lastDueUs: due }, outputs];
}

/** Hands on what is due, and arms the timer for what comes next. */
export function release(held: Held, nowUs: number): PartStep<Held> {
  const due = held.waiting.filter((each) => each.dueUs <= nowUs);
  const waiting = held.waiting.filter((each) => each.dueUs > nowUs);
  const outputs: PartOutput[] = [];
  const newest = due[due.length - 1];
  if (newest !== undefined) outputs.push(pass(newest.routes));
  const next = waiting[0];
  if (next !== undefined) outputs.push(arm(next.dueUs));
  return [{ ...held, waiting }, outputs];
}

/** The first instant from now on that lies `phase` (in 1/2³²) into a period. */
export function nextTickUs(nowUs: number, periodUs: number, phase: number): number {
  const offset = Math.floor((phase / RANGE) * periodUs);
  return offset + Math.ceil((nowUs - offset) / periodUs) * periodUs;
}

/** Where `count` clocks of one period stand, rising; in 1/2³². */
export function phasesOf(count: number, phase: (index: number) => number): readonly number[] {
  return Array.from({ length: count }, (_, index) => phase(index)).sort((a, b) => a - b);
}

/** The tick of the clock that takes a change over last: the one that ticked just before it. */
export function slowestTickUs(phases: readonly number[], nowUs: number, periodUs: number): number {
  let low = 0;
  let high = phases.length;
  const first = nextTickUs(nowUs, periodUs, phases[0]!);
  // Clocks whose next tick still lies in this round stand behind those that have ticked already.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nextTickUs(nowUs, periodUs, phases[middle]!) >= first) low = middle + 1;
    else high = middle;
  }
  return nextTickUs(nowUs, periodUs, phases[low - 1]!);
}
