import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import type { MinorVersion } from '../machinery/version.ts';

/** What the victim order reads of a Pod. Instants are µs; null is a zero time. */
export interface VictimPod {
  readonly uid: string;
  readonly nodeName: string;
  readonly phase: string;
  readonly ready: boolean;
  /** `lastTransitionTime` of the Ready condition. */
  readonly readySinceUs: number | null;
  readonly createdUs: number | null;
  /** The annotation controller.kubernetes.io/pod-deletion-cost; 0 where it is absent or malformed. */
  readonly podDeletionCost: number;
  readonly maxContainerRestarts: number;
  readonly maxSidecarRestarts: number;
}

/** What the order of Pods to delete depends on beside the Pods. */
export interface VictimOrderOptions {
  /** Now, for the ages; null where there is none (times are then compared as they are). */
  readonly nowUs: number | null;
  /** Gates PodDeletionCost and LogarithmicScaleDown, on by default in 1.26 … 1.36. */
  readonly podDeletionCost: boolean;
  readonly logarithmicScaleDown: boolean;
  readonly minor: MinorVersion;
}

/** A Pod with its rank: how many Pods of its owner stand on its node. */
export interface RankedPod {
  readonly pod: VictimPod;
  /** Active Pods of all ReplicaSets of the same owner on the same node. */
  readonly rank: number;
}

/**
 * Whether `a` is deleted before `b`: (1) not assigned to a node, (2) Pending, Unknown, Running, (3) not ready, (4)
 * lower deletion cost, (5) more related Pods on its node, (6) ready for a shorter time, (7) more restarts, of
 * sidecars too from 1.32 on, (8) newer. Ages are compared as powers of two of nanoseconds, with the UID deciding
 * between equal ones.
 * Source: pkg/controller/controller_utils.go ActivePodsWithRanks.Less
 */
export function isDeletedBefore(a: RankedPod, b: RankedPod, options: VictimOrderOptions): boolean {
  const [podA, podB] = [a.pod, b.pod];
  if ((podA.nodeName === '') !== (podB.nodeName === '')) return podA.nodeName === '';
  const phases = phaseOrdinal(podA.phase) - phaseOrdinal(podB.phase);
  if (phases !== 0) return phases < 0;
  if (podA.ready !== podB.ready) return !podA.ready;
  if (options.podDeletionCost && podA.podDeletionCost !== podB.podDeletionCost) {
    return podA.podDeletionCost < podB.podDeletionCost;
  }
  if (a.rank !== b.rank) return a.rank > b.rank;
  if (podA.ready && podB.ready && podA.readySinceUs !== podB.readySinceUs) {
    return isYounger(podA.readySinceUs, podB.readySinceUs, podA.uid < podB.uid, options);
  }
  if (podA.maxContainerRestarts !== podB.maxContainerRestarts) {
    return podA.maxContainerRestarts > podB.maxContainerRestarts;
  }
  if (options.minor >= 32 && podA.maxSidecarRestarts !== podB.maxSidecarRestarts) {
    return podA.maxSidecarRestarts > podB.maxSidecarRestarts;
  }
  if (podA.createdUs !== podB.createdUs) {
    return isYounger(podA.createdUs, podB.createdUs, podA.uid < podB.uid, options);
  }
  return false;
}

/**
 * The Pods that a ReplicaSet deletes to lose `diff`, in order. They are not sorted at all when all are to go.
 * `relatedPods` are the Pods of all ReplicaSets of the same owner, which give the ranks.
 * Source: pkg/controller/replicaset/replica_set.go getPodsToDelete
 */
export function getPodsToDelete<P extends VictimPod>(
  pods: readonly P[],
  relatedPods: readonly (Pick<VictimPod, 'nodeName' | 'phase'> & {
    readonly deletionTimestamp: number | string | null;
  })[],
  diff: number,
  options: VictimOrderOptions,
): readonly P[] {
  if (diff >= pods.length) return pods;
  const podsOnNode = new Map<string, number>();
  for (const related of relatedPods) {
    if (!isPodActive(related)) continue;
    podsOnNode.set(related.nodeName, (podsOnNode.get(related.nodeName) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => ({ pod, rank: podsOnNode.get(pod.nodeName) ?? 0 }));
  return sortVictims(ranked, (a, b) => isDeletedBefore(a, b, options))
    .slice(0, diff)
    .map(({ pod }) => pod);
}

/**
 * Whether a Pod counts for its ReplicaSet: neither finished nor terminating.
 * Source: pkg/controller/controller_utils.go IsPodActive
 */
export function isPodActive(pod: {
  readonly phase: string;
  readonly deletionTimestamp: number | string | null;
}): boolean {
  return !isPodPhaseTerminal(pod.phase) && pod.deletionTimestamp === null;
}

/**
 * Sorts as Go does for up to 12 elements (insertion), merging runs of 12 beyond. The order is not transitive (equal
 * times skip the UID), so a JavaScript engine's own sort could answer differently from engine to engine.
 * Source: Go's sort/zsortinterface.go insertionSort
 */
export function sortVictims<T>(items: readonly T[], less: (a: T, b: T) => boolean): readonly T[] {
  const sorted = [...items];
  const run = 12;
  for (let start = 0; start < sorted.length; start += run) {
    const end = Math.min(start + run, sorted.length);
    for (let i = start + 1; i < end; i++) {
      for (let j = i; j > start && less(sorted[j]!, sorted[j - 1]!); j--) {
        [sorted[j], sorted[j - 1]] = [sorted[j - 1]!, sorted[j]!];
      }
    }
  }
  let runs = sorted;
  for (let width = run; width < sorted.length; width *= 2) {
    const merged: T[] = [];
    for (let start = 0; start < runs.length; start += 2 * width) {
      const left = runs.slice(start, start + width);
      const right = runs.slice(start + width, start + 2 * width);
      let [i, j] = [0, 0];
      while (i < left.length || j < right.length) {
        const takeRight = i >= left.length || (j < right.length && less(right[j]!, left[i]!));
        merged.push(takeRight ? right[j++]! : left[i++]!);
      }
    }
    runs = merged;
  }
  return runs;
}

function phaseOrdinal(phase: string): number {
  if (phase === 'Running') return 2;
  return phase === 'Unknown' ? 1 : 0;
}

/** A zero time is younger than any other. The two times differ. */
function isYounger(
  timeA: number | null,
  timeB: number | null,
  uidBefore: boolean,
  { nowUs, logarithmicScaleDown }: VictimOrderOptions,
): boolean {
  if (timeA === null || timeB === null) return timeA === null;
  if (nowUs === null || !logarithmicScaleDown) return timeA > timeB;
  const rankDiff = logarithmicRank(nowUs - timeA) - logarithmicRank(nowUs - timeB);
  return rankDiff === 0 ? uidBefore : rankDiff < 0;
}

/** The whole part of log2 of an age in nanoseconds, -1 for none; by halving, which is exact on every engine. */
function logarithmicRank(ageUs: number): number {
  let rank = -1;
  for (let ageNs = ageUs * 1000; ageNs >= 1; ageNs /= 2) rank++;
  return rank;
}
