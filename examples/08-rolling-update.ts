/** The whole rollout of the experiment's Deployment: what goes on at each step, how many Pods there are, and when it is over. */
import { readFileSync } from 'node:fs';
import { apps, clusters, defineScenario, formatTimeline, simulate } from 'prestop';

const scenario = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx({ startup: '2s' }) },
  actions: [{ type: 'rollingUpdate', deployment: 'web' }],
});
const run = simulate(scenario, { seed: 1 });
console.log(formatTimeline(run, { maxLines: 60, color: process.stdout.isTTY }));

const { safe, marginMs, rollout } = run.verdict;
console.log(`\n${safe ? 'SAFE' : 'UNSAFE'}, margin ${marginMs} ms`);
for (const { deployment, completedAfterMs, oldPodsGoneAfterMs, peakPods } of rollout?.deployments ?? []) {
  console.log(`kubectl rollout status says done after ${seconds(completedAfterMs)} (${deployment})`);
  console.log(`the last old Pod is gone after ${seconds(oldPodsGoneAfterMs)}`);
  console.log(
    `at peak ${peakPods.total} Pods: ${peakPods.ready} ready, ${peakPods.starting} starting, ${peakPods.terminating} terminating`,
  );
}
for (const { service, initial, lowest, forMs } of rollout?.readyEndpoints ?? []) {
  console.log(
    `ready endpoints of ${service}: ${initial} at first, at least ${lowest}, so few for ${seconds(forMs)}`,
  );
}

function seconds(ms: number | null): string {
  return ms === null ? 'longer than the run' : `${(ms / 1000).toFixed(1)} s`;
}
