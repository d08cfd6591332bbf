/** Manifests whose preStop of 1 s is long enough in some runs only. */
export const SOMETIMES_UNSAFE = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {port: 8080}}
        lifecycle:
          # Is this long enough?
          preStop:
            sleep: {seconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;

/** What makes it so, beside the manifests. */
export const SOMETIMES_UNSAFE_INPUT = {
  manifests: SOMETIMES_UNSAFE,
  cluster: { version: '1.36', nodes: 2 },
  delays: { 'watch.kubeProxy': { uniform: ['1ms', '1100ms'] } },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
} as const;
