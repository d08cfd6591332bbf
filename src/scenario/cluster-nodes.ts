import type { Issue } from '../cluster/issue.ts';
import type { DaemonSet, Node, PodSpec } from '../cluster/objects.ts';
import type { NodeInfo } from '../cluster/world.ts';
import { findMatchingUntoleratedTaint, UNSCHEDULABLE_TAINT } from '../rules/apiserver/taints.ts';
import type { Toleration } from '../rules/apiserver/tolerations.ts';
import { addOrUpdateDaemonPodTolerations, nodeShouldRunDaemonPod } from '../rules/apps/daemon-nodes.ts';
import {
  matchesRequiredNodeAffinity,
  type NodeSelectorTerm,
  type RequiredNodeAffinity,
} from '../rules/scheduler/node-affinity.ts';
import type { ClusterSettings, ScenarioSettings } from './schema.ts';

/** The nodes of a cluster, as its settings, the Node manifests and the actions say, and who may run on them. */

export interface ClusterNodes {
  readonly nodes: readonly NodeInfo[];
  /** Somebody said which labels nodes have; else a label that nobody can know is taken to be there. */
  readonly labelsKnown: boolean;
}

const ZONE = 'topology.kubernetes.io/zone';
const HOSTNAME = 'kubernetes.io/hostname';
const OS = 'kubernetes.io/os';

type Listed = Exclude<ClusterSettings['nodes'], number>[number];

/** Node manifests are the cluster where nobody lists its nodes; else they say more of those that are listed. */
export function clusterNodes(
  { cluster, actions = [] }: Pick<ScenarioSettings, 'cluster' | 'actions'>,
  manifests: readonly Node[],
  issues: Issue[],
): ClusterNodes {
  const listed = listedNodes(cluster, manifests);
  const joining = new Set(actions.flatMap((each) => (each.type === 'nodeJoined' ? [each.node] : [])));
  const written = new Map(manifests.map((each) => [each.metadata.name, each]));
  const seen = new Map<string, number>();
  const nodes = listed.map((each, index): NodeInfo => {
    const { name = `node-${index + 1}`, zone, labels = {}, taints = [], unschedulable = false } = each;
    const before = seen.get(name);
    if (before !== undefined) issues.push(duplicateNode(name, before, index));
    seen.set(name, before ?? index);
    const { metadata, spec } = written.get(name) ?? {};
    const own = { ...metadata?.labels, ...(zone === undefined ? {} : { [ZONE]: zone }), ...labels };
    return {
      name,
      zone: own[ZONE] ?? '',
      labels: { [HOSTNAME]: name, [OS]: 'linux', ...own },
      taints: [...(spec?.taints ?? []), ...taints],
      unschedulable: unschedulable || (spec?.unschedulable ?? false),
      joins: joining.has(name),
    };
  });
  for (const { metadata } of manifests)
    if (!seen.has(metadata.name)) issues.push(unlistedNode(metadata.name, [...seen.keys()]));
  if (nodes.every(({ joins }) => joins)) issues.push(noNodeAtFirst(nodes.length));
  return { nodes, labelsKnown: manifests.length > 0 || listed.some(({ labels }) => labels !== undefined) };
}

function listedNodes({ nodes }: ClusterSettings, manifests: readonly Node[]): readonly Listed[] {
  if (typeof nodes !== 'number') return nodes;
  if (manifests.length > 0) return manifests.map(({ metadata: { name } }) => ({ name }));
  return Array.from({ length: nodes }, () => ({}));
}

/** Which nodes the Pods of a template may run on, whatever their taints; null: all. */
export function selectedNodes(
  { placement, nodeName }: Pick<PodSpec, 'placement' | 'nodeName'>,
  { nodes, labelsKnown }: ClusterNodes,
): readonly boolean[] | null {
  const named = nodes.some(({ name }) => name === nodeName);
  if (!named && Object.keys(placement.nodeSelector).length === 0 && placement.terms === null) return null;
  return nodes.map((node) => {
    if (named && node.name !== nodeName) return false;
    return matchesRequiredNodeAffinity(labelsKnown ? placement : asFarAsKnown(placement, node), node);
  });
}

/** Labels that a template asks for and nobody knows. */
export function unknownLabels(
  { placement }: PodSpec,
  { nodes, labelsKnown }: ClusterNodes,
): readonly string[] {
  if (labelsKnown) return [];
  const keys = [
    ...Object.keys(placement.nodeSelector),
    ...(placement.terms ?? []).flatMap(({ matchExpressions }) =>
      matchExpressions.flatMap(({ key, operator }) => (MAY_BE_ABSENT.includes(operator) ? [] : [key])),
    ),
  ];
  return [...new Set(keys)].filter((key) => nodes.some(({ labels }) => !Object.hasOwn(labels, key)));
}

