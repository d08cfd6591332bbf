/** Jobs (upstream: pkg/controller/job, pkg/controller/cronjob). Stable. */

export * from './cron-job.ts';
export * from './cron-schedule.ts';
export * from './indexed-job.ts';
export * from './job.ts';
