import { unreachable } from '../kernel/unreachable.ts';
import { clusters } from '../scenario/presets/index.ts';
import type { AppInput, ClientInput, DelaysInput, ScenarioInput } from '../scenario/schema.ts';
import type {
  RecordedApp,
  RecordedClient,
  RecordedContainer,
  RecordedHook,
  RecordedRollout,
  RecordedScenario,
} from './recorded-scenario.ts';

/** A recording's own scenario, so that it can be simulated and held against what was recorded. */

export interface ScenarioOfOptions {
  /** In place of the preset's. */
  readonly delays?: DelaysInput;
  /** By container (`app` where the recording names none), over what the recording states. */
  readonly apps?: Readonly<Record<string, AppInput>>;
  /** Over what the recording states; `nodes` stays. */
  readonly cluster?: Partial<NonNullable<ScenarioInput['cluster']>>;
}

export const PORT = 8080;
/** How long a client sends before the action begins, ms. */
const CLIENT_LEAD_MS = 500;
/** The recorder waits for the answer to a DELETE before it counts the gap to the next one; 7 ms over all sets of the shared traces. */
const ANSWER_MS = 7;
/** The newest: a recorder that says nothing ran on the version that the defaults were measured on. */
const NEWEST = '1.36';

/** When the action begins in the simulated run, ms: where there is a client, once it is under way. */
export function actionAtMs({ client }: RecordedScenario): number {
  return client === null ? 0 : CLIENT_LEAD_MS;
}

export function scenarioOf(recorded: RecordedScenario, options: ScenarioOfOptions = {}): ScenarioInput {
  const { minSyncPeriod, endpointSliceBatchPeriod, client } = recorded;
  const { cluster = {}, delays } = options;
  const apps: Record<string, AppInput> = { ...described(recorded.appName, recorded.app) };
  for (const beside of besides(recorded))
    apps[beside.name] = { ...described(beside.name, beside)[beside.name], onPath: 'never' };
  return {
    manifests: [workloadOf(recorded), serviceOf(recorded)],
    cluster: clusters.quiet136({
      version: recorded.version ?? NEWEST,
      ...cluster,
      nodes: recorded.nodes,
      kubeProxy: { ...(minSyncPeriod !== null && { minSyncPeriod }), ...cluster.kubeProxy },
      controllerManager: {
        ...(endpointSliceBatchPeriod !== null && { endpointUpdatesBatchPeriod: endpointSliceBatchPeriod }),
        ...cluster.controllerManager,
      },
    }),
    apps: { ...apps, ...ownApps(recorded, options.apps) },
    actions: actionsOf(recorded),
    ...(client !== null && { clients: [clientOf(client)] }),
    ...(delays !== undefined && { delays }),
  };
}

/** All containers but the one that serves. */
function besides({ sidecar, others }: RecordedScenario): readonly RecordedContainer[] {
  return sidecar === null ? others : [sidecar, ...others];
}

/** What is said of containers that the recording has; an app that is the only one said of, is the one that serves. */
function ownApps(
  recorded: RecordedScenario,
  apps: Readonly<Record<string, AppInput>> = {},
): Readonly<Record<string, AppInput>> {
  const names = [recorded.appName, ...besides(recorded).map(({ name }) => name)];
  const own = Object.fromEntries(Object.entries(apps).filter(([name]) => names.includes(name)));
  const [only, ...more] = Object.values(apps);
  return only !== undefined && more.length === 0 && Object.keys(own).length === 0
    ? { [recorded.appName]: only }
    : own;
}

function described(name: string, app: RecordedApp): Record<string, AppInput> {
  const failReadiness = app.failsReadiness;
  switch (app.atSigterm) {
    case 'exits':
      return { [name]: { onStopSignal: 'exit', failReadiness } };
    case 'ignores':
      return { [name]: { onStopSignal: 'ignore' } };
    case 'drains':
      return { [name]: { onStopSignal: 'drain', keepAccepting: app.drainMs, failReadiness } };
    case 'unknown':
      return {};
    default:
      return unreachable(app.atSigterm);
  }
}

function serviceOf({ publishNotReadyAddresses, internalTrafficPolicy }: RecordedScenario): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: {
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: PORT }],
      publishNotReadyAddresses,
      internalTrafficPolicy,
    },
  };
}

function workloadOf(recorded: RecordedScenario): object {
  const labels = { app: 'web' };
  const spec = podSpec(recorded);
  if (recorded.workload === 'Pod')
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels }, spec };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: recorded.replicas,
      ...strategyOf(recorded.rollout),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

function strategyOf({ maxSurge, maxUnavailable, minReadySeconds }: RecordedRollout): object {
  return {
    ...(minReadySeconds !== undefined && { minReadySeconds }),
    ...((maxSurge !== undefined || maxUnavailable !== undefined) && {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
    }),
  };
}

function podSpec(recorded: RecordedScenario): object {
  const app = {
    ...containerOf(recorded.appName, recorded.preStop),
    ports: [{ containerPort: PORT }],
    readinessProbe: {
      httpGet: { path: '/', port: PORT },
      periodSeconds: recorded.readinessProbePeriodSeconds,
      failureThreshold: recorded.readinessProbeFailureThreshold,
      initialDelaySeconds: recorded.readinessInitialDelaySeconds,
    },
  };
  const all = besides(recorded);
  return {
    terminationGracePeriodSeconds: recorded.terminationGracePeriodSeconds,
    containers: [
      app,
      ...all.filter(({ isSidecar }) => !isSidecar).map(({ name, preStop }) => containerOf(name, preStop)),
    ],
    initContainers: all
      .filter(({ isSidecar }) => isSidecar)
      .map(({ name, preStop }) => ({ ...containerOf(name, preStop), restartPolicy: 'Always' })),
  };
}

function containerOf(name: string, preStop: RecordedHook): object {
  return { name, image: 'recorded', ...lifecycle(preStop) };
}

function lifecycle(hook: RecordedHook): object {
  if (hook.kind === 'none') return {};
  const seconds = (hook.durationMs ?? 0) / 1000;
  const preStop =
    hook.kind === 'sleep' ? { sleep: { seconds } } : { exec: { command: ['sh', '-c', `sleep ${seconds}`] } };
  return { lifecycle: { preStop } };
}

function actionsOf(recorded: RecordedScenario): NonNullable<ScenarioInput['actions']> {
  const { action, workload, replicas } = recorded;
  const at = actionAtMs(recorded);
  switch (action.type) {
    case 'rollingUpdate':
      return [{ type: 'rollingUpdate', at, deployment: 'web' }];
    case 'scale':
      return [{ type: 'scale', at, deployment: 'web', replicas: Math.max(0, replicas + action.by) }];
    case 'deletePod':
      return Array.from({ length: Math.min(action.count, replicas) }, (_, index) => ({
        type: 'deletePod' as const,
        at: at + index * (action.gapMs + ANSWER_MS),
        pod: workload === 'Pod' ? 'web' : `web-1-${index}`,
        ...(action.gracePeriodSeconds === null ? {} : { gracePeriodSeconds: action.gracePeriodSeconds }),
      }));
    default:
      return unreachable(action);
  }
}

/** It pauses 5 to 10 ms between two requests, as the recorder's own client does. */
function clientOf({ concurrency, keepAlive, requestMs }: RecordedClient): ClientInput {
  return {
    name: 'recorder',
    service: 'web',
    from: { node: 'node-1' },
    load: { concurrency, pause: { uniform: ['5ms', '10ms'] } },
    connection: keepAlive ? { keepAlive: {} } : 'new',
    request: { duration: requestMs },
    connectTimeout: '3s',
  };
}
