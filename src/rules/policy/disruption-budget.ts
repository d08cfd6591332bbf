import { scaledValue } from '../apps/rolling-update.ts';

/** Life of an entry of `status.disruptedPods` whose Pod was not deleted: 2 min. */
export const DISRUPTED_POD_TIMEOUT_US = 120_000_000;

/** What of a Pod a disruption budget counts. */
export interface BudgetedPod {
  readonly name: string;
  readonly deletionTimestamp: number | string | null;
  readonly ready: boolean;
}

/** What of a PodDisruptionBudget its controller decides by. */
export interface DisruptionBudgetSpec {
  readonly minAvailable: number | string | null;
  readonly maxUnavailable: number | string | null;
}

/**
 * The Pods that count as healthy: Ready, not terminating, and not on their way out by an eviction of the last 2 min.
 * minReadySeconds does not matter. `disruptedPods` holds the time (µs) of the eviction by Pod name.
 * Source: pkg/controller/disruption/disruption.go countHealthyPods
 */
export function countHealthyPods(
  pods: readonly BudgetedPod[],
  disruptedPods: Readonly<Record<string, number>>,
  nowUs: number,
): number {
  return pods.filter((pod) => {
    if (pod.deletionTimestamp !== null) return false;
    const evictedUs = disruptedPods[pod.name];
    if (evictedUs !== undefined && evictedUs + DISRUPTED_POD_TIMEOUT_US > nowUs) return false;
    return pod.ready;
  }).length;
}

/**
 * How many Pods there should be and how many must stay healthy. Percentages round up, for maxUnavailable too (a
 * Deployment's rounds down). The expected count is the sum of the controllers' `spec.replicas`, but the number of
 * matching Pods for an integer minAvailable. Null where a percentage is malformed or neither field is set.
 * Source: pkg/controller/disruption/disruption.go getExpectedPodCount
 */
export function getExpectedPodCount(
  spec: DisruptionBudgetSpec,
  podCount: number,
  expectedScale: number,
): { readonly expectedCount: number; readonly desiredHealthy: number } | null {
  if (spec.maxUnavailable !== null) {
    const maxUnavailable = scaledValue(spec.maxUnavailable, expectedScale, 'up');
    if (maxUnavailable === null) return null;
    return { expectedCount: expectedScale, desiredHealthy: Math.max(0, expectedScale - maxUnavailable) };
  }
  if (typeof spec.minAvailable === 'number') {
    return { expectedCount: podCount, desiredHealthy: spec.minAvailable };
  }
  const minAvailable =
    spec.minAvailable === null ? null : scaledValue(spec.minAvailable, expectedScale, 'up');
  return minAvailable === null ? null : { expectedCount: expectedScale, desiredHealthy: minAvailable };
}

/**
 * `status.disruptionsAllowed`. It recovers only when a replacement is Ready, not when the old Pod is gone.
 * Source: pkg/controller/disruption/disruption.go updatePdbStatus
 */
export function disruptionsAllowed(
  currentHealthy: number,
  desiredHealthy: number,
  expectedCount: number,
): number {
  return expectedCount <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
}

/**
 * The entries of `status.disruptedPods` that a sync keeps, and when (µs) the next one expires. An entry goes when its
 * Pod is terminating, gone, or older than 2 min.
 * Source: pkg/controller/disruption/disruption.go buildDisruptedPodMap
 */
export function buildDisruptedPodMap(
  pods: readonly BudgetedPod[],
  disruptedPods: Readonly<Record<string, number>>,
  nowUs: number,
): { readonly disruptedPods: Readonly<Record<string, number>>; readonly recheckUs: number | null } {
  const kept: Record<string, number> = {};
  let recheckUs: number | null = null;
  for (const pod of pods) {
    const evictedUs = disruptedPods[pod.name];
    if (pod.deletionTimestamp !== null || evictedUs === undefined) continue;
    const expiresUs = evictedUs + DISRUPTED_POD_TIMEOUT_US;
    if (expiresUs < nowUs) continue;
    kept[pod.name] = evictedUs;
    recheckUs = recheckUs === null ? expiresUs : Math.min(recheckUs, expiresUs);
  }
  return { disruptedPods: kept, recheckUs };
}
