import type { ChangeDeploymentAction, ChangeSetAction, ScaleReplicaSetAction } from '../cluster/actions.ts';
import type { Issue } from '../cluster/issue.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { ChangeSet, SetInfo } from '../cluster/sets.ts';
import type { ChangeDeployment } from '../cluster/workloads.ts';
import type { DeploymentInfo } from '../cluster/world.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { kindOf } from '../manifests/stand-in.ts';
import { micros } from '../schema/delay-input.ts';
import type { ActionTargets } from './action-targets.ts';
import { readTemplate } from './action-template.ts';
import type { ActionSettings } from './actions.ts';
import { compileTemplate } from './compile-template.ts';
import { hashed, ofTemplate } from './compile-workloads.ts';

import { notRolled, type Refusal } from './not-rolled.ts';
import {
  deploymentIndex,
  isRolled,
  type RolledWorkload,
  targetOf,
  type WorkloadTarget,
} from './workload-target.ts';

/** Actions on a workload, whatever its kind: what they change of it, or why they cannot. */

export type RolloutSettings = Exclude<
  Extract<ActionSettings, { readonly workload?: string | undefined }>,
  { readonly type: 'delete' }
>;

type Path = readonly (string | number)[];

/** The workload that an action names, as the manifests and as the run have it. */
interface Found {
  readonly target: WorkloadTarget;
  readonly source: RolledWorkload;
  readonly index: number;
  readonly info: DeploymentInfo | SetInfo;
}

export function compileRollout(
  action: RolloutSettings,
  path: Path,
  targets: ActionTargets,
  issues: Issue[],
): readonly (ChangeDeploymentAction | ChangeSetAction | ScaleReplicaSetAction)[] {
  const scaled = scaledReplicaSet(action, targets);
  if (scaled !== null) return [scaled];
  const found = find(action, path, targets, issues);
  if (found === null) return [];
  const refusal = refusalOf(action, found);
  if (refusal !== null) {
    issues.push({ ...refusal, code: 'notForThisKind', path: [...path, 'type'], value: action.type });
    return [];
  }
  const unpromoted = nobodyPromotes(action, found);
  if (unpromoted !== null) {
    issues.push({ ...unpromoted, code: 'notForThisKind', path: [...path, 'promote'], value: true });
    return [];
  }
  const change = changeOf(action, path, found, targets, issues);
  if (change === null) return [];
  const at = micros(action.at);
  const { type } = action;
  const { kind } = found.target;
  if ((kind === 'Deployment' || kind === 'Rollout') && type !== 'suspend' && type !== 'resume') {
    const unlessPaused = type === 'rolloutRestart' || type === 'rollback';
    const made = kind === 'Rollout' ? changeOfRollout(change, found, targets) : change;
    return [
      { type, at, change: { deployment: found.index, ...made, ...(unlessPaused && { unlessPaused }) } },
    ];
  }
  return [{ type: 'changeSet', at, change: { set: found.index, ...changeOfSet(change, found) } }];
}

/** `restart`: the present template once more. `suspend`: of a Job alone. */
type Change = Omit<ChangeDeployment, 'deployment' | 'deleted' | 'promoted' | 'unlessPaused'> &
  Pick<ChangeSet, 'suspend'>;

function changeOf(
  action: RolloutSettings,
  path: Path,
  { target, source, info }: Found,
  targets: ActionTargets,
  issues: Issue[],
): Change | null {
  switch (action.type) {
    case 'rollingUpdate': {
      const { template, promote } = action;
      const promotes = promote && { promotes: true };
      if (template === undefined) return { restart: true, ...promotes };
      const brought = broughtTemplate(source, template, [...path, 'template'], info, targets, issues);
      return { template: brought, ...promotes };
    }
    case 'rolloutRestart':
      return { restart: true };
    case 'setImage': {
      const { containers } = source.spec.template.spec;
      const names = containers.map(({ name }) => name);
      const { container = names.length === 1 ? names[0] : undefined } = action;
      if (container !== undefined && names.includes(container))
        return { image: { container, image: action.image } };
      issues.push({
        code: 'unknownContainer',
        path: [...path, 'container'],
        message:
          container === undefined
            ? `${target.kind}/${target.name} has ${names.length} containers, and setImage names none of them.`
            : `${target.kind}/${target.name} has no container "${container}".`,
        rule: 'setImage changes the image of one container that the workload has.',
        fix: `Its containers: ${names.join(', ')}.`,
      });
      return null;
    }
    case 'rollback':
      return { revision: action.toRevision ?? 0 };
    case 'scale':
      return { replicas: action.replicas };
    case 'rolloutPause':
      return { paused: true };
    case 'rolloutResume':
      return { paused: false };
    case 'suspend':
      return { suspend: true };
    case 'resume':
      return { suspend: false };
    default:
      return unreachable(action);
  }
}

