import type { FieldError } from './field-error.ts';
import { forbidden, invalid, notSupported, required } from './field-error.ts';
import type {
  NodeSelectorRequirementFields,
  NodeSelectorTermFields,
  NodeSpecFields,
  PodSpecFields,
} from './manifest-fields.ts';
import { isQualifiedName, isValidLabelValue } from './name-formats.ts';
import { validateLabels } from './validate-object-meta.ts';
import { TAINT_EFFECTS } from './validate-tolerations.ts';

/**
 * Checks on which nodes a Pod asks to run: its nodeSelector, and the terms of its required node affinity.
 *
 * Source: pkg/apis/core/validation/validation.go ValidateNodeSelector, ValidateNodeSelectorTerm
 */
export function validateNodePlacement(
  { nodeSelector = {}, requiredNodeAffinity }: PodSpecFields,
  field: string,
): readonly FieldError[] {
  const path = `${field}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  const errors: FieldError[] = [...validateLabels(nodeSelector, `${field}.nodeSelector`)];
  if (requiredNodeAffinity === undefined) return errors;
  const terms = requiredNodeAffinity.nodeSelectorTerms ?? [];
  if (terms.length === 0) errors.push(required(path, 'must have at least one node selector term'));
  for (const [index, term] of terms.entries())
    for (const each of validateTerm(term, `${path}[${index}]`)) errors.push(each);
  return errors;
}

function validateTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTermFields,
  path: string,
): readonly FieldError[] {
  return [
    ...matchExpressions.flatMap((each, index) => {
      const at = `${path}.matchExpressions[${index}]`;
      const { key = '' } = each;
      return [
        ...validateRequirement(each, at),
        ...isQualifiedName(key).map((rule) => invalid(`${at}.key`, key, rule)),
      ];
    }),
    ...matchFields.flatMap(({ key = '', operator = '', values = [] }, index) => {
      const at = `${path}.matchFields[${index}]`;
      const errors: FieldError[] = [];
      if (operator !== 'In' && operator !== 'NotIn')
        errors.push(invalid(`${at}.operator`, operator, 'not a valid selector operator'));
      else if (values.length !== 1)
        errors.push(
          required(
            `${at}.values`,
            'must be only one value when `operator` is In or NotIn for node field selector',
          ),
        );
      if (key !== 'metadata.name') errors.push(invalid(`${at}.key`, key, 'not a valid field selector key'));
      return errors;
    }),
  ];
}

/** Source: pkg/apis/core/validation/validation.go ValidateNodeSelectorRequirement */
function validateRequirement(
  { operator = '', values = [] }: NodeSelectorRequirementFields,
  path: string,
): readonly FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return [];
      return [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return [];
      return [
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      ];
    case 'Gt':
    case 'Lt':
      if (values.length === 1) return [];
      return [required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

/**
 * Checks a node's taints: well-formed keys and values, effects that exist, and none twice with one effect.
 *
 * Source: pkg/apis/core/validation/validation.go ValidateNode, validateNodeTaints
 */
export function validateNodeSpec({ taints = [] }: NodeSpecFields, field: string): readonly FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap(({ key = '', value = '', effect = '' }, index) => {
    const path = `${field}.taints[${index}]`;
    const errors: FieldError[] = [
      ...isQualifiedName(key).map((rule) => invalid(`${path}.key`, key, rule)),
      ...isValidLabelValue(value).map((rule) => invalid(`${path}.value`, value, rule)),
    ];
    if (effect === '') errors.push(required(`${path}.effect`));
    else if (!TAINT_EFFECTS.includes(effect))
      errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
    const name = `${key}:${effect}`;
    if (seen.has(name)) errors.push(invalid(path, name, 'taints must be unique by key and effect pair'));
    seen.add(name);
    return errors;
  });
}
