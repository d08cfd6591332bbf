import type { Issue } from '../cluster/issue.ts';
import type { DaemonSet, Deployment, Service, StatefulSet } from '../cluster/objects.ts';
import type { ChangeDeployment } from '../cluster/workloads.ts';
import type { ActionInfo, DeploymentInfo, InitialPod, NodeInfo, TemplateInfo } from '../cluster/world.ts';
import { type Duration, MICROS_PER_SECOND } from '../kernel/time.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import type { ActionSettings } from './actions.ts';
import { compileTemplate } from './compile-template.ts';
import { micros } from './delay-input.ts';
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
  readonly services: readonly Service[];
  readonly minor: number;
}

export function compileActions(
  settings: ScenarioSettings,
  targets: ActionTargets,
  issues: Issue[],
): ActionInfo[] {
  const actions = settings.actions ?? defaultActions(targets);
  if (actions.length === 0) issues.push(noActions(targets));
  const compiler = new Compiler(settings, targets, issues);
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
  constructor(
    private readonly settings: ScenarioSettings,
    private readonly targets: ActionTargets,
    private readonly issues: Issue[],
  ) {}

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
        const shutdownGracePeriodSeconds = seconds(action.shutdownGracePeriod);
        const shutdownGracePeriodCriticalPodsSeconds = seconds(action.shutdownGracePeriodCriticalPods);
        const node = this.node(action.node, [...path, 'node']);
        return [
          {
            type: 'nodeShutdown',
            at,
            node,
            shutdownGracePeriodSeconds,
            shutdownGracePeriodCriticalPodsSeconds,
          },
        ];
      }
      case 'nodeLost':
        return [{ type: 'nodeLost', at, node: this.node(action.node, [...path, 'node']) }];
      case 'cordonNode':
      case 'uncordonNode':
        return [{ type: action.type, at, node: this.node(action.node, [...path, 'node']) }];
      case 'drainNode': {
        const names = typeof action.node === 'string' ? [action.node] : action.node;
        const nodes = names.map((name) => this.node(name, [...path, 'node']));
        const { force, ignoreDaemonSets, disableEviction, gracePeriodSeconds = null } = action;
        return [
          { type: 'drainNode', at, nodes, gracePeriodSeconds, force, ignoreDaemonSets, disableEviction },
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
    const { pods } = this.targets;
    const found = pods.findIndex((pod) => qualifiedName(pod.namespace, pod.name) === name);
    if (found < 0) this.issues.push(unknownPod(name, path, pods));
    return found;
  }

  private node(name: string, path: Path): number {
    const { nodes } = this.targets;
    const found = nodes.findIndex((node) => node.name === name);
    if (found >= 0) return found;
    const names = nodes.map((node) => node.name);
    const shown =
      names.length > 8 ? `${names.slice(0, 8).join(', ')} … (${names.length} in all)` : names.join(', ');
    this.issues.push({
      code: 'unknownNode',
      path,
      message: `There is no node "${name}".`,
      value: name,
      rule: 'Nodes are named node-1, node-2, … unless the cluster names them.',
      fix: `Known nodes: ${shown}.`,
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
    const { sources, services, templates, minor } = this.targets;
    const { metadata, spec } = sources[deployment]!;
    const applied = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: metadata.name, namespace: metadata.namespace },
      spec: { selector: spec.selector, template },
    };
    const { objects, issues } = readManifests(applied, { minor });
    const [object] = objects;
    if (object?.kind !== 'Deployment' || issues.length > 0) {
      for (const issue of issues)
        this.issues.push({ ...issue, path: [...path, ...withinTemplate(issue.path)] });
      return this.targets.deployments[deployment]!.template;
    }
    const { template: read } = object.spec;
    const owner = `Deployment/${metadata.name}`;
    const source = { namespace: metadata.namespace, ...read.metadata, spec: read.spec, owner };
    templates.push(compileTemplate(source, services, this.settings.apps, this.issues, minor));
    return templates.length - 1;
  }
}

/** Kubernetes counts grace periods in whole seconds. */
function seconds(duration: Duration): number {
  return Math.trunc(micros(duration) / MICROS_PER_SECOND);
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
  const names = pods.map((pod) => qualifiedName(pod.namespace, pod.name));
  const shown =
    names.length > 8 ? `${names.slice(0, 8).join(', ')} … (${names.length} in all)` : names.join(', ');
  return {
    code: 'unknownPod',
    path,
    message: `There is no Pod "${name}".`,
    value: name,
    rule: 'Pods of a Deployment are named <deployment>-<revision>-<ordinal>: web-1-0; outside the namespace default: namespace/name.',
    fix: names.length === 0 ? 'The manifests hold no Pod.' : `Known Pods: ${shown}.`,
  };
}
