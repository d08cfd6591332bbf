import type { ServiceIndex } from '../kernel/ids.ts';
import type { Micros } from '../kernel/time.ts';
import type { CanaryStep } from '../rules/argo-rollouts/canary.ts';
import type { RolloutPause } from '../rules/argo-rollouts/pause.ts';

/** Argo Rollouts: Deployments whose controller brings in a new revision by steps, or beside the old one. */

/** How a Rollout brings in a revision by steps. */
export interface CanaryStrategy {
  readonly type: 'canary';
  readonly steps: readonly CanaryStep[];
  /** What a mesh's or an Ingress's weights would do is not simulated; how many Pods there are then is. */
  readonly trafficRouting: boolean;
  /** With it the stable ReplicaSet shrinks as requests move away from it. */
  readonly dynamicStableScale: boolean;
  /** With it each ReplicaSet that is not empty has so many Pods at least. */
  readonly minPodsPerReplicaSet: number;
}

/** How a Rollout brings in a revision beside the old one. */
export interface BlueGreenStrategy {
  readonly type: 'blueGreen';
  readonly previewReplicaCount: number | null;
  readonly autoPromotionEnabled: boolean;
  /** 0: it does not wait. */
  readonly autoPromotionSeconds: number;
}

/** The Services that a Rollout switches. */
export interface RolloutServices<S> {
  /** Selects the Pods of the stable or active revision. */
  readonly mainService: S;
  /** Selects those of the canary or the preview. */
  readonly previewService: S;
  /** How long a ReplicaSet that lost its requests keeps its Pods. */
  readonly scaleDownDelaySeconds: number;
  /** Of how many revisions, the newest first. */
  readonly scaleDownDelayRevisionLimit: number;
}

/** As its manifest has it; Services by name. */
export type RolloutSpec = (CanaryStrategy | BlueGreenStrategy) & RolloutServices<string | null>;

/** As it takes part in a run. */
export type RolloutInfo = (CanaryStrategy | BlueGreenStrategy) & RolloutServices<ServiceIndex | null>;

/** The label by which its controller tells the Pods of its ReplicaSets apart. */
export const POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';

/** How far it is; ReplicaSets by their names. */
export interface RolloutStatus {
  /** The last one that was rolled out, and the one that is being rolled out. */
  readonly stable: string;
  readonly current: string;
  readonly stepIndex: number;
  readonly pause: RolloutPause;
  /** Of a blue-green one: its preview was promoted and is to have all replicas. */
  readonly scaleUpPreview: boolean;
  /** With traffic routing: the share of the requests that the stable ReplicaSet gets, in percent. */
  readonly stableWeight: number;
  /** Whose Pods its Services select. */
  readonly mainService: string;
  readonly previewService: string;
  /** When those that lost their requests go; its controller keeps that in an annotation of each. */
  readonly scaleDownAt: Readonly<Record<string, Micros>>;
}

export const NOT_PAUSED: RolloutPause = { pausedAtUs: null, controllerPause: false };
