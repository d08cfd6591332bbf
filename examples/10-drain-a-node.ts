/** kubectl drain with a disruption budget: the second eviction waits until the first Pod's replacement is Ready. */
import { readFileSync } from 'node:fs';
import { apps, clusters, defineScenario, formatTimeline, simulate } from 'prestop';

const scenario = defineScenario({
  manifests: readFileSync(new URL('10-web-and-budget.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico({ nodes: 2 }),
  apps: { web: apps.nginx({ startup: '2s' }) },
  actions: [{ type: 'drainNode', node: 'node-1' }],
});
const run = simulate(scenario, { seed: 1 });
console.log(formatTimeline(run, { maxLines: 50, color: process.stdout.isTTY }));
console.log(`\n${run.verdict.safe ? 'SAFE' : 'UNSAFE'}, margin ${run.verdict.marginMs} ms`);
