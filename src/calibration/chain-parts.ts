import type { DelaySite } from '../cluster/delay-sites.ts';
import type { ObservedPod, ObservedReplacement } from './observation.ts';
import type { RecordedScenario } from './recorded-scenario.ts';
import { isUndisturbed, type Repetition } from './repetition.ts';

/**
 * What two recorded moments have between them: delay sites, and rules. All sites but one are taken for known, so a chain gives the
 * table of that one. The order is that of the solution: what a chain knows was found by one before it, or is a default.
 */
export interface Chain {
  readonly id: string;
  /** In words, from what to what. */
  readonly spans: string;
  /** The site whose table it gives. */
  readonly site: DelaySite;
  /** The others, and the recorder's own watch. */
  readonly known: readonly Known[];
  /** Values of one repetition, ms. */
  readonly values: (repetition: Repetition) => readonly number[];
  /** The chain in one repetition; by default the sum of all. */
  readonly sum?: (remainder: number, draw: (known: Known) => number) => number;
  /** Values of a second mode that a rule makes, and that the simulation makes again: they are taken out. */
  readonly mode?: 'staleSlice' | 'relistWait';
  /** The part that the rest of the chain is supposed to have, where only the sum is seen. */
  readonly assumed: string;
}

/**
 * `recorder`: its own watch. `relist`: the wait for the kubelet's next relist of the runtime, up to its period; `startRelist`: the same
 * after a start, which 1.36 and newer do not wait for.
 */
export type Known = DelaySite | 'recorder' | 'relist' | 'startRelist';

/** One value, where all its moments were seen. */
export function between(from: number | undefined, to: number | undefined, less = 0): readonly number[] {
  return from === undefined || to === undefined ? [] : [to - from - less];
}

/** Of a Pod, since the action. */
export function since(atMs: number, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : atMs + ms;
}

/** kube-proxy's limiter is idle so long after the last change, ms: its longest usual minSyncPeriod. */
const LIMITER_IDLE_MS = 1000;

/** From a slice that found the limiter idle until a moment of its Pod, in a Service that has others. */
export function afterIdleSlice(
  repetition: Repetition,
  until: (pod: ObservedPod) => number | undefined,
  lessOf: (pod: ObservedPod) => number = () => 0,
): readonly number[] {
  if (!hasOthers(repetition)) return [];
  return ofPods(repetition, (pod) => {
    const { stoppedAtMs = 0, sliceTerminatingMs } = pod.moments;
    const at = since(stoppedAtMs, sliceTerminatingMs);
    return isUndisturbed(repetition, at, at, LIMITER_IDLE_MS)
      ? between(sliceTerminatingMs, until(pod), lessOf(pod))
      : [];
  });
}

export function ofPods(
  { observation, scenario }: Repetition,
  value: (pod: ObservedPod, scenario: RecordedScenario) => readonly number[],
): readonly number[] {
  return observation.pods.flatMap((pod) => value(pod, scenario));
}

export function ofReplacements(
  { observation, scenario }: Repetition,
  value: (replacement: ObservedReplacement, scenario: RecordedScenario) => readonly number[],
): readonly number[] {
  return observation.replacements.flatMap((each) => value(each, scenario));
}

/** Endpoints that leave no gap behind: others are ready, so the rules change with the first slice. */
function hasOthers({ scenario }: Repetition): boolean {
  const { replicas, publishNotReadyAddresses, internalTrafficPolicy, nodes } = scenario;
  return replicas > 1 && !publishNotReadyAddresses && (internalTrafficPolicy === 'Cluster' || nodes === 1);
}

/** A ReplicaSet makes a new Pod for each that is deleted; those of deletions close to each other may be made by one sync. */
export function isReplacedAtOnce({
  scenario: { workload, action },
  observation: { pods, replacements },
}: Repetition): boolean {
  if (workload !== 'Deployment' || action.type !== 'deletePod' || pods.length < replacements.length)
    return false;
  return action.count === 1 || action.gapMs >= APART_MS;
}

/** Deletions so far apart are replaced one by one, ms. */
const APART_MS = 200;

/** Of a probe's answers: the first one is right after the start, or a period later. */
const FIRST_PROBE_SHARE = 0.3;

export function cameAtOnce({ moments }: ObservedReplacement, scenario: RecordedScenario): boolean {
  const { runningMs, readyMs } = moments;
  if (runningMs === undefined || readyMs === undefined) return false;
  return readyMs - runningMs < FIRST_PROBE_SHARE * 1000 * scenario.readinessProbePeriodSeconds;
}

function containersOf({ sidecar, others }: RecordedScenario): number {
  return 1 + (sidecar === null ? 0 : 1) + others.length;
}

export function hasOneContainer(scenario: RecordedScenario): boolean {
  return containersOf(scenario) === 1;
}

/** Of more than two the time of each is not seen. */
export function hasTwoContainers(scenario: RecordedScenario): boolean {
  return containersOf(scenario) === 2;
}
