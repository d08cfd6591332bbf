import type { FieldError } from './field-error.ts';
import { invalid, notSupported } from './field-error.ts';
import type { TolerationFields } from './manifest-fields.ts';
import { isQualifiedName, isValidLabelValue } from './name-formats.ts';

/** The effects of taints. */
export const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/**
 * Checks tolerations: a time goes with the effect NoExecute alone, and one without a key tolerates everything or is none. The
 * operators Lt and Gt (1.35, gate TaintTolerationComparisonOperators) are off by default and so refused.
 *
 * Source: pkg/apis/core/validation/validation.go ValidateTolerations
 */
export function validateTolerations(
  tolerations: readonly TolerationFields[],
  field: string,
): readonly FieldError[] {
  return tolerations.flatMap((toleration, index) => {
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (key !== '') for (const rule of isQualifiedName(key)) errors.push(invalid(`${path}.key`, key, rule));
    if (key === '' && operator !== 'Exists') {
      const rule = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${path}.operator`, operator, rule));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const rule = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalid(`${path}.effect`, effect, rule));
    }
    for (const each of validateOperator(toleration, path)) errors.push(each);
    if (effect !== '' && !TAINT_EFFECTS.includes(effect))
      errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
    return errors;
  });
}

function validateOperator(
  { operator = '', value = '' }: TolerationFields,
  path: string,
): readonly FieldError[] {
  switch (operator) {
    case '':
    case 'Equal':
      return isValidLabelValue(value).map((rule) => invalid(`${path}.operator`, value, rule));
    case 'Exists':
      if (value === '') return [];
      return [invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'")];
    default:
      return [notSupported(`${path}.operator`, operator, ['Equal', 'Exists'])];
  }
}
