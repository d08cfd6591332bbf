import type { SetInfo, SetObject } from '../cluster/sets.ts';
import type { DeploymentObject } from '../cluster/workloads.ts';
import type { DeploymentInfo } from '../cluster/world.ts';
import { daemonSetRolledOut } from '../rules/apps/daemon-set.ts';
import { deploymentComplete } from '../rules/apps/deployment-progress.ts';
import { statefulSetRolledOut } from '../rules/apps/stateful-set.ts';
import { rolloutHealthy } from '../rules/argo-rollouts/healthy.ts';

/** Whether a workload's status says that it is rolled out, each kind as its own tool reads it. */

/** Source: kubectl/pkg/polymorphichelpers/rollout_status.go DeploymentStatusViewer.Status */
export function isDeploymentRolledOut(
  { replicas, status, generation }: DeploymentObject,
  info: DeploymentInfo,
): boolean {
  if (status.rollout === null)
    return deploymentComplete(replicas, status, generation, status.observedGeneration);
  const { stable, current, mainService } = status.rollout;
  const strategy =
    info.rollout?.type === 'blueGreen'
      ? ({ type: 'blueGreen', isSelected: mainService === current } as const)
      : ({ type: 'canary', isStable: stable === current } as const);
  return rolloutHealthy(replicas, status, strategy, generation);
}

/** The controller has seen its spec. */
export function isSetRolledOut(
  { replicas, status }: SetObject,
  info: Exclude<SetInfo, { readonly kind: 'Job' }>,
): boolean {
  if (info.kind === 'StatefulSet') return statefulSetRolledOut({ ...info, replicas }, status);
  return daemonSetRolledOut({
    desiredNumberScheduled: status.replicas,
    updatedNumberScheduled: status.updatedReplicas,
    numberAvailable: status.availableReplicas,
  });
}
