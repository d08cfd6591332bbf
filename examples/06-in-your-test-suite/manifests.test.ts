import { readFileSync } from 'node:fs';
import { apps, clusters, defineScenario, routers } from 'prestop';
import { describe, expect, it } from 'vitest';
import 'prestop/vitest';

const manifests = readFileSync(new URL('./web.yaml', import.meta.url), 'utf8');

describe('web.yaml', () => {
  it('is safe as it stands', () => {
    expect(manifests).toBeSafe();
  });

  it('drops no requests on the cluster that it runs on, with requests that take up to 8 s', () => {
    const scenario = defineScenario({
      manifests,
      cluster: clusters.gke130Calico(),
      apps: { web: apps.nginx({ drain: '8s' }) },
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    expect(scenario).toDropNoRequests();
    expect(scenario).toFitTheGracePeriod();
    expect(scenario).toHaveSafePreStop({ atLeastSeconds: 10, runs: 50 });
  });

  it('is not safe behind an ingress controller that takes up to 40 s to notice', () => {
    expect({ manifests, routers: [routers.slowPollingIngress()] }).not.toBeSafeWith({ runs: 20 });
  });
});
