/**
 * A StatefulSet deletes first: the old Pod has to be gone before the new one of the same name is made, one after the other. So a rolling
 * update runs with one Pod fewer from its beginning to its end, and every second of a preStop hook is paid once for each Pod.
 */
import { defineScenario, formatRollout, simulate } from 'prestop';

const manifests = (preStopSeconds: number) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: db
          image: registry.example/db:1
          ports: [{containerPort: 5432}]
          readinessProbe: {tcpSocket: {port: 5432}, periodSeconds: 1}
          lifecycle: {preStop: {sleep: {seconds: ${preStopSeconds}}}}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 5432}]}
`;

for (const preStopSeconds of [5, 15]) {
  const scenario = defineScenario({
    manifests: manifests(preStopSeconds),
    cluster: { version: '1.33', nodes: 3 },
    apps: { db: { startup: '3s', drain: '2s' } },
    actions: [{ type: 'rolloutRestart', workload: 'StatefulSet/db' }],
  });
  const run = simulate(scenario);
  console.log(`preStop ${preStopSeconds} s: ${run.verdict.safe ? 'SAFE' : 'UNSAFE'}`);
  console.log(formatRollout(run));
}
