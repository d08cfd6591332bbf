/** What an API server says about one field of an object that it refuses. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** The path as the API server prints it: `spec.template.spec.containers[0].lifecycle.preStop.sleep`. */
  readonly field: string;
  readonly value?: unknown;
  readonly detail: string;
  /** Only of `NotSupported`: the values that would have been accepted, sorted. */
  readonly supported?: readonly string[];
}

/** Of which kind the API server's complaint about a field is. */
export type FieldErrorType = 'Required' | 'Invalid' | 'Forbidden' | 'NotSupported' | 'Duplicate' | 'TooLong';

const typeText: Readonly<Record<FieldErrorType, string>> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  Forbidden: 'Forbidden',
  NotSupported: 'Unsupported value',
  Duplicate: 'Duplicate value',
  TooLong: 'Too long',
};

/**
 * A field that must be set and is not.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Required
 */
export function required(field: string, detail = ''): FieldError {
  return { type: 'Required', field, detail };
}

/**
 * A field whose value breaks a rule; `detail` is the rule in the API server's words.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Invalid
 */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}

/**
 * A field that must not be set here.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Forbidden
 */
export function forbidden(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, detail };
}

/**
 * A value that is none of `supported`, which are listed in the order given.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go NotSupported
 */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`;
  return { type: 'NotSupported', field, value, detail, supported };
}

/**
 * A value that must occur once and occurs again.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Duplicate
 */
export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'Duplicate', field, value, detail: '' };
}

/**
 * Refuses numbers below 0.
 * Source: staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateNonnegativeField
 */
export function validateNonnegativeField(value: number, field: string): readonly FieldError[] {
  return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
}

/**
 * Prints an error in the form that an API server returns: `field: Invalid value: 60: detail`.
 * Source: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Error
 */
export function formatFieldError(error: FieldError): string {
  const showsValue = error.type === 'Invalid' || error.type === 'NotSupported' || error.type === 'Duplicate';
  const value = showsValue ? `: ${JSON.stringify(error.value) ?? 'null'}` : '';
  const detail = error.detail === '' ? '' : `: ${error.detail}`;
  return `${error.field}: ${typeText[error.type]}${value}${detail}`;
}
