/** `spec.pollingInterval`, in seconds, where it is not written. Source: keda apis/keda/v1alpha1/scaledobject_types.go defaultPollingInterval */
export const KEDA_POLLING_INTERVAL_SECONDS = 30;
/** `spec.cooldownPeriod`, in seconds, where it is not written. Source: keda pkg/scaling/executor/scale_executor.go defaultCooldownPeriod */
export const KEDA_COOLDOWN_PERIOD_SECONDS = 300;
/** `spec.maxReplicaCount` where it is not written. Source: keda apis/keda/v1alpha1/scaledobject_types.go defaultHPAMaxReplicas */
export const KEDA_MAX_REPLICA_COUNT = 100;

/** What a ScaledObject says beside the HorizontalPodAutoscaler that KEDA makes of it. */
export interface ScaledObject {
  readonly minReplicaCount: number;
  /** How many Pods there are while nothing is to be done; null: `minReplicaCount`. */
  readonly idleReplicaCount: number | null;
  readonly cooldownPeriodSeconds: number;
}

/**
 * The size that KEDA itself sets: from nothing to something when a trigger is active, and back when none has been for the cooldown
 * period. null: it leaves the size to the HorizontalPodAutoscaler.
 * Source: keda pkg/scaling/executor/scale_scaledobjects.go RequestScale, scaleToZeroOrIdle, scaleFromZeroOrIdle
 */
export function kedaScale(
  { minReplicaCount, idleReplicaCount, cooldownPeriodSeconds }: ScaledObject,
  current: number,
  isActive: boolean,
  idleForUs: number,
): number | null {
  const idle = idleReplicaCount ?? (minReplicaCount === 0 ? 0 : null);
  if (isActive) {
    const least = Math.max(minReplicaCount, 1);
    return current < least && (current === 0 || current === idle) ? least : null;
  }
  if (idle !== null) {
    const cooled = idleForUs >= cooldownPeriodSeconds * 1_000_000;
    return current > idle && cooled ? idle : null;
  }
  return current < minReplicaCount ? minReplicaCount : null;
}
