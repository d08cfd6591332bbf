import type { CronJob } from '../cluster/objects.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type {
  CronJobSpecFields,
  JobSpecFields,
  ObjectMetaFields,
} from '../rules/validation/manifest-fields.ts';
import {
  type Field,
  member,
  optionalBoolean,
  optionalInteger,
  optionalString,
  refuseMistaken,
} from './decode.ts';
import { CRON_JOB_SPEC_FIELDS } from './field-names.ts';
import { toJob } from './job.ts';

/** Reads what the spec of a CronJob says beside its Jobs. */
export function decodeCronJobSpec(field: Field): CronJobSpecFields {
  refuseMistaken(field, CRON_JOB_SPEC_FIELDS, {
    containers: 'jobTemplate.spec.template.spec',
    template: 'jobTemplate.spec',
    backoffLimit: 'jobTemplate.spec',
    restartPolicy: 'jobTemplate.spec.template.spec',
  });
  return {
    schedule: optionalString(member(field, 'schedule')),
    timeZone: optionalString(member(field, 'timeZone')),
    concurrencyPolicy: optionalString(member(field, 'concurrencyPolicy')),
    startingDeadlineSeconds: optionalInteger(member(field, 'startingDeadlineSeconds'), 64),
    suspend: optionalBoolean(member(field, 'suspend')),
    successfulJobsHistoryLimit: optionalInteger(member(field, 'successfulJobsHistoryLimit')),
    failedJobsHistoryLimit: optionalInteger(member(field, 'failedJobsHistoryLimit')),
  };
}

/** The CronJob as the pipeline takes it, after defaulting and validation; its Jobs as if each were applied. */
export function toCronJob(
  metadata: ObjectMetaFields,
  { schedule = '', concurrencyPolicy, startingDeadlineSeconds, suspend = false }: CronJobSpecFields,
  job: JobSpecFields,
  minor: MinorVersion,
): CronJob {
  const { metadata: own, spec } = toJob(metadata, job, minor);
  return {
    kind: 'CronJob',
    metadata: own,
    cron: {
      schedule,
      concurrencyPolicy:
        concurrencyPolicy === 'Forbid' || concurrencyPolicy === 'Replace' ? concurrencyPolicy : 'Allow',
      startingDeadlineSeconds: startingDeadlineSeconds ?? null,
      suspend,
    },
    spec,
  };
}
