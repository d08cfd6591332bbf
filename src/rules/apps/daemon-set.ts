import { isPodAvailable } from './replica-set-status.ts';
import { scaledValue } from './rolling-update.ts';
import type { AvailabilityClock } from './stateful-set.ts';

/** Most Pods that a DaemonSet creates in one sync, and as many that it deletes. */
export const DAEMON_BURST_REPLICAS = 250;

/** A Pod of a DaemonSet as the controller's cache has it. */
export interface DaemonPod {
  readonly node: number;
  /** Whether it was made of the present template. */
  readonly updated: boolean;
  readonly phase: string;
  readonly ready: boolean;
  /** `lastTransitionTime` of the Ready condition, µs; null: no time. */
  readonly readyLastTransitionUs: number | null;
  readonly terminating: boolean;
  readonly createdUs: number;
}

/** How a DaemonSet stands to a node: whether it wants a Pod there, and whether one that is there may stay. */
export interface DaemonNode {
  readonly node: number;
  readonly shouldRun: boolean;
  readonly shouldContinueRunning: boolean;
}

/** What of a DaemonSet's spec its controller decides by. */
export interface DaemonSetSpec {
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete';
  /** Absolute number, percentage, or null. */
  readonly maxUnavailable: number | string | null;
  readonly maxSurge: number | string | null;
  readonly minReadySeconds: number;
}

/** What a sync asks for: nodes that get a Pod, Pods that go. */
export interface DaemonPlan<P extends DaemonPod> {
  readonly createOn: readonly number[];
  readonly deletes: readonly P[];
}

/**
 * maxUnavailable and maxSurge of the nodes that should run a Pod, both rounded up; where both come out as 0, maxUnavailable is 1.
 * Source: pkg/controller/daemon/update.go updatedDesiredNodeCounts; pkg/controller/daemon/util/daemonset_util.go UnavailableCount, SurgeCount
 */
export function updatedDesiredNodeCounts(
  { maxUnavailable, maxSurge }: Pick<DaemonSetSpec, 'maxUnavailable' | 'maxSurge'>,
  desiredNumberScheduled: number,
): { readonly maxUnavailable: number; readonly maxSurge: number } {
  const unavailable = scaledValue(maxUnavailable ?? 0, desiredNumberScheduled, 'up') ?? 0;
  const surge = scaledValue(maxSurge ?? 0, desiredNumberScheduled, 'up') ?? 0;
  const impossible = desiredNumberScheduled > 0 && unavailable === 0 && surge === 0;
  return { maxUnavailable: impossible ? 1 : unavailable, maxSurge: surge };
}

/**
 * Whether a DaemonSet surges: it does where maxSurge is not 0.
 * Source: pkg/controller/daemon/util/daemonset_util.go AllowsSurge
 */
export function allowsSurge({ maxSurge, updateStrategy }: DaemonSetSpec): boolean {
  return updateStrategy === 'RollingUpdate' && (scaledValue(maxSurge ?? 0, 100, 'up') ?? 0) > 0;
}

/**
 * Whether a Pod is of the present template: the generation or the hash in its labels says so.
 * Source: pkg/controller/daemon/util/daemonset_util.go IsPodUpdated
 */
export function isPodUpdated(
  labels: { readonly templateGeneration: number | null; readonly hash: string | null },
  ds: { readonly templateGeneration: number | null; readonly hash: string },
): boolean {
  const generation = ds.templateGeneration !== null && labels.templateGeneration === ds.templateGeneration;
  const hash = ds.hash.length > 0 && labels.hash === ds.hash;
  return generation || hash;
}

/**
 * The node that a Pod of a DaemonSet is for: the one that it is bound to, else the one that its affinity names; null where that is
 * not exactly one.
 * Source: pkg/controller/daemon/util/daemonset_util.go GetTargetNodeName
 */
export function getTargetNodeName(pod: {
  readonly specNodeName: string | null;
  readonly requiredMatchFieldsMetadataName: readonly string[] | null;
}): string | null {
  if (pod.specNodeName !== null && pod.specNodeName !== '') return pod.specNodeName;
  const named = pod.requiredMatchFieldsMetadataName ?? [];
  return named.length === 1 ? named[0]! : null;
}

/**
 * The Pods of each node as a DaemonSet counts them: one that is terminating and in a final phase is left out, so its successor may
 * be made.
 * Source: pkg/controller/daemon/daemon_controller.go getNodesToDaemonPods
 */
export function nodesToDaemonPods<P extends DaemonPod>(
  pods: readonly P[],
): ReadonlyMap<number, readonly P[]> {
  const byNode = new Map<number, P[]>();
  for (const pod of pods) {
    if (pod.terminating && (pod.phase === 'Succeeded' || pod.phase === 'Failed')) continue;
    const known = byNode.get(pod.node);
    if (known === undefined) byNode.set(pod.node, [pod]);
    else known.push(pod);
  }
  return byNode;
}

