import type { ActionInfo } from '../cluster/actions.ts';
import type { Issue } from '../cluster/issue.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { NodeIndex, ServiceIndex } from '../kernel/ids.ts';
import { type Duration, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { migrateShutdownConfig } from '../rules/kubelet/node-shutdown.ts';
import { micros } from '../schema/delay-input.ts';
import type { ActionTargets } from './action-targets.ts';
import type { ActionSettings } from './actions.ts';
import { compileDelete } from './compile-delete.ts';
import { compileNodeRemoval } from './compile-node-removal.ts';
import { compileRollout } from './compile-rollout.ts';
import { compileSpotInterruption } from './compile-spot.ts';

import type { ScenarioSettings } from './schema.ts';
import { kindOfDeployment } from './workload-target.ts';

/** Turns the actions into what kubectl and the nodes do. Where none are given, the only workload rolls at 0 s. */

export function compileActions(
  settings: ScenarioSettings,
  targets: ActionTargets,
  issues: Issue[],
): ActionInfo[] {
  const actions = settings.actions ?? defaultActions(targets);
  if (actions.length === 0) issues.push(noActions(targets));
  const compiler = new Compiler(targets, issues);
  return actions.flatMap((action, index) => compiler.compile(action, ['actions', index]));
}

/** One rolling update of the only workload that rolls; none where there are several or none. */
export function defaultActions({
  deployments,
  sets,
}: Pick<ActionTargets, 'deployments' | 'sets'>): ActionSettings[] {
  const [only, second] = [
    ...deployments.map((each) => ({ kind: kindOfDeployment(each), name: each.name })),
    ...sets.filter(({ kind }) => kind !== 'Job').map(({ kind, name }) => ({ kind, name })),
  ];
  if (only === undefined || second !== undefined) return [];
  const [namespace, name] = only.name.includes('/') ? only.name.split('/', 2) : ['default', only.name];
  const rolls = { type: 'rollingUpdate', at: '0s', promote: only.kind === 'Rollout' } as const;
  if (only.kind === 'Deployment') return [{ ...rolls, deployment: only.name }];
  return [{ ...rolls, workload: `${only.kind}/${name}`, namespace }];
}

type Path = readonly (string | number)[];

type OneNode = Extract<
  ActionSettings,
  {
    readonly type:
      | 'nodeShutdown'
      | 'nodeLost'
      | 'nodeJoined'
      | 'cordonNode'
      | 'uncordonNode'
      | 'taintNode'
      | 'untaintNode';
  }
>;

class Compiler {
  /** Indexes by name: actions may name thousands of Pods. */
  private readonly pods: ReadonlyMap<string, number>;
  private readonly nodes: ReadonlyMap<string, number>;

  constructor(
    private readonly targets: ActionTargets,
    private readonly issues: Issue[],
  ) {
    this.pods = indexes(targets.pods.map((pod) => qualifiedName(pod.namespace, pod.name)));
    this.nodes = indexes(targets.nodes.map(({ name }) => name));
  }

  compile(action: ActionSettings, path: Path): ActionInfo[] {
    const at = micros(action.at);
    switch (action.type) {
      case 'deletePod': {
        const pod = this.pod(action.pod, [...path, 'pod']);
        return [{ type: 'deletePod', at, pod, gracePeriodSeconds: action.gracePeriodSeconds ?? null }];
      }
      case 'deletePods':
        return action.pods.map((name, index) => {
          const pod = this.pod(name, [...path, 'pods', index]);
          return { type: 'deletePod', at, pod, gracePeriodSeconds: action.gracePeriodSeconds ?? null };
        });
      case 'evictPod': {
        const pod = this.pod(action.pod, [...path, 'pod']);
        return [{ type: 'evictPod', at, pod, gracePeriodSeconds: action.gracePeriodSeconds ?? null }];
      }
      case 'kubeletEviction': {
        const { threshold, evictionMaxPodGracePeriod } = action;
        const evictionMaxPodGracePeriodSeconds = seconds(evictionMaxPodGracePeriod);
        const pod = this.pod(action.pod, [...path, 'pod']);
        return [{ type: 'kubeletEviction', at, pod, threshold, evictionMaxPodGracePeriodSeconds }];
      }
      case 'nodeShutdown':
      case 'nodeLost':
      case 'nodeJoined':
      case 'cordonNode':
      case 'uncordonNode':
      case 'taintNode':
      case 'untaintNode':
        return [this.nodeAction(action, at, this.node(action.node, [...path, 'node']))];
      case 'delete':
        return compileDelete(action, path, this.targets, this.issues);
      case 'metric': {
        const autoscaler = this.autoscaler(action.autoscaler, [...path, 'autoscaler']);
        return action.curve.map(({ at: since, load }) => {
          return { type: 'metric', at: at + micros(since), autoscaler, load };
        });
      }
      case 'setSelector':
        return [{ ...action, at, service: this.service(action.service, [...path, 'service']) }];
      case 'spotInterruption':
        return compileSpotInterruption(action, this.node(action.node, [...path, 'node']), path, this.issues);
      case 'clusterAutoscalerScaleDown':
      case 'karpenterDisruption': {
        const nodes = this.nodesOf(action.node, [...path, 'node']);
        return compileNodeRemoval(action, nodes, this.targets.nodes.length, path, this.issues);
      }
      case 'drainNode': {
        const nodes = this.nodesOf(action.node, [...path, 'node']);
        const { force, ignoreDaemonSets, deleteEmptyDirData, disableEviction } = action;
        const { gracePeriodSeconds = null } = action;
        return [
          {
            type: 'drainNode',
            at,
            nodes,
            gracePeriodSeconds,
            force,
            ignoreDaemonSets,
            deleteEmptyDirData,
            disableEviction,
          },
        ];
      }
      case 'rollingUpdate':
      case 'rolloutRestart':
      case 'setImage':
      case 'rollback':
      case 'scale':
      case 'rolloutPause':
      case 'rolloutResume':
      case 'suspend':
      case 'resume':
        return [...compileRollout(action, path, this.targets, this.issues)];
      default:
        return unreachable(action);
    }
  }

  /** What happens to one node. */
  private nodeAction(action: OneNode, at: Micros, node: NodeIndex): ActionInfo {
    switch (action.type) {
      case 'nodeShutdown': {
        const periods =
          action.shutdownGracePeriodByPodPriority ??
          migrateShutdownConfig(
            seconds(action.shutdownGracePeriod),
            seconds(action.shutdownGracePeriodCriticalPods),
          );
        return { type: 'nodeShutdown', at, node, periods };
      }
      case 'taintNode':
        return { type: 'taintNode', at, node, patch: { adds: [action.taint] } };
      case 'untaintNode': {
        const { key, effect = null } = action;
        return { type: 'untaintNode', at, node, patch: { removes: [{ key, effect }] } };
      }
      default:
        return { type: action.type, at, node };
    }
  }

  private autoscaler(name: string, path: Path): number {
    const { autoscalers } = this.targets;
    const found = autoscalers.findIndex((each) => each.name === name);
    if (found >= 0) return found;
    this.issues.push({
      code: 'unknownAutoscaler',
      path,
      message: `There is no HorizontalPodAutoscaler "${name}" that scales a Deployment or StatefulSet of the manifests.`,
      rule: 'A metric belongs to an autoscaler of the manifests.',
      value: name,
      fix:
        autoscalers.length === 0
          ? 'Add one to the manifests (autoscaling/v2), with its scaleTargetRef.'
          : `Known: ${autoscalers.map((each) => each.name).join(', ')}.`,
    });
    return -1;
  }

  private service(name: string, path: Path): ServiceIndex {
    const names = this.targets.compiler.services.map(({ metadata }) =>
      qualifiedName(metadata.namespace, metadata.name),
    );
    const found = names.indexOf(name);
    if (found >= 0) return found;
    this.issues.push({
      code: 'unknownService',
      path,
      message: `There is no Service "${name}" with a selector.`,
      value: name,
      rule: 'A Service is named by its name, outside the namespace default as namespace/name; one without a selector sends to no Pods of the manifests.',
      fix: names.length === 0 ? 'Add it to the manifests.' : `Known Services: ${firstFew(names, String)}.`,
    });
    return -1;
  }

  private pod(name: string, path: Path): number {
    const found = this.pods.get(name);
    if (found === undefined) this.issues.push(unknownPod(name, path, this.targets.pods));
    return found ?? -1;
  }

  private nodesOf(named: string | readonly string[], path: Path): readonly number[] {
    const names = typeof named === 'string' ? [named] : named;
    return names.map((name) => this.node(name, path));
  }

  private node(name: string, path: Path): number {
    const { nodes } = this.targets;
    const found = this.nodes.get(name);
    if (found !== undefined) return found;
    this.issues.push({
      code: 'unknownNode',
      path,
      message: `There is no node "${name}".`,
      value: name,
      rule: 'Nodes are named node-1, node-2, … unless the cluster names them.',
      fix: `Known nodes: ${firstFew(nodes, (node) => node.name)}.`,
    });
    return -1;
  }
}

/** Where each name stands; of equal names the first. */
function indexes(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index] as const).reverse());
}

