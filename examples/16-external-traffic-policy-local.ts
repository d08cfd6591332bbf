/** externalTrafficPolicy: Local. A load balancer asks each node's health port: the last Pod of a node is sent to until that has failed. */
import { defineScenario, describe, findSafePreStop, type ScenarioInput, simulate } from 'prestop';

const pods = ['web-0', 'web-1'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: {
    terminationGracePeriodSeconds: 20,
    containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }] }],
  },
}));
const service = (policy: 'Local' | 'Cluster') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: {
    type: 'LoadBalancer',
    externalTrafficPolicy: policy,
    selector: { app: 'web' },
    ports: [{ port: 80 }],
  },
});
const input = (policy: 'Local' | 'Cluster'): ScenarioInput => ({
  manifests: [...pods, service(policy)],
  cluster: { nodes: 2 },
  // GKE's load balancer: every 3 s, two failures.
  routers: [{ name: 'lb', targets: 'nodes', parts: [{ healthCheck: { interval: '3s', threshold: 2 } }] }],
  clients: [{ name: 'user', from: 'external', via: 'lb', load: { ratePerSecond: 20 }, stop: '10s' }],
  actions: [{ type: 'deletePod', pod: 'web-1', at: '2s' }],
});

for (const policy of ['Cluster', 'Local'] as const) {
  const scenario = defineScenario(input(policy));
  const { sent, succeeded } = simulate(scenario, { seed: 1 }).verdict.requests!;
  console.log(`${policy}: without a preStop ${sent - succeeded} of ${sent} requests fail`);
  const answer = findSafePreStop(scenario, { runs: 10 });
  console.log(
    answer.kind === 'interval'
      ? `  safe: ${answer.minSeconds} to ${answer.maxSeconds} s`
      : `  ${describe(answer)}`,
  );
}
