import type { TraceType } from '../cluster/events.ts';
import type { WorkloadData } from '../verdict/trace-data.ts';
import type { TraceEventOf } from '../verdict/trace-events.ts';

/** Phrases for what happens to Deployments, ReplicaSets, nodes and budgets. */

export const WORKLOAD_PHRASES: { readonly [K in TraceType]?: (event: TraceEventOf<K>) => string } = {
  deploymentChangeRequested: (event) => `${named(event)}: ${change(event)} asked for`,
  changeDeployment: (event) => `${named(event)}: ${change(event)}`,
  setChangeRequested: (event) => `${of(event, 'workload').replace('/', ' ')}: ${change(event)} asked for`,
  changeSet: (event) => `${of(event, 'workload').replace('/', ' ')}: ${change(event)}`,
  claimsChanged: () => 'the claims of a Pod that is gone: deleted, then gone',
  createJob: (event) => `${of(event, 'workload').replace('/', ' ')} created by its CronJob`,
  selectorChangeRequested: (event) => `Service ${event.service}: another selector asked for`,
  changeService: (event) => `Service ${event.service} selects ${labels(event.data.selector)} from now on`,
  serviceObserved: (event) => `saw the new selector of Service ${event.service}`,
  loadChanged: ({ data: { autoscaler, load } }) =>
    `HorizontalPodAutoscaler ${autoscaler}: load for ${load} ${load === 1 ? 'Pod' : 'Pods'} from now on`,
  createReplicaSet: (event) => `ReplicaSet ${of(event, 'replicaSet')} created, ${pods(event)}`,
  scaleReplicaSet: (event) =>
    event.data.replicaSet === undefined
      ? 'scaling a ReplicaSet refused: an old copy'
      : `ReplicaSet ${of(event, 'replicaSet')} scaled to ${pods(event)}`,
  deleteReplicaSet: (event) => `ReplicaSet ${of(event, 'replicaSet')} deleted`,
  replicaSetScaleRequested: () => 'another size of a ReplicaSet asked for',
  resizeReplicaSet: (event) => `ReplicaSet ${of(event, 'replicaSet')} scaled to ${pods(event)}`,
  replicaSetDeleteRequested: () => 'deletion of a ReplicaSet asked for',
  evictRequested: () => 'eviction asked for',
  evictPod: () => 'eviction judged by the budgets',
  evictionAnswered: (event) => {
    const { refusal } = event.data;
    return refusal === null ? 'eviction granted' : `eviction refused (${refusal.code}), asks again later`;
  },
  cordonRequested: () => 'cordon sent',
  cordonNode: (event) => (event.data.unschedulable ? 'node cordoned' : 'node schedulable again'),
  taintRequested: () => 'a change of the taints of a node asked for',
  patchNode: () => 'node status and taints written',
  drainRequested: () => 'drain begins',
  nodeRemovalRequested: ({ data: { by, nodes } }) =>
    `${REMOVER[by]} takes ${nodes.length === 1 ? 'node' : 'nodes'} ${nodes.join(', ')} away`,
  nodeRemovalEnded: ({ data: { node, outcome, why } }) =>
    outcome === 'removed'
      ? `node ${node} drained: its machine is ended`
      : `node ${node} ${outcome === 'kept' ? 'kept' : 'not taken away'}: ${why}`,
  drainEnded: (event) => (event.data.why === null ? 'node drained' : `drain refused: ${event.data.why}`),
  podKillRequested: () => 'the kubelet stops it by itself (no deletionTimestamp)',
  nodeShutdownStarted: () => 'node shuts down gracefully',
  shutdownPodEnded: () => 'the shutdown need not wait for this Pod any more',
  shutdownGroupEnded: () => 'a group of Pods has had its time',
  nodeLost: () => 'node lost: everything on it ends',
  nodeJoined: () => 'node joined: its data plane begins to program',
  nodeNotReady: () => 'node taken for not ready',
  markPodsNotReady: () => 'Pods of the node set to not Ready',
  evictTaintedPods: () => 'Pods of the tainted node deleted',
};

/** Those that a reader of a timeline wants to see: what was asked for, and each step that follows. */
export const TOLD_WORKLOAD_EVENTS: ReadonlySet<TraceType> = new Set<TraceType>([
  'deploymentChangeRequested',
  'setChangeRequested',
  'createJob',
  'loadChanged',
  'changeService',
  'createReplicaSet',
  'scaleReplicaSet',
  'deleteReplicaSet',
  'resizeReplicaSet',
  'evictRequested',
  'cordonNode',
  'drainRequested',
  'drainEnded',
  'nodeRemovalRequested',
  'nodeRemovalEnded',
  'podKillRequested',
  'nodeShutdownStarted',
  'nodeLost',
  'nodeJoined',
  'nodeNotReady',
  'markPodsNotReady',
  'evictTaintedPods',
]);

const REMOVER = { clusterAutoscaler: 'cluster-autoscaler', karpenter: 'Karpenter' } as const;

function labels(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

type WorkloadEvent = { readonly data: WorkloadData };

function of(event: WorkloadEvent, key: string): string {
  return String(event.data[key] ?? '');
}

/** A Deployment, or an Argo Rollout. */
function named(event: WorkloadEvent): string {
  const { workload } = event.data;
  return workload === undefined
    ? `Deployment ${of(event, 'deployment')}`
    : String(workload).replace('/', ' ');
}

function pods(event: WorkloadEvent): string {
  const count = Number(event.data.replicas ?? 0);
  return count === 1 ? '1 Pod' : `${count} Pods`;
}

function change({ data }: WorkloadEvent): string {
  if (data.deleted !== undefined) return data.deleted === 'orphan' ? 'deletion without its Pods' : 'deletion';
  if (data.suspend !== undefined) return data.suspend === true ? 'suspension' : 'resumption';
  if (data.paused !== undefined) return data.paused === true ? 'pause' : 'resume';
  if (data.replicas !== undefined) return `scale to ${data.replicas}`;
  return 'a new revision';
}
