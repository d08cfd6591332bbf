import type { Issue } from '../cluster/issue.ts';
import type { ManifestObject } from '../cluster/objects.ts';
import type { ScenarioSettings } from './schema.ts';

/** How many Pods the manifests ask for is known before one of them is made. */
export function podLimitIssues(
  objects: readonly ManifestObject[],
  { limits, cluster }: Pick<ScenarioSettings, 'limits' | 'cluster'>,
  nodeManifests: number,
): readonly Issue[] {
  const nodes = typeof cluster.nodes === 'number' ? nodeManifests || cluster.nodes : cluster.nodes.length;
  const asked = objects.map((object) => ({ object, ...podsOf(object, nodes) }));
  const all = asked.reduce((sum, { pods }) => sum + pods, 0);
  if (all <= limits.maxPods) return [];
  const { object, field, pods } = asked.reduce((most, each) => (each.pods > most.pods ? each : most));
  const others = all === pods ? '' : `, and with the others ${all}`;
  return [
    {
      code: 'limitExceeded',
      path: ['manifests'],
      message: `${object.kind}/${object.metadata.name}: ${field} asks for ${pods} Pods${others}; limits.maxPods is ${limits.maxPods}.`,
      value: all,
      rule: `The manifests may ask for ${limits.maxPods} Pods in all.`,
      fix: `Lower ${field}: what one Pod needs does not depend on how many there are. Or raise limits.maxPods to ${all}, if there are time and memory for it.`,
    },
  ];
}

/** How many Pods an object asks for, and by which field. */
function podsOf(object: ManifestObject, nodes: number): { readonly pods: number; readonly field: string } {
  switch (object.kind) {
    case 'Service':
      return { pods: 0, field: '' };
    case 'DaemonSet':
      return { pods: nodes, field: 'cluster.nodes' };
    case 'Pod':
      return { pods: 1, field: 'metadata.name' };
    default: {
      const { spec } = object;
      return 'replicas' in spec
        ? { pods: spec.replicas, field: 'spec.replicas' }
        : { pods: spec.parallelism, field: 'spec.parallelism' };
    }
  }
}
