import { apps, clusters } from '../../scenario/presets/index.ts';
import type { ScenarioInput } from '../../scenario/schema.ts';

/** The experiment that the playground opens with: three nodes, nginx, and a preStop hook that sleeps for 30 s. */
export function experiment(): ScenarioInput {
  return {
    manifests: MANIFESTS,
    cluster: clusters.gke130Calico(),
    apps: { web: apps.nginx() },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  };
}

const MANIFESTS = `# Three replicas behind a Service, and a preStop hook that sleeps.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: web
          image: nginx:1.27
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 5
          lifecycle:
            preStop:
              sleep:
                seconds: 30
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
`;
