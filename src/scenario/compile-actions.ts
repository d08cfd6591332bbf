import type { Issue } from '../cluster/issue.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../cluster/objects.ts';
import type { ChangeDeployment } from '../cluster/workloads.ts';
import type { ActionInfo, DeploymentInfo, InitialPod, NodeInfo, TemplateInfo } from '../cluster/world.ts';
import { type Duration, MICROS_PER_SECOND } from '../kernel/time.ts';
import { migrateShutdownConfig } from '../rules/kubelet/node-shutdown.ts';
import { micros } from '../schema/delay-input.ts';
import { readTemplate } from './action-template.ts';
import type { ActionSettings } from './actions.ts';
import { compileTemplate, type TemplateCompiler } from './compile-template.ts';
import { qualifiedName } from './names.ts';
import type { ScenarioSettings } from './schema.ts';

/** Turns the actions into what kubectl and the nodes do. Where none are given, the only Deployment rolls at 0 s. */

/** What actions may name. `templates` grows by those that an action brings along. */
export interface ActionTargets {
  readonly pods: readonly InitialPod[];
  readonly nodes: readonly NodeInfo[];
  readonly deployments: readonly DeploymentInfo[];
  readonly sources: readonly Deployment[];
  /** Workloads whose Pods exist and that are not updated. */
  readonly otherSets: readonly (StatefulSet | DaemonSet)[];
  readonly templates: TemplateInfo[];
  readonly compiler: TemplateCompiler;
}

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

/** One rolling update of the only Deployment; none where there are several or none. */
export function defaultActions({ deployments }: Pick<ActionTargets, 'deployments'>): ActionSettings[] {
  const [only, second] = deployments;
  if (only === undefined || second !== undefined) return [];
  return [{ type: 'rollingUpdate', at: '0s', deployment: only.name }];
}

type Path = readonly (string | number)[];

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
      case 'rollingUpdate': {
        const deployment = this.deployment(action.deployment, path);
        if (deployment < 0) return [];
        const { template } = action;
        const own = this.targets.deployments[deployment]!.template;
        const next =
          template === undefined ? own : this.template(deployment, template, [...path, 'template']);
        return [{ type: 'rollingUpdate', at, change: { deployment, template: next } }];
      }
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
      case 'nodeShutdown': {
        const periods =
          action.shutdownGracePeriodByPodPriority ??
          migrateShutdownConfig(
            seconds(action.shutdownGracePeriod),
            seconds(action.shutdownGracePeriodCriticalPods),
          );
        return [{ type: 'nodeShutdown', at, node: this.node(action.node, [...path, 'node']), periods }];
      }
      case 'nodeLost':
        return [{ type: 'nodeLost', at, node: this.node(action.node, [...path, 'node']) }];
      case 'cordonNode':
      case 'uncordonNode':
        return [{ type: action.type, at, node: this.node(action.node, [...path, 'node']) }];
      case 'drainNode': {
        const names = typeof action.node === 'string' ? [action.node] : action.node;
        const nodes = names.map((name) => this.node(name, [...path, 'node']));
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
      case 'rolloutRestart': {
        const deployment = this.deployment(action.deployment, path);
        if (deployment < 0) return [];
        const { template } = this.targets.deployments[deployment]!;
        return [{ type: 'rolloutRestart', at, change: { deployment, template, unlessPaused: true } }];
      }
      case 'scale':
        return this.change(action, path, { replicas: action.replicas });
      case 'rolloutPause':
        return this.change(action, path, { paused: true });
      case 'rolloutResume':
        return this.change(action, path, { paused: false });
    }
  }

  private change(
    action: Extract<ActionSettings, { readonly type: 'scale' | 'rolloutPause' | 'rolloutResume' }>,
    path: Path,
    change: Omit<ChangeDeployment, 'deployment'>,
  ): ActionInfo[] {
    const deployment = this.deployment(action.deployment, path);
    if (deployment < 0) return [];
    return [{ type: action.type, at: micros(action.at), change: { deployment, ...change } }];
  }

  private pod(name: string, path: Path): number {
    const found = this.pods.get(name);
    if (found === undefined) this.issues.push(unknownPod(name, path, this.targets.pods));
    return found ?? -1;
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

  private deployment(name: string, path: Path): number {
    const { deployments } = this.targets;
    const found = deployments.findIndex((deployment) => deployment.name === name);
    if (found >= 0) return found;
    const set = this.targets.otherSets.find(
      ({ metadata }) => qualifiedName(metadata.namespace, metadata.name) === name,
    );
    if (set !== undefined) {
      this.issues.push(notRolled(`${set.kind}/${name}`, set.kind, [...path, 'deployment'], name));
      return -1;
    }
    const known = deployments.map((deployment) => deployment.name);
    this.issues.push({
      code: 'unknownDeployment',
      path: [...path, 'deployment'],
      message: `There is no Deployment "${name}".`,
      value: name,
      rule: 'A rollout is an action on a Deployment of the manifests; outside the namespace default: namespace/name.',
      fix:
        known.length === 0 ? 'The manifests hold no Deployment.' : `Known Deployments: ${known.join(', ')}.`,
    });
    return -1;
  }

  /** A template that an action brings along is read and judged as if its Deployment were applied with it. */
  private template(deployment: number, template: object, path: Path): number {
    const { sources, templates, compiler } = this.targets;
    const { metadata } = sources[deployment]!;
    const { object, issues } = readTemplate(sources[deployment]!, template, compiler.minor);
    if (object === null) {
      for (const issue of issues) this.issues.push(movedTo(path, issue));
      return this.targets.deployments[deployment]!.template;
    }
    const { template: read } = object.spec;
    const owner = `Deployment/${metadata.name}`;
    const source = { namespace: metadata.namespace, ...read.metadata, spec: read.spec, owner };
    templates.push(compileTemplate(source, compiler));
    return templates.length - 1;
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

/** An issue of the Deployment that was read, at its place in the action's template. */
function movedTo(path: Path, issue: Issue): Issue {
  const message = issue.message.replace(/^manifests\[0\] /, '');
  return { ...issue, message, path: [...path, ...withinTemplate(issue.path)] };
}

/** The part of an issue's path below `spec.template`. */
function withinTemplate(path: Path): Path {
  const at = path.indexOf('template');
  return at < 0 ? [] : path.slice(at + 1);
}

function notRolled(owner: string, kind: string, path: Path, name: string): Issue {
  const lacks =
    kind === 'StatefulSet'
      ? 'its controller, which replaces one Pod after the other under the same name,'
      : 'its controller, which replaces the Pods node by node,';
  return {
    code: 'notRolled',
    path,
    message: `${owner} cannot be rolled or scaled here: ${lacks} is not simulated.`,
    value: name,
    rule: 'Rollouts are simulated for Deployments. Pods of a StatefulSet or DaemonSet exist, and can be deleted and evicted; they are not replaced.',
    fix: "Delete or evict its Pods one by one: { type: 'deletePod', pod: … }.",
  };
}

function noActions({ deployments, pods }: ActionTargets): Issue {
  const names = deployments.map(({ name }) => name);
  const fix =
    names.length === 0
      ? `Add one: actions: [{ type: 'deletePod', pod: '${firstPod(pods)}' }].`
      : `Name one: actions: [{ type: 'rollingUpdate', deployment: '${names[0]}' }]. Known Deployments: ${names.join(', ')}.`;
  return {
    code: 'noActions',
    path: ['actions'],
    message: 'The scenario says nothing of what happens to the cluster.',
    rule: 'Without actions, the only Deployment of the manifests is rolled at 0 s; with none or several, at least one action is needed.',
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
