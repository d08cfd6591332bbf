import { type FieldError, invalid, notSupported, required, validateNonnegativeField } from './field-error.ts';
import type {
  DaemonSetSpecFields,
  DaemonSetUpdateStrategyFields,
  RollingUpdateDeploymentFields,
  StatefulSetSpecFields,
  StatefulSetUpdateStrategyFields,
} from './manifest-fields.ts';
import {
  intOrPercentValue,
  isNotMoreThan100Percent,
  validatePositiveIntOrPercent,
  validateSelectorAndTemplate,
  type WorkloadValidation,
} from './validate-deployment.ts';

/**
 * Checks the spec of a StatefulSet after defaulting.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateStatefulSetSpec
 */
export function validateStatefulSetSpec(
  spec: StatefulSetSpecFields,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  const { podManagementPolicy = '', replicas = 0, minReadySeconds = 0, ordinals } = spec;
  const known = podManagementPolicy === 'OrderedReady' || podManagementPolicy === 'Parallel';
  const detail = "must be 'OrderedReady' or 'Parallel'";
  return [
    ...(known ? [] : [invalid(`${field}.podManagementPolicy`, podManagementPolicy, detail)]),
    ...validateStatefulSetUpdateStrategy(spec.updateStrategy ?? {}, `${field}.updateStrategy`),
    ...validateNonnegativeField(replicas, `${field}.replicas`),
    ...validateNonnegativeField(minReadySeconds, `${field}.minReadySeconds`),
    ...validateNonnegativeField(ordinals?.start ?? 0, `${field}.ordinals.start`),
    ...validateClaimRetentionPolicy(
      spec.persistentVolumeClaimRetentionPolicy ?? {},
      `${field}.persistentVolumeClaimRetentionPolicy`,
    ),
    ...validateSelectorAndTemplate(spec.selector, spec.template, field, options),
  ];
}

/**
 * Checks what becomes of the claims of a StatefulSet: they are kept, or deleted.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidatePersistentVolumeClaimRetentionPolicy
 */
export function validateClaimRetentionPolicy(
  policy: NonNullable<StatefulSetSpecFields['persistentVolumeClaimRetentionPolicy']>,
  field: string,
): readonly FieldError[] {
  const known = ['Delete', 'Retain'];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((when) => {
    const value = policy[when] || 'Retain';
    return known.includes(value) ? [] : [notSupported(`${field}.${when}`, value, known)];
  });
}

/**
 * Checks how a StatefulSet is updated: OnDelete has no parameters; a partition is not negative; at least one Pod may be unavailable.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateStatefulSetSpec, validateRollingUpdateStatefulSet
 */
export function validateStatefulSetUpdateStrategy(
  { type = '', rollingUpdate }: StatefulSetUpdateStrategyFields,
  field: string,
): readonly FieldError[] {
  const path = `${field}.rollingUpdate`;
  switch (type) {
    case 'OnDelete':
      return rollingUpdate === undefined
        ? []
        : [invalid(path, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")];
    case 'RollingUpdate': {
      const { partition = 0, maxUnavailable } = rollingUpdate ?? {};
      const errors = validateNonnegativeField(partition, `${path}.partition`);
      if (maxUnavailable === undefined) return errors;
      const at = `${path}.maxUnavailable`;
      const none = intOrPercentValue(maxUnavailable) === 0;
      return [
        ...errors,
        ...validatePositiveIntOrPercent(maxUnavailable, at),
        ...(none ? [invalid(at, maxUnavailable, 'cannot be 0')] : []),
        ...isNotMoreThan100Percent(maxUnavailable, at),
      ];
    }
    default:
      return [invalid(`${field}.type`, type, "must be 'RollingUpdate' or 'OnDelete'")];
  }
}

/**
 * Checks the spec of a DaemonSet after defaulting.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateDaemonSetSpec
 */
export function validateDaemonSetSpec(
  spec: DaemonSetSpecFields,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  return [
    ...validateSelectorAndTemplate(spec.selector, spec.template, field, options),
    ...validateNonnegativeField(spec.minReadySeconds ?? 0, `${field}.minReadySeconds`),
    ...validateDaemonSetUpdateStrategy(spec.updateStrategy ?? {}, `${field}.updateStrategy`),
  ];
}

/**
 * Checks how a DaemonSet is updated.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateDaemonSetUpdateStrategy
 */
export function validateDaemonSetUpdateStrategy(
  { type = '', rollingUpdate }: DaemonSetUpdateStrategyFields,
  field: string,
): readonly FieldError[] {
  switch (type) {
    case 'OnDelete':
      return [];
    case 'RollingUpdate':
      return rollingUpdate === undefined
        ? [required(`${field}.rollingUpdate`)]
        : validateRollingUpdateDaemonSet(rollingUpdate, `${field}.rollingUpdate`);
    default:
      return [notSupported(`${field}.type`, type, ['OnDelete', 'RollingUpdate'])];
  }
}

/**
 * Checks maxUnavailable and maxSurge of a DaemonSet: exactly one of them is not zero, as written.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateRollingUpdateDaemonSet
 */
export function validateRollingUpdateDaemonSet(
  { maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeploymentFields,
  field: string,
): readonly FieldError[] {
  const [unavailable, surge] = [`${field}.maxUnavailable`, `${field}.maxSurge`];
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0;
  const hasSurge = intOrPercentValue(maxSurge) !== 0;
  return [
    ...validatePositiveIntOrPercent(maxUnavailable, unavailable),
    ...validatePositiveIntOrPercent(maxSurge, surge),
    ...isNotMoreThan100Percent(maxUnavailable, unavailable),
    ...isNotMoreThan100Percent(maxSurge, surge),
    ...(hasUnavailable && hasSurge
      ? [invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(!hasUnavailable && !hasSurge ? [required(unavailable, 'cannot be 0 when maxSurge is 0')] : []),
  ];
}
