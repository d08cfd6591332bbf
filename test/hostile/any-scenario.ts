import { MODE_NAMES, PLANES } from '../../src/routing/planes/registry.ts';
import { ROUTER_PRESETS, type RouterPresetName } from '../../src/routing/presets/index.ts';
import { apps, clients, routers } from '../../src/scenario/presets/index.ts';
import type { ActionInput, ScenarioInput } from '../../src/scenario/schema.ts';
import type { Random } from './random.ts';

/** A swarm: scenarios of which each has every feature switched on or off by a draw, of all that there are. */

/** `keepsAccepting` alone needs to be told something. */
const { keepsAccepting, ...others } = apps;
const APPS = [...Object.values(others), () => keepsAccepting('4s')];
const NODES = ['node-1', 'node-2', 'node-3'] as const;
/** How the readiness gates begin that a router without any of its own sets. */
export const OWN_GATE = 'gate.example';
/** Is there only where something may join. */
const LATER = 'node-4';
const PLANE_NAMES = Object.keys(PLANES);
const PRESET_NAMES = Object.keys(ROUTER_PRESETS) as RouterPresetName[];

/** What of a scenario its other parts have to fit to. */
interface Shape {
  readonly minor: number;
  readonly replicas: number;
  /** Whoever is outside the cluster reaches it: a node port, a load balancer, a router. */
  readonly open: boolean;
  readonly routed: boolean;
  readonly udp: boolean;
  readonly probed: boolean;
  /** There is a node more, which an action lets join. */
  readonly grows: boolean;
}

/** With so few events at most that a client that never pauses does not take all of the time. */
export function anyScenario(random: Random, maxEvents = 3_000): ScenarioInput {
  const version = random.of(['1.26', '1.28', '1.29', '1.30', '1.32', '1.33', '1.34', '1.36']);
  const shape: Shape = {
    minor: Number(version.slice(2)),
    replicas: 1 + random.below(4),
    open: random.chance(0.6),
    routed: random.chance(0.5),
    udp: random.chance(0.2),
    probed: random.chance(0.7),
    grows: random.chance(0.15),
  };
  const objects = manifestsOf(random, shape);
  const kinds = new Set(objects.map(({ kind }) => kind));
  // Whatever there is of containers may be described, and nothing else.
  const text = JSON.stringify(objects);
  const containers = ['web', 'side', 'work', 'beside'].filter((name) =>
    text.includes(`"name":"${name}","image"`),
  );
  return {
    manifests: objects,
    cluster: {
      version,
      nodes: [...NODES, ...(shape.grows ? [LATER] : [])].map((name, index) => ({
        name,
        zone: `zone-${index % 2}`,
        ...(random.chance(0.2) && { labels: { disk: random.of(['ssd', 'hdd']) } }),
        ...(random.chance(0.1) && { taints: [{ key: 'k', effect: 'NoSchedule' as const }] }),
      })),
      ...planeOf(random, shape),
      ...(random.chance(0.3) && { churn: { endpointSliceUpdatesPerSecond: random.of([0.5, 4, 12]) } }),
      ...(random.chance(0.2) && { kubelet: { parallelStartSlowdown: random.of([0.2, 1]) } }),
      ...(random.chance(0.2) && { network: { podGone: random.of(['silence', 'hostUnreachable'] as const) } }),
      ...(random.chance(0.3) && { controllerManager: { maxEndpointsPerSlice: random.of([1, 2, 100]) } }),
    },
    apps: Object.fromEntries(
      containers.map((name) => [
        name,
        {
          ...appOf(random),
          ...(name === 'work' && { completesAfter: random.of(['5s', '90s'] as const) }),
          // It flaps: not ready for a while, and ready again.
          ...(name === 'web' &&
            shape.probed &&
            random.chance(0.3) && { readiness: [{ at: '3s', for: random.of(['2s', '15s'] as const) }] }),
        },
      ]),
    ),
    ...(shape.routed && { routers: [routerOf(random)] }),
    ...(random.chance(0.5) && { clients: clientsOf(random, shape) }),
    actions: [
      ...Array.from({ length: 1 + random.below(3) }, () => actionOf(random, kinds, shape)),
      ...(shape.grows ? [{ type: 'nodeJoined' as const, node: LATER, at: at(random) }] : []),
    ],
    ...(random.chance(0.2) && { ties: 'shuffled' as const }),
    ...(random.chance(0.3) && { horizon: random.of(['20s', '3m'] as const) }),
    limits: { maxEvents },
  };
}

