/** The whole rollout of the experiment's Deployment: what goes on at each step, how many Pods there are, and when it is over. */
import { readFileSync } from 'node:fs';
import { apps, clusters, defineScenario, formatRollout, formatTimeline, simulate } from 'prestop';

const scenario = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx({ startup: '2s' }) },
  actions: [{ type: 'rollingUpdate', deployment: 'web' }],
});
const run = simulate(scenario, { seed: 1 });
console.log(formatTimeline(run, { maxLines: 60, color: process.stdout.isTTY }));

const { safe, marginMs } = run.verdict;
console.log(`\n${safe ? 'SAFE' : 'UNSAFE'}, margin ${marginMs} ms\n`);
console.log(formatRollout(run));
