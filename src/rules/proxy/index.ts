/** kube-proxy (upstream: pkg/proxy). Stable. */
export * from './bounded-frequency-runner.ts';
export * from './bounded-frequency-runner-cooldown.ts';
export * from './bounded-frequency-runner-token-bucket.ts';
export * from './bounded-frequency-timeline.ts';
export * from './categorize-endpoints.ts';
export * from './endpoints-change-tracker.ts';
export * from './endpoints-changed.ts';
export * from './endpoints-map.ts';
export * from './full-sync.ts';
export * from './health-check-node-port.ts';
export * from './packet-verdict.ts';
export * from './service-policies.ts';
export * from './stale-chains.ts';
export * from './stale-udp-flows.ts';
export * from './sync-cost.ts';
