import type { MinorVersion } from '../machinery/version.ts';
import { findMinNextPodAvailabilityCheck, isPodAvailable } from './replica-set-status.ts';
import { scaledValue } from './rolling-update.ts';

/** A Pod of a StatefulSet as the controller's cache has it. */
export interface StatefulPod {
  readonly ordinal: number;
  /** Which ControllerRevision it was made of. */
  readonly revision: number;
  readonly phase: string;
  readonly ready: boolean;
  /** `lastTransitionTime` of the Ready condition, µs; null: no time. */
  readonly readyLastTransitionUs: number | null;
  readonly terminating: boolean;
}

/** What of a StatefulSet's spec its controller decides by. */
export interface StatefulSetSpec {
  readonly replicas: number;
  /** `spec.ordinals.start`. */
  readonly start: number;
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete';
  readonly partition: number;
  /** Absolute number, percentage, or null. */
  readonly maxUnavailable: number | string | null;
  /** The gate MaxUnavailableStatefulSet. */
  readonly honoursMaxUnavailable: boolean;
  readonly minReadySeconds: number;
  readonly currentRevision: number;
  readonly updateRevision: number;
}

/** What one sync asks for. OrderedReady: one thing at a time. */
export interface StatefulSetPlan<P extends StatefulPod> {
  readonly creates: readonly { readonly ordinal: number; readonly revision: number }[];
  readonly deletes: readonly P[];
}

/** The clock and the version that availability is judged by. */
export interface AvailabilityClock {
  readonly nowUs: number;
  readonly minor: MinorVersion;
}

/**
 * Whether a Pod is up: phase Running and Ready. A terminating Pod may be.
 * Source: pkg/controller/statefulset/stateful_set_utils.go isRunningAndReady
 */
export function isRunningAndReady({ phase, ready }: Pick<StatefulPod, 'phase' | 'ready'>): boolean {
  return phase === 'Running' && ready;
}

/**
 * Whether a Pod is up, and has been for minReadySeconds.
 * Source: pkg/controller/statefulset/stateful_set_utils.go isRunningAndAvailable
 */
export function isRunningAndAvailable(
  pod: Pick<StatefulPod, 'phase' | 'ready' | 'readyLastTransitionUs'>,
  minReadySeconds: number,
  { nowUs, minor }: AvailabilityClock,
): boolean {
  return isRunningAndReady(pod) && isPodAvailable(pod, minReadySeconds, nowUs, minor);
}

/**
 * Whether an update waits for a Pod: it is not up, or it is terminating.
 * Versions: up to 1.33 Ready is enough to be up, from 1.34 it has to be available.
 * Source: pkg/controller/statefulset/stateful_set_utils.go isHealthy, isUnavailable
 */
export function isUnhealthy(pod: StatefulPod, minReadySeconds: number, clock: AvailabilityClock): boolean {
  if (pod.terminating) return true;
  return clock.minor >= 34 ? !isRunningAndAvailable(pod, minReadySeconds, clock) : !isRunningAndReady(pod);
}

/**
 * The name of the StatefulSet and the ordinal in a Pod's name; -1 and no name where it is none of a StatefulSet.
 * Source: pkg/controller/statefulset/stateful_set_utils.go getParentNameAndOrdinal
 */
export function getParentNameAndOrdinal(podName: string): {
  readonly parent: string;
  readonly ordinal: number;
} {
  const [, parent = '', ordinal] = /^(.*)-([0-9]+)$/.exec(podName) ?? [];
  return ordinal === undefined ? { parent: '', ordinal: -1 } : { parent, ordinal: Number(ordinal) };
}

/**
 * How many Pods may be unavailable in an update: a percentage is rounded down, and it is never less than 1.
 * Source: pkg/controller/statefulset/stateful_set_utils.go getStatefulSetMaxUnavailable
 */
export function getStatefulSetMaxUnavailable(
  maxUnavailable: number | string | null,
  replicaCount: number,
): number {
  return Math.max(scaledValue(maxUnavailable ?? 1, replicaCount, 'down') ?? 1, 1);
}

/**
 * The revision that a Pod is made of when it is created: the present one below the partition, else the new one. So a Pod that is
 * lost for another reason comes back updated. The partition counts from the start ordinal.
 * Source: pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod
 */
export function revisionOfNewPod(set: StatefulSetSpec, ordinal: number): number {
  const kept = set.updateStrategy === 'RollingUpdate' && ordinal < set.start + set.partition;
  return kept ? set.currentRevision : set.updateRevision;
}

