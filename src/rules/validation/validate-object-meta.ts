import type { FieldError } from './field-error.ts';
import { invalid, required } from './field-error.ts';
import type { ObjectMetaFields } from './manifest-fields.ts';
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
} from './name-formats.ts';

/**
 * Checks the name, namespace, labels and annotations of an object. A Service's name is a DNS label that starts with a letter;
 * the other kinds may have dots. The shorter form of a Service's name is checked for every version: the gate
 * RelaxedServiceNameValidation (alpha since 1.34) is taken as off.
 *
 * Source: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMeta
 */
export function validateObjectMeta(
  metadata: ObjectMetaFields,
  field: string,
  kind: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', namespace = '', labels = {}, annotations = {} } = metadata;
  if (name === '') errors.push(required(`${field}.name`, 'name or generateName is required'));
  else {
    const rules = kind === 'Service' ? isDNS1035Label(name) : isDNS1123Subdomain(name);
    for (const each of rules.map((rule) => invalid(`${field}.name`, name, rule))) errors.push(each);
  }
  if (namespace !== '') {
    for (const each of isDNS1123Label(namespace).map((rule) =>
      invalid(`${field}.namespace`, namespace, rule),
    ))
      errors.push(each);
  }
  for (const each of validateLabels(labels, `${field}.labels`)) errors.push(each);
  for (const key of Object.keys(annotations)) {
    const rules = isQualifiedName(key.toLowerCase());
    for (const each of rules.map((rule) => invalid(`${field}.annotations`, key, rule))) errors.push(each);
  }
  return errors;
}

/**
 * Checks the keys and values of labels; every complaint is made about the map as a whole.
 *
 * Source: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabels
 */
export function validateLabels(
  labels: Readonly<Record<string, string>>,
  field: string,
): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...isQualifiedName(key).map((rule) => invalid(field, key, rule)),
    ...isValidLabelValue(value).map((rule) => invalid(field, value, rule)),
  ]);
}
