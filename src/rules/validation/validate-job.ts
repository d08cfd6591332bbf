import { parseIndexes } from '../batch/indexed-job.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  validateNonnegativeField,
} from './field-error.ts';
import type {
  JobSpecFields,
  PodFailurePolicyRuleFields,
  SuccessPolicyRuleFields,
} from './manifest-fields.ts';
import type { WorkloadValidation } from './validate-deployment.ts';
import { validatePodTemplateSpec } from './validate-pod-spec.ts';

/**
 * Checks the spec of a Job after defaulting: counts, mode, the policy for failures, and Pods that end.
 *
 * Source: pkg/apis/batch/validation/validation.go ValidateJobSpec, validateJobSpec
 */
export function validateJobSpec(
  spec: JobSpecFields,
  field: string,
  options: WorkloadValidation,
): readonly FieldError[] {
  const counts = [
    'parallelism',
    'completions',
    'backoffLimit',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
    'activeDeadlineSeconds',
    'ttlSecondsAfterFinished',
  ] as const;
  const { completionMode = '', completions, template = {} } = spec;
  const modes = ['NonIndexed', 'Indexed'];
  const restartPolicy = template.spec?.restartPolicy;
  const path = `${field}.template.spec.restartPolicy`;
  return [
    ...counts.flatMap((key) => validateNonnegativeField(spec[key] ?? 0, `${field}.${key}`)),
    ...(modes.includes(completionMode)
      ? []
      : [notSupported(`${field}.completionMode`, completionMode, modes)]),
    ...(completionMode === 'Indexed' && completions === undefined
      ? [required(`${field}.completions`, 'when completion mode is Indexed')]
      : []),
    ...validateIndexedFields(spec, field),
    ...validateSuccessPolicy(spec, `${field}.successPolicy`),
    ...validatePodTemplateSpec(template, `${field}.template`, options),
    ...(restartPolicy === 'Always' ? [notSupported(path, restartPolicy, ['Never', 'OnFailure'])] : []),
    ...validatePodReplacementPolicy(spec, `${field}.podReplacementPolicy`),
    ...validatePodFailurePolicy(spec, field),
  ];
}

/**
 * Checks the limits of single indexes: only a Job that has indexes may have them.
 *
 * Source: pkg/apis/batch/validation/validation.go validateJobSpec
 */
