import type { ActionInput, ScenarioInput } from '../../src/scenario/schema.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

/** A Deployment behind a Service, as a test needs it. */
export interface DeploymentOptions {
  readonly name?: string;
  readonly replicas?: number;
  readonly preStopSeconds?: number;
  readonly terminationGracePeriodSeconds?: number;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly podSpec?: Readonly<Record<string, unknown>>;
  readonly container?: Readonly<Record<string, unknown>>;
}

export function podTemplate(options: DeploymentOptions = {}) {
  const { name = 'web', preStopSeconds = 5, podSpec = {}, container = {} } = options;
  const { terminationGracePeriodSeconds = 30 } = options;
  return {
    metadata: { labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds,
      containers: [
        {
          name,
          image: 'registry.example/web:1',
          ports: [{ containerPort: 8080 }],
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
          ...(preStopSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
          ...container,
        },
      ],
      ...podSpec,
    },
  };
}

export function deployment(options: DeploymentOptions = {}) {
  const { name = 'web', replicas = 4, spec = {} } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: podTemplate(options),
      ...spec,
    },
  };
}

export function service(name = 'web') {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
}

export interface RolloutOptions extends DeploymentOptions {
  readonly nodes?: number;
  readonly version?: string;
  readonly actions?: readonly ActionInput[];
  readonly extra?: readonly object[];
  readonly input?: Partial<ScenarioInput>;
}

/** A scenario in which every delay is a round figure, so that figures can be worked out by hand. */
export function rollout(options: RolloutOptions = {}): ScenarioInput {
  const { nodes = 3, version = '1.36', actions, extra = [], input = {} } = options;
  return {
    manifests: [deployment(options), service(options.name), ...extra],
    cluster: { version, nodes },
    delays: CONSTANT_DELAYS,
    ...(actions === undefined ? {} : { actions: [...actions] }),
    ...input,
  };
}
