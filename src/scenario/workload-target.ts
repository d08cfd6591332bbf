import type { DaemonSet, Deployment, Job, ManifestObject, Rollout, StatefulSet } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { DeploymentInfo } from '../cluster/world.ts';

/** What an action on a workload names. */

/** What has a controller that a request can tell something. */
export type RolledWorkload = Deployment | Rollout | StatefulSet | DaemonSet | Job;

const KINDS: readonly string[] = [
  'Deployment',
  'Rollout',
  'StatefulSet',
  'DaemonSet',
  'Job',
] satisfies readonly RolledWorkload['kind'][];

export interface WorkloadTarget {
  readonly kind: string;
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
}

interface Named {
  readonly workload?: string | undefined;
  readonly namespace?: string | undefined;
  readonly deployment?: string | undefined;
}

/** `workload: 'StatefulSet/db'` with its namespace, or `deployment: 'web'`; null where it names neither or both. */
export function targetOf({ workload, namespace = 'default', deployment }: Named): WorkloadTarget | null {
  if ((workload === undefined) === (deployment === undefined)) return null;
  if (deployment !== undefined) return { kind: 'Deployment', name: qualifiedName(namespace, deployment) };
  const [kind = '', name = ''] = workload!.split('/', 2);
  return { kind, name: qualifiedName(namespace, name) };
}

/** Where a Deployment, or an Argo Rollout, stands among those of a run; -1 where it does not. */
export function deploymentIndex(
  deployments: readonly Pick<DeploymentInfo, 'name' | 'rollout'>[],
  kind: string,
  name: string,
): number {
  return deployments.findIndex((each) => each.name === name && kind === kindOfDeployment(each));
}

/** What kind a Deployment of a run is. */
export function kindOfDeployment({ rollout }: Pick<DeploymentInfo, 'rollout'>): 'Deployment' | 'Rollout' {
  return rollout === null ? 'Deployment' : 'Rollout';
}

export function isRolled(object: ManifestObject): object is RolledWorkload {
  return KINDS.includes(object.kind);
}

/** The workload of the manifests that an action names. */
export function workloadOf(objects: readonly ManifestObject[], named: Named): RolledWorkload | undefined {
  const target = targetOf(named);
  return objects
    .filter(isRolled)
    .find(
      ({ kind, metadata }) =>
        kind === target?.kind && qualifiedName(metadata.namespace, metadata.name) === target.name,
    );
}
