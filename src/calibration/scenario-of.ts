import { unreachable } from '../kernel/unreachable.ts';
import { clusters } from '../scenario/presets/index.ts';
import type { AppInput, ClientInput, DelaysInput, ScenarioInput } from '../scenario/schema.ts';
import type { RecordedApp, RecordedClient, RecordedHook, RecordedScenario } from './recorded-scenario.ts';

/** A recording's own scenario, so that it can be simulated and held against what was recorded. */

export interface ScenarioOfOptions {
  /** In place of the preset's. */
  readonly delays?: DelaysInput;
  /** By container (`app`, `sidecar`), over what the recording states. */
  readonly apps?: Readonly<Record<string, AppInput>>;
  /** Over what the recording states; `nodes` stays. */
  readonly cluster?: Partial<NonNullable<ScenarioInput['cluster']>>;
}

export const PORT = 8080;
const APP = 'app';
const SIDECAR = 'sidecar';
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
  const apps: Record<string, AppInput> = { ...described(APP, recorded.app) };
  if (recorded.sidecar !== null)
    apps[SIDECAR] = { ...described(SIDECAR, recorded.sidecar)[SIDECAR], onPath: 'never' };
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
    apps: { ...apps, ...options.apps },
    actions: actionsOf(recorded),
    ...(client !== null && { clients: [clientOf(client)] }),
    ...(delays !== undefined && { delays }),
  };
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
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

function podSpec({
  preStop,
  sidecar,
  terminationGracePeriodSeconds,
  readinessProbePeriodSeconds,
  readinessProbeFailureThreshold,
}: RecordedScenario): object {
  const container = {
    name: APP,
    image: 'recorded',
    ports: [{ containerPort: PORT }],
    readinessProbe: {
      httpGet: { path: '/', port: PORT },
      periodSeconds: readinessProbePeriodSeconds,
      failureThreshold: readinessProbeFailureThreshold,
    },
    ...lifecycle(preStop),
  };
  const init = { name: SIDECAR, image: 'recorded', restartPolicy: 'Always' };
  return {
    terminationGracePeriodSeconds,
    containers: [container],
    ...(sidecar === null ? {} : { initContainers: [{ ...init, ...lifecycle(sidecar.preStop) }] }),
  };
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
