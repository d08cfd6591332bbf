/** How likely is a lost request when delays are what they like? Fuzz, read the counterexample, replay the worst run. */
import { readFileSync } from 'node:fs';
import {
  applyPreStop,
  apps,
  clusters,
  defineScenario,
  formatTimeline,
  fuzz,
  simulate,
  varyScenario,
} from 'prestop';

const scenario = applyPreStop(
  defineScenario({
    manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
    cluster: clusters.gke130Calico(),
    apps: { web: apps.nginx() },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  }),
  3,
);
const vary = {
  minSyncPeriod: ['1s', '10s'],
  delays: { 'watch.kubeProxy': { exponential: { mean: '200ms', min: '1ms' } } },
} as const;

const report = fuzz(scenario, { runs: 300, seed: 42, vary, swarm: true });
const { p50, p99, max } = report.requiredPreStopMs;
console.log(`preStop 3 s: ${report.claim}`);
console.log(`preStop that would have been enough: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
console.log('last to let go:', report.decidedBy);
console.log('the smallest delays that still fail (ms):', report.counterexample?.delaysMs);
console.log(`replay: ${report.replay}\n`);

if (report.worst !== null) {
  const { seed } = report.worst;
  const worst = simulate(varyScenario(scenario, vary, seed, { swarm: true }), { seed });
  console.log(formatTimeline(worst, { pod: 'web-1-0', maxLines: 14, color: process.stdout.isTTY }));
}
