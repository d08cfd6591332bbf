/** What all components share: versions, feature gates, selectors, rate limiters (upstream: staging/src/k8s.io/apimachinery, component-base, client-go). Stable. */
export * from './civil-date.ts';
export * from './feature-gates.ts';
export * from './match-label-selector.ts';
export * from './rate-limiters.ts';
export * from './version.ts';
