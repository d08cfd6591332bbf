/** Argo Rollouts (upstream: github.com/argoproj/argo-rollouts). May change. */
export * from './blue-green.ts';
export * from './canary.ts';
export * from './healthy.ts';
export * from './pause.ts';
export * from './scale-down.ts';
