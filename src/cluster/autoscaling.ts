import type { Micros } from '../kernel/time.ts';
import type { ScalingRules } from '../rules/autoscaling/scaling-rules.ts';

/** HorizontalPodAutoscalers, and the load that drives them. */

/** What KEDA does beside the autoscaler that it makes. */
export interface KedaInfo {
  readonly minReplicaCount: number;
  readonly idleReplicaCount: number | null;
  readonly cooldownPeriodSeconds: number;
  readonly pollingIntervalSeconds: number;
}

/** An autoscaler as it takes part in a run. */
export interface AutoscalerInfo {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  /** Index of what it scales: a Deployment or an Argo Rollout, a ReplicaSet of its own, a StatefulSet. */
  readonly target: { readonly kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet'; readonly index: number };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Null: `spec.behavior` is not set. */
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules } | null;
  readonly tolerance: { readonly up: number; readonly down: number };
  /** KEDA made it of a ScaledObject; null: it did not. */
  readonly keda: KedaInfo | null;
}

/** From then on the Pods of the target together have so much to do: 1 is what one Pod does at the metric's target. */
export interface LoadAction {
  readonly type: 'metric';
  readonly at: Micros;
  readonly autoscaler: number;
  readonly load: number;
}

export interface LoadChanged {
  readonly autoscaler: number;
  readonly load: number;
}
