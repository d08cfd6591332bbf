/** A longer preStop is not free: rollout time, Pods at peak and margin for each value, under the same seeds. */
import { readFileSync } from 'node:fs';
import { apps, clusters, defineScenario, formatSweep, sweepPreStop } from 'prestop';

const scenario = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx({ startup: '2s', drain: '5s' }) },
  actions: [{ type: 'rollingUpdate', deployment: 'web' }],
});
console.log(formatSweep(sweepPreStop(scenario, { secondsFrom: 0, secondsTo: 60, step: 10, runs: 10 })));
