/**
 * The load falls, and after five minutes of it the autoscaler takes the whole difference away in one write: a burst of deletions, no
 * rolling update. A policy under `behavior.scaleDown` spreads them.
 */
import { readFileSync } from 'node:fs';
import { defineScenario, simulate } from 'prestop';

const autoscaler = (behavior: object) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 30,
    ...behavior,
  },
});
const slowly = {
  stabilizationWindowSeconds: 300,
  policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }],
};

for (const [name, behavior] of Object.entries({
  'no behavior': {},
  'four Pods a minute': { behavior: { scaleDown: slowly } },
})) {
  const scenario = defineScenario({
    manifests: [readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'), autoscaler(behavior)],
    cluster: { version: '1.33', nodes: 3 },
    actions: [
      { type: 'scale', deployment: 'web', replicas: 20 },
      { type: 'metric', autoscaler: 'web', at: '60s', curve: [{ load: 20 }, { at: '60s', load: 6 }] },
    ],
  });
  const { trace, verdict } = simulate(scenario);
  console.log(`${name}: ${verdict.safe ? 'SAFE' : 'UNSAFE'}`);
  for (const { type, atMs, data } of trace) {
    if (type === 'changeDeployment' && atMs > 60_000)
      console.log(`  ${(atMs / 1000).toFixed(0)} s: scaled to ${data?.replicas}`);
  }
}
