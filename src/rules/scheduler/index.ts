/** Which node takes a Pod (pkg/scheduler and its helpers). Stable. */

export * from './node-affinity.ts';
