import type { Observation } from './observation.ts';
import type { RecordedScenario } from './recorded-scenario.ts';

/** One repetition: what was done, and what was seen. */
export interface Repetition {
  /** Where it is from, for messages. */
  readonly name: string;
  /** @internal */
  readonly scenario: RecordedScenario;
  /** @internal */
  readonly observation: Observation;
  /** Round trip between recorder and API server, ms; 0 where the recorder did not say. */
  readonly rttMs: number;
}

/** Whether one Pod was deleted and nothing else happened: then no limiter, queue or other sync was in its way. */
export function isAlone({ scenario: { action } }: Repetition): boolean {
  return action.type === 'deletePod' && action.count === 1;
}
