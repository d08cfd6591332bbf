import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  validateNonnegativeField,
} from './field-error.ts';
import type { JobSpecFields, PodFailurePolicyRuleFields } from './manifest-fields.ts';
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
    ...validatePodTemplateSpec(template, `${field}.template`, options),
    ...(restartPolicy === 'Always' ? [notSupported(path, restartPolicy, ['Never', 'OnFailure'])] : []),
    ...validatePodReplacementPolicy(spec, `${field}.podReplacementPolicy`),
    ...validatePodFailurePolicy(spec, field),
  ];
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
  { podFailurePolicy, template }: JobSpecFields,
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
      validateRule(rule, `${field}.podFailurePolicy.rules[${index}]`),
    ),
  ];
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function validateRule(rule: PodFailurePolicyRuleFields, field: string): readonly FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const both = onExitCodes !== undefined && onPodConditions.length > 0;
  const neither = onExitCodes === undefined && onPodConditions.length === 0;
  const errors: FieldError[] = [];
  if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}.action`, action, ACTIONS));
  const detail = 'specifying both OnExitCodes and OnPodConditions is not supported';
  if (both) errors.push(invalid(field, rule, detail));
  if (neither)
    errors.push(invalid(field, rule, 'specifying one of OnExitCodes and OnPodConditions is required'));
  if (action === 'FailIndex')
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
