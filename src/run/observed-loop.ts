import { Loop } from '../kernel/loop.ts';
import { Observers } from '../kernel/observers.ts';
import { type Micros, parseDuration } from '../kernel/time.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { RunFold } from '../verdict/fold.ts';
import type { CompiledScenario } from './compiled-scenario.ts';

/** A run in the making: its loop, and the fold that watches it. */
export interface Running {
  readonly loop: Loop;
  readonly fold: RunFold;
}

export function start(compiled: CompiledScenario, seed: number, trace: boolean): Running {
  const observers = new Observers();
  const loop = new Loop(compiled.model, seed, { trace, observers });
  const fold = new RunFold(compiled.world, compiled.routers, loop.draws);
  fold.observe(observers);
  return { loop, fold };
}

export function horizonOf(scenario: Scenario): Micros {
  const { horizon } = scenario.settings;
  return horizon === undefined ? Number.POSITIVE_INFINITY : (parseDuration(horizon) ?? 0);
}

/** Whether the horizon ended a run while something was still to happen. */
export function isCut({ settings }: Scenario, loop: Loop): boolean {
  return settings.horizon !== undefined && loop.nextAt() !== null;
}

/** A run that goes no further than to where something is exposed. */
export function untilExposed(scenario: Scenario, compiled: CompiledScenario, seed: number): RunFold {
  const { loop, fold } = start(compiled, seed, false);
  loop.run(horizonOf(scenario), () => fold.exposed);
  if (!fold.exposed) fold.finish(loop.quietAt);
  return fold;
}

/** A run without a trace that is over. */
export function ran(scenario: Scenario, compiled: CompiledScenario, seed: number): Running {
  const running = start(compiled, seed, false);
  running.loop.run(horizonOf(scenario));
  running.fold.finish(running.loop.quietAt);
  return running;
}
