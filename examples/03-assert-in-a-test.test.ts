import { readFileSync } from 'node:fs';
import { apps, clusters, defineScenario, simulate } from 'prestop';
import { expect, it } from 'vitest';

it('drops no connection when a Pod of web is deleted', () => {
  const scenario = defineScenario({
    manifests: readFileSync(new URL('01-web.yaml', import.meta.url), 'utf8'),
    cluster: clusters.gke130Calico(),
    apps: { web: apps.nginx() },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  });
  const { safe, marginMs, requiredPreStopMs } = simulate(scenario).verdict;
  expect(safe).toBe(true);
  expect(marginMs).toBeGreaterThan(20_000);
  expect(requiredPreStopMs).toBeLessThan(5_000);
});
