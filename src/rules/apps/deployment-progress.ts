const US_PER_SECOND = 1_000_000;
/** A progressDeadlineSeconds of MaxInt32 means none. */
const NO_DEADLINE_SECONDS = 2_147_483_647;

/** The counts in a Deployment's status. */
export interface DeploymentStatusCounts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

/** A Deployment's condition Progressing. */
export interface ProgressingCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  /** Kubernetes's own words: NewReplicaSetAvailable, ReplicaSetUpdated, ProgressDeadlineExceeded … */
  readonly reason: string;
  readonly lastUpdateUs: number;
  readonly lastTransitionUs: number;
}

/** What of a Deployment its progress is judged by. */
export interface ProgressDeployment {
  readonly replicas: number;
  readonly progressDeadlineSeconds: number | null;
  /** The stored status, before the sync. */
  readonly status: DeploymentStatusCounts;
  /** The stored condition Progressing, or null. */
  readonly progressing: ProgressingCondition | null;
}

/** The status numbers of one ReplicaSet as the Deployment controller's cache has them. */
export interface ProgressReplicaSet {
  readonly statusReplicas: number;
  readonly statusReadyReplicas: number;
  readonly statusAvailableReplicas: number;
}

/**
 * The counts of a Deployment's status. Terminating Pods are in none of them.
 * Source: pkg/controller/deployment/sync.go calculateStatus
 */
export function calculateDeploymentStatus(
  oldRSs: readonly ProgressReplicaSet[],
  newRS: ProgressReplicaSet | null,
): DeploymentStatusCounts {
  const all = newRS === null ? oldRSs : [...oldRSs, newRS];
  const total = (of: (rs: ProgressReplicaSet) => number): number => all.reduce((sum, rs) => sum + of(rs), 0);
  return {
    replicas: total((rs) => rs.statusReplicas),
    updatedReplicas: newRS?.statusReplicas ?? 0,
    readyReplicas: total((rs) => rs.statusReadyReplicas),
    availableReplicas: total((rs) => rs.statusAvailableReplicas),
  };
}

/**
 * Whether a rollout is complete: every replica updated and available, none left of the old, and the spec observed.
 * Old Pods that are still terminating do not count, so `kubectl rollout status` can report success while they drain.
 * Source: pkg/controller/deployment/util/deployment_util.go DeploymentComplete
 */
export function deploymentComplete(
  replicas: number,
  status: Omit<DeploymentStatusCounts, 'readyReplicas'>,
  generation: number,
  observedGeneration: number,
): boolean {
  return (
    status.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.availableReplicas === replicas &&
    observedGeneration >= generation
  );
}

/**
 * Whether a new status shows progress: more updated, fewer old, more ready or more available Pods.
 * Source: pkg/controller/deployment/util/deployment_util.go DeploymentProgressing
 */
export function deploymentProgressing(
  oldStatus: DeploymentStatusCounts,
  newStatus: DeploymentStatusCounts,
): boolean {
  const oldPods = (status: DeploymentStatusCounts): number => status.replicas - status.updatedReplicas;
  return (
    newStatus.updatedReplicas > oldStatus.updatedReplicas ||
    oldPods(newStatus) < oldPods(oldStatus) ||
    newStatus.readyReplicas > oldStatus.readyReplicas ||
    newStatus.availableReplicas > oldStatus.availableReplicas
  );
}

/**
 * Whether a rollout has shown no progress for longer than its deadline. Running out of time stops nothing; it only
 * sets a condition.
 * Source: pkg/controller/deployment/util/deployment_util.go DeploymentTimedOut
 */
export function deploymentTimedOut(
  progressDeadlineSeconds: number | null,
  progressing: Pick<ProgressingCondition, 'reason' | 'lastUpdateUs'> | null,
  nowUs: number,
): boolean {
  if (!hasProgressDeadline(progressDeadlineSeconds) || progressing === null) return false;
  if (progressing.reason === 'NewReplicaSetAvailable') return false;
  if (progressing.reason === 'ProgressDeadlineExceeded') return true;
  return progressing.lastUpdateUs + progressDeadlineSeconds * US_PER_SECOND < nowUs;
}