/**
 * Each template of an Argo Rollout has a hash of its own, by which its Services select; going on is its promotion, too, which takes
 * away the pause that its controller made.
 */
function changeOfRollout(
  change: Change,
  { info }: Found,
  { templates }: ActionTargets,
): Omit<ChangeDeployment, 'deployment'> {
  const { restart, image, template, ...rest } = change;
  if (rest.paused === false) return { ...rest, promoted: true };
  if (restart !== true && image === undefined && template === undefined) return rest;
  const source = templates[template ?? info.template]!;
  const index = template ?? templates.length;
  const images = image === undefined ? source.images : { ...source.images, [image.container]: image.image };
  const content = restart === true ? `${source.content}\nrestartedAt ${index}` : source.content;
  templates[index] = hashed({ ...source, images, content }, index);
  return { ...rest, template: index };
}

/** A StatefulSet or DaemonSet gets a new revision by whatever changes its template. */
function changeOfSet(
  { replicas, suspend, template, revision, restart, image }: Change,
  { info }: Found,
): Omit<ChangeSet, 'set'> {
  const made = restart === true || image !== undefined ? info.template : template;
  return {
    ...(replicas !== undefined && { replicas }),
    ...(suspend !== undefined && { suspend }),
    ...(made !== undefined && { template: made }),
    ...(revision !== undefined && { revision }),
  };
}

/** Why an action does not exist for a kind; null where it does. */
function refusalOf({ type }: RolloutSettings, { target: { kind, name } }: Found): Refusal | null {
  const called = `${kind}/${name}`;
  switch (type) {
    case 'scale':
      if (kind === 'DaemonSet')
        return {
          message: `${called} cannot be scaled.`,
          rule: 'A DaemonSet runs one Pod on each node (kubectl: no scale subresource).',
          fix: 'Give the cluster more nodes, or roll it: rollingUpdate.',
        };
      return kind === 'Job'
        ? notForJobs(called, 'scaled', 'kubectl scale has not known Jobs since 1.15')
        : null;
    case 'rolloutPause':
    case 'rolloutResume':
      if (kind === 'Deployment' || kind === 'Rollout') return null;
      return {
        message: `${called} cannot be ${type === 'rolloutPause' ? 'paused' : 'resumed'}.`,
        rule: 'Only a Deployment has spec.paused (kubectl/pkg/polymorphichelpers/objectpauser.go), and an Argo Rollout.',
        fix: INSTEAD_OF_PAUSE[kind] ?? 'Hold its update with updateStrategy OnDelete.',
      };
    case 'suspend':
    case 'resume':
      if (kind === 'Job') return null;
      return {
        message: `${called} cannot be ${type === 'suspend' ? 'suspended' : 'resumed'}.`,
        rule: 'Only a Job has spec.suspend.',
        fix: INSTEAD_OF_SUSPENSION[kind] ?? 'Scale it to 0, or pause its rollout: rolloutPause.',
      };
    default:
      return kind === 'Job' ? notForJobs(called, 'rolled', "a Job's Pod template is immutable") : null;
  }
}

/** Only an Argo Rollout waits for somebody. */
function nobodyPromotes(action: RolloutSettings, { target: { kind, name } }: Found): Refusal | null {
  if (action.type !== 'rollingUpdate' || !action.promote || kind === 'Rollout') return null;
  return {
    message: `${kind}/${name} cannot be promoted.`,
    rule: 'Only an Argo Rollout waits for a promotion (kubectl argo rollouts promote).',
    fix: 'Leave promote out.',
  };
}

const INSTEAD_OF_PAUSE: Readonly<Record<string, string>> = {
  StatefulSet: 'Hold its update with spec.updateStrategy.rollingUpdate.partition, or OnDelete.',
  Job: 'Stop its Pods: suspend.',
};

const INSTEAD_OF_SUSPENSION: Readonly<Record<string, string>> = {
  StatefulSet: 'Scale it to 0: scale.',
  DaemonSet: 'Delete it (delete), or drain its nodes.',
};

function notForJobs(called: string, done: string, why: string): Refusal {
  return {
    message: `${called} cannot be ${done}.`,
    rule: `A Job runs to its end as it was made: ${why} (pkg/apis/batch/validation ValidateJobUpdate).`,
    fix: 'Stop its Pods with deletePod, drainNode or suspend.',
  };
}

