import { type FieldError, forbidden, invalid, required, validateNonnegativeField } from './field-error.ts';
import type { DeploymentSpecFields, IntOrStringField } from './manifest-fields.ts';
import { validateDeploymentSpec, type WorkloadValidation } from './validate-deployment.ts';

/** An Argo Rollout, as a manifest may have it. */
export interface RolloutSpecFields extends Omit<DeploymentSpecFields, 'strategy'> {
  readonly strategy?: RolloutStrategyFields | undefined;
}

/** `spec.strategy` of an Argo Rollout, as written: one of the two. */
export interface RolloutStrategyFields {
  readonly canary?: CanaryFields | undefined;
  readonly blueGreen?: BlueGreenFields | undefined;
}

/** `spec.strategy.canary` of an Argo Rollout, as written. */
export interface CanaryFields {
  readonly maxSurge?: IntOrStringField | undefined;
  readonly maxUnavailable?: IntOrStringField | undefined;
  readonly stableService?: string | undefined;
  readonly canaryService?: string | undefined;
  readonly scaleDownDelaySeconds?: number | undefined;
  readonly scaleDownDelayRevisionLimit?: number | undefined;
  readonly dynamicStableScale?: boolean | undefined;
  readonly minPodsPerReplicaSet?: number | undefined;
  /** Whether a mesh or an Ingress shares the requests. */
  readonly trafficRouting?: boolean | undefined;
  readonly steps?: readonly CanaryStepFields[] | undefined;
}

/** One of `spec.strategy.canary.steps`, as written. */
export interface CanaryStepFields {
  readonly setWeight?: number | undefined;
  readonly pause?: { readonly duration?: IntOrStringField | undefined } | undefined;
  readonly setCanaryScale?:
    | {
        readonly replicas?: number | undefined;
        readonly weight?: number | undefined;
        readonly matchTrafficWeight?: boolean | undefined;
      }
    | undefined;
  /** Names of the members that are none of these: `analysis`, `experiment`, `setHeaderRoute` … */
  readonly others: readonly string[];
}

/** `spec.strategy.blueGreen` of an Argo Rollout, as written. */
export interface BlueGreenFields {
  readonly activeService?: string | undefined;
  readonly previewService?: string | undefined;
  readonly previewReplicaCount?: number | undefined;
  readonly autoPromotionEnabled?: boolean | undefined;
  readonly autoPromotionSeconds?: number | undefined;
  readonly scaleDownDelaySeconds?: number | undefined;
  readonly scaleDownDelayRevisionLimit?: number | undefined;
  readonly maxUnavailable?: IntOrStringField | undefined;
}

/**
 * Checks an Argo Rollout as its controller does: what it shares with a Deployment, and one strategy whose parts agree.
 *
 * Source: argo-rollouts pkg/apis/rollouts/validation/validation.go ValidateRolloutSpec
 */
export function validateRolloutSpec(
  spec: RolloutSpecFields,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  const { strategy: { canary, blueGreen } = {}, ...shared } = spec;
  const path = `${field}.strategy`;
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const errors = validateDeploymentSpec({ ...shared, strategy: rolling }, field, options);
  if (canary === undefined && blueGreen === undefined) return [...errors, required(path)];
  if (canary !== undefined && blueGreen !== undefined)
    return [...errors, forbidden(`${path}.blueGreen`, 'multiple Strategies can not be listed')];
  return [
    ...errors,
    ...(canary === undefined ? [] : validateCanary(canary, `${path}.canary`)),
    ...(blueGreen === undefined ? [] : validateBlueGreen(blueGreen, `${path}.blueGreen`)),
  ];
}

/**
 * Checks a blue-green strategy: an active Service, which is not the preview's.
 *
 * Source: argo-rollouts pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategyBlueGreen
 */
