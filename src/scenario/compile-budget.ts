import type { ManifestObject, PodDisruptionBudget } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { BudgetInfo, DeploymentInfo, TemplateInfo } from '../cluster/world.ts';
import { matchesSelector } from '../manifests/select.ts';

/** What a budget selects, and what its percentages are of. `objects` are those that the first templates come from, in their order. */
export function budgetInfo(
  { metadata, spec }: PodDisruptionBudget,
  draft: { readonly templates: readonly TemplateInfo[]; readonly deployments: readonly DeploymentInfo[] },
  objects: readonly ManifestObject[],
): BudgetInfo {
  const { namespace, name } = metadata;
  const { selector, minAvailable, maxUnavailable, unhealthyPodEvictionPolicy } = spec;
  const templates = draft.templates.flatMap((template, index) =>
    selector !== null && template.namespace === namespace && matchesSelector(template.labels, selector)
      ? [index]
      : [],
  );
  const deployments = draft.deployments.flatMap(({ template }, index) =>
    templates.includes(template) ? [index] : [],
  );
  const workloads = objects.filter(({ kind }) => kind !== 'Service');
  const otherReplicas = workloads.reduce((sum, { kind, spec: own }, template) => {
    if (kind === 'Deployment' || kind === 'Rollout' || !templates.includes(template)) return sum;
    return sum + ('replicas' in own ? own.replicas : 0);
  }, 0);
  return {
    name: qualifiedName(namespace, name),
    minAvailable,
    maxUnavailable,
    unhealthyPodEvictionPolicy,
    templates,
    deployments,
    otherReplicas,
  };
}
