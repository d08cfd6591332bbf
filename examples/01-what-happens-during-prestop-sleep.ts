/**
 * What goes on while preStop sleeps? A cluster like GKE 1.30 with Calico and iptables, three replicas, one Pod deleted:
 * who knew what when, what each node's rules held before and after, and whether 30 s were enough. Then the whole Deployment rolls.
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

const experiment = {
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx() },
};
const scenario = defineScenario({ ...experiment, actions: [{ type: 'deletePod', pod: 'web-1-0' }] });
const run = simulate(scenario, { seed: 1 });

console.log(formatTimeline(run, { pod: 'web-1-0', color: process.stdout.isTTY }));

const { rulesRemovedMs, sigtermMs } = podTimeline(run, 'web-1-0');
for (const [node, removedMs] of Object.entries(rulesRemovedMs)) {
  console.log(`\nBefore the deletion:\n${rulesAt(run, node, 0)}`);
  console.log(`\nAs soon as the deletion has arrived there:\n${rulesAt(run, node, removedMs ?? 0)}`);
}

console.log(`\nSIGTERM came at ${inSeconds(sigtermMs)}.\n`);
console.log(explain(run));

// Without actions the only Deployment gets a new revision at 0 s.
const { safe, marginMs, rollout } = simulate(defineScenario(experiment), { seed: 1 }).verdict;
for (const { deployment, completedAfterMs, oldPodsGoneAfterMs, peakPods } of rollout?.deployments ?? []) {
  console.log(
    `\nA rolling update of ${deployment}: ${safe ? 'safe' : 'not safe'}, margin ${inSeconds(marginMs)}; done after ` +
      `${inSeconds(completedAfterMs)}, the last old Pod gone after ${inSeconds(oldPodsGoneAfterMs)}, at most ${peakPods.total} Pods.`,
  );
}

function inSeconds(ms: number | null): string {
  return ms === null ? 'unknown' : `${(ms / 1000).toFixed(1)} s`;
}
