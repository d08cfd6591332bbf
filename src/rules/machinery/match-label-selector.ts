import type { FieldError } from '../validation/field-error.ts';
import { forbidden, invalid, required } from '../validation/field-error.ts';
import type { LabelSelectorFields } from '../validation/manifest-fields.ts';
import { isQualifiedName, isValidLabelValue } from '../validation/name-formats.ts';
import { validateLabels } from '../validation/validate-object-meta.ts';

/** Labels of an object, or those that a Service selects by. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Whether labels satisfy a LabelSelector: every label and every expression of it. An empty selector matches everything.
 * `NotIn` matches where the label is absent. An unknown operator matches nothing.
 *
 * Source: staging/src/k8s.io/apimachinery/pkg/labels/selector.go Requirement.Matches
 */
export function matchesLabelSelector(labels: Labels, selector: LabelSelectorFields): boolean {
  const exact = Object.entries(selector.matchLabels ?? {});
  if (!exact.every(([key, value]) => labelOf(labels, key) === value)) return false;
  return (selector.matchExpressions ?? []).every(({ key = '', operator, values = [] }) => {
    return requirementMatches(labelOf(labels, key), operator, values);
  });
}

/**
 * Whether a label's value, or its absence, is what an operator asks for.
 *
 * Source: staging/src/k8s.io/apimachinery/pkg/labels/selector.go Requirement.Matches
 */
export function requirementMatches(
  value: string | undefined,
  operator: string | undefined,
  values: readonly string[],
): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/**
 * Whether two sets of labels are the same, whatever their order.
 *
 * Source: staging/src/k8s.io/apimachinery/pkg/labels/labels.go Equals
 */
export function labelsEqual(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}

/**
 * Whether a Service's selector picks a Pod with these labels. A Service without selector picks nothing:
 * its endpoints are somebody else's work.
 *
 * Source: staging/src/k8s.io/endpointslice/utils.go, pkg/controller/endpointslice/endpointslice_controller.go syncService
 */
export function matchesServiceSelector(labels: Labels, selector: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labelOf(labels, key) === value);
}

/**
 * Checks a LabelSelector: known operators, values where the operator takes some, well-formed keys and values.
 *
 * Source: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector
 */
export function validateLabelSelector(selector: LabelSelectorFields, field: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateLabels(selector.matchLabels ?? {}, `${field}.matchLabels`)];
  (selector.matchExpressions ?? []).forEach(({ key = '', operator = '', values = [] }, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) {
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        errors.push(
          forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      }
    } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
    for (const each of isQualifiedName(key).map((rule) => invalid(`${path}.key`, key, rule)))
      errors.push(each);
    values.forEach((value, valueIndex) => {
      const rules = isValidLabelValue(value);
      for (const each of rules.map((rule) => invalid(`${path}.values[${valueIndex}]`, value, rule)))
        errors.push(each);
    });
  });
  return errors;
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
