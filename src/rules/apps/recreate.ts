import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';

/**
 * Whether Recreate must still wait: an old ReplicaSet's status has replicas, or an old Pod exists in a phase that is
 * not terminal. Terminating Pods count, so the new Pods are created only after the old ones ended (a rolling update
 * waits for none). `oldPodPhases` are the phases of all Pods of the Deployment but those of the new ReplicaSet;
 * Unknown counts.
 * Source: pkg/controller/deployment/recreate.go oldPodsRunning
 */
export function oldPodsRunning(
  oldStatusReplicas: readonly number[],
  oldPodPhases: readonly string[],
): boolean {
  return (
    oldStatusReplicas.reduce((total, replicas) => total + replicas, 0) > 0 ||
    oldPodPhases.some((phase) => !isPodPhaseTerminal(phase))
  );
}

/**
 * The old ReplicaSets' sizes after one sync of Recreate (all 0) and whether anything was scaled, which ends the sync.
 * Source: pkg/controller/deployment/recreate.go scaleDownOldReplicaSetsForRecreate
 */
export function scaleDownOldReplicaSetsForRecreate(oldSpecReplicas: readonly number[]): {
  readonly specReplicas: readonly number[];
  readonly scaled: boolean;
} {
  return {
    specReplicas: oldSpecReplicas.map(() => 0),
    scaled: oldSpecReplicas.some((replicas) => replicas > 0),
  };
}

/**
 * What one sync of a Recreate rollout does.
 * Source: pkg/controller/deployment/recreate.go rolloutRecreate
 */
export function recreateStep(
  oldSpecReplicas: readonly number[],
  oldStatusReplicas: readonly number[],
  oldPodPhases: readonly string[],
): 'scaleDownOld' | 'wait' | 'scaleUpNew' {
  if (scaleDownOldReplicaSetsForRecreate(oldSpecReplicas).scaled) return 'scaleDownOld';
  return oldPodsRunning(oldStatusReplicas, oldPodPhases) ? 'wait' : 'scaleUpNew';
}