/** Replicas by ordinal, ascending, with a gap where there is none yet; condemned Pods, the highest first. */
interface SplitPods<P> {
  readonly replicas: readonly (P | null)[];
  readonly condemned: readonly P[];
}

function splitPods<P extends StatefulPod>(set: StatefulSetSpec, pods: readonly P[]): SplitPods<P> {
  const replicas: (P | null)[] = new Array(set.replicas).fill(null);
  const condemned: P[] = [];
  for (const pod of pods) {
    const place = pod.ordinal - set.start;
    if (place >= 0 && place < set.replicas) replicas[place] = pod;
    else condemned.push(pod);
  }
  condemned.sort((a, b) => b.ordinal - a.ordinal);
  return { replicas, condemned };
}

/**
 * What one sync of a StatefulSet does. Replicas are seen to from the lowest ordinal up, then condemned Pods from the highest down,
 * then the update from the highest down. OrderedReady ends at the first Pod that needs anything or is not up, so a low ordinal that
 * hangs stops everything above it; Parallel does all of it at once.
 *
 * Versions: those of `isUnhealthy`; up to 1.26 a Pod that Succeeded is left alone.
 *
 * Source: pkg/controller/statefulset/stateful_set_control.go updateStatefulSet, processReplica, processCondemned
 */
export function updateStatefulSet<P extends StatefulPod>(
  set: StatefulSetSpec,
  pods: readonly P[],
  clock: AvailabilityClock,
): StatefulSetPlan<P> {
  const { replicas, condemned } = splitPods(set, pods);
  const monotonic = set.podManagementPolicy === 'OrderedReady';
  const creates: { ordinal: number; revision: number }[] = [];
  const deletes: P[] = [];
  const plan = { creates, deletes };
  for (const [place, pod] of replicas.entries()) {
    const ordinal = set.start + place;
    if (pod === null) creates.push({ ordinal, revision: revisionOfNewPod(set, ordinal) });
    else if (isReplaced(pod, clock)) {
      if (!pod.terminating) deletes.push(pod);
    } else if (!pod.terminating && isRunningAndAvailable(pod, set.minReadySeconds, clock)) continue;
    if (monotonic) return plan;
  }
  const firstUnhealthy = firstUnhealthyPod(set, replicas, condemned, clock);
  for (const pod of condemned) {
    if (!pod.terminating) {
      const up = isRunningAndAvailable(pod, set.minReadySeconds, clock);
      if (monotonic && !up && pod !== firstUnhealthy) return plan;
      deletes.push(pod);
    }
    if (monotonic) return plan;
  }
  if (set.updateStrategy === 'RollingUpdate')
    for (const each of podsToUpdate(set, replicas, clock)) deletes.push(each);
  return plan;
}

/** A Pod in a final phase is deleted, to be made anew. */
function isReplaced({ phase }: StatefulPod, { minor }: AvailabilityClock): boolean {
  return phase === 'Failed' || (phase === 'Succeeded' && minor >= 27);
}

/** The one unhealthy Pod that a scale-down may delete though it is not up. */
function firstUnhealthyPod<P extends StatefulPod>(
  { minReadySeconds }: StatefulSetSpec,
  replicas: readonly (P | null)[],
  condemned: readonly P[],
  clock: AvailabilityClock,
): P | null {
  const inOrder = [...replicas, ...[...condemned].reverse()];
  // A Pod that is not created yet is the first of the unhealthy ones as well, and nothing is there to be deleted.
  return inOrder.find((pod) => pod === null || isUnhealthy(pod, minReadySeconds, clock)) ?? null;
}

/**
 * Which Pods an update deletes now, once scaling is done: the highest ordinal of an old revision, as soon as all above it are up.
 * With maxUnavailable (where its gate is on) as many of the highest as it leaves room for, over all ordinals, also those below the
 * partition.
 *
 * Source: pkg/controller/statefulset/stateful_set_control.go updateStatefulSetAfterInvariantEstablished
 */
export function podsToUpdate<P extends StatefulPod>(
  set: StatefulSetSpec,
  replicas: readonly (P | null)[],
  clock: AvailabilityClock,
): readonly P[] {
  const { minReadySeconds, partition, updateRevision } = set;
  const isOld = (pod: P) => pod.revision !== updateRevision && !pod.terminating;
  if (!set.honoursMaxUnavailable) {
    for (let place = replicas.length - 1; place >= partition; place--) {
      const pod = replicas[place] ?? null;
      if (pod === null) return [];
      if (isOld(pod)) return [pod];
      if (isUnhealthy(pod, minReadySeconds, clock)) return [];
    }
    return [];
  }
  const unavailable = replicas.filter((pod) => pod === null || isUnhealthy(pod, minReadySeconds, clock));
  const room = getStatefulSetMaxUnavailable(set.maxUnavailable, set.replicas) - unavailable.length;
  const candidates = replicas.slice(partition).filter((pod) => pod !== null);
  return room <= 0 ? [] : candidates.reverse().filter(isOld).slice(0, room);
}

