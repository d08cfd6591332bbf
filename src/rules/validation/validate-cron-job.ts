import { parseSchedule } from '../batch/cron-schedule.ts';
import { type FieldError, invalid, notSupported, required, validateNonnegativeField } from './field-error.ts';
import type { CronJobSpecFields } from './manifest-fields.ts';

/**
 * Checks what a CronJob says beside its Jobs: a schedule that can be read, a policy that exists, counts that are not negative.
 *
 * Source: pkg/apis/batch/validation/validation.go validateCronJobSpec
 */
export function validateCronJobSpec(spec: CronJobSpecFields, field: string): readonly FieldError[] {
  const { schedule = '', concurrencyPolicy, timeZone } = spec;
  const counts = ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const;
  const policies = ['Allow', 'Forbid', 'Replace'];
  const read = schedule === '' ? null : parseSchedule(schedule);
  return [
    ...(schedule === '' ? [required(`${field}.schedule`)] : []),
    ...(typeof read === 'string' ? [invalid(`${field}.schedule`, schedule, read)] : []),
    ...(timeZone === ''
      ? [invalid(`${field}.timeZone`, timeZone, 'timeZone must be nil or non-empty string')]
      : []),
    ...(concurrencyPolicy !== undefined && !policies.includes(concurrencyPolicy)
      ? [notSupported(`${field}.concurrencyPolicy`, concurrencyPolicy, policies)]
      : []),
    ...counts.flatMap((key) => validateNonnegativeField(spec[key] ?? 0, `${field}.${key}`)),
  ];
}
