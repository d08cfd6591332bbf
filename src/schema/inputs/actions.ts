// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.

import type { Duration } from '../../kernel/time.ts';
import type {
  ClusterAutoscalerScaleDownAction,
  CordonNodeAction,
  DrainNodeAction,
  KarpenterDisruptionAction,
  NodeJoinedAction,
  NodeLostAction,
  NodeShutdownAction,
  SpotInterruptionAction,
  TaintNodeAction,
  UncordonNodeAction,
  UntaintNodeAction,
} from './node-actions.ts';

/** A Pod is deleted. */
export interface DeletePodAction {
  /** Which action. */
  readonly type: 'deletePod';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the Pod; namespace/name outside `default`. */
  readonly pod: string;
  /** 0 is a forced deletion; left out: the Pod's own terminationGracePeriodSeconds. */
  readonly gracePeriodSeconds?: number | undefined;
}

/** Several Pods are deleted at once. */
export interface DeletePodsAction {
  /** Which action. */
  readonly type: 'deletePods';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Names of the Pods. */
  readonly pods: readonly string[];
  /** 0 is a forced deletion; left out: the Pod's own terminationGracePeriodSeconds. */
  readonly gracePeriodSeconds?: number | undefined;
}

/** A new revision of a workload: its Pods are replaced as its strategy says. */
export interface RollingUpdateAction {
  /** Which action. */
  readonly type: 'rollingUpdate';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
  /** The whole new Pod template, as in a manifest; left out: the present one in everything but its revision. */
  readonly template?: Readonly<Record<string, unknown>> | undefined;
  /** Of an Argo Rollout alone: somebody promotes it as soon as it waits for that, at a pause without a duration or before a promotion that is not automatic. Default: false. */
  readonly promote?: boolean | undefined;
}

/** `kubectl rollout restart`: a new revision of the same template; nothing where the Deployment is paused. Of an Argo Rollout, too, whose own `restart` evicts its Pods in place instead. */
export interface RolloutRestartAction {
  /** Which action. */
  readonly type: 'rolloutRestart';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
}

/** `kubectl set image`: a new revision with another image in one container. */
export interface SetImageAction {
  /** Which action. */
  readonly type: 'setImage';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
  /** Left out: the only container. */
  readonly container?: string | undefined;
  /** The new image. */
  readonly image: string;
}

/** `kubectl rollout undo`: back to the template of an earlier revision. */
export interface RollbackAction {
  /** Which action. */
  readonly type: 'rollback';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
  /** Left out: the one before the present. */
  readonly toRevision?: number | undefined;
}

/** `kubectl scale`. */
export interface ScaleAction {
  /** Which action. */
  readonly type: 'scale';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
  /** How many Pods there are to be. */
  readonly replicas: number;
}

/** `kubectl rollout pause`, of a Deployment or an Argo Rollout. */
export interface RolloutPauseAction {
  /** Which action. */
  readonly type: 'rolloutPause';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
}

/** `kubectl rollout resume`; of an Argo Rollout its promotion, too (`kubectl argo rollouts promote`): it goes on past the pause that it made. */
export interface RolloutResumeAction {
  /** Which action. */
  readonly type: 'rolloutResume';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
}

/** `kubectl delete` of a workload: its Pods follow, all at once and past every budget, and nobody makes them again. */
export interface DeleteAction {
  /** Which action. */
  readonly type: 'delete';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
  /** `orphan`: its Pods stay. Default: "background". */
  readonly cascade?: 'background' | 'foreground' | 'orphan' | undefined;
}

/** A Job's `spec.suspend`: all its Pods are deleted, and count for nothing. */
export interface SuspendAction {
  /** Which action. */
  readonly type: 'suspend';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
}

/** A suspended Job makes its Pods again. */
export interface ResumeAction {
  /** Which action. */
  readonly type: 'resume';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** `kind/name`. */
  readonly workload?: string | undefined;
  /** Of `workload`; `default` where it is left out. */
  readonly namespace?: string | undefined;
  /** A Deployment's name, or namespace/name outside `default`. */
  readonly deployment?: string | undefined;
}

/** `kubectl set selector`: a Service sends to other Pods from now on, as in a blue-green switch. Those that it no longer selects leave its slices without terminating. */
export interface SetSelectorAction {
  /** Which action. */
  readonly type: 'setSelector';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Its name; namespace/name outside `default`. */
  readonly service: string;
  /** All of its new selector. */
  readonly selector: Readonly<Record<string, string>>;
}

/** A step of a metric's curve. */
export interface CurveStepInput {
  /** From the action's own. Default: "0s". */
  readonly at?: Duration | undefined;
  /** What the Pods have to do together, where 1 is what one Pod does at the metric's target; so 6 asks for six Pods. */
  readonly load: number;
}

/** What an autoscaler's metric shows, as a curve of steps. */
export interface MetricAction {
  /** Which action. */
  readonly type: 'metric';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the HorizontalPodAutoscaler; namespace/name outside `default`. */
  readonly autoscaler: string;
  /** What the Pods have to do together, step by step. */
  readonly curve: readonly CurveStepInput[];
}

/** Through the Eviction API, once: a budget may refuse it. */
export interface EvictPodAction {
  /** Which action. */
  readonly type: 'evictPod';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** Name of the Pod; namespace/name outside `default`. */
  readonly pod: string;
  /** 0 is a forced deletion; left out: the Pod's own terminationGracePeriodSeconds. */
  readonly gracePeriodSeconds?: number | undefined;
}

/** The kubelet evicts a Pod over a threshold: next to no grace over a hard one. It sets no deletionTimestamp. */
export interface KubeletEvictionAction {
  /** Which action. */
  readonly type: 'kubeletEviction';
  /** When, from the start of the run. Default: "0s". */
  readonly at?: Duration | undefined;
  /** A Pod of the steady state. */
  readonly pod: string;
  /** Which kind of threshold was crossed. Default: "hard". */
  readonly threshold?: 'hard' | 'soft' | undefined;
  /** The kubelet's setting, which soft thresholds follow. Default: "0s". */
  readonly evictionMaxPodGracePeriod?: Duration | undefined;
}

/** What someone does to the cluster at a time. */
export type ActionInput =
  | DeletePodAction
  | DeletePodsAction
  | RollingUpdateAction
  | RolloutRestartAction
  | SetImageAction
  | RollbackAction
  | ScaleAction
  | RolloutPauseAction
  | RolloutResumeAction
  | DeleteAction
  | SuspendAction
  | ResumeAction
  | SetSelectorAction
  | MetricAction
  | SpotInterruptionAction
  | ClusterAutoscalerScaleDownAction
  | KarpenterDisruptionAction
  | EvictPodAction
  | CordonNodeAction
  | UncordonNodeAction
  | TaintNodeAction
  | UntaintNodeAction
  | NodeJoinedAction
  | DrainNodeAction
  | NodeShutdownAction
  | KubeletEvictionAction
  | NodeLostAction;
