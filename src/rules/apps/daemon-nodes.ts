import { findMatchingUntoleratedTaint, type Taint, UNSCHEDULABLE_TAINT } from '../apiserver/taints.ts';
import { NODE_TAINTS, type Toleration } from '../apiserver/tolerations.ts';

/** Taints NoSchedule of a node that runs short of something, which Pods of a DaemonSet tolerate. */
const PRESSURES = [
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/pid-pressure',
] as const;

/**
 * The tolerations of a DaemonSet's Pods: to those of its template come the taints of a node that is not ready or unreachable, for ever;
 * of one that runs short of something; of a cordoned one; and, with hostNetwork, of one without a network.
 *
 * Source: pkg/controller/daemon/util/daemonset_util.go AddOrUpdateDaemonPodTolerations
 */
export function addOrUpdateDaemonPodTolerations(
  tolerations: readonly Toleration[],
  hostNetwork: boolean,
): readonly Toleration[] {
  const exists = (key: string, effect: string): Toleration => ({
    key,
    operator: 'Exists',
    value: '',
    effect,
    tolerationSeconds: null,
  });
  const added = [
    exists(NODE_TAINTS.notReady, 'NoExecute'),
    exists(NODE_TAINTS.unreachable, 'NoExecute'),
    ...PRESSURES.map((key) => exists(key, 'NoSchedule')),
    exists(UNSCHEDULABLE_TAINT.key, 'NoSchedule'),
    ...(hostNetwork ? [exists('node.kubernetes.io/network-unavailable', 'NoSchedule')] : []),
  ];
  // One that matches the same is replaced, not doubled.
  const isAdded = ({ key, operator, effect }: Toleration) =>
    added.some((each) => each.key === key && each.operator === operator && each.effect === effect);
  return [...tolerations.filter((each) => !isAdded(each)), ...added];
}

/**
 * Whether a DaemonSet wants a Pod on a node, and whether one that is there may stay: nowhere but on nodes that it selects; beside a taint
 * NoSchedule that it does not tolerate one may stay, beside NoExecute none.
 *
 * Source: pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod, predicates
 */
export function nodeShouldRunDaemonPod(
  node: { readonly selected: boolean; readonly taints: readonly Taint[] },
  tolerations: readonly Toleration[],
): { readonly shouldRun: boolean; readonly shouldContinueRunning: boolean } {
  if (!node.selected) return { shouldRun: false, shouldContinueRunning: false };
  if (findMatchingUntoleratedTaint(node.taints, tolerations, ['NoSchedule', 'NoExecute']) === null)
    return { shouldRun: true, shouldContinueRunning: true };
  const stays = findMatchingUntoleratedTaint(node.taints, tolerations, ['NoExecute']) === null;
  return { shouldRun: false, shouldContinueRunning: stays };
}