const at = (random: Random) => `${random.below(40_000)}ms` as const;

function planeOf(
  random: Random,
  { minor }: Shape,
): Pick<NonNullable<ScenarioInput['cluster']>, 'dataPlane' | 'kubeProxy'> {
  const name = random.of(PLANE_NAMES.filter((each) => each !== 'nftables' || minor >= 29));
  const mode = MODE_NAMES.find((each) => each === name);
  if (mode !== undefined)
    return { kubeProxy: { mode, minSyncPeriod: random.of(['0s', '1s', '10s'] as const) } };
  return { dataPlane: { [name]: {} } };
}

function routerOf(random: Random) {
  const preset = routers[random.of(PRESET_NAMES)]({ name: 'edge' });
  const mayGate =
    preset.readinessGates === undefined && preset.targets !== 'nodes' && preset.watches !== 'pods';
  const readinessGates = { conditionType: OWN_GATE, every: random.of(['1s', '5s'] as const) };
  return mayGate && random.chance(0.3) ? { ...preset, readinessGates } : preset;
}

function appOf(random: Random): NonNullable<ScenarioInput['apps']>[string] {
  if (random.chance(0.3)) random.of(APPS)();
  return {
    startup: random.of(['0s', '2s', '8s'] as const),
    drain: random.of(['0s', '3s', '40s', { uniform: ['1s', '9s'] }] as const),
    onStopSignal: random.of(['drain', 'exit', 'crash', 'ignore'] as const),
    ...(random.chance(0.3) && { failReadiness: true }),
    ...(random.chance(0.2) && { closeIdleKeepAlive: true, sendConnectionClose: true }),
  };
}

function clientsOf(random: Random, { open, routed, udp }: Shape): NonNullable<ScenarioInput['clients']> {
  const load = random.chance(0.5)
    ? { ratePerSecond: random.of([1, 5, 20]), arrivals: random.of(['even', 'poisson'] as const) }
    : { concurrency: random.of([1, 3]), pause: '500ms' as const };
  const own = {
    name: 'client',
    from: open ? random.of(['external' as const, { node: 'node-2' }]) : { node: 'node-2' },
    service: 'web',
    port: 'http',
    load,
    start: '0s' as const,
    stop: random.of(['10s', '60s'] as const),
    connection: random.of([
      'new' as const,
      { keepAlive: { pool: 2, idleTimeout: '20s' as const } },
      { keepAlive: { multiplexed: true, maxStreams: 4 } },
      { stream: { duration: '15s' as const } },
    ]),
    retry: random.of(['none', 'onConnectFailure', 'idempotent', { attempts: 3, backoff: '100ms' }] as const),
    ...(open && routed && !udp && random.chance(0.5) && { through: { router: 'edge' } }),
    ...(open && !routed && random.chance(0.5) && { through: { nodePort: 'node-1' } }),
  };
  if (udp && random.chance(0.5)) return [{ ...own, port: 'udp', connection: 'flow' }];
  if (random.chance(0.7)) return [own];
  const preset = random.of(Object.values(clients));
  return [preset({ name: 'other', service: 'web', from: { node: 'node-1' }, stop: '30s' })];
}

