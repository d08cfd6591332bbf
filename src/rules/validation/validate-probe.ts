import type { FieldError } from './field-error.ts';
import { invalid, validateNonnegativeField } from './field-error.ts';
import type { ProbeFields } from './manifest-fields.ts';
import { validateHandler } from './validate-handler.ts';
import type { SleepValidation } from './validate-sleep.ts';

/**
 * Checks what holds for every probe, after defaulting (so a 0 that stands for "default" has been replaced).
 *
 * Source: pkg/apis/core/validation/validation.go validateProbe
 */
export function validateProbe(
  probe: ProbeFields | undefined,
  field: string,
  options: SleepValidation,
): readonly FieldError[] {
  if (probe === undefined) return [];
  const graceSeconds = probe.terminationGracePeriodSeconds;
  return [
    ...validateHandler(probe, field, options),
    ...validateNonnegativeField(probe.initialDelaySeconds ?? 0, `${field}.initialDelaySeconds`),
    ...validateNonnegativeField(probe.timeoutSeconds ?? 0, `${field}.timeoutSeconds`),
    ...validateNonnegativeField(probe.periodSeconds ?? 0, `${field}.periodSeconds`),
    ...validateNonnegativeField(probe.successThreshold ?? 0, `${field}.successThreshold`),
    ...validateNonnegativeField(probe.failureThreshold ?? 0, `${field}.failureThreshold`),
    ...(graceSeconds !== undefined && graceSeconds <= 0
      ? [invalid(`${field}.terminationGracePeriodSeconds`, graceSeconds, 'must be greater than 0')]
      : []),
  ];
}

/**
 * Checks a liveness probe: one success must be enough.
 *
 * Source: pkg/apis/core/validation/validation.go validateLivenessProbe
 */
export function validateLivenessProbe(
  probe: ProbeFields | undefined,
  field: string,
  options: SleepValidation,
): readonly FieldError[] {
  return [...validateProbe(probe, field, options), ...requireSingleSuccess(probe, field)];
}

/**
 * Checks a startup probe: one success must be enough.
 *
 * Source: pkg/apis/core/validation/validation.go validateStartupProbe
 */
export function validateStartupProbe(
  probe: ProbeFields | undefined,
  field: string,
  options: SleepValidation,
): readonly FieldError[] {
  return [...validateProbe(probe, field, options), ...requireSingleSuccess(probe, field)];
}

/**
 * Checks a readiness probe: it never kills, so it has no grace period of its own.
 *
 * Source: pkg/apis/core/validation/validation.go validateReadinessProbe
 */
export function validateReadinessProbe(
  probe: ProbeFields | undefined,
  field: string,
  options: SleepValidation,
): readonly FieldError[] {
  const errors = validateProbe(probe, field, options);
  const graceSeconds = probe?.terminationGracePeriodSeconds;
  if (graceSeconds === undefined) return errors;
  return [
    ...errors,
    invalid(`${field}.terminationGracePeriodSeconds`, graceSeconds, 'must not be set for readinessProbes'),
  ];
}

function requireSingleSuccess(probe: ProbeFields | undefined, field: string): readonly FieldError[] {
  const successThreshold = probe?.successThreshold ?? 0;
  if (probe === undefined || successThreshold === 1) return [];
  return [invalid(`${field}.successThreshold`, successThreshold, 'must be 1')];
}
