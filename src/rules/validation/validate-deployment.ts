import { matchesLabelSelector, validateLabelSelector } from '../machinery/match-label-selector.ts';
import type { FieldError } from './field-error.ts';
import { forbidden, invalid, notSupported, required, validateNonnegativeField } from './field-error.ts';
import type {
  DeploymentSpecFields,
  DeploymentStrategyFields,
  IntOrStringField,
  LabelSelectorFields,
  PodTemplateSpecFields,
  ReplicaSetSpecFields,
  RollingUpdateDeploymentFields,
} from './manifest-fields.ts';
import { isValidPercent } from './name-formats.ts';
import type { PodSpecValidation } from './validate-pod-spec.ts';
import { validatePodTemplateSpec, validateTemplateLifetime } from './validate-pod-spec.ts';

/** By which version a workload is validated, and what it may hold. */
export type WorkloadValidation = Omit<PodSpecValidation, 'resourceIsPod'>;

/**
 * Checks the spec of a Deployment after defaulting: counts, selector, the whole Pod template, strategy and deadlines.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateDeploymentSpec
 */
export function validateDeploymentSpec(
  spec: DeploymentSpecFields,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  const minReadySeconds = spec.minReadySeconds ?? 0;
  const errors: FieldError[] = [
    ...validateNonnegativeField(spec.replicas ?? 0, `${field}.replicas`),
    ...validateSelectorAndTemplate(spec.selector, spec.template, field, options),
    ...validateDeploymentStrategy(spec.strategy ?? {}, `${field}.strategy`),
    ...validateNonnegativeField(minReadySeconds, `${field}.minReadySeconds`),
    ...validateNonnegativeField(spec.revisionHistoryLimit ?? 0, `${field}.revisionHistoryLimit`),
    ...validateNonnegativeField(spec.rollbackTo?.revision ?? 0, `${field}.rollbackTo.revision`),
  ];
  const deadlineSeconds = spec.progressDeadlineSeconds;
  if (deadlineSeconds === undefined) return errors;
  const path = `${field}.progressDeadlineSeconds`;
  for (const each of validateNonnegativeField(deadlineSeconds, path)) errors.push(each);
  if (deadlineSeconds <= minReadySeconds) {
    errors.push(invalid(path, deadlineSeconds, 'must be greater than minReadySeconds'));
  }
  return errors;
}

/**
 * Checks the spec of a ReplicaSet after defaulting.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateReplicaSetSpec
 */
export function validateReplicaSetSpec(
  spec: ReplicaSetSpecFields,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  return [
    ...validateNonnegativeField(spec.replicas ?? 0, `${field}.replicas`),
    ...validateNonnegativeField(spec.minReadySeconds ?? 0, `${field}.minReadySeconds`),
    ...validateSelectorAndTemplate(spec.selector, spec.template, field, options),
  ];
}

/**
 * Checks how a Deployment replaces its Pods. Recreate has no parameters; RollingUpdate must be allowed to add or to remove one.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateDeploymentStrategy
 */
export function validateDeploymentStrategy(
  strategy: DeploymentStrategyFields,
  field: string,
): readonly FieldError[] {
  const path = `${field}.rollingUpdate`;
  switch (strategy.type) {
    case 'Recreate':
      return strategy.rollingUpdate === undefined
        ? []
        : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate':
      return strategy.rollingUpdate === undefined
        ? [required(path, 'is filled in by defaulting')]
        : validateRollingUpdateDeployment(strategy.rollingUpdate, path);
    default:
      return [notSupported(`${field}.type`, strategy.type ?? '', ['Recreate', 'RollingUpdate'])];
  }
}

/**
 * Checks maxSurge and maxUnavailable: whole numbers or percentages, not both zero as written, at most 100 % unavailable.
 * Rounding does not come into it; the controller sees to that.
 *
 * Source: pkg/apis/apps/validation/validation.go ValidateRollingUpdateDeployment
 */
export function validateRollingUpdateDeployment(
  rollingUpdate: RollingUpdateDeploymentFields,
  field: string,
): readonly FieldError[] {
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate;
  const path = `${field}.maxUnavailable`;
  const errors: FieldError[] = [
    ...validatePositiveIntOrPercent(maxUnavailable, path),
    ...validatePositiveIntOrPercent(maxSurge, `${field}.maxSurge`),
  ];
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    errors.push(invalid(path, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...isNotMoreThan100Percent(maxUnavailable, path)];
}

/**
 * A percentage is at most 100.
 * Source: pkg/apis/apps/validation/validation.go IsNotMoreThan100Percent
 */
export function isNotMoreThan100Percent(value: IntOrStringField, field: string): readonly FieldError[] {
  const percent = percentValue(value);
  const tooMuch = percent !== undefined && percent > 100;
  return tooMuch ? [invalid(field, value, 'must not be greater than 100%')] : [];
}

/**
 * What every set of Pods has to have: a selector that its template matches, and a template whose Pods go on for ever.
 * Source: pkg/apis/apps/validation/validation.go ValidatePodTemplateSpecForReplicaSet and the selector checks of its callers
 */
export function validateSelectorAndTemplate(
  selector: LabelSelectorFields | undefined,
  template: PodTemplateSpecFields | undefined,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const path = `${field}.template`;
  const terms = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length;
  if (selector === undefined) errors.push(required(`${field}.selector`));
  else {
    const selectorErrors = validateLabelSelector(selector, `${field}.selector`);
    for (const each of selectorErrors) errors.push(each);
    if (terms === 0) {
      errors.push(invalid(`${field}.selector`, selector, 'empty selector is invalid for deployment'));
    }
    if (selectorErrors.length > 0) {
      // The API server cannot build such a selector and leaves the template unchecked.
      return [...errors, invalid(`${field}.selector`, selector, 'invalid label selector')];
    }
    const labels = template?.metadata?.labels ?? {};
    if (terms > 0 && !matchesLabelSelector(labels, selector)) {
      const detail = '`selector` does not match template `labels`';
      errors.push(invalid(`${path}.metadata.labels`, labels, detail));
    }
  }
  return [
    ...errors,
    ...validatePodTemplateSpec(template ?? {}, path, options),
    ...validateTemplateLifetime(template?.spec ?? {}, `${path}.spec`),
  ];
}

/**
 * A number that is not negative, or a percentage.
 * Source: pkg/apis/apps/validation/validation.go ValidatePositiveIntOrPercent
 */
export function validatePositiveIntOrPercent(value: IntOrStringField, field: string): readonly FieldError[] {
  if (typeof value === 'number') return validateNonnegativeField(value, field);
  return isValidPercent(value).map((rule) => invalid(field, value, rule));
}

function percentValue(value: IntOrStringField): number | undefined {
  return typeof value === 'string' && isValidPercent(value).length === 0
    ? Number(value.slice(0, -1))
    : undefined;
}

/**
 * A string that is no percentage counts as its integer, or as 0 where it is none, as Go's conversion does.
 * Source: pkg/apis/apps/validation/validation.go getIntOrPercentValue
 */
export function intOrPercentValue(value: IntOrStringField): number {
  const percent = percentValue(value);
  if (percent !== undefined) return percent;
  if (typeof value === 'number') return value;
  return /^[+-]?\d+$/.test(value) ? Number(value) : 0;
}
