/**
 * The same deletion without the hook: the process stops accepting before the last router has let go of it. What was exposed, to
 * whom, for how long, and what would have been enough.
 */
import { readFileSync } from 'node:fs';
import { applyPreStop, apps, clusters, defineScenario, explain, formatTimeline, simulate } from 'prestop';

const withHook = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx() },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});
const run = simulate(applyPreStop(withHook, 0), { seed: 1 });

console.log(formatTimeline(run, { pod: 'web-1-0', color: process.stdout.isTTY }));
console.log(`\n${explain(run)}`);
