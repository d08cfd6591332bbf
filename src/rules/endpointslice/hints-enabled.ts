/**
 * Whether a Service asks for topology hints: by `service.kubernetes.io/topology-mode`, which the older annotation overrules. Its
 * `trafficDistribution` is ignored then.
 *
 * Source: staging/src/k8s.io/endpointslice/utils.go hintsEnabled
 */
export function hintsEnabled(annotations: Readonly<Record<string, string>>): boolean {
  const value =
    annotations['service.kubernetes.io/topology-aware-hints'] ??
    annotations['service.kubernetes.io/topology-mode'];
  return value === 'Auto' || value === 'auto';
}
