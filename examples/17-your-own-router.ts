/** A router of your own, made of parts: what a change goes through before it routes by it, and whom it may pick. */
import { readFileSync } from 'node:fs';
import { clusters, defineScenario, findSafePreStop, type RouterInput, simulate } from 'prestop';

const edge: RouterInput = {
  name: 'edge',
  // Its control plane gathers changes for 0.5 s, at most 5 s; six proxies poll it every 2 s, each on a clock of its own.
  parts: [{ debounce: { quiet: '500ms', max: '5s' } }, { ticker: { period: '2s', instances: 6 } }],
  pick: 'readyOnly',
  established: 'drained',
  instances: 2,
};
const common = {
  manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
  cluster: clusters.gke130Calico(),
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
} as const;

for (const routers of [[], [edge]]) {
  const scenario = defineScenario({ ...common, routers });
  // Nobody here would wait longer than 20 s.
  const answer = findSafePreStop(scenario, { runs: 20, maxSeconds: 20 });
  const values = answer.kind === 'interval' ? `${answer.minSeconds} to ${answer.maxSeconds} s` : 'no value';
  const decided = simulate(scenario, { seed: 1 }).verdict.decidedBy?.router;
  console.log(
    `${routers.length === 0 ? 'kube-proxy alone' : 'with the edge router'}: ${values}, decided by ${decided}`,
  );
}
