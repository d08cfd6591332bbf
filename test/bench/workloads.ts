import { clusters } from '../../src/scenario/presets/index.ts';
import { defineScenario, type Scenario } from '../../src/scenario/scenario.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';
import { table } from './measure.ts';
import { measured } from './rollout.ts';

/** Kinds of workload other than Deployments at their sizes, per event, beside a Deployment of as many Pods. */

const named = (object: object, name: string): object =>
  JSON.parse(JSON.stringify(object).replaceAll('"web"', `"${name}"`));

const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };

function set(kind: 'StatefulSet' | 'DaemonSet', own: object): object {
  const { spec, ...rest } = deployment({ preStop: sleeps(5), readinessProbe }) as {
    readonly spec: Readonly<Record<string, unknown>>;
  };
  const { replicas: _replicas, strategy: _strategy, ...kept } = spec;
  return { ...rest, kind, spec: { ...kept, ...own } };
}

function rolled(kind: 'StatefulSet' | 'DaemonSet', nodes: number, own: object, served = true): Scenario {
  return defineScenario({
    manifests: served ? [set(kind, own), service()] : [set(kind, own)],
    cluster: clusters.quiet136({ nodes }),
    actions: [{ type: 'rolloutRestart', workload: `${kind}/web` }],
  });
}

/** Behind a Service each Pod that comes and goes is told to every node: on 5,000 nodes that is 80 million events. */
function daemonSet(nodes: number, served: boolean): Scenario {
  return rolled('DaemonSet', nodes, { updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } }, served);
}

function deploymentOf(replicas: number, nodes: number): Scenario {
  return defineScenario({
    manifests: [deployment({ replicas, preStop: sleeps(5), readinessProbe }), service()],
    cluster: clusters.quiet136({ nodes }),
    actions: [{ type: 'rolloutRestart', deployment: 'web' }],
  });
}

/** Each loses half of its load. */
function autoscaled(count: number): Scenario {
  const names = Array.from({ length: count }, (_, index) => `web${index}`);
  const autoscaler = (name: string) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 10 },
  });
  return defineScenario({
    manifests: names.flatMap((name) => [
      named(deployment({ replicas: 6, preStop: sleeps(5) }), name),
      autoscaler(name),
    ]),
    cluster: clusters.quiet136({ nodes: 30 }),
    actions: names.map((name) => ({
      type: 'metric' as const,
      autoscaler: name,
      curve: [{ load: 6 }, { at: '60s', load: 3 }],
    })),
  });
}

export const name = 'workloads';

export function run(print: (text: string) => void): void {
  const rows = [
    ['StatefulSet of 200 on 20 nodes', rolled('StatefulSet', 20, { replicas: 200, serviceName: 'web' })],
    ['Deployment of 200 on 20 nodes', deploymentOf(200, 20)],
    ['DaemonSet on 500 nodes', daemonSet(500, true)],
    ['DaemonSet on 5,000 nodes, no Service', daemonSet(5_000, false)],
    ['50 HorizontalPodAutoscalers', autoscaled(50)],
  ] as const;
  print(
    table([
      ['one run, no trace', 'events', 'events/s', 'seconds', 'peak MiB', 'simulated s'],
      ...rows.map(([what, scenario]) => {
        const { events, seconds, peakBytes, simulatedSeconds } = measured(scenario, 1);
        return [
          what,
          String(Math.round(events)),
          String(Math.round(events / seconds)),
          seconds.toFixed(2),
          String(Math.round(peakBytes / (1 << 20))),
          simulatedSeconds.toFixed(0),
        ];
      }),
    ]),
  );
}
