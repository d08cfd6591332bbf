import type { NodeIndex, PodIndex, ServiceIndex } from '../kernel/ids.ts';
import type { Micros } from '../kernel/time.ts';
import type { LoadAction } from './autoscaling.ts';
import type { PatchNode } from './disruption.ts';
import type { NodeRemoval } from './node-removal.ts';
import type { ChangeSet } from './sets.ts';
import type { Cascade, ChangeDeployment } from './workloads.ts';

/** What is done to a cluster during a run, compiled to numbers. */

export interface DeletePodAction {
  readonly type: 'deletePod';
  readonly at: Micros;
  readonly pod: PodIndex;
  /** null: the request names none. */
  readonly gracePeriodSeconds: number | null;
}
/** A change of a Deployment's spec: a new template, another number of replicas, pause, resume. */
export interface ChangeDeploymentAction {
  readonly type:
    | 'rollingUpdate'
    | 'rolloutRestart'
    | 'setImage'
    | 'rollback'
    | 'scale'
    | 'rolloutPause'
    | 'rolloutResume'
    | 'delete';
  readonly at: Micros;
  readonly change: ChangeDeployment;
}
/** A change of a StatefulSet's or DaemonSet's spec. */
export interface ChangeSetAction {
  readonly type: 'changeSet';
  readonly at: Micros;
  readonly change: ChangeSet;
}
/** A DELETE of a ReplicaSet that no Deployment owns. */
export interface DeleteReplicaSetAction {
  readonly type: 'deleteReplicaSet';
  readonly at: Micros;
  readonly replicaSet: number;
  readonly cascade: Cascade;
}
/** `kubectl set selector`. */
export interface SetSelectorAction {
  readonly type: 'setSelector';
  readonly at: Micros;
  readonly service: ServiceIndex;
  readonly selector: Readonly<Record<string, string>>;
}
/** The size of a ReplicaSet that no Deployment owns. */
export interface ScaleReplicaSetAction {
  readonly type: 'scaleReplicaSet';
  readonly at: Micros;
  readonly replicaSet: number;
  readonly replicas: number;
}
export interface EvictPodAction {
  readonly type: 'evictPod';
  readonly at: Micros;
  readonly pod: PodIndex;
  readonly gracePeriodSeconds: number | null;
}
export interface CordonNodeAction {
  readonly type: 'cordonNode' | 'uncordonNode';
  readonly at: Micros;
  readonly node: NodeIndex;
}
/** `kubectl taint`, or `kubectl taint` with a dash. */
export interface TaintNodeAction {
  readonly type: 'taintNode' | 'untaintNode';
  readonly at: Micros;
  readonly node: NodeIndex;
  readonly patch: PatchNode;
}
/** A node comes that was not there before. */
export interface NodeJoinedAction {
  readonly type: 'nodeJoined';
  readonly at: Micros;
  readonly node: NodeIndex;
}
/** `kubectl drain` of one node after the other. */
export interface DrainNodeAction {
  readonly type: 'drainNode';
  readonly at: Micros;
  readonly nodes: readonly NodeIndex[];
  readonly gracePeriodSeconds: number | null;
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  /** Pods with local storage are evicted, too. */
  readonly deleteEmptyDirData: boolean;
  /** Plain DELETEs, which no budget stops. */
  readonly disableEviction: boolean;
}
/** The kubelet evicts a Pod because its node runs short of something. */
export interface KubeletEvictionAction {
  readonly type: 'kubeletEviction';
  readonly at: Micros;
  readonly pod: PodIndex;
  readonly threshold: 'hard' | 'soft';
  readonly evictionMaxPodGracePeriodSeconds: number;
}
/** A group of Pods in a shutdown of their node: from this priority on, with so long to end. */
export interface ShutdownPeriod {
  readonly priority: number;
  readonly shutdownGracePeriodSeconds: number;
}
export interface NodeShutdownAction {
  readonly type: 'nodeShutdown';
  readonly at: Micros;
  readonly node: NodeIndex;
  readonly periods: readonly ShutdownPeriod[];
}
export interface NodeLostAction {
  readonly type: 'nodeLost';
  readonly at: Micros;
  readonly node: NodeIndex;
}
export type ActionInfo =
  | KubeletEvictionAction
  | NodeShutdownAction
  | NodeLostAction
  | NodeRemoval
  | DeletePodAction
  | ChangeDeploymentAction
  | ChangeSetAction
  | DeleteReplicaSetAction
  | ScaleReplicaSetAction
  | SetSelectorAction
  | LoadAction
  | EvictPodAction
  | CordonNodeAction
  | TaintNodeAction
  | NodeJoinedAction
  | DrainNodeAction;
