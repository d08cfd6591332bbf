import type { AutoscalerInfo } from '../cluster/autoscaling.ts';
import type { ManifestObject } from '../cluster/objects.ts';
import type { SetInfo } from '../cluster/sets.ts';
import type { DeploymentInfo, InitialPod, NodeInfo, ReplicaSetInfo, TemplateInfo } from '../cluster/world.ts';
import type { TemplateCompiler } from './compile-template.ts';

/** What actions may name. `templates` grows by those that an action brings along. */
export interface ActionTargets {
  readonly pods: readonly InitialPod[];
  readonly nodes: readonly NodeInfo[];
  readonly deployments: readonly DeploymentInfo[];
  readonly replicaSets: readonly ReplicaSetInfo[];
  readonly sets: readonly SetInfo[];
  readonly autoscalers: readonly AutoscalerInfo[];
  readonly objects: readonly ManifestObject[];
  readonly templates: TemplateInfo[];
  readonly compiler: TemplateCompiler;
}
