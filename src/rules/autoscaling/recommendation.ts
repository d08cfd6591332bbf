import { inPlaceOf, type ScalingRules } from './scaling-rules.ts';

/** A size that an autoscaler once took for right. */
export interface Recommendation {
  readonly replicas: number;
  readonly atUs: number;
}

/** The number of replicas after the stabilization window, and the recommendations that are kept for it. */
export interface StabilizedReplicas {
  readonly replicas: number;
  /** What is remembered from now on. */
  readonly recommendations: readonly Recommendation[];
}

const US_PER_SECOND = 1_000_000;

/** `--horizontal-pod-autoscaler-downscale-stabilization` by default, in seconds. */
export const DOWNSCALE_STABILIZATION_SECONDS = 300;
/** `--horizontal-pod-autoscaler-sync-period` by default, in seconds. */
export const HPA_SYNC_PERIOD_SECONDS = 15;
/** `--horizontal-pod-autoscaler-tolerance` by default. */
export const HPA_TOLERANCE = 0.1;

/**
 * The size that a metric asks for: as many replicas as bring it to its target. Within the tolerance nothing changes.
 * `usageRatio` is the metric's value over its target, `readyPods` those that it was measured on.
 *
 * Versions: an autoscaler's own tolerance counts from 1.35 (gate HPAConfigurableTolerance, alpha in 1.33).
 *
 * Source: pkg/controller/podautoscaler/replica_calculator.go getUsageRatioReplicaCount
 */
export function replicasForUsageRatio(
  currentReplicas: number,
  usageRatio: number,
  readyPods: number,
  tolerance: { readonly up: number; readonly down: number } = { up: HPA_TOLERANCE, down: HPA_TOLERANCE },
): number {
  if (currentReplicas === 0) return Math.ceil(usageRatio);
  if (usageRatio >= 1 - tolerance.down && usageRatio <= 1 + tolerance.up) return currentReplicas;
  return Math.ceil(rounded(usageRatio * readyPods));
}

/** A product of fractions that is a whole number but for its last bits is that number. */
function rounded(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-9 ? whole : value;
}

/**
 * Without `behavior`: the largest of what was recommended within the window.
 * Source: pkg/controller/podautoscaler/horizontal.go stabilizeRecommendation
 */
export function stabilizeRecommendation(
  recommendations: readonly Recommendation[],
  desiredReplicas: number,
  windowSeconds: number,
  nowUs: number,
): StabilizedReplicas {
  const cutoffUs = nowUs - windowSeconds * US_PER_SECOND;
  const recent = recommendations.filter(({ atUs }) => atUs >= cutoffUs);
  return {
    replicas: recent
      .map(({ replicas }) => replicas)
      .reduce((most, each) => Math.max(most, each), desiredReplicas),
    recommendations: inPlaceOf(recommendations, ({ atUs }) => atUs < cutoffUs, {
      replicas: desiredReplicas,
      atUs: nowUs,
    }),
  };
}

/**
 * With `behavior`: the size moves no further up than the smallest recommendation of the window upwards, and no further down than the
 * largest of the window downwards.
 * Source: pkg/controller/podautoscaler/horizontal.go stabilizeRecommendationWithBehaviors
 */
export function stabilizeRecommendationWithBehaviors(
  recommendations: readonly Recommendation[],
  currentReplicas: number,
  desiredReplicas: number,
  windows: { readonly upSeconds: number; readonly downSeconds: number },
  nowUs: number,
): StabilizedReplicas {
  const upCutoffUs = nowUs - windows.upSeconds * US_PER_SECOND;
  const downCutoffUs = nowUs - windows.downSeconds * US_PER_SECOND;
  const since = (cutoffUs: number) =>
    recommendations.filter(({ atUs }) => atUs > cutoffUs).map(({ replicas }) => replicas);
  const up = since(upCutoffUs).reduce((least, each) => Math.min(least, each), desiredReplicas);
  const down = since(downCutoffUs).reduce((most, each) => Math.max(most, each), desiredReplicas);
  const raised = Math.max(currentReplicas, up);
  return {
    replicas: Math.min(raised, down),
    recommendations: inPlaceOf(recommendations, ({ atUs }) => atUs < upCutoffUs && atUs < downCutoffUs, {
      replicas: desiredReplicas,
      atUs: nowUs,
    }),
  };
}

/**
 * The window of a rule in seconds: its own, else the controller's for scaling down and none for scaling up.
 * Source: pkg/controller/podautoscaler/horizontal.go maybeInitScaleDownStabilizationWindow
 */
export function stabilizationWindowSeconds(rules: ScalingRules, direction: 'up' | 'down'): number {
  return rules.stabilizationWindowSeconds ?? (direction === 'down' ? DOWNSCALE_STABILIZATION_SECONDS : 0);
}