/** The names of the first few, and how many there are. */
function firstFew<T>(all: readonly T[], nameOf: (each: T) => string): string {
  const names = all.slice(0, 8).map(nameOf).join(', ');
  return all.length > 8 ? `${names} … (${all.length} in all)` : names;
}

/** Kubernetes counts grace periods in whole seconds. */
function seconds(duration: Duration): number {
  return Math.trunc(micros(duration) / MICROS_PER_SECOND);
}

function noActions({ deployments, sets, pods }: ActionTargets): Issue {
  const names = [
    ...deployments.map((each) => `${kindOfDeployment(each)}/${each.name}`),
    ...sets.map(({ kind, name }) => `${kind}/${name}`),
  ];
  const fix =
    names.length === 0
      ? `Add one: actions: [{ type: 'deletePod', pod: '${firstPod(pods)}' }].`
      : `Name one: actions: [{ type: 'rollingUpdate', workload: '${names[0]}' }]. Known: ${names.join(', ')}.`;
  return {
    code: 'noActions',
    path: ['actions'],
    message: 'The scenario says nothing of what happens to the cluster.',
    rule: 'Without actions, the only Deployment, Argo Rollout, StatefulSet or DaemonSet of the manifests is rolled at 0 s; with none or several, at least one action is needed.',
    fix,
  };
}

function firstPod(pods: readonly { readonly namespace: string; readonly name: string }[]): string {
  const [first] = pods;
  return first === undefined ? 'web-1-0' : qualifiedName(first.namespace, first.name);
}

export function unknownPod(
  name: string,
  path: Path,
  pods: readonly { readonly namespace: string; readonly name: string }[],
): Issue {
  const shown = firstFew(pods, (pod) => qualifiedName(pod.namespace, pod.name));
  return {
    code: 'unknownPod',
    path,
    message: `There is no Pod "${name}".`,
    value: name,
    rule: 'Pods of a Deployment are named <deployment>-<revision>-<ordinal>: web-1-0; outside the namespace default: namespace/name.',
    fix: pods.length === 0 ? 'The manifests hold no Pod.' : `Known Pods: ${shown}.`,
  };
}