/**
 * Nodes that need a Pod and Pods that have to go, whatever the update does: missing ones, failed ones, more than one on a node, those
 * on a node where they must not run. Without surge any Pod that is still there, terminating or not, keeps its successor waiting; with
 * surge one that is asked to go does not.
 *
 * Source: pkg/controller/daemon/daemon_controller.go manage, podsShouldBeOnNode
 */
export function manageDaemonPods<P extends DaemonPod>(
  ds: DaemonSetSpec,
  nodes: readonly DaemonNode[],
  pods: readonly P[],
  clock: AvailabilityClock,
): DaemonPlan<P> {
  const byNode = nodesToDaemonPods(pods);
  const createOn: number[] = [];
  const deletes: P[] = [];
  for (const { node, shouldRun, shouldContinueRunning } of nodes) {
    const present = byNode.get(node);
    if (present === undefined) {
      if (shouldRun) createOn.push(node);
      continue;
    }
    const live = present.filter(({ terminating }) => !terminating);
    if (!shouldContinueRunning) {
      for (const each of live) deletes.push(each);
      continue;
    }
    const running = live.filter(({ phase }) => phase !== 'Failed' && phase !== 'Succeeded');
    for (const each of live.filter((pod) => !running.includes(pod))) deletes.push(each);
    if (allowsSurge(ds) && running.length === 0 && shouldRun) createOn.push(node);
    for (const each of excessPods(ds, running, clock)) deletes.push(each);
  }
  return { createOn, deletes };
}

/** Without surge all but the oldest; with it one of each template, and the old one as long as it is needed. */
function excessPods<P extends DaemonPod>(
  ds: DaemonSetSpec,
  running: readonly P[],
  clock: AvailabilityClock,
): readonly P[] {
  if (running.length <= 1) return [];
  const oldestFirst = [...running].sort((a, b) => a.createdUs - b.createdUs);
  if (!allowsSurge(ds)) return oldestFirst.slice(1);
  const newPod = oldestFirst.find(({ updated }) => updated);
  const oldPod = oldestFirst.find(({ updated }) => !updated);
  const excess = oldestFirst.filter((pod) => pod !== newPod && pod !== oldPod);
  if (newPod === undefined || oldPod === undefined) return excess;
  const replaced = !oldPod.ready || isPodAvailable(newPod, ds.minReadySeconds, clock.nowUs, clock.minor);
  return replaced ? [...excess, oldPod] : excess;
}

/** The one Pod of the new and the one of the old template on a node, terminating ones aside; null: more than one of them. */
function updatedPodsOnNode<P extends DaemonPod>(
  pods: readonly P[],
): { readonly newPod: P | undefined; readonly oldPod: P | undefined } | null {
  const live = pods.filter(({ terminating }) => !terminating);
  const [newPod, secondNew] = live.filter(({ updated }) => updated);
  const [oldPod, secondOld] = live.filter(({ updated }) => !updated);
  return secondNew !== undefined || secondOld !== undefined ? null : { newPod, oldPod };
}

/**
 * One step of a DaemonSet's update, node by node. Old Pods that are not available are replaced at once, beyond the limit; of the
 * others as many as maxUnavailable leaves, or maxSurge.
 *
 * Versions: up to 1.28 old Pods that are not available do not count as unavailable, so that further healthy ones go down.
 *
 * Source: pkg/controller/daemon/update.go rollingUpdate
 */
export function rollingUpdateDaemonSet<P extends DaemonPod>(
  ds: DaemonSetSpec,
  nodes: readonly DaemonNode[],
  pods: readonly P[],
  clock: AvailabilityClock,
): DaemonPlan<P> {
  if (ds.updateStrategy === 'OnDelete') return { createOn: [], deletes: [] };
  const byNode = nodesToDaemonPods(pods);
  const desired = nodes.filter(({ shouldRun }) => shouldRun).length;
  const limits = updatedDesiredNodeCounts(ds, desired);
  return limits.maxSurge === 0
    ? replaceInPlace(ds, byNode, limits.maxUnavailable, nodes, clock)
    : surge(ds, byNode, limits.maxSurge, nodes, clock);
}

function replaceInPlace<P extends DaemonPod>(
  { minReadySeconds }: DaemonSetSpec,
  byNode: ReadonlyMap<number, readonly P[]>,
  maxUnavailable: number,
  nodes: readonly DaemonNode[],
  { nowUs, minor }: AvailabilityClock,
): DaemonPlan<P> {
  const available = (pod: P) => isPodAvailable(pod, minReadySeconds, nowUs, minor);
  const replacedAnyway: P[] = [];
  const candidates: P[] = [];
  let unavailable = 0;
  for (const { node } of nodes) {
    const pods = byNode.get(node);
    if (pods === undefined) continue;
    const found = updatedPodsOnNode(pods);
    const newPod = found?.newPod;
    const oldPod = found?.oldPod;
    if ((newPod === undefined) === (oldPod === undefined)) unavailable++;
    else if (newPod !== undefined) unavailable += available(newPod) ? 0 : 1;
    else if (!available(oldPod!)) {
      replacedAnyway.push(oldPod!);
      if (minor >= 29) unavailable++;
    } else if (unavailable < maxUnavailable) candidates.push(oldPod!);
  }
  const room = Math.max(maxUnavailable - unavailable, 0);
  return { createOn: [], deletes: [...replacedAnyway, ...candidates.slice(0, room)] };
}

