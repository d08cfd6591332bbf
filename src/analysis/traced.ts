import { parseDuration } from '../kernel/time.ts';
import { withHooks } from '../run/compiled-scenario.ts';
import { horizonOf, start } from '../run/observed-loop.ts';
import { type Run, simulate, TraceRequired, traceSource } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { type TraceEvent, TraceReader } from '../verdict/trace-events.ts';

const repeated = new WeakMap<Run, readonly TraceEvent[]>();

/** A run's events; of a run that kept none, those of the same seed run again, once. */
export function tracedEvents(run: Run): readonly TraceEvent[] {
  if (!keptNoTrace(run)) return run.trace;
  let events = repeated.get(run);
  if (events === undefined) {
    events = simulate(run.scenario, { seed: run.seed }).trace;
    repeated.set(run, events);
  }
  return events;
}

/** A run's events, for what shall not quietly run a simulation. Throws TraceRequired where the run kept none. */
export function requireTrace(run: Run, what: string): readonly TraceEvent[] {
  demand(what, 'run', run);
  if (keptNoTrace(run)) throw new TraceRequired(what);
  return run.trace;
}

function keptNoTrace(run: Run): boolean {
  return run.trace.length === 0 && run.eventCount > 0;
}

/** Events of the run's seed with hooks of `hookMs` on every Service port's path: the rerun that a requirement was read off. */
export function eventsWithHooks(run: Run, hookMs: number): readonly TraceEvent[] {
  const { scenario, seed } = run;
  const compiled = withHooks(scenario, parseDuration(hookMs) ?? 0);
  const { loop } = start(compiled, seed, true);
  loop.run(horizonOf(scenario));
  return new TraceReader(traceSource(compiled, loop)).read();
}
