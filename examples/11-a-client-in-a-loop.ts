/**
 * The experiment's client: a shell loop without keep-alive, first against a Pod without preStop, then against one that sleeps 30 s.
 * Which requests failed, how, when, and who was late.
 */
import { readFileSync } from 'node:fs';
import { applyPreStop, apps, clients, clusters, defineScenario, explain, simulate } from 'prestop';

const withHook = defineScenario({
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx() },
  clients: [clients.curlLoop({ from: { node: 'node-2' }, load: { concurrency: 20, pause: '10ms' } })],
  actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
});

for (const seconds of [0, 30]) {
  const run = simulate(applyPreStop(withHook, seconds), { seed: 1 });
  const { sent, succeeded, failed, samples } = run.verdict.requests;
  console.log(`preStop ${seconds} s: ${sent} requests, ${succeeded} answered, failed: ${list(failed)}`);
  for (const { beganMs, kind, pod, router, missedByMs } of samples.slice(0, 5)) {
    console.log(
      `  ${beganMs.toFixed(1).padStart(8)} ms  ${kind}  sent to ${pod} by ${router}, ${missedByMs?.toFixed(1)} ms too late`,
    );
  }
  console.log(`\n${explain(run)}\n`);
}

function list(counts: Readonly<Record<string, number>>): string {
  const named = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  return named.length === 0 ? 'none' : named.join(', ');
}
