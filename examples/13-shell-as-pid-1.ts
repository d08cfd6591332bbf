/**
 * `CMD npm start`, or `sh -c`: the shell is PID 1 and does not pass the stop signal on. No connection is refused, but kept ones go on
 * being used until SIGKILL, which cuts whatever is being worked on; and every rollout takes the whole grace period. Then the same app
 * with `exec` in front.
 */
import { readFileSync } from 'node:fs';
import { apps, clients, clusters, defineScenario, describe, simulate } from 'prestop';

const profiles = {
  'sh -c "node server.js"': apps.shellAsPid1(),
  'exec node server.js': apps.wellMade(),
};

for (const [command, web] of Object.entries(profiles)) {
  const scenario = defineScenario({
    manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
    cluster: clusters.gke130Calico(),
    apps: { web },
    clients: [
      clients.nodeFetch({
        from: { node: 'node-2' },
        load: { concurrency: 8 },
        request: { duration: '200ms' },
      }),
    ],
    actions: [{ type: 'deletePod', pod: 'web-1-0', at: '1s' }],
  });
  const { verdict } = simulate(scenario, { seed: 1 });
  const { budgetMs, usedMs, sigkilled } = verdict.grace['web-1-0']!;
  console.log(`${command}: ${verdict.safe ? 'SAFE' : 'UNSAFE'}, margin ${seconds(verdict.marginMs ?? 0)}`);
  console.log(
    `  ${seconds(usedMs)} of ${seconds(budgetMs)} grace used, ${sigkilled ? 'ended by SIGKILL' : 'exited by itself'}`,
  );
  console.log(`  ${verdict.requests.sent} requests sent, ${verdict.requests.succeeded} answered`);
  for (const failure of verdict.requests.failures) {
    console.log(`  ${failure.count} × ${failure.kind}: ${describe(failure)}`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
