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
  let found = alone.get(observation);
  if (found === undefined) {
    found = thoseAlone(observation.replacements);
    alone.set(observation, found);
  }
  return found.has(own);
}

const alone = new WeakMap<Observation, ReadonlySet<ObservedReplacement>>();

function thoseAlone(replacements: readonly ObservedReplacement[]): ReadonlySet<ObservedReplacement> {
  const spans = replacements
    .map((own) => {
      const { createdMs = 0, runningMs = Number.POSITIVE_INFINITY } = own.moments;
      return { own, from: createdMs, to: runningMs };
    })
    .sort((a, b) => a.from - b.from);
  let latest = Number.NEGATIVE_INFINITY;
  const found = spans.filter(({ from, to }, k) => {
    const isAlone = latest < from && (spans[k + 1]?.from ?? Number.POSITIVE_INFINITY) > to;
    latest = Math.max(latest, to);
    return isAlone;
  });
  return new Set(found.map(({ own }) => own));
}