function actionOf(random: Random, kinds: ReadonlySet<string>, { replicas }: Shape): ActionInput {
  const all: readonly (() => ActionInput)[] = [
    () => ({ type: 'deletePod', pod: `web-1-${random.below(replicas)}`, at: at(random) }),
    () => ({
      type: 'deletePods',
      pods: Array.from({ length: replicas }, (_, index) => `web-1-${index}`),
      at: at(random),
    }),
    () => ({ type: 'evictPod', pod: `web-1-${random.below(replicas)}`, at: at(random) }),
    () => ({ type: 'kubeletEviction', pod: `web-1-${random.below(replicas)}`, at: at(random) }),
    ...(['rollingUpdate', 'rolloutRestart', 'rolloutPause', 'rolloutResume', 'rollback'] as const).map(
      (type) => () => ({ type, deployment: 'web', at: at(random) }),
    ),
    () =>
      ({
        type: 'setImage',
        deployment: 'web',
        container: 'web',
        image: 'web:2',
        at: at(random),
      }) as ActionInput,
    () => ({ type: 'scale', deployment: 'web', replicas: random.below(6), at: at(random) }),
    ...(['rolloutRestart', 'rolloutPause', 'rolloutResume', 'rollback', 'rollingUpdate'] as const).map(
      (type) => () => ({ type, workload: 'Rollout/argo', at: at(random) }),
    ),
    () => ({ type: 'scale', workload: 'Rollout/argo', replicas: random.below(6), at: at(random) }),
    () => ({ type: 'delete', workload: 'Rollout/argo', at: at(random) }),
    () => ({
      type: 'taintNode',
      node: random.of(NODES),
      at: at(random),
      taint: { key: 'k', effect: random.of(['NoSchedule', 'NoExecute'] as const) },
    }),
    () => ({ type: 'untaintNode', node: random.of(NODES), at: at(random), key: 'k' }),
    () => ({
      type: 'setSelector',
      service: 'web',
      selector: { app: random.of(['web', 'other']) },
      at: at(random),
    }),
    ...(['cordonNode', 'uncordonNode', 'nodeLost'] as const).map((type) => () => ({
      type,
      node: random.of(NODES),
      at: at(random),
    })),
    () => ({
      type: 'drainNode',
      node: random.of(NODES),
      at: at(random),
      disableEviction: random.chance(0.5),
    }),
    () => ({ type: 'nodeShutdown', node: random.of(NODES), at: at(random), shutdownGracePeriod: '20s' }),
    () => ({
      type: 'spotInterruption',
      node: random.of(NODES),
      at: at(random),
      handled: random.chance(0.6),
      cloud: random.of(['aws', 'gcp'] as const),
    }),
    () => ({ type: 'clusterAutoscalerScaleDown', node: random.of(NODES), at: at(random) }),
    () => ({
      type: 'karpenterDisruption',
      node: random.of(NODES),
      at: at(random),
      terminationGracePeriod: '2m',
    }),
    ...['StatefulSet/db', 'DaemonSet/agent'].map((workload) => () => ({
      type: 'rolloutRestart' as const,
      workload,
      at: at(random),
    })),
    ...['Deployment/web', 'StatefulSet/db', 'DaemonSet/agent', 'Job/batch', 'CronJob/cron'].map(
      (workload) => () => ({ type: 'delete' as const, workload, at: at(random) }),
    ),
    ...(['suspend', 'resume'] as const).map((type) => () => ({
      type,
      workload: 'Job/batch',
      at: at(random),
    })),
    () => ({
      type: 'metric',
      autoscaler: 'web',
      at: at(random),
      curve: [{ load: random.of([0.5, 2, 5]) }, { at: '1m', load: 1 }],
    }),
  ];
  const action = random.of(all)();
  // What names a kind that is not there would only be refused.
  const kind = 'workload' in action ? action.workload?.split('/')[0] : undefined;
  if (kind !== undefined && !kinds.has(kind))
    return { type: 'rolloutRestart', deployment: 'web', at: at(random) };
  if (action.type === 'metric' && !kinds.has('HorizontalPodAutoscaler') && !kinds.has('ScaledObject'))
    return { type: 'deletePod', pod: 'web-1-0', at: at(random) };
  return action;
}

interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations: object };
  readonly [field: string]: unknown;
}

