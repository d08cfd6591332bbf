/**
 * The cloud takes a spot node back. From the notice on the node is drained, and when the notice is over the machine is gone, whatever
 * still runs on it: a web server that needs seconds gets them from each cloud, a worker that needs a minute only from AWS, and without
 * somebody who listens to the notice nobody gets anything.
 */
import { readFileSync } from 'node:fs';
import { defineScenario, formatRollout, simulate } from 'prestop';

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'import' },
  spec: {
    completions: 2,
    parallelism: 2,
    template: {
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 90,
        containers: [{ name: 'worker', image: 'registry.example/import:1' }],
      },
    },
  },
};

for (const [name, notice] of Object.entries({
  'AWS, 120 s': { cloud: 'aws' },
  'GCP, 30 s': { cloud: 'gcp' },
  'AWS, nobody listens': { cloud: 'aws', handled: false },
} as const)) {
  const scenario = defineScenario({
    manifests: [readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'), job],
    cluster: { version: '1.33', nodes: 3 },
    // The worker saves what it has before it ends.
    apps: { worker: { completesAfter: '5m', drain: '60s', exitCode: 143 } },
    actions: [{ type: 'spotInterruption', node: 'node-1', at: '2m', ...notice }],
  });
  const run = simulate(scenario);
  console.log(`${name}: ${run.verdict.safe ? 'SAFE' : 'UNSAFE'}`);
  for (const { kind, pod } of run.verdict.violations) console.log(`  ${kind} ${pod ?? ''}`);
  console.log(formatRollout(run));
}
