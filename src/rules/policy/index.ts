/** Disruption budgets and eviction (upstream: pkg/controller/disruption, pkg/registry/core/pod/storage). Stable. */
export * from './disruption-budget.ts';
export * from './evict-pod.ts';
