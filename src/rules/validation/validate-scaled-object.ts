import { KEDA_MAX_REPLICA_COUNT } from '../autoscaling/keda.ts';
import { type FieldError, invalid, required, validateNonnegativeField } from './field-error.ts';
import { type AutoscalerFields, validateScalingRules } from './validate-autoscaler.ts';

/** The spec of KEDA's ScaledObject as a user may have written it. */
export interface ScaledObjectFields {
  readonly scaleTargetRef?: AutoscalerFields['scaleTargetRef'];
  readonly minReplicaCount?: number | undefined;
  readonly maxReplicaCount?: number | undefined;
  readonly idleReplicaCount?: number | undefined;
  readonly cooldownPeriod?: number | undefined;
  readonly pollingInterval?: number | undefined;
  readonly behavior?: AutoscalerFields['behavior'];
}

/**
 * Checks a ScaledObject: it names its target, and its counts do not contradict each other.
 *
 * Source: keda apis/keda/v1alpha1/scaledobject_types.go CheckReplicaCountBoundsAreValid
 */
export function validateScaledObject(spec: ScaledObjectFields, field: string): readonly FieldError[] {
  const { minReplicaCount: min = 0, maxReplicaCount: max = KEDA_MAX_REPLICA_COUNT } = spec;
  const { idleReplicaCount: idle, scaleTargetRef, behavior, pollingInterval } = spec;
  const counts = ['minReplicaCount', 'maxReplicaCount', 'idleReplicaCount', 'cooldownPeriod'] as const;
  return [
    ...((scaleTargetRef?.name ?? '') === '' ? [required(`${field}.scaleTargetRef.name`)] : []),
    ...counts.flatMap((key) => validateNonnegativeField(spec[key] ?? 0, `${field}.${key}`)),
    ...(min > max
      ? [invalid(`${field}.minReplicaCount`, min, `must be less than MaxReplicaCount=${max}`)]
      : []),
    ...(idle !== undefined && idle >= min
      ? [invalid(`${field}.idleReplicaCount`, idle, `must be less than minReplicaCount=${min}`)]
      : []),
    ...(pollingInterval !== undefined && pollingInterval < 1
      ? [invalid(`${field}.pollingInterval`, pollingInterval, 'must be greater than 0')]
      : []),
    ...validateScalingRules(
      behavior?.scaleUp,
      `${field}.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp`,
    ),
    ...validateScalingRules(
      behavior?.scaleDown,
      `${field}.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown`,
    ),
  ];
}
