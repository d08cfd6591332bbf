import type { ActionInfo } from '../cluster/actions.ts';
import type { Issue } from '../cluster/issue.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { micros } from '../schema/delay-input.ts';
import type { ActionTargets } from './action-targets.ts';
import type { ActionSettings } from './actions.ts';

import { deploymentIndex, targetOf } from './workload-target.ts';

/** `kubectl delete` of anything that has Pods. */

type Deletion = Extract<ActionSettings, { readonly type: 'delete' }>;

export function compileDelete(
  action: Deletion,
  path: readonly (string | number)[],
  targets: ActionTargets,
  issues: Issue[],
): ActionInfo[] {
  const target = targetOf(action);
  const found = target === null ? null : deleted(target, action, targets);
  if (found !== null) return [found];
  const known = targets.objects
    .filter(({ kind }) => kind !== 'Service')
    .map(({ kind, metadata }) => `${kind}/${qualifiedName(metadata.namespace, metadata.name)}`);
  const field = action.deployment === undefined ? 'workload' : 'deployment';
  issues.push({
    code: target === null ? 'noTarget' : 'unknownWorkload',
    path: target === null ? path : [...path, field],
    message:
      target === null ? 'delete has to name one workload.' : `There is no ${target.kind} "${target.name}".`,
    ...(target === null ? {} : { value: action[field] }),
    rule: "workload: 'StatefulSet/db', with namespace beside it outside default; or deployment: 'web', for short.",
    fix: known.length === 0 ? 'The manifests hold none.' : `Known: ${known.join(', ')}.`,
  });
  return [];
}

function deleted(
  { kind, name }: NonNullable<ReturnType<typeof targetOf>>,
  { at: when, cascade }: Deletion,
  { deployments, sets, replicaSets, pods }: ActionTargets,
): ActionInfo | null {
  const at = micros(when);
  switch (kind) {
    case 'Deployment':
    case 'Rollout': {
      const deployment = deploymentIndex(deployments, kind, name);
      return deployment < 0 ? null : { type: 'delete', at, change: { deployment, deleted: cascade } };
    }
    case 'ReplicaSet': {
      const replicaSet = replicaSets.findIndex((each) => each.deployment < 0 && each.podPrefix === name);
      return replicaSet < 0 ? null : { type: 'deleteReplicaSet', at, replicaSet, cascade };
    }
    case 'Pod': {
      const pod = pods.findIndex((each) => qualifiedName(each.namespace, each.name) === name);
      return pod < 0 ? null : { type: 'deletePod', at, pod, gracePeriodSeconds: null };
    }
    default: {
      const set = sets.findIndex((each) => each.kind === kind && each.name === name);
      return set < 0 ? null : { type: 'changeSet', at, change: { set, deleted: cascade } };
    }
  }
}
