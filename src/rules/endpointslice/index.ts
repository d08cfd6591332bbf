/** EndpointSlice controller (upstream: staging/src/k8s.io/endpointslice, pkg/controller/endpointslice). Stable. */
export * from './distribute-endpoints.ts';
export * from './endpoint-conditions.ts';
export * from './endpoint-trigger-time.ts';
export * from './endpoint-updates-batch.ts';
export * from './hints-enabled.ts';
export * from './needed-service-updates.ts';
export * from './place-endpoints.ts';
export * from './pod-endpoints-changed.ts';
export * from './slice-ports.ts';
export * from './stale-slices.ts';
export * from './traffic-distribution-hints.ts';
