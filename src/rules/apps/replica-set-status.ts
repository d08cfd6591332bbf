import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import { featureEnabled } from '../machinery/feature-gates.ts';
import type { MinorVersion } from '../machinery/version.ts';

const US_PER_SECOND = 1_000_000;

/** Instants are µs; null is a zero time. */
export interface AvailabilityPod {
  readonly ready: boolean;
  /** `lastTransitionTime` of the Ready condition, whole seconds in the API. */
  readonly readyLastTransitionUs: number | null;
}

export interface ReplicaSetPod extends AvailabilityPod {
  readonly labels: Readonly<Record<string, string>>;
}

/** The counts in a ReplicaSet's status. */
export interface ReplicaSetStatusCounts {
  readonly replicas: number;
  readonly fullyLabeledReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  /** Null where the gate DeploymentReplicaSetTerminatingReplicas is off. */
  readonly terminatingReplicas: number | null;
}

/**
 * Whether a Pod is available: Ready for minReadySeconds, which have to be over up to 1.33; from 1.34 on their last
 * instant is enough.
 * Source: pkg/api/v1/pod/util.go IsPodAvailable
 */
export function isPodAvailable(
  pod: AvailabilityPod,
  minReadySeconds: number,
  nowUs: number,
  minor: MinorVersion,
): boolean {
  if (!pod.ready) return false;
  if (minReadySeconds === 0) return true;
  if (pod.readyLastTransitionUs === null) return false;
  const dueUs = pod.readyLastTransitionUs + minReadySeconds * US_PER_SECOND;
  return minor >= 34 ? dueUs <= nowUs : dueUs < nowUs;
}

/**
 * The counts in a ReplicaSet's status. `activePods` excludes terminating Pods, so replicas, ready and available drop
 * as soon as a deletionTimestamp is seen, not when the Pod is gone. `terminatingPods` are those with a
 * deletionTimestamp whose phase is not final; their count is reported with the gate
 * DeploymentReplicaSetTerminatingReplicas only (alpha 1.33, on from 1.35).
 * Source: pkg/controller/replicaset/replica_set_utils.go calculateStatus
 */
export function calculateReplicaSetStatus(
  activePods: readonly ReplicaSetPod[],
  terminatingPods: readonly unknown[],
  rs: { readonly minReadySeconds: number; readonly templateLabels: Readonly<Record<string, string>> },
  nowUs: number,
  minor: MinorVersion,
  reportTerminating: boolean = featureEnabled('DeploymentReplicaSetTerminatingReplicas', minor),
): ReplicaSetStatusCounts {
  const wanted = Object.entries(rs.templateLabels);
  const isFullyLabeled = ({ labels }: ReplicaSetPod): boolean =>
    wanted.every(([key, value]) => labels[key] === value);
  return {
    replicas: activePods.length,
    fullyLabeledReplicas: activePods.filter(isFullyLabeled).length,
    readyReplicas: activePods.filter((pod) => pod.ready).length,
    availableReplicas: activePods.filter((pod) => isPodAvailable(pod, rs.minReadySeconds, nowUs, minor))
      .length,
    terminatingReplicas: reportTerminating ? terminatingPods.length : null,
  };
}

/**
 * Whether a Pod counts as terminating: it has a deletionTimestamp and no final phase yet.
 * Source: pkg/controller/controller_utils.go IsPodTerminating
 */
export function isPodTerminating(pod: {
  readonly phase: string;
  readonly deletionTimestamp: number | string | null;
}): boolean {
  return !isPodPhaseTerminal(pod.phase) && pod.deletionTimestamp !== null;
}

/**
 * How many Pods are terminating.
 * Source: pkg/controller/controller_utils.go CountTerminatingPods
 */
export function countTerminatingPods(
  pods: readonly { readonly phase: string; readonly deletionTimestamp: number | string | null }[],
): number {
  return pods.filter(isPodTerminating).length;
}

/**
 * In how many µs a ready Pod becomes available; null where no look is needed: it is not ready, is available, or there
 * is nothing to wait for. The basis of the recheck from 1.34 on.
 * Source: pkg/controller/controller_utils.go nextPodAvailabilityCheck
 */
export function nextPodAvailabilityCheckUs(
  pod: AvailabilityPod,
  minReadySeconds: number,
  nowUs: number,
): number | null {
  if (!pod.ready || minReadySeconds <= 0 || pod.readyLastTransitionUs === null) return null;
  const waitUs = pod.readyLastTransitionUs + minReadySeconds * US_PER_SECOND - nowUs;
  return waitUs > 0 ? waitUs : null;
}

/**
 * The earliest such look over all Pods, and the Pod that it is for (the first of equal ones).
 * Source: pkg/controller/controller_utils.go findMinNextPodAvailabilitySimpleCheck
 */
export function findMinNextPodAvailabilityCheck<P extends AvailabilityPod>(
  pods: readonly P[],
  minReadySeconds: number,
  nowUs: number,
): { readonly waitUs: number; readonly pod: P } | null {
  let earliest: { readonly waitUs: number; readonly pod: P } | null = null;
  for (const pod of pods) {
    const waitUs = nextPodAvailabilityCheckUs(pod, minReadySeconds, nowUs);
    if (waitUs !== null && (earliest === null || waitUs < earliest.waitUs)) earliest = { waitUs, pod };
  }
  return earliest;
}

/**
 * After how many µs a ReplicaSet is synced again for the sake of minReadySeconds; null: not by itself. Up to 1.33 a
 * full minReadySeconds after the sync, where every replica is ready but not all are available; from 1.34 on when the
 * next ready Pod becomes available.
 * Source: pkg/controller/replicaset/replica_set.go syncReplicaSet
 */
export function availabilityRecheckUs(
  status: Pick<ReplicaSetStatusCounts, 'readyReplicas' | 'availableReplicas'>,
  specReplicas: number,
  activePods: readonly AvailabilityPod[],
  minReadySeconds: number,
  nowUs: number,
  minor: MinorVersion,
): number | null {
  if (minReadySeconds <= 0) return null;
  const { readyReplicas, availableReplicas } = status;
  const fullUs = minReadySeconds * US_PER_SECOND;
  if (minor < 34) {
    return readyReplicas === specReplicas && availableReplicas !== specReplicas ? fullUs : null;
  }
  if (readyReplicas === availableReplicas) return null;
  return findMinNextPodAvailabilityCheck(activePods, minReadySeconds, nowUs)?.waitUs ?? fullUs;
}