function surge<P extends DaemonPod>(
  { minReadySeconds }: DaemonSetSpec,
  byNode: ReadonlyMap<number, readonly P[]>,
  maxSurge: number,
  nodes: readonly DaemonNode[],
  { nowUs, minor }: AvailabilityClock,
): DaemonPlan<P> {
  const available = (pod: P) => isPodAvailable(pod, minReadySeconds, nowUs, minor);
  const allowed: number[] = [];
  const candidates: number[] = [];
  const deletes: P[] = [];
  const misplaced: P[] = [];
  let surging = 0;
  let numberAvailable = 0;
  const desired = nodes.filter(({ shouldRun }) => shouldRun).length;
  for (const { node, shouldRun } of nodes) {
    const found = updatedPodsOnNode(byNode.get(node) ?? []);
    if (found === null) {
      surging++;
      continue;
    }
    const { newPod, oldPod } = found;
    if ((newPod !== undefined && available(newPod)) || (oldPod !== undefined && available(oldPod)))
      numberAvailable++;
    if (!shouldRun && oldPod !== undefined && minor >= 29) {
      if (available(oldPod)) misplaced.push(oldPod);
      else deletes.push(oldPod);
    } else if (oldPod === undefined) continue;
    else if (newPod === undefined) {
      if (!available(oldPod)) allowed.push(node);
      else if (surging < maxSurge) candidates.push(node);
    } else if (available(newPod)) deletes.push(oldPod);
    else surging++;
  }
  const spare = Math.max(numberAvailable - desired, 0);
  const room = Math.max(maxSurge - surging, 0);
  return {
    createOn: [...allowed, ...candidates.slice(0, room)],
    deletes: [...deletes, ...misplaced.slice(0, spare)],
  };
}

/** The counts in a DaemonSet's status. */
export interface DaemonSetCounts {
  readonly desiredNumberScheduled: number;
  readonly currentNumberScheduled: number;
  readonly updatedNumberScheduled: number;
  readonly numberReady: number;
  readonly numberAvailable: number;
}

/**
 * The counts in a DaemonSet's status, of the oldest Pod on each node, terminating ones included.
 * Source: pkg/controller/daemon/daemon_controller.go updateDaemonSetStatus
 */
export function daemonSetStatus(
  { minReadySeconds }: Pick<DaemonSetSpec, 'minReadySeconds'>,
  nodes: readonly DaemonNode[],
  pods: readonly DaemonPod[],
  { nowUs, minor }: AvailabilityClock,
): DaemonSetCounts {
  const byNode = nodesToDaemonPods(pods);
  const wanted = nodes.filter(({ shouldRun }) => shouldRun);
  const oldest = wanted.flatMap(({ node }) => {
    const [first, ...others] = byNode.get(node) ?? [];
    return first === undefined ? [] : [others.reduce((a, b) => (b.createdUs < a.createdUs ? b : a), first)];
  });
  return {
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: oldest.length,
    updatedNumberScheduled: oldest.filter(({ updated }) => updated).length,
    numberReady: oldest.filter(({ ready }) => ready).length,
    numberAvailable: oldest.filter((pod) => isPodAvailable(pod, minReadySeconds, nowUs, minor)).length,
  };
}

/**
 * After how many µs a DaemonSet is synced again for the sake of minReadySeconds, a second later than they are over; null: not by
 * itself.
 * Source: pkg/controller/daemon/daemon_controller.go updateDaemonSetStatus, updatePod
 */
export function daemonSetRecheckUs(
  { numberReady, numberAvailable }: DaemonSetCounts,
  minReadySeconds: number,
): number | null {
  return minReadySeconds > 0 && numberReady !== numberAvailable ? (minReadySeconds + 1) * 1_000_000 : null;
}

/**
 * Whether `kubectl rollout status` says that a DaemonSet is rolled out.
 * Source: kubectl/pkg/polymorphichelpers/rollout_status.go DaemonSetStatusViewer.Status
 */
export function daemonSetRolledOut(
  status: Pick<DaemonSetCounts, 'desiredNumberScheduled' | 'updatedNumberScheduled' | 'numberAvailable'>,
): boolean {
  const { desiredNumberScheduled, updatedNumberScheduled, numberAvailable } = status;
  return updatedNumberScheduled >= desiredNumberScheduled && numberAvailable >= desiredNumberScheduled;
}