function manifestsOf(random: Random, shape: Shape): readonly AnyObject[] {
  const object = (
    apiVersion: string,
    kind: string,
    name: string,
    spec: object,
    annotations = {},
  ): AnyObject => ({
    apiVersion,
    kind,
    metadata: { name, annotations },
    spec,
  });
  const selecting = (app: string) => ({
    selector: { matchLabels: { app } },
    template: templateOf(random, app, shape),
  });
  const service = (name: string, more: object = {}) =>
    object('v1', 'Service', name, {
      selector: { app: name },
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        ...(shape.udp ? [{ name: 'udp', port: 53, targetPort: 8080, protocol: 'UDP' }] : []),
      ],
      ...more,
    });
  const worker = {
    metadata: { labels: { app: 'work' } },
    spec: {
      restartPolicy: random.of(['Never', 'OnFailure']),
      containers: [{ name: 'work', image: 'work:1' }],
    },
  };
  const optional: readonly (() => readonly AnyObject[])[] = [
    () => [
      object('apps/v1', 'StatefulSet', 'db', { replicas: 2, serviceName: 'db', ...selecting('db') }),
      service('db', { clusterIP: 'None' }),
    ],
    () => [
      object('apps/v1', 'DaemonSet', 'agent', selecting('agent')),
      service('agent', { internalTrafficPolicy: 'Local' }),
    ],
    () => [object('batch/v1', 'Job', 'batch', { parallelism: 2, completions: 3, template: worker })],
    () => [
      object('batch/v1', 'CronJob', 'cron', {
        schedule: '* * * * *',
        concurrencyPolicy: random.of(['Allow', 'Forbid', 'Replace']),
        jobTemplate: { spec: { template: worker } },
      }),
    ],
    () => [
      object('policy/v1', 'PodDisruptionBudget', 'web', {
        minAvailable: random.of<unknown>([0, 1, '100%']),
        selector: { matchLabels: { app: 'web' } },
      }),
    ],
    () => [
      random.chance(0.5)
        ? object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
            minReplicas: 1,
            maxReplicas: 5,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
            metrics: [
              {
                type: 'Resource',
                resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
              },
            ],
          })
        : object('keda.sh/v1alpha1', 'ScaledObject', 'web', {
            scaleTargetRef: { name: 'web' },
            minReplicaCount: random.of([0, 1]),
            maxReplicaCount: 5,
            triggers: [{ type: 'cron', metadata: {} }],
          }),
    ],
    () => rolloutOf(random, selecting('argo'), object, service),
    () => [object('apps/v1', 'ReplicaSet', 'alone', { replicas: 2, ...selecting('web') })],
    () => [
      {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'high', annotations: {} },
        value: 1_000_000,
        globalDefault: random.chance(0.5),
      },
    ],
    () => [
      object('v1', 'Node', random.of(NODES), {
        unschedulable: random.chance(0.2),
        taints: random.chance(0.5) ? [{ key: 'k', effect: 'NoSchedule' }] : [],
      }),
    ],
    () => [
      object('serving.knative.dev/v1', 'Service', 'fn', {
        template: {
          spec: { containers: [{ name: 'side', image: 'fn:1', ports: [{ containerPort: 8080 }] }] },
        },
      }),
    ],
    () => [object('v1', 'Pod', 'lone', templateOf(random, 'web', shape).spec)],
    () => [
      object('networking.k8s.io/v1', 'Ingress', 'web', {
        ingressClassName: random.of(['nginx', 'alb']),
        rules: [
          {
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      }),
    ],
  ];
  return [
    object('apps/v1', 'Deployment', 'web', {
      replicas: shape.replicas,
      ...selecting('web'),
      ...(random.chance(0.3) && {
        strategy: random.of([
          { type: 'Recreate' },
          { rollingUpdate: { maxSurge: 0, maxUnavailable: '50%' } },
        ]),
      }),
      ...(random.chance(0.2) && { minReadySeconds: 3, progressDeadlineSeconds: 20 }),
    }),
    service('web', {
      ...(shape.open && {
        type: random.of(['NodePort', 'LoadBalancer']),
        externalTrafficPolicy: random.of(['Local', 'Cluster']),
      }),
      ...(random.chance(0.2) && { sessionAffinity: 'ClientIP' }),
      ...(random.chance(0.2) && { publishNotReadyAddresses: true }),
      ...(random.chance(0.2) && shape.minor >= 31 && { trafficDistribution: 'PreferClose' }),
    }),
    ...optional.flatMap((make) => (random.chance(0.25) ? make() : [])),
  ];
}