/**
 * How a sync ends: its status is written once, whatever failed before, and of two errors the sync's own is the one that comes back.
 * With an error the set is synced again after its back-off.
 * Source: pkg/controller/statefulset/stateful_set_control.go performUpdate
 */
export function endOfStatefulSetSync(failed: { readonly sync: boolean; readonly statusWrite: boolean }): {
  readonly statusWrites: 1;
  readonly error: 'sync' | 'status' | null;
} {
  return { statusWrites: 1, error: failed.sync ? 'sync' : failed.statusWrite ? 'status' : null };
}

/** The counts in a StatefulSet's status. */
export interface StatefulSetCounts {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
}

/**
 * The counts in a StatefulSet's status. Terminating Pods count as replicas, ready and available, the opposite of a ReplicaSet;
 * they are neither current nor updated.
 * Source: pkg/controller/statefulset/stateful_set_control.go computeReplicaStatus
 */
export function computeReplicaStatus(
  pods: readonly StatefulPod[],
  set: Pick<StatefulSetSpec, 'minReadySeconds' | 'currentRevision' | 'updateRevision'>,
  clock: AvailabilityClock,
): StatefulSetCounts {
  const live = pods.filter(({ phase, terminating }) => phase !== '' && !terminating);
  return {
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    availableReplicas: pods.filter((pod) => isRunningAndAvailable(pod, set.minReadySeconds, clock)).length,
    currentReplicas: live.filter(({ revision }) => revision === set.currentRevision).length,
    updatedReplicas: live.filter(({ revision }) => revision === set.updateRevision).length,
  };
}

/**
 * After how many µs a StatefulSet is synced again for the sake of minReadySeconds; null: not by itself.
 * Versions: up to 1.34 a full minReadySeconds after a sync that found Pods missing that are available; from 1.35 when the next ready
 * Pod becomes available.
 * Source: pkg/controller/statefulset/stateful_set.go syncStatefulSet
 */
export function statefulSetRecheckUs(
  counts: Pick<StatefulSetCounts, 'readyReplicas' | 'availableReplicas'>,
  specReplicas: number,
  pods: readonly StatefulPod[],
  minReadySeconds: number,
  { nowUs, minor }: AvailabilityClock,
): number | null {
  if (minReadySeconds === 0) return null;
  if (minor < 35) return counts.availableReplicas === specReplicas ? null : minReadySeconds * 1_000_000;
  if (counts.readyReplicas === counts.availableReplicas) return null;
  return findMinNextPodAvailabilityCheck(pods, minReadySeconds, nowUs)?.waitUs ?? null;
}

/**
 * Whether an update has come to its end, so that the new revision becomes the current one.
 * Versions: up to 1.26 the replicas that there are count instead of those that are wanted.
 * Source: pkg/controller/statefulset/stateful_set_utils.go completeRollingUpdate
 */
export function rollingUpdateCompleted(
  status: StatefulSetCounts,
  set: Pick<StatefulSetSpec, 'updateStrategy' | 'replicas'>,
  minor: MinorVersion,
): boolean {
  const wanted = minor >= 27 ? set.replicas : status.replicas;
  return (
    set.updateStrategy === 'RollingUpdate' &&
    status.updatedReplicas === wanted &&
    status.readyReplicas === wanted &&
    status.replicas === wanted
  );
}

/**
 * Whether `kubectl rollout status` says that a StatefulSet is rolled out: all are ready, and those from the partition on updated.
 * Source: kubectl/pkg/polymorphichelpers/rollout_status.go StatefulSetStatusViewer.Status
 */
export function statefulSetRolledOut(
  set: Pick<StatefulSetSpec, 'replicas' | 'partition' | 'updateStrategy'>,
  status: Pick<StatefulSetCounts, 'readyReplicas' | 'updatedReplicas'> & {
    readonly currentRevision: number;
    readonly updateRevision: number;
  },
): boolean {
  if (status.readyReplicas < set.replicas) return false;
  if (set.updateStrategy === 'OnDelete') return true;
  if (set.partition > 0) return status.updatedReplicas >= set.replicas - set.partition;
  return status.updateRevision === status.currentRevision;
}
