import { append } from '../kernel/lists.ts';
import type { ObservedPod } from './observation.ts';
import type { Repetition } from './repetition.ts';
import { withoutRelistWaits } from './second-modes.ts';

/**
 * Teardowns that began late since their worker waited for the next relist of the container runtime, as it does for a Pod that was
 * synced within the last second. The Killing Event tells: by the nanoseconds of its name, or by its arrival, which is a bound.
 */
export interface RelistWaits {
  readonly waited: ReadonlySet<ObservedPod>;
  /** Of how many Pods it is known. */
  readonly of: number;
}

/** No wait is longer: a period, and two relists that take long, ms. */
const LONGEST_WAIT_MS = 2000;

export function relistWaits(repetitions: readonly Repetition[]): RelistWaits {
  const waited = new Set<ObservedPod>();
  let of = 0;
  for (const pods of byScenario(repetitions)) {
    const begun = pods.map(killDelayMs);
    const [late, ended] = [outliers(begun), outliers(pods.map(({ moments }) => moments.terminalPhaseMs))];
    pods.forEach((pod, index) => {
      const ms = begun[index];
      if (ms === undefined) return;
      of++;
      // An Event alone may have been long on its way: then the Pod ended no later than the others.
      const { killStartedMs, terminalPhaseMs } = pod.moments;
      const isSure =
        killStartedMs !== undefined || terminalPhaseMs === undefined || ended.has(terminalPhaseMs);
      if (late.has(ms) && ms <= LONGEST_WAIT_MS && isSure) waited.add(pod);
    });
  }
  return { waited, of };
}

/** Whether a Killing Event says when its teardown began. */
export function killIsKnown(pod: ObservedPod): boolean {
  return killDelayMs(pod) !== undefined;
}

/** From the deletion seen until the kill began; with an Event's arrival alone a bound. */
function killDelayMs({ moments }: ObservedPod): number | undefined {
  const at = moments.killStartedMs ?? moments.killSeenMs;
  return at === undefined ? undefined : at - (moments.terminatingMs ?? 0);
}

function byScenario(repetitions: readonly Repetition[]): Iterable<readonly ObservedPod[]> {
  const pods = new Map<string, ObservedPod[]>();
  for (const { scenario, observation } of repetitions) {
    const key = JSON.stringify(scenario);
    const before = pods.get(key);
    if (before === undefined) pods.set(key, [...observation.pods]);
    else append(before, observation.pods);
  }
  return pods.values();
}

function outliers(values: readonly (number | undefined)[]): ReadonlySet<number> {
  const known = values.filter((value) => value !== undefined);
  const kept = new Set(withoutRelistWaits(known).kept);
  return new Set(known.filter((value) => !kept.has(value)));
}
