import { featureEnabled } from '../machinery/feature-gates.ts';
import type { MinorVersion } from '../machinery/version.ts';
import type { FieldError } from './field-error.ts';
import { invalid } from './field-error.ts';
import type { SleepActionFields } from './manifest-fields.ts';

/** By which version, and against which grace period, a sleep is validated. */
export interface SleepValidation {
  readonly minor: MinorVersion;
  /** Of the Pod's spec. Undefined where the Pod has none, which is reported elsewhere. */
  readonly terminationGracePeriodSeconds: number | undefined;
  /** Gate PodLifecycleSleepActionAllowZero; the default of the version where absent. */
  readonly allowZero?: boolean;
}

/**
 * Checks the seconds of a native sleep hook against the grace period of the Pod's spec, never against that of a later DELETE.
 * Equal to the grace period is accepted, although the message says "less". Zero is accepted since 1.33. Up to 1.31 there is no gate for zero
 * and the message does not hint at one.
 *
 * Source: pkg/apis/core/validation/validation.go validateSleepAction
 */
export function validateSleepAction(
  sleep: SleepActionFields,
  field: string,
  options: SleepValidation,
): readonly FieldError[] {
  const seconds = sleep.seconds ?? 0;
  const graceSeconds = options.terminationGracePeriodSeconds;
  if (graceSeconds === undefined) return [];
  const allowZero = options.allowZero ?? featureEnabled('PodLifecycleSleepActionAllowZero', options.minor);
  if (allowZero) {
    if (seconds >= 0 && seconds <= graceSeconds) return [];
    const rule = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
    return [invalid(field, seconds, rule)];
  }
  if (seconds > 0 && seconds <= graceSeconds) return [];
  const rule = `must be greater than 0 and less than terminationGracePeriodSeconds (${graceSeconds})`;
  const hint = '. Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.';
  return [invalid(field, seconds, options.minor >= 32 ? rule + hint : rule)];
}
