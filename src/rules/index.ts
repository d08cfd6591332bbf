/**
 * Kubernetes's decisions as pure functions: a folder for each of upstream's components, a file for each rule. Each folder says whether it
 * is stable within a major version, or may change with a minor one.
 */
export * from './apiserver/index.ts';
export * from './apps/index.ts';
export * from './argo-rollouts/index.ts';
export * from './autoscaling/index.ts';
export * from './batch/index.ts';
export * from './endpointslice/index.ts';
export * from './kubectl/index.ts';
export * from './kubelet/index.ts';
export * from './machinery/index.ts';
export * from './node-autoscaling/index.ts';
export * from './policy/index.ts';
export * from './proxy/index.ts';
export * from './routers/index.ts';
export * from './scheduler/index.ts';
export * from './validation/index.ts';
