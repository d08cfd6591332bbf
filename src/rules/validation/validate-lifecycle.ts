import type { FieldError } from './field-error.ts';
import type { LifecycleFields } from './manifest-fields.ts';
import { validateHandler } from './validate-handler.ts';
import type { SleepValidation } from './validate-sleep.ts';
import { validateStopSignal } from './validate-stop-signal.ts';

/** By which version, and for which system, a container's `lifecycle` is validated. */
export interface LifecycleValidation extends SleepValidation {
  /** `spec.os.name` of the Pod. */
  readonly osName?: string | undefined;
}

/**
 * Checks both hooks and the stop signal of a container. Nothing checks how long an exec hook takes.
 *
 * Source: pkg/apis/core/validation/validation.go validateLifecycle
 */
export function validateLifecycle(
  lifecycle: LifecycleFields,
  field: string,
  options: LifecycleValidation,
): readonly FieldError[] {
  const { postStart, preStop, stopSignal } = lifecycle;
  return [
    ...(postStart === undefined ? [] : validateHandler(postStart, `${field}.postStart`, options)),
    ...(preStop === undefined ? [] : validateHandler(preStop, `${field}.preStop`, options)),
    ...(stopSignal === undefined
      ? []
      : validateStopSignal(stopSignal, `${field}.stopSignal`, options.osName)),
  ];
}
