import type { Micros } from '../kernel/time.ts';

/** A CronJob as the manifests have it, and the Jobs that a run may see it start. */
export interface CronJobInfo {
  /** `name`, or `namespace/name` outside `default`. */
  readonly name: string;
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  readonly startingDeadlineSeconds: number | null;
  /** When it is due after the start of the run, with which its first Job begins. */
  readonly times: readonly Micros[];
  /** The first Job, and that of each time. */
  readonly jobs: readonly number[];
}

/** A Job that a CronJob starts. */
export interface CreateJob {
  readonly set: number;
}

/** Whether a Job is one that a CronJob starts during the run. */
export function startsLater(cronJobs: readonly CronJobInfo[], set: number): boolean {
  return cronJobs.some(({ jobs }) => jobs.indexOf(set) > 0);
}