export function validateBlueGreen(strategy: BlueGreenFields, field: string): readonly FieldError[] {
  const { activeService = '', previewService, previewReplicaCount = 0 } = strategy;
  const { autoPromotionSeconds = 0, scaleDownDelaySeconds = 0 } = strategy;
  return [
    ...(activeService === '' ? [required(`${field}.activeService`)] : []),
    ...(activeService !== '' && activeService === previewService
      ? [invalid(`${field}.previewService`, previewService, 'must not be the activeService')]
      : []),
    ...validateNonnegativeField(previewReplicaCount, `${field}.previewReplicaCount`),
    ...validateNonnegativeField(autoPromotionSeconds, `${field}.autoPromotionSeconds`),
    ...validateNonnegativeField(scaleDownDelaySeconds, `${field}.scaleDownDelaySeconds`),
  ];
}

/**
 * Checks a canary: it may add or remove a Pod, and each step says one thing.
 *
 * Source: argo-rollouts pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategyCanary
 */
export function validateCanary(strategy: CanaryFields, field: string): readonly FieldError[] {
  const { maxSurge, maxUnavailable, stableService, canaryService, trafficRouting = false } = strategy;
  const isNone = (value: IntOrStringField | undefined) => value === 0 || value === '0' || value === '0%';
  return [
    ...(isNone(maxSurge) && isNone(maxUnavailable)
      ? [invalid(`${field}.maxSurge`, maxSurge, 'maxSurge and maxUnavailable both can not be zero')]
      : []),
    ...(stableService !== undefined && stableService === canaryService
      ? [invalid(`${field}.canaryService`, canaryService, 'must not be the stableService')]
      : []),
    ...(strategy.scaleDownDelaySeconds !== undefined && !trafficRouting
      ? [
          invalid(
            `${field}.scaleDownDelaySeconds`,
            strategy.scaleDownDelaySeconds,
            'can only be used with traffic routing',
          ),
        ]
      : []),
    ...(strategy.dynamicStableScale === true && !trafficRouting
      ? [invalid(`${field}.dynamicStableScale`, true, 'can only be used with traffic routing')]
      : []),
    ...(strategy.dynamicStableScale === true && strategy.scaleDownDelaySeconds !== undefined
      ? [invalid(`${field}.dynamicStableScale`, true, 'can not be used together with scaleDownDelaySeconds')]
      : []),
    ...(strategy.steps ?? []).flatMap((step, index) =>
      validateStep(step, `${field}.steps[${index}]`, trafficRouting),
    ),
  ];
}

function validateStep(step: CanaryStepFields, field: string, trafficRouting: boolean): readonly FieldError[] {
  const { setWeight, pause, setCanaryScale, others } = step;
  const said = [setWeight, pause, setCanaryScale].filter((each) => each !== undefined).length + others.length;
  if (said !== 1) return [invalid(field, said, 'must say one thing: setWeight, pause, setCanaryScale …')];
  if (setWeight !== undefined && (setWeight < 0 || setWeight > 100))
    return [invalid(`${field}.setWeight`, setWeight, 'must be between 0 and 100')];
  if (setCanaryScale !== undefined && !trafficRouting)
    return [invalid(`${field}.setCanaryScale`, 'set', 'can only be used with traffic routing')];
  const { duration } = pause ?? {};
  if (duration !== undefined && (pauseSeconds(duration) ?? -1) < 0)
    return [
      invalid(`${field}.pause.duration`, duration, 'must be seconds, or a duration as 90s, 5m or 1h30m'),
    ];
  return [];
}

const SECONDS_IN: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/**
 * The seconds of a pause: a number, or a Go duration; null where it is neither.
 *
 * Source: argo-rollouts pkg/apis/rollouts/v1alpha1/types.go RolloutPause.DurationSeconds
 */
export function pauseSeconds(duration: IntOrStringField): number | null {
  if (typeof duration === 'number') return duration;
  if (/^-?\d+$/.test(duration)) return Number(duration);
  if (!/^(\d+(\.\d+)?[hms])+$/.test(duration)) return null;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  return Math.floor(parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS_IN[unit!]!, 0));
}
