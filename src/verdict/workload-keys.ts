import type { SetInfo } from '../cluster/sets.ts';
import type { DeploymentInfo } from '../cluster/world.ts';

/** What workloads are told apart by while a run is folded. */

/** A Deployment's name, or that of an Argo Rollout: `Rollout/web`; empty for what belongs to neither. */
export function keyOfDeployment(info: DeploymentInfo | undefined): string {
  if (info === undefined) return '';
  return info.rollout === null ? info.name : `Rollout/${info.name}`;
}

/** A set's name among those of Deployments: `StatefulSet/db`. */
export function keyOfSet({ kind, name }: SetInfo): string {
  return `${kind}/${name}`;
}