/** An Argo Rollout of either strategy, with the Services that it moves. */
function rolloutOf(
  random: Random,
  selecting: object,
  object: (apiVersion: string, kind: string, name: string, spec: object) => AnyObject,
  service: (name: string, more?: object) => AnyObject,
): readonly AnyObject[] {
  const of = (strategy: object) =>
    object('argoproj.io/v1alpha1', 'Rollout', 'argo', {
      replicas: 1 + random.below(4),
      ...selecting,
      strategy,
    });
  const preview = service('argo-preview', { selector: { app: 'argo' } });
  if (random.chance(0.5)) {
    const blueGreen = {
      activeService: 'argo',
      ...(random.chance(0.5) && { previewService: 'argo-preview' }),
      ...(random.chance(0.3) && { autoPromotionEnabled: false }),
      ...(random.chance(0.3) && { autoPromotionSeconds: 5 }),
      ...(random.chance(0.5) && { scaleDownDelaySeconds: random.of([0, 3, 30]) }),
    };
    return [of({ blueGreen }), service('argo'), preview];
  }
  const step = () =>
    random.of<object>([
      { setWeight: random.of([0, 10, 50, 100]) },
      { pause: { duration: random.of([1, '5s']) } },
      { pause: {} },
      { setCanaryScale: { replicas: random.below(3) } },
    ]);
  const canary = {
    ...(random.chance(0.5) && { canaryService: 'argo-preview', stableService: 'argo' }),
    ...(random.chance(0.4) && { maxSurge: random.of([1, '50%']), maxUnavailable: random.of([0, 1]) }),
    ...(random.chance(0.7) && { steps: Array.from({ length: 1 + random.below(4) }, step) }),
    ...(random.chance(0.2) && { dynamicStableScale: true }),
  };
  return [of({ canary }), service('argo'), preview];
}

function templateOf(random: Random, app: string, { minor, probed }: Shape) {
  const terminationGracePeriodSeconds = random.of([1, 5, 30, 60]);
  const probe = {
    httpGet: { port: 8080 },
    periodSeconds: 1 + random.below(5),
    failureThreshold: 1 + random.below(3),
  };
  const hooks: readonly object[] = [
    { exec: { command: ['sleep', '7'] } },
    { exec: { command: ['sh', '-c', 'nginx -s quit; sleep 4'] } },
    { httpGet: { port: 8080, path: '/stop' } },
    ...(minor >= 30 && terminationGracePeriodSeconds > 1
      ? [{ sleep: { seconds: 1 + random.below(terminationGracePeriodSeconds - 1) } }]
      : []),
  ];
  const side = { name: 'side', image: 'side:1', ...(minor >= 29 && { restartPolicy: 'Always' }) };
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds,
      ...(random.chance(0.1) && { nodeSelector: { disk: 'ssd' } }),
      ...(random.chance(0.2) && {
        tolerations: [
          {
            key: 'k',
            operator: 'Exists',
            ...(random.chance(0.5) && { tolerationSeconds: 5, effect: 'NoExecute' }),
          },
        ],
      }),
      ...(random.chance(0.1) && {
        readinessGates: [
          {
            conditionType: random.of([
              `${OWN_GATE}/web`,
              'target-health.elbv2.k8s.aws/web',
              'nobody.sets/this',
            ]),
          },
        ],
      }),
      ...(random.chance(0.3) && minor >= 29 && { initContainers: [side] }),
      containers: [
        {
          name: 'web',
          image: 'web:1',
          ports: [{ containerPort: 8080 }],
          ...(probed && { readinessProbe: probe }),
          ...(random.chance(0.2) && { livenessProbe: { ...probe, initialDelaySeconds: 3 } }),
          ...(random.chance(0.2) && { startupProbe: { ...probe, failureThreshold: 10 } }),
          ...(random.chance(0.6) && { lifecycle: { preStop: random.of(hooks) } }),
        },
        ...(random.chance(0.2) ? [{ name: 'beside', image: 'beside:1' }] : []),
      ],
    },
  };
}