/** What these ask is met by a node without the label. */
const MAY_BE_ABSENT: readonly string[] = ['NotIn', 'DoesNotExist'];

function asFarAsKnown(
  { nodeSelector, terms }: RequiredNodeAffinity,
  { labels }: NodeInfo,
): RequiredNodeAffinity {
  const isKnown = (key: string) => Object.hasOwn(labels, key);
  const known = Object.entries(nodeSelector).filter(([key]) => isKnown(key));
  const of = (term: NodeSelectorTerm): NodeSelectorTerm => ({
    ...term,
    matchExpressions: term.matchExpressions.filter(({ key }) => isKnown(key)),
  });
  const isMet = (term: NodeSelectorTerm) =>
    term.matchExpressions.length > 0 && of(term).matchExpressions.length + term.matchFields.length === 0;
  const met = terms === null || terms.some(isMet);
  return { nodeSelector: Object.fromEntries(known), terms: met ? null : terms.map(of) };
}

/** Whether a DaemonSet has a Pod on a node when the run begins; `selected`: its template selects it. */
export function hasDaemonPod(
  { taints, joins }: NodeInfo,
  selected: boolean,
  tolerations: readonly Toleration[],
): boolean {
  return !joins && nodeShouldRunDaemonPod({ selected, taints }, tolerations).shouldRun;
}

/** How many nodes a DaemonSet has a Pod on once all of them are there. */
export function daemonNodeCount({ spec }: DaemonSet, cluster: ClusterNodes): number {
  const { tolerations, hostNetwork } = spec.template.spec;
  const own = addOrUpdateDaemonPodTolerations(tolerations, hostNetwork);
  const selected = selectedNodes(spec.template.spec, cluster);
  return cluster.nodes.filter((node, index) =>
    hasDaemonPod({ ...node, joins: false }, selected?.[index] ?? true, own),
  ).length;
}

/** The first node on which a DaemonSet has a Pod; null: none. */
export function firstDaemonNode({ spec }: DaemonSet, cluster: ClusterNodes): string | null {
  const { tolerations, hostNetwork } = spec.template.spec;
  const own = addOrUpdateDaemonPodTolerations(tolerations, hostNetwork);
  const selected = selectedNodes(spec.template.spec, cluster);
  const first = cluster.nodes.find((node, index) => hasDaemonPod(node, selected?.[index] ?? true, own));
  return first?.name ?? null;
}

/** Whether a Pod that tolerates so much may be put on a node that is there when the run begins. */
export function takesPods(
  { taints, unschedulable, joins }: NodeInfo,
  tolerations: readonly Toleration[],
): boolean {
  const all = unschedulable ? [...taints, UNSCHEDULABLE_TAINT] : taints;
  return !joins && findMatchingUntoleratedTaint(all, tolerations, ['NoSchedule', 'NoExecute']) === null;
}

function duplicateNode(name: string, before: number, index: number): Issue {
  return {
    code: 'duplicateNode',
    path: ['cluster', 'nodes', index, 'name'],
    message: `cluster.nodes[${before}] and cluster.nodes[${index}] are both called "${name}".`,
    value: name,
    rule: 'Every node has a name of its own; one without a name is called node-1, node-2, … after its place in the list.',
    fix: 'Give one of them another name.',
  };
}

function unlistedNode(name: string, known: readonly string[]): Issue {
  return {
    code: 'unknownNode',
    path: ['cluster', 'nodes'],
    message: `The manifests hold a Node "${name}" that cluster.nodes does not list.`,
    value: name,
    rule: 'A list of nodes is the whole cluster; Node manifests say more of those that it lists, and are the cluster where it is a number or left out.',
    fix: `List it too, or leave cluster.nodes out. Listed: ${known.slice(0, 8).join(', ')}.`,
  };
}

function noNodeAtFirst(count: number): Issue {
  return {
    code: 'noNodeAtFirst',
    path: ['actions'],
    message: `${count === 1 ? 'The only node joins' : `All ${count} nodes join`} in the course of the run.`,
    rule: 'Pods run somewhere when a run begins: at least one node is there from the start.',
    fix: 'Give the cluster one node more, which no nodeJoined names.',
  };
}
