import { validateLabelSelector } from '../machinery/match-label-selector.ts';
import type { FieldError } from './field-error.ts';
import { invalid, notSupported } from './field-error.ts';
import type { IntOrStringField, LabelSelectorFields } from './manifest-fields.ts';
import { isValidPercent } from './name-formats.ts';

/** The spec of a PodDisruptionBudget as a user may have written it. */
export interface DisruptionBudgetFields {
  readonly minAvailable?: IntOrStringField | undefined;
  readonly maxUnavailable?: IntOrStringField | undefined;
  readonly selector?: LabelSelectorFields | undefined;
  readonly unhealthyPodEvictionPolicy?: string | undefined;
}

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/**
 * Checks the spec of a PodDisruptionBudget: one of the two numbers, none negative, no percentage above 100 %.
 *
 * Source: pkg/apis/policy/validation/validation.go ValidatePodDisruptionBudgetSpec
 */
export function validateDisruptionBudgetSpec(
  spec: DisruptionBudgetFields,
  field: string,
): readonly FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(
      invalid(field, 'minAvailable, maxUnavailable', 'minAvailable and maxUnavailable cannot be both set'),
    );
  }
  for (const each of validateCount(minAvailable, `${field}.minAvailable`)) errors.push(each);
  for (const each of validateCount(maxUnavailable, `${field}.maxUnavailable`)) errors.push(each);
  if (selector !== undefined)
    for (const each of validateLabelSelector(selector, `${field}.selector`)) errors.push(each);
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupported(`${field}.unhealthyPodEvictionPolicy`, policy, POLICIES));
  }
  return errors;
}

function validateCount(count: IntOrStringField | undefined, field: string): FieldError[] {
  if (count === undefined) return [];
  if (typeof count === 'number') {
    return count < 0 ? [invalid(field, count, 'must be greater than or equal to 0')] : [];
  }
  const rules = isValidPercent(count);
  if (rules.length > 0) return rules.map((rule) => invalid(field, count, rule));
  return Number(count.slice(0, -1)) > 100 ? [invalid(field, count, 'must not be greater than 100%')] : [];
}
