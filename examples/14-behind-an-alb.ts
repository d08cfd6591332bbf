/** An Ingress of class alb is found in the manifests. Its ALB decides, not kube-proxy; and what to do once its lag has been measured. */
import { readFileSync } from 'node:fs';
import { clusters, defineScenario, describe, findSafePreStop, routers } from 'prestop';

const common = {
  manifests: readFileSync(new URL('14-behind-an-alb.yaml', import.meta.url), 'utf8'),
  cluster: clusters.eks(),
  apps: { web: { drain: '5s' } },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
} as const;

const found = defineScenario(common);
for (const assumption of found.assumptions) {
  if (assumption.code === 'routerFound') console.log(describe(assumption));
}

const scenarios = {
  'as the Ingress says': found,
  'kube-proxy alone': defineScenario({ ...common, inferRouters: false }),
  'with a lag of 25 s, measured': defineScenario({ ...common, routers: [routers.awsAlbIp({ lag: '25s' })] }),
};
for (const [name, scenario] of Object.entries(scenarios)) {
  const answer = findSafePreStop(scenario, { runs: 200 });
  const values =
    answer.kind === 'interval' ? `${answer.minSeconds} to ${answer.maxSeconds} s are safe` : describe(answer);
  console.log(`${name}: ${values}`);
}
