import type { WrittenScalingRules } from '../autoscaling/scaling-rules.ts';
import type { MinorVersion } from '../machinery/version.ts';
import { type FieldError, invalid, notSupported, required } from './field-error.ts';

/** The spec of a HorizontalPodAutoscaler as a user may have written it. */
export interface AutoscalerFields {
  readonly scaleTargetRef?:
    | { readonly kind?: string | undefined; readonly name?: string | undefined }
    | undefined;
  readonly minReplicas?: number | undefined;
  readonly maxReplicas?: number | undefined;
  readonly behavior?:
    | {
        readonly scaleUp?: ScalingRulesFields | undefined;
        readonly scaleDown?: ScalingRulesFields | undefined;
      }
    | undefined;
}

/** An autoscaler's rules for one direction, as a manifest may have them. */
export interface ScalingRulesFields {
  readonly stabilizationWindowSeconds?: number | undefined;
  readonly selectPolicy?: string | undefined;
  readonly policies?: readonly ScalingPolicyFields[] | undefined;
  readonly tolerance?: number | undefined;
}

/** An autoscaler's scaling policy, as a manifest may have it. */
export interface ScalingPolicyFields {
  readonly type?: string | undefined;
  readonly value?: number | undefined;
  readonly periodSeconds?: number | undefined;
}

/**
 * Checks the spec of a HorizontalPodAutoscaler: its target, its bounds, its behaviour. One replica is the least that it may ask for.
 *
 * Source: pkg/apis/autoscaling/validation/validation.go validateHorizontalPodAutoscalerSpec
 */
export function validateAutoscalerSpec(spec: AutoscalerFields, field: string): readonly FieldError[] {
  const { minReplicas = 1, maxReplicas = 0, scaleTargetRef, behavior } = spec;
  const target = `${field}.scaleTargetRef`;
  return [
    ...(minReplicas < 1
      ? [invalid(`${field}.minReplicas`, minReplicas, 'must be greater than or equal to 1')]
      : []),
    ...(maxReplicas < 1 ? [invalid(`${field}.maxReplicas`, maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas
      ? [invalid(`${field}.maxReplicas`, maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...((scaleTargetRef?.kind ?? '') === '' ? [required(`${target}.kind`)] : []),
    ...((scaleTargetRef?.name ?? '') === '' ? [required(`${target}.name`)] : []),
    ...validateScalingRules(behavior?.scaleUp, `${field}.behavior.scaleUp`),
    ...validateScalingRules(behavior?.scaleDown, `${field}.behavior.scaleDown`),
  ];
}

/**
 * Checks the rules of one direction: the window is at most an hour, and each policy has a number and a period of at most half an hour.
 *
 * Source: pkg/apis/autoscaling/validation/validation.go validateScalingRules, validateScalingPolicy
 */
export function validateScalingRules(
  rules: ScalingRulesFields | undefined,
  field: string,
): readonly FieldError[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy = 'Max', policies, tolerance = 0 } = rules;
  const at = `${field}.stabilizationWindowSeconds`;
  return [
    ...(window < 0 ? [invalid(at, window, 'must be greater than or equal to zero')] : []),
    ...(window > 3600 ? [invalid(at, window, 'must be less than or equal to 3600')] : []),
    ...(['Max', 'Min', 'Disabled'].includes(selectPolicy)
      ? []
      : [notSupported(`${field}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min'])]),
    ...(policies?.length === 0 ? [required(`${field}.policies`, 'must specify at least one Policy')] : []),
    ...(policies ?? []).flatMap((policy, index) => validatePolicy(policy, `${field}.policies[${index}]`)),
    ...(tolerance < 0 ? [invalid(`${field}.tolerance`, tolerance, 'must be greater or equal to 0')] : []),
  ];
}

function validatePolicy(
  { type = '', value = 0, periodSeconds = 0 }: ScalingPolicyFields,
  field: string,
): FieldError[] {
  const period = `${field}.periodSeconds`;
  return [
    ...(type === 'Pods' || type === 'Percent'
      ? []
      : [notSupported(`${field}.type`, type, ['Percent', 'Pods'])]),
    ...(value <= 0 ? [invalid(`${field}.value`, value, 'must be greater than zero')] : []),
    ...(periodSeconds <= 0 ? [invalid(period, periodSeconds, 'must be greater than zero')] : []),
    ...(periodSeconds > 1800 ? [invalid(period, periodSeconds, 'must be less than or equal to 1800')] : []),
  ];
}

/**
 * Whether an autoscaler's own tolerance counts, instead of the controller's.
 * Versions: from 1.35 (gate HPAConfigurableTolerance, alpha in 1.33).
 *
 * Source: pkg/apis/autoscaling/v2/defaults.go; pkg/controller/podautoscaler/horizontal.go
 */
export function hasOwnTolerance(rules: ScalingRulesFields | undefined, minor: MinorVersion): boolean {
  return minor >= 35 && rules?.tolerance !== undefined;
}

/**
 * The rules of one direction as the API server stores them, before defaults: a policy of another type is gone with its error.
 *
 * Source: pkg/apis/autoscaling/v2/conversion.go
 */
export function writtenScalingRules(rules: ScalingRulesFields | undefined): WrittenScalingRules | null {
  if (rules === undefined) return null;
  const { selectPolicy, policies, stabilizationWindowSeconds } = rules;
  return {
    stabilizationWindowSeconds,
    selectPolicy: selectPolicy === 'Min' || selectPolicy === 'Disabled' ? selectPolicy : 'Max',
    policies: policies?.map(({ type, value = 0, periodSeconds = 0 }) => ({
      type: type === 'Pods' ? 'Pods' : 'Percent',
      value,
      periodSeconds,
    })),
  };
}