function find(action: RolloutSettings, path: Path, targets: ActionTargets, issues: Issue[]): Found | null {
  const target = targetOf(action);
  const known = targets.objects.filter(isRolled).map(({ kind, metadata }) => ({
    kind,
    name: qualifiedName(metadata.namespace, metadata.name),
  }));
  const list = known.map(({ kind, name }) => `${kind}/${name}`).join(', ');
  const fix = known.length === 0 ? 'The manifests hold none.' : `Known: ${list}.`;
  if (target === null) {
    issues.push({
      code: 'noTarget',
      path,
      message: `${action.type} has to name one workload.`,
      rule: "workload: 'StatefulSet/db', with namespace beside it outside default; or deployment: 'web', for short.",
      fix,
    });
    return null;
  }
  const { kind, name } = target;
  const source = targets.objects
    .filter(isRolled)
    .find(
      (each) => each.kind === kind && qualifiedName(each.metadata.namespace, each.metadata.name) === name,
    );
  const index =
    kind === 'Deployment' || kind === 'Rollout'
      ? deploymentIndex(targets.deployments, kind, name)
      : targets.sets.findIndex((each) => each.kind === kind && each.name === name);
  if (source !== undefined && index >= 0) {
    const deployed = kind === 'Deployment' || kind === 'Rollout';
    const info = deployed ? targets.deployments[index]! : targets.sets[index]!;
    return { target, source, index, info };
  }
  const there = targets.objects.find(
    (each) => kindOf(each) === kind && qualifiedName(each.metadata.namespace, each.metadata.name) === name,
  );
  if (there !== undefined) {
    issues.push({
      ...notRolled(action.type, kind, `${kind}/${name}`),
      code: 'notForThisKind',
      path: [...path, 'type'],
      value: action.type,
    });
    return null;
  }
  const field = action.deployment === undefined ? 'workload' : 'deployment';
  const other = known.find((each) => each.name === name);
  issues.push({
    code: kind === 'Deployment' ? 'unknownDeployment' : 'unknownWorkload',
    path: [...path, field],
    message: `There is no ${kind} "${name}".`,
    value: action[field],
    rule: 'Deployments, Argo Rollouts, StatefulSets, DaemonSets and Jobs of the manifests have a controller that can be told something; outside the namespace default they are named with it.',
    fix:
      other === undefined
        ? fix
        : `It is a ${other.kind}: workload: '${other.kind}/${name.split('/').at(-1)}'.`,
  });
  return null;
}

/** A ReplicaSet that no Deployment owns has a size, and nothing else that can be told it. */
function scaledReplicaSet(
  action: RolloutSettings,
  { replicaSets, objects }: ActionTargets,
): ScaleReplicaSetAction | null {
  const target = targetOf(action);
  if (action.type !== 'scale' || target?.kind !== 'ReplicaSet') return null;
  const own = objects.some(
    (each) =>
      kindOf(each) === 'ReplicaSet' &&
      qualifiedName(each.metadata.namespace, each.metadata.name) === target.name,
  );
  const replicaSet = replicaSets.findIndex((each) => each.deployment < 0 && each.podPrefix === target.name);
  if (!own || replicaSet < 0) return null;
  return { type: 'scaleReplicaSet', at: micros(action.at), replicaSet, replicas: action.replicas };
}

/** A template that an action brings along is read and judged as if its workload were applied with it. */
function broughtTemplate(
  source: RolledWorkload,
  template: object,
  path: Path,
  info: DeploymentInfo | SetInfo,
  { templates, compiler }: ActionTargets,
  issues: Issue[],
): number {
  // A Job's template is immutable, which was said before.
  if (source.kind === 'Job') return info.template;
  const { kind, metadata } = source;
  const read = readTemplate(source, template, compiler.minor);
  if (read.object === null) {
    for (const issue of read.issues) issues.push(movedTo(path, issue));
    return info.template;
  }
  const { template: own } = read.object.spec;
  const owner = `${kind}/${metadata.name}`;
  templates.push(
    compileTemplate(
      { namespace: metadata.namespace, ...ofTemplate(own), owner, daemon: kind === 'DaemonSet' },
      compiler,
    ),
  );
  return templates.length - 1;
}

/** An issue of the workload that was read, at its place in the action's template. */
function movedTo(path: Path, issue: Issue): Issue {
  const message = issue.message.replace(/^manifests\[0\] /, '');
  const at = issue.path.indexOf('template');
  return { ...issue, message, path: [...path, ...(at < 0 ? [] : issue.path.slice(at + 1))] };
}
