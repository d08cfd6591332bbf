/**
 * What goes on while preStop sleeps? A cluster like GKE 1.30 with Calico and iptables, three replicas, one Pod deleted:
 * who knew what when, what each node's rules held before and after, and whether 30 s were enough.
 */
import { readFileSync } from 'node:fs';
import {
  apps,
  clusters,
  defineScenario,
  explain,
  formatTimeline,
  podTimeline,
  rulesAt,
  simulate,
} from 'prestop';

const scenario = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx() },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});
const run = simulate(scenario, { seed: 1 });

console.log(formatTimeline(run, { pod: 'web-1-0', color: process.stdout.isTTY }));

const { rulesRemovedMs, sigtermMs } = podTimeline(run, 'web-1-0');
for (const [node, removedMs] of Object.entries(rulesRemovedMs)) {
  console.log(`\nBefore the deletion:\n${rulesAt(run, node, 0)}`);
  console.log(`\nAs soon as the deletion has arrived there:\n${rulesAt(run, node, removedMs ?? 0)}`);
}

console.log(`\nSIGTERM came at ${((sigtermMs ?? 0) / 1000).toFixed(2)} s.\n`);
console.log(explain(run));
