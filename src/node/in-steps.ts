import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import type { Steps } from '../analysis/steps.ts';

/** So long nothing else gets a turn: a signal is heard within it, or after the run that is going on. */
const TURN_MS = 25;

/** Does work step by step and lets other things happen meanwhile; null where the signal ended it before it was done. */
export async function inSteps<T>(
  steps: Steps<T>,
  signal: { readonly aborted: boolean },
): Promise<{ readonly value: T } | null> {
  let since = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return { value: step.value };
    if (performance.now() - since < TURN_MS) continue;
    await turn();
    if (signal.aborted) return null;
    since = performance.now();
  }
}
