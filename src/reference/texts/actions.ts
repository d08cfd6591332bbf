import type { ActionTexts, NodeTexts } from '../nodes.ts';

/** What someone does to the cluster, in words. */

const type = 'Which action.';
const at = { text: 'When, from the start of the run.', examples: ['30s'] };
const pod = { text: 'Name of the Pod; namespace/name outside `default`.', examples: ['web-1-0'] };
const node = { text: 'Name of the node.', examples: ['node-1'] };
const gracePeriodSeconds = "0 is a forced deletion; left out: the Pod's own terminationGracePeriodSeconds.";
const target = {
  workload: { text: '`kind/name`.', examples: ['StatefulSet/db'] },
  namespace: 'Of `workload`; `default` where it is left out.',
  deployment: { text: "A Deployment's name, or namespace/name outside `default`.", examples: ['web'] },
};

export const ACTION_TEXTS = {
  deletePod: { '': 'A Pod is deleted.', type, at, pod, gracePeriodSeconds },
  deletePods: {
    '': 'Several Pods are deleted at once.',
    type,
    at,
    pods: 'Names of the Pods.',
    gracePeriodSeconds,
  },
  rollingUpdate: {
    '': 'A new revision of a workload: its Pods are replaced as its strategy says.',
    type,
    at,
    ...target,
    template:
      'The whole new Pod template, as in a manifest; left out: the present one in everything but its revision.',
    promote:
      'Of an Argo Rollout alone: somebody promotes it as soon as it waits for that, at a pause without a duration or before a promotion that is not automatic.',
  },
  rolloutRestart: {
    '': '`kubectl rollout restart`: a new revision of the same template; nothing where the Deployment is paused. Of an Argo Rollout, too, whose own `restart` evicts its Pods in place instead.',
    type,
    at,
    ...target,
  },
  setImage: {
    '': '`kubectl set image`: a new revision with another image in one container.',
    type,
    at,
    ...target,
    container: 'Left out: the only container.',
    image: { text: 'The new image.', examples: ['registry.example.com/web:2'] },
  },
  rollback: {
    '': '`kubectl rollout undo`: back to the template of an earlier revision.',
    type,
    at,
    ...target,
    toRevision: 'Left out: the one before the present.',
  },
  scale: {
    '': '`kubectl scale`.',
    type,
    at,
    ...target,
    replicas: 'How many Pods there are to be.',
  },
  rolloutPause: { '': '`kubectl rollout pause`, of a Deployment or an Argo Rollout.', type, at, ...target },
  rolloutResume: {
    '': '`kubectl rollout resume`; of an Argo Rollout its promotion, too (`kubectl argo rollouts promote`): it goes on past the pause that it made.',
    type,
    at,
    ...target,
  },
  delete: {
    '': '`kubectl delete` of a workload: its Pods follow, all at once and past every budget, and nobody makes them again.',
    type,
    at,
    ...target,
    cascade: '`orphan`: its Pods stay.',
  },
  suspend: {
    '': "A Job's `spec.suspend`: all its Pods are deleted, and count for nothing.",
    type,
    at,
    ...target,
  },
  resume: { '': 'A suspended Job makes its Pods again.', type, at, ...target },
  setSelector: {
    '': '`kubectl set selector`: a Service sends to other Pods from now on, as in a blue-green switch. Those that it no longer selects leave its slices without terminating.',
    type,
    at,
    service: 'Its name; namespace/name outside `default`.',
    selector: { text: 'All of its new selector.', examples: [{ app: 'web', color: 'green' }] },
  },
  metric: {
    '': "What an autoscaler's metric shows, as a curve of steps.",
    type,
    at,
    autoscaler: 'Name of the HorizontalPodAutoscaler; namespace/name outside `default`.',
    curve: 'What the Pods have to do together, step by step.',
  },
  spotInterruption: {
    '': 'The cloud takes a node back: it is drained from the notice on, and gone when the notice is over, whatever still runs.',
    type,
    at,
    node,
    cloud: 'Whose notice it is: AWS gives 120 s, GCP and Azure 30 s.',
    notice: "From the notice until the node is gone; left out: the cloud's.",
    handled:
      'Somebody listens to the notice and drains the node (a termination handler, Karpenter); else nobody does before it is gone.',
  },
  clusterAutoscalerScaleDown: {
    '': 'cluster-autoscaler takes nodes away: it evicts their Pods with a grace period of its own, and lets each node go once it is empty.',
    type,
    at,
    node: { text: 'Name of the node, or of several.', examples: ['node-1', ['node-1', 'node-2']] },
    maxGracefulTerminationSec:
      'Its flag: the longest grace period that it names in an eviction, in seconds; a Pod with a longer one is cut.',
    maxPodEvictionTime:
      'Its flag: for so long evictions that a budget refuses are asked for again; then the node stays.',
    nodeDeleteDelayAfterTaint: 'Its flag: from the taint to the first eviction.',
    maxDrainParallelism: 'Its flag: how many nodes are drained at a time.',
    skipNodesWithLocalStorage: 'Its flag: a Pod with an emptyDir keeps its node.',
  },
  karpenterDisruption: {
    '': 'Karpenter takes nodes away: it evicts their Pods group after group, and waits for budgets until the deadline of the node.',
    type,
    at,
    node: { text: 'Name of the node, or of several.', examples: ['node-1', ['node-1', 'node-2']] },
    terminationGracePeriod:
      "The NodePool's: when it is over the node goes, whatever still runs, and Pods are deleted past budgets so early that their own grace period fits; left out: there is no such deadline.",
    budget: "How many nodes may go at a time: a number, or a percentage of the cluster's, rounded up.",
  },
  evictPod: {
    '': 'Through the Eviction API, once: a budget may refuse it.',
    type,
    at,
    pod,
    gracePeriodSeconds,
  },
  cordonNode: { '': 'No Pod is scheduled to the node any more.', type, at, node },
  taintNode: {
    '': '`kubectl taint`: Pods that do not tolerate it are put there no more, and with NoExecute those that run there go.',
    type,
    at,
    node,
    taint: 'The taint; one of the same key and effect is replaced.',
  },
  untaintNode: {
    '': '`kubectl taint` with a dash: the taint is taken away.',
    type,
    at,
    node,
    key: { text: 'Its key.', examples: ['dedicated'] },
    effect: 'Its effect; left out: whatever it is.',
  },
  nodeJoined: {
    '': 'A node of the cluster that is not there before is registered and Ready: its DaemonSet Pods are made, and it takes others.',
    type,
    at,
    node,
  },
  uncordonNode: { '': 'Pods may be scheduled to the node again.', type, at, node },
  drainNode: {
    '': '`kubectl drain`: cordons every node named, then evicts their Pods, node after node.',
    type,
    at,
    node: { text: 'Name of the node, or of several.', examples: ['node-1', ['node-1', 'node-2']] },
    gracePeriodSeconds,
    force: 'Bare Pods refuse the drain without it.',
    ignoreDaemonSets:
      "DaemonSet Pods refuse the drain without it; they are never evicted. Unlike kubectl's, on by default.",
    deleteEmptyDirData: "Pods with an emptyDir refuse the drain without it. Unlike kubectl's, on by default.",
    disableEviction: 'Plain DELETEs, which no PodDisruptionBudget stops.',
  },
  nodeShutdown: {
    '': "A graceful shutdown of the node: Pods of low priority first, critical ones last, and the node is gone as soon as all have ended or their time has. The kubelet's defaults, 0, are no graceful shutdown at all.",
    type,
    at,
    node,
    shutdownGracePeriod: 'For all Pods, the critical ones included.',
    shutdownGracePeriodCriticalPods: 'Of it, for critical Pods.',
    shutdownGracePeriodByPodPriority: 'Instead of the two: a period for each group of priorities.',
  },
  kubeletEviction: {
    '': 'The kubelet evicts a Pod over a threshold: next to no grace over a hard one. It sets no deletionTimestamp.',
    type,
    at,
    pod: { text: 'A Pod of the steady state.', examples: ['web-1-0'] },
    threshold: 'Which kind of threshold was crossed.',
    evictionMaxPodGracePeriod: "The kubelet's setting, which soft thresholds follow.",
  },
  nodeLost: { '': 'The node is gone without a word.', type, at, node },
} satisfies ActionTexts;

export const ACTION_PART_TEXTS = {
  CurveStepInput: {
    '': "A step of a metric's curve.",
    at: "From the action's own.",
    load: "What the Pods have to do together, where 1 is what one Pod does at the metric's target; so 6 asks for six Pods.",
  },
  PriorityPeriodInput: {
    '': "From which priority on Pods belong to a group, and how long the group has: the kubelet's setting.",
    priority: 'The least priority of the group.',
    shutdownGracePeriodSeconds: 'How long its Pods have.',
  },
} satisfies NodeTexts<'CurveStepInput' | 'PriorityPeriodInput'>;