/**
 * The new status of a Deployment and its condition Progressing (null: it has none). A sync observes the current
 * generation.
 * Source: pkg/controller/deployment/progress.go syncRolloutStatus
 */
export function syncRolloutStatus(
  deployment: ProgressDeployment,
  oldRSs: readonly ProgressReplicaSet[],
  newRS: ProgressReplicaSet | null,
  nowUs: number,
): { readonly status: DeploymentStatusCounts; readonly progressing: ProgressingCondition | null } {
  const status = calculateDeploymentStatus(oldRSs, newRS);
  const { progressing, progressDeadlineSeconds } = deployment;
  if (!hasProgressDeadline(progressDeadlineSeconds)) return { status, progressing: null };
  const finished =
    status.replicas === status.updatedReplicas && progressing?.reason === 'NewReplicaSetAvailable';
  if (finished) return { status, progressing };
  if (deploymentComplete(deployment.replicas, status, 0, 0)) {
    return { status, progressing: setCondition(progressing, 'True', 'NewReplicaSetAvailable', nowUs) };
  }
  if (deploymentProgressing(deployment.status, status)) {
    // The one case in which the same status and reason are written again, for the sake of lastUpdateTime.
    const lastTransitionUs = progressing?.status === 'True' ? progressing.lastTransitionUs : nowUs;
    const updated = {
      status: 'True',
      reason: 'ReplicaSetUpdated',
      lastUpdateUs: nowUs,
      lastTransitionUs,
    } as const;
    return { status, progressing: updated };
  }
  if (deploymentTimedOut(progressDeadlineSeconds, progressing, nowUs)) {
    return { status, progressing: setCondition(progressing, 'False', 'ProgressDeadlineExceeded', nowUs) };
  }
  return { status, progressing };
}

/**
 * When a Deployment without news is looked at again, to see whether it ran out of time. `remainingUs` is the time to
 * the deadline (upstream's result): null for never, 0 for a rate-limited requeue at once. The look itself comes 1 s
 * after the deadline.
 * Source: pkg/controller/deployment/progress.go requeueStuckDeployment
 */
export function requeueStuckDeployment(
  deployment: Pick<ProgressDeployment, 'replicas' | 'progressDeadlineSeconds' | 'progressing'>,
  newStatus: Omit<DeploymentStatusCounts, 'readyReplicas'>,
  nowUs: number,
): {
  readonly remainingUs: number | null;
  readonly requeue: 'none' | 'rateLimitedNow' | { readonly afterUs: number };
} {
  const { progressing, progressDeadlineSeconds, replicas } = deployment;
  if (
    !hasProgressDeadline(progressDeadlineSeconds) ||
    progressing === null ||
    progressing.reason === 'ProgressDeadlineExceeded' ||
    deploymentComplete(replicas, newStatus, 0, 0)
  ) {
    return { remainingUs: null, requeue: 'none' };
  }
  const remainingUs = progressing.lastUpdateUs + progressDeadlineSeconds * US_PER_SECOND - nowUs;
  if (remainingUs < US_PER_SECOND) return { remainingUs: 0, requeue: 'rateLimitedNow' };
  return { remainingUs, requeue: { afterUs: remainingUs + US_PER_SECOND } };
}

function hasProgressDeadline(progressDeadlineSeconds: number | null): progressDeadlineSeconds is number {
  return progressDeadlineSeconds !== null && progressDeadlineSeconds !== NO_DEADLINE_SECONDS;
}

/** The same status and reason leave the condition as it is; the same status keeps lastTransitionTime. */
function setCondition(
  current: ProgressingCondition | null,
  status: ProgressingCondition['status'],
  reason: string,
  nowUs: number,
): ProgressingCondition {
  if (current?.status === status && current.reason === reason) return current;
  const lastTransitionUs = current?.status === status ? current.lastTransitionUs : nowUs;
  return { status, reason, lastUpdateUs: nowUs, lastTransitionUs };
}
