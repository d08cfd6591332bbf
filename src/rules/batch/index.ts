/** Jobs (upstream: pkg/controller/job, pkg/controller/cronjob). */

export * from './indexed-job.ts';
export * from './job.ts';
