/** Which preStop values are safe? The interval, what decides each of its ends, and how sure that is, for two data planes. */
import { readFileSync } from 'node:fs';
import { applyPreStop, apps, clusters, defineScenario, describe, findSafePreStop, routers } from 'prestop';

const manifests = readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8');
const common = {
  manifests,
  cluster: clusters.gke130Calico(),
  apps: { web: apps.nginx({ drain: '10s' }) },
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
} as const;

const scenarios = {
  'kube-proxy alone': defineScenario(common),
  'behind an ALB with IP targets': defineScenario({ ...common, routers: [routers.awsAlbIp()] }),
};
for (const [name, scenario] of Object.entries(scenarios)) {
  const answer = findSafePreStop(scenario, { runs: 200 });
  console.log(`${name}:`);
  if (answer.kind === 'notJudged') {
    console.log(`  not judged: ${describe(answer)}`);
    continue;
  }
  if (answer.kind === 'none') {
    console.log(`  no value is safe (${answer.reason}): ${describe(answer)}`);
    continue;
  }
  const { minSeconds, maxSeconds, recommendedSeconds, evidence } = answer;
  console.log(`  safe: ${minSeconds} to ${maxSeconds} s; recommended: ${recommendedSeconds} s`);
  console.log(`  ${describe(answer)}`);
  console.log(`  evidence: ${evidence.claim}`);
  const changed = applyPreStop(scenario, recommendedSeconds);
  const line = String(changed.input.manifests)
    .split('\n')
    .find((text) => text.includes('seconds:'));
  console.log(`  in the manifest: ${line?.trim()}\n`);
}
