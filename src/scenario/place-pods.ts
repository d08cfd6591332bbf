import type { Issue } from '../cluster/issue.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { InitialPod, NodeInfo, TemplateInfo } from '../cluster/world.ts';
import { takesPods } from './cluster-nodes.ts';
import { unknownPod } from './compile-actions.ts';
import type { Draft } from './compile-workloads.ts';
import type { ClusterSettings } from './schema.ts';

/**
 * The Pods of the steady state on their nodes: where one is claimed, there; the others on the nodes that take them, in turn and in the
 * order of the manifests.
 */
export function placed(
  { pods, templates }: Draft,
  { nodes: listed }: ClusterSettings,
  nodes: readonly NodeInfo[],
  issues: Issue[],
): InitialPod[] {
  const claimed = typeof listed === 'number' ? new Map<string, number>() : claimsOf(listed, issues);
  const fitting = new Map<number, readonly number[]>();
  let turn = 0;
  const all = pods.map((pod) => {
    const name = qualifiedName(pod.namespace, pod.name);
    const where = pod.node ?? claimed.get(name);
    claimed.delete(name);
    if (where !== undefined) {
      if (nodes[where]!.joins) issues.push(notThereYet(name, nodes[where]!.name, where));
      return { ...pod, node: where };
    }
    const fits = fitting.get(pod.template) ?? nodesFor(templates[pod.template]!, nodes);
    if (fits.length === 0 && !fitting.has(pod.template))
      issues.push(noNodeFor(name, templates[pod.template]!));
    fitting.set(pod.template, fits);
    return { ...pod, node: fits[turn++ % fits.length] ?? 0 };
  });
  for (const [pod, node] of claimed) issues.push(unknownPod(pod, ['cluster', 'nodes', node, 'pods'], all));
  return all;
}

function nodesFor(template: TemplateInfo, nodes: readonly NodeInfo[]): readonly number[] {
  return nodes.flatMap((node, index) =>
    (template.nodes?.[index] ?? true) && takesPods(node, template.tolerations) ? [index] : [],
  );
}

/** The node that claims each Pod. */
function claimsOf(
  nodes: readonly { readonly pods?: readonly string[] | undefined }[],
  issues: Issue[],
): Map<string, number> {
  const claimed = new Map<string, number>();
  nodes.forEach(({ pods = [] }, index) => {
    for (const pod of pods) {
      const before = claimed.get(pod) ?? index;
      if (before !== index) issues.push(claimedTwice(pod, before, index));
      claimed.set(pod, before);
    }
  });
  return claimed;
}

function claimedTwice(pod: string, before: number, index: number): Issue {
  return {
    code: 'podOnTwoNodes',
    path: ['cluster', 'nodes', index, 'pods'],
    message: `Pod "${pod}" is on cluster.nodes[${before}] and on cluster.nodes[${index}].`,
    value: pod,
    rule: 'A Pod runs on one node.',
    fix: 'Name it under one of the nodes only.',
  };
}

function notThereYet(pod: string, node: string, index: number): Issue {
  return {
    code: 'nodeNotThere',
    path: ['cluster', 'nodes', index, 'pods'],
    message: `Pod "${pod}" is on node "${node}" when the run begins, and that node joins later.`,
    value: pod,
    rule: 'A node that an action nodeJoined names is not there before.',
    fix: 'Name the Pod under another node, or let another node join.',
  };
}

function noNodeFor(pod: string, { nodes }: TemplateInfo): Issue {
  const selected = nodes?.some(Boolean) ?? true;
  return {
    code: 'noNodeForPod',
    path: ['cluster', 'nodes'],
    message: selected
      ? `Pod "${pod}" fits no node: the nodes that it may run on are tainted, cordoned or not there yet.`
      : `Pod "${pod}" fits no node: none has the labels that its nodeSelector or required node affinity asks for.`,
    value: pod,
    rule: 'When a run begins each Pod runs on a node that it selects and whose taints NoSchedule and NoExecute it tolerates.',
    fix: selected
      ? 'Give the Pod a toleration, or the cluster a node without the taint.'
      : "Give a node the labels: cluster: { nodes: [{ labels: { … } }] }, or the Node's manifest.",
  };
}
