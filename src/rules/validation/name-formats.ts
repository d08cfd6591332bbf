import type { FieldError } from './field-error.ts';
import { invalid } from './field-error.ts';
import type { IntOrStringField } from './manifest-fields.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/**
 * Complaints about a DNS label (names of containers, ports of a Service). Empty where it is one.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsDNS1123Label
 */
export function isDNS1123Label(value: string): readonly string[] {
  return checkFormat(
    value,
    63,
    DNS_LABEL,
    "must consist of lower case letters, digits or '-', and start and end with a letter or digit",
  );
}

/**
 * Complaints about a name of a Service, which must start with a letter.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsDNS1035Label
 */
export function isDNS1035Label(value: string): readonly string[] {
  return checkFormat(
    value,
    63,
    DNS_1035_LABEL,
    "must consist of lower case letters, digits or '-', start with a letter, and end with a letter or digit",
  );
}

/**
 * Complaints about the name of an object that may contain dots.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsDNS1123Subdomain
 */
export function isDNS1123Subdomain(value: string): readonly string[] {
  return checkFormat(
    value,
    253,
    DNS_SUBDOMAIN,
    "must consist of lower case letters, digits, '-' or '.', and start and end with a letter or digit",
  );
}

/**
 * Complaints about the key of a label or the type of a condition: `name` or `dns.prefix/name`.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsQualifiedName
 */
export function isQualifiedName(value: string): readonly string[] {
  const parts = value.split('/');
  if (parts.length > 2) return ['must be a name with at most one prefix before a single "/"'];
  const name = parts[parts.length - 1] ?? '';
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const errors: string[] = [];
  if (prefix !== undefined) {
    if (prefix === '') errors.push('prefix part must be non-empty');
    else
      for (const each of isDNS1123Subdomain(prefix).map((message) => `prefix part ${message}`))
        errors.push(each);
  }
  if (name === '') return [...errors, 'name part must be non-empty'];
  if (name.length > 63) errors.push('name part must be no more than 63 characters');
  if (!QUALIFIED_NAME_PART.test(name)) {
    errors.push(
      "name part must consist of letters, digits, '-', '_' or '.', and start and end with a letter or digit",
    );
  }
  return errors;
}

/**
 * Complaints about the value of a label; an empty one is fine.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsValidLabelValue
 */
export function isValidLabelValue(value: string): readonly string[] {
  if (value === '') return [];
  return checkFormat(
    value,
    63,
    QUALIFIED_NAME_PART,
    "must be empty or consist of letters, digits, '-', '_' or '.', and start and end with a letter or digit",
  );
}

/**
 * Complaints about the name of a port.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsValidPortName
 */
export function isValidPortName(name: string): readonly string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) errors.push('must contain only lower case letters, digits and hyphens');
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/**
 * Complaints about the number of a port.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsValidPortNum
 */
export function isValidPortNum(port: number): readonly string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

/**
 * Complaints about the name of an HTTP header.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsHTTPHeaderName
 */
export function isHTTPHeaderName(name: string): readonly string[] {
  return /^[-A-Za-z0-9]+$/.test(name)
    ? []
    : ["a valid HTTP header must consist of letters, digits and '-' (e.g. 'X-Header-Name')"];
}

/**
 * Complaints about a percentage.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsValidPercent
 */
export function isValidPercent(percent: string): readonly string[] {
  return /^[0-9]+%$/.test(percent)
    ? []
    : ["a valid percent string must be a number followed by '%' (e.g. '1%' or '93%')"];
}

/**
 * Checks a port that is a number or the name of a container port. Absent is 0, which is no port.
 * Source: pkg/apis/core/validation/validation.go ValidatePortNumOrName
 */
export function validatePortNumOrName(port: IntOrStringField, field: string): readonly FieldError[] {
  const messages = typeof port === 'number' ? isValidPortNum(port) : isValidPortName(port);
  return messages.map((message) => invalid(field, port, message));
}

function checkFormat(value: string, maxLength: number, format: RegExp, rule: string): readonly string[] {
  const errors: string[] = [];
  if (value.length > maxLength) errors.push(`must be no more than ${maxLength} characters`);
  if (!format.test(value)) errors.push(rule);
  return errors;
}
