import { defineScenario, type Scenario, type ScenarioInput } from '../../src/index.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

/** So many Deployments with a Service each. */
export function deployments(count: number, replicas = 3): object[] {
  const names = Array.from({ length: count }, (_, index) => `web${index}`);
  return names.flatMap((name) => [
    labelled(deployment({ deployment: name, preStop: sleeps(5), replicas }), name),
    service({}, name, name),
  ]);
}

/** All of them rolled at once. */
export function rolling(count: number, replicas = 3, cluster: ScenarioInput['cluster'] = {}): Scenario {
  return defineScenario({
    manifests: deployments(count, replicas),
    cluster,
    actions: Array.from({ length: count }, (_, index) => ({
      type: 'rolloutRestart' as const,
      deployment: `web${index}`,
    })),
  });
}

/** A Deployment whose Pods are its own. */
function labelled(object: object, app: string): object {
  return JSON.parse(JSON.stringify(object).replaceAll('"app":"web"', `"app":"${app}"`));
}
