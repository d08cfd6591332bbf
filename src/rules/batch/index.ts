/** Jobs (upstream: pkg/controller/job, pkg/controller/cronjob). */

export * from './job.ts';
