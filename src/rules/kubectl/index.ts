/** kubectl drain (upstream: staging/src/k8s.io/kubectl/pkg/drain). Stable. */
export * from './drain-filters.ts';
