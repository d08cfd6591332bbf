import type { AutoscalerInfo } from '../cluster/autoscaling.ts';
import type { HorizontalPodAutoscaler } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { SetInfo } from '../cluster/sets.ts';
import type { DeploymentInfo } from '../cluster/world.ts';

/** An autoscaler and what it scales; none where the manifests do not hold that. */
export function autoscalerInfo(
  { metadata, spec }: HorizontalPodAutoscaler,
  {
    deployments,
    sets,
  }: { readonly deployments: readonly DeploymentInfo[]; readonly sets: readonly SetInfo[] },
): readonly AutoscalerInfo[] {
  const { scaleTargetRef, minReplicas, maxReplicas, behavior, tolerance, keda } = spec;
  const name = qualifiedName(metadata.namespace, scaleTargetRef.name);
  const kind = scaleTargetRef.kind;
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return [];
  const index =
    kind === 'Deployment'
      ? deployments.findIndex((each) => each.name === name)
      : sets.findIndex((each) => each.kind === kind && each.name === name);
  if (index < 0) return [];
  const own = qualifiedName(metadata.namespace, metadata.name);
  return [{ name: own, target: { kind, index }, minReplicas, maxReplicas, behavior, tolerance, keda }];
}
