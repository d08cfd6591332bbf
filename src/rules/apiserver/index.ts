/** API server: DELETE, admission (upstream: pkg/registry, plugin/pkg/admission). Stable. */
export * from './delete-pod.ts';
export * from './pod-priority.ts';
export * from './taints.ts';
export * from './tolerations.ts';
