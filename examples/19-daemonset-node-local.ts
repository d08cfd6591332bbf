/**
 * An agent on every node, which the Pods of that node reach through a Service with `internalTrafficPolicy: Local`. Rolled without surge a
 * node has nobody while its own agent is away, and connections are dropped without an answer. No preStop helps against that; a surge does.
 */
import { defineScenario, describe, simulate } from 'prestop';

const manifests = (rollingUpdate: string) => `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  updateStrategy: {rollingUpdate: ${rollingUpdate}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
        - name: agent
          image: registry.example/agent:1
          ports: [{containerPort: 8125}]
          readinessProbe: {tcpSocket: {port: 8125}, periodSeconds: 1}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
---
apiVersion: v1
kind: Service
metadata: {name: agent}
spec: {selector: {app: agent}, ports: [{port: 8125}], internalTrafficPolicy: Local}
`;

for (const rollingUpdate of ['{maxUnavailable: 1}', '{maxUnavailable: 0, maxSurge: 1}']) {
  const scenario = defineScenario({
    manifests: manifests(rollingUpdate),
    cluster: { version: '1.33', nodes: 3 },
    apps: { agent: { startup: '3s', drain: '1s' } },
    actions: [{ type: 'rolloutRestart', workload: 'DaemonSet/agent' }],
  });
  const { safe, violations, rollout } = simulate(scenario).verdict;
  const seconds = ((rollout?.workloads[0]?.completedAfterMs ?? 0) / 1000).toFixed(0);
  console.log(`${rollingUpdate}: ${safe ? 'SAFE' : 'UNSAFE'}, rolled out in ${seconds} s`);
  for (const violation of violations) {
    if (violation.kind === 'noEndpoints') console.log(describe(violation));
  }
}
