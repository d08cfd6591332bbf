// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.
import type { Duration } from '../../kernel/time.ts';
import type { TaintInput } from './cluster.ts';

/** The cloud takes a node back: it is drained from the notice on, and gone when the notice is over, whatever still runs. */
export interface SpotInterruptionAction {
  /** Which action. */
  readonly type: 'spotInterruption';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
  /** Whose notice it is: AWS gives 120 s, GCP and Azure 30 s. */
  readonly cloud?: 'aws' | 'gcp' | 'azure' | undefined;
  /** From the notice until the node is gone; left out: the cloud's. */
  readonly notice?: Duration | undefined;
  /** Somebody listens to the notice and drains the node (a termination handler, Karpenter); else nobody does before it is gone. Default: true. */
  readonly handled?: boolean | undefined;
}

/** cluster-autoscaler takes nodes away: it evicts their Pods with a grace period of its own, and lets each node go once it is empty. */
export interface ClusterAutoscalerScaleDownAction {
  /** Which action. */
  readonly type: 'clusterAutoscalerScaleDown';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node, or of several. */
  readonly node: string | readonly string[];
  /** Its flag: the longest grace period that it names in an eviction, in seconds; a Pod with a longer one is cut. Default: 600. */
  readonly maxGracefulTerminationSec?: number | undefined;
  /** Its flag: for so long evictions that a budget refuses are asked for again; then the node stays. Default: "120s". */
  readonly maxPodEvictionTime?: Duration | undefined;
  /** Its flag: from the taint to the first eviction. Default: "5s". */
  readonly nodeDeleteDelayAfterTaint?: Duration | undefined;
  /** Its flag: how many nodes are drained at a time. Default: 1. */
  readonly maxDrainParallelism?: number | undefined;
  /** Its flag: a Pod with an emptyDir keeps its node. Default: true. */
  readonly skipNodesWithLocalStorage?: boolean | undefined;
}

/** Karpenter takes nodes away: it evicts their Pods group after group, and waits for budgets until the deadline of the node. */
export interface KarpenterDisruptionAction {
  /** Which action. */
  readonly type: 'karpenterDisruption';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node, or of several. */
  readonly node: string | readonly string[];
  /** The NodePool's: when it is over the node goes, whatever still runs, and Pods are deleted past budgets so early that their own grace period fits; left out: there is no such deadline. */
  readonly terminationGracePeriod?: Duration | undefined;
  /** How many nodes may go at a time: a number, or a percentage of the cluster's, rounded up. Default: "10%". */
  readonly budget?: number | string | undefined;
}

/** No Pod is scheduled to the node any more. */
export interface CordonNodeAction {
  /** Which action. */
  readonly type: 'cordonNode';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
}

/** Pods may be scheduled to the node again. */
export interface UncordonNodeAction {
  /** Which action. */
  readonly type: 'uncordonNode';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
}

/** `kubectl taint`: Pods that do not tolerate it are put there no more, and with NoExecute those that run there go. */
export interface TaintNodeAction {
  /** Which action. */
  readonly type: 'taintNode';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
  /** The taint; one of the same key and effect is replaced. */
  readonly taint: TaintInput;
}

/** `kubectl taint` with a dash: the taint is taken away. */
export interface UntaintNodeAction {
  /** Which action. */
  readonly type: 'untaintNode';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
  /** Its key. */
  readonly key: string;
  /** Its effect; left out: whatever it is. */
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined;
}

/** A node of the cluster that is not there before is registered and Ready: its DaemonSet Pods are made, and it takes others. */
export interface NodeJoinedAction {
  /** Which action. */
  readonly type: 'nodeJoined';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
}

/** `kubectl drain`: cordons every node named, then evicts their Pods, node after node. */
export interface DrainNodeAction {
  /** Which action. */
  readonly type: 'drainNode';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node, or of several. */
  readonly node: string | readonly string[];
  /** 0 is a forced deletion; left out: the Pod's own terminationGracePeriodSeconds. */
  readonly gracePeriodSeconds?: number | undefined;
  /** Bare Pods refuse the drain without it. Default: false. */
  readonly force?: boolean | undefined;
  /** DaemonSet Pods refuse the drain without it; they are never evicted. Unlike kubectl's, on by default. Default: true. */
  readonly ignoreDaemonSets?: boolean | undefined;
  /** Pods with an emptyDir refuse the drain without it. Unlike kubectl's, on by default. Default: true. */
  readonly deleteEmptyDirData?: boolean | undefined;
  /** Plain DELETEs, which no PodDisruptionBudget stops. Default: false. */
  readonly disableEviction?: boolean | undefined;
}

/** From which priority on Pods belong to a group, and how long the group has: the kubelet's setting. */
export interface PriorityPeriodInput {
  /** The least priority of the group. */
  readonly priority: number;
  /** How long its Pods have. */
  readonly shutdownGracePeriodSeconds: number;
}

/** A graceful shutdown of the node: Pods of low priority first, critical ones last, and the node is gone as soon as all have ended or their time has. The kubelet's defaults, 0, are no graceful shutdown at all. */
export interface NodeShutdownAction {
  /** Which action. */
  readonly type: 'nodeShutdown';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
  /** For all Pods, the critical ones included. Default: "30s". */
  readonly shutdownGracePeriod?: Duration | undefined;
  /** Of it, for critical Pods. Default: "10s". */
  readonly shutdownGracePeriodCriticalPods?: Duration | undefined;
  /** Instead of the two: a period for each group of priorities. */
  readonly shutdownGracePeriodByPodPriority?: readonly PriorityPeriodInput[] | undefined;
}

/** The node is gone without a word. */
export interface NodeLostAction {
  /** Which action. */
  readonly type: 'nodeLost';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the node. */
  readonly node: string;
}
