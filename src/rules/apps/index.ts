/** Workload controllers (upstream: pkg/controller/deployment, replicaset, statefulset, daemon). Stable. */

export * from './daemon-nodes.ts';
export * from './daemon-set.ts';
export * from './deployment-progress.ts';
export * from './find-new-replica-set.ts';
export * from './pods-to-delete.ts';
export * from './proportional-scale.ts';
export * from './recreate.ts';
export * from './replica-set-status.ts';
export * from './rolling-update.ts';
export * from './slow-start-batch.ts';
export * from './stateful-set.ts';
export * from './stateful-set-claims.ts';