export function validateIndexedFields(spec: JobSpecFields, field: string): readonly FieldError[] {
  const { completionMode, completions = 0, backoffLimitPerIndex, maxFailedIndexes, successPolicy } = spec;
  const indexed = completionMode === 'Indexed';
  const fields = { backoffLimitPerIndex, maxFailedIndexes, successPolicy };
  const errors: FieldError[] = [];
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined)
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  if (indexed && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.push(
      invalid(`${field}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'),
    );
  if (indexed) return errors;
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined)
      errors.push(invalid(`${field}.${key}`, value, 'requires indexed completion mode'));
  }
  return errors;
}

/**
 * Checks when a Job is done early: rules that name indexes that exist, or a count that can be reached.
 *
 * Source: pkg/apis/batch/validation/validation.go validateSuccessPolicy, validateSuccessPolicyRule
 */
export function validateSuccessPolicy(
  { successPolicy, completions = 0 }: JobSpecFields,
  field: string,
): readonly FieldError[] {
  if (successPolicy === undefined) return [];
  const { rules } = successPolicy;
  const none = 'at least one rules must be specified when the successPolicy is specified';
  if (rules.length === 0) return [required(`${field}.rules`, none)];
  return rules.flatMap((rule, index) => validateSuccessRule(rule, `${field}.rules[${index}]`, completions));
}

function validateSuccessRule(
  { succeededIndexes, succeededCount }: SuccessPolicyRuleFields,
  field: string,
  completions: number,
): readonly FieldError[] {
  if (succeededIndexes === undefined && succeededCount === undefined)
    return [required(field, 'at least one of succeededCount or succeededIndexes must be specified')];
  const errors: FieldError[] = [];
  const named = succeededIndexes === undefined ? null : parseIndexes(succeededIndexes);
  const last = named?.at(-1)?.[1] ?? -1;
  if (succeededIndexes !== undefined && (named === null || last >= completions))
    errors.push(
      invalid(
        `${field}.succeededIndexes`,
        succeededIndexes,
        named === null
          ? 'must be indexes in ascending order, as in 1,3-5'
          : `too large index: "${last}"; completions is ${completions}`,
      ),
    );
  if (succeededCount === undefined) return errors;
  const path = `${field}.succeededCount`;
  const most = named?.reduce((sum, [first, end]) => sum + end - first + 1, 0) ?? completions;
  if (succeededCount < 1) errors.push(invalid(path, succeededCount, 'must be greater than 0'));
  if (succeededCount > completions)
    errors.push(
      invalid(
        path,
        succeededCount,
        `must be less than or equal to ${completions} (the number of specified completions)`,
      ),
    );
  else if (succeededCount > most)
    errors.push(
      invalid(
        path,
        succeededCount,
        `must be less than or equal to ${most} (the number of indexes in the specified succeededIndexes field)`,
      ),
    );
  return errors;
}

/**
 * Checks when Pods that terminate are replaced: with a podFailurePolicy only once they have failed.
 *
 * Source: pkg/apis/batch/validation/validation.go validatePodReplacementPolicy
 */
export function validatePodReplacementPolicy(
  { podReplacementPolicy, podFailurePolicy }: JobSpecFields,
  field: string,
): readonly FieldError[] {
  if (podReplacementPolicy === undefined) return [];
  const known = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  return known.includes(podReplacementPolicy) ? [] : [notSupported(field, podReplacementPolicy, known)];
}

/**
 * Checks what is done about Pods that failed: Pods that are never restarted, an action, and one of exit codes and conditions.
 *
 * Source: pkg/apis/batch/validation/validation.go validatePodFailurePolicy, validatePodFailurePolicyRule
 */
export function validatePodFailurePolicy(
  { podFailurePolicy, template, backoffLimitPerIndex }: JobSpecFields,
  field: string,
): readonly FieldError[] {
  if (podFailurePolicy === undefined) return [];
  const restartPolicy = template?.spec?.restartPolicy ?? '';
  const detail = 'only "Never" is supported when podFailurePolicy is specified';
  return [
    ...(restartPolicy === 'Never'
      ? []
      : [invalid(`${field}.template.spec.restartPolicy`, restartPolicy, detail)]),
    ...podFailurePolicy.rules.flatMap((rule, index) =>
      validateRule(rule, `${field}.podFailurePolicy.rules[${index}]`, backoffLimitPerIndex !== undefined),
    ),
  ];
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function validateRule(
  rule: PodFailurePolicyRuleFields,
  field: string,
  perIndex: boolean,
): readonly FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const both = onExitCodes !== undefined && onPodConditions.length > 0;
  const neither = onExitCodes === undefined && onPodConditions.length === 0;
  const errors: FieldError[] = [];
  if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}.action`, action, ACTIONS));
  const detail = 'specifying both OnExitCodes and OnPodConditions is not supported';
  if (both) errors.push(invalid(field, rule, detail));
  if (neither)
    errors.push(invalid(field, rule, 'specifying one of OnExitCodes and OnPodConditions is required'));
  if (action === 'FailIndex' && !perIndex)
    errors.push(forbidden(`${field}.action`, 'requires the use of job backoffLimitPerIndex'));
  if (onExitCodes === undefined) return errors;
  const { operator = '', values = [] } = onExitCodes;
  const path = `${field}.onExitCodes`;
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(notSupported(`${path}.operator`, operator, ['In', 'NotIn']));
  if (values.length === 0) errors.push(invalid(`${path}.values`, values, 'at least one value is required'));
  if (operator === 'In' && values.includes(0))
    errors.push(invalid(`${path}.values`, 0, 'must not be 0 for the In operator'));
  return errors;
}
