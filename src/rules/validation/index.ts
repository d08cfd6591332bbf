/** API server: defaults and validation (upstream: pkg/apis). */
export * from './defaults.ts';
export * from './drop-disabled-fields.ts';
export * from './field-error.ts';
export * from './manifest-fields.ts';
export * from './name-formats.ts';
export * from './validate-container.ts';
export * from './validate-deployment.ts';
export * from './validate-disruption-budget.ts';
export * from './validate-handler.ts';
export * from './validate-lifecycle.ts';
export * from './validate-object-meta.ts';
export * from './validate-pod-spec.ts';
export * from './validate-probe.ts';
export * from './validate-service.ts';
export * from './validate-sets.ts';
export * from './validate-sleep.ts';
export * from './validate-stop-signal.ts';
