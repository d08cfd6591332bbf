/** What a CronJob does where its last Job still runs. */
export type ConcurrencyPolicy = 'Allow' | 'Forbid' | 'Replace';

/** After a scheduled time the controller waits this long, in microseconds. Source: pkg/controller/cronjob/cronjob_controllerv2.go nextScheduleDelta */
export const NEXT_SCHEDULE_DELTA_US = 100_000;

/**
 * The latest of the scheduled times that has come and has started nothing yet; null where there is none. Those that are longer ago
 * than `startingDeadlineSeconds` are missed for good. `times` ascend; all are in microseconds.
 * Source: pkg/controller/cronjob/utils.go mostRecentScheduleTime, nextScheduleTime
 */
export function mostRecentScheduleTime(
  times: readonly number[],
  {
    lastScheduledUs,
    nowUs,
    startingDeadlineSeconds,
  }: {
    readonly lastScheduledUs: number;
    readonly nowUs: number;
    readonly startingDeadlineSeconds: number | null;
  },
): number | null {
  const earliestUs = nowUs - (startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1_000_000;
  return times.findLast((time) => time <= nowUs && time > lastScheduledUs && time > earliestUs) ?? null;
}

/**
 * What a CronJob does about a scheduled time: it starts a Job, deletes those that run first, or waits while one runs.
 * Source: pkg/controller/cronjob/cronjob_controllerv2.go syncCronJob
 */
export function cronJobStarts(
  policy: ConcurrencyPolicy,
  activeJobs: number,
): { readonly starts: boolean; readonly replaces: boolean } {
  if (policy === 'Forbid' && activeJobs > 0) return { starts: false, replaces: false };
  return { starts: true, replaces: policy === 'Replace' && activeJobs > 0 };
}

/**
 * What a CronJob calls the Job of a scheduled time: its own name and the minutes since 1970.
 * Source: pkg/controller/cronjob/utils.go getJobName
 */
export function cronJobName(cronJob: string, scheduledSeconds: number): string {
  return `${cronJob}-${Math.floor(scheduledSeconds / 60)}`;
}
