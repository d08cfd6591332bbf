import type { AutoscalerInfo } from '../cluster/autoscaling.ts';
import type { HorizontalPodAutoscaler } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { SetInfo } from '../cluster/sets.ts';
import type { DeploymentInfo, ReplicaSetInfo } from '../cluster/world.ts';
import { deploymentIndex } from './workload-target.ts';

interface Scalable {
  readonly deployments: readonly DeploymentInfo[];
  readonly replicaSets: readonly ReplicaSetInfo[];
  readonly sets: readonly SetInfo[];
}

/** An autoscaler and what it scales; none where the manifests do not hold that. */
export function autoscalerInfo(
  { metadata, spec }: HorizontalPodAutoscaler,
  found: Scalable,
): readonly AutoscalerInfo[] {
  const { scaleTargetRef, minReplicas, maxReplicas, behavior, tolerance, keda } = spec;
  const name = qualifiedName(metadata.namespace, scaleTargetRef.name);
  const kind = scaleTargetRef.kind;
  const target = targetNamed(kind, name, found);
  if (target === null) return [];
  const own = qualifiedName(metadata.namespace, metadata.name);
  return [{ name: own, target, minReplicas, maxReplicas, behavior, tolerance, keda }];
}

/** What has a subresource scale. Source: pkg/controller/podautoscaler/horizontal.go reconcileAutoscaler */
function targetNamed(
  kind: string,
  name: string,
  { deployments, replicaSets, sets }: Scalable,
): AutoscalerInfo['target'] | null {
  switch (kind) {
    case 'Deployment':
    case 'Rollout':
      return there('Deployment', deploymentIndex(deployments, kind, name));
    case 'ReplicaSet':
      return there(
        'ReplicaSet',
        replicaSets.findIndex(({ deployment, podPrefix }) => deployment < 0 && podPrefix === name),
      );
    case 'StatefulSet':
      return there(
        'StatefulSet',
        sets.findIndex((each) => each.kind === kind && each.name === name),
      );
    default:
      return null;
  }
}

function there(kind: AutoscalerInfo['target']['kind'], index: number): AutoscalerInfo['target'] | null {
  return index < 0 ? null : { kind, index };
}
