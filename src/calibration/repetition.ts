import type { Observation, ObservedReplacement } from './observation.ts';
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

/** An instant before a change was seen in which its cause may have been under way already, ms. */
const UNDER_WAY_MS = 5;

/** Whether no other slice was written between two moments since the action: then its controller was not busy with that one. */
export function isUndisturbed(
  repetition: Repetition,
  fromMs: number | undefined,
  toMs: number | undefined,
  leadMs = UNDER_WAY_MS,
): boolean {
  if (isAlone(repetition)) return true;
  const { sliceChangesMs } = repetition.observation;
  if (sliceChangesMs === undefined || fromMs === undefined || toMs === undefined) return false;
  return sliceChangesMs.every((at) => at < fromMs - leadMs || at >= toMs);
}

/** Whether a new Pod started by itself: none of the others was between its creation and its start meanwhile. */
export function startsAlone({ observation }: Repetition, own: ObservedReplacement): boolean {
  const span = ({ moments: { createdMs = 0, runningMs = Number.POSITIVE_INFINITY } }: ObservedReplacement) =>
    [createdMs, runningMs] as const;
  const [from, to] = span(own);
  return observation.replacements.every((other) => {
    const [otherFrom, otherTo] = span(other);
    return other === own || otherTo < from || otherFrom > to;
  });
}
