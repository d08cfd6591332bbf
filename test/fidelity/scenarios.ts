import { clusters } from '../../src/scenario/presets/index.ts';
import { parseScenario, type Scenario } from '../../src/scenario/scenario.ts';
import type { AppInput, ClientInput, ScenarioInput } from '../../src/scenario/schema.ts';
import type { AppBehaviour, PreStop, TraceScenario, TraceSet } from './read-traces.ts';
import { clientOf } from './requests.ts';

/** A set's scenario, or why it cannot be run yet. Made from the set's own description and one preset for all of them. */
export type BuiltScenario =
  | {
      readonly kind: 'built';
      readonly scenario: Scenario;
      /** Who stops the Pods: the recorder's own DELETE, or a controller's. */
      readonly stoppedBy: 'request' | 'controller';
      /** When the action begins, in ms: where there is a client, once it is under way. */
      readonly actionMs: number;
    }
  | { readonly kind: 'notBuilt'; readonly why: string };

const PORT = 8080;
const APP = 'app';
const SIDECAR = 'sidecar';

export function buildScenario(set: TraceSet): BuiltScenario {
  const { scenario } = set;
  const client = scenario.client === undefined ? null : clientOf(scenario.client);
  const actionMs = client === null ? 0 : CLIENT_LEAD_MS;
  const actions = actionsOf(set, actionMs);
  if (actions === null) return { kind: 'notBuilt', why: `its action "${scenario.action}" is not known here` };
  const input = { ...inputOf(scenario), actions, ...clientsOf(client) };
  const result = parseScenario(input);
  if (result.ok) {
    const stoppedBy = scenario.action.startsWith('deletePod') ? 'request' : 'controller';
    return { kind: 'built', scenario: result.scenario, stoppedBy, actionMs };
  }
  // An action that the schema does not have yet is no mistake of the set's.
  const missing = result.issues.find(({ path }) => path[0] === 'actions');
  if (missing !== undefined && result.issues.length === 1) {
    return { kind: 'notBuilt', why: `its action "${scenario.action}" does not exist yet` };
  }
  const issues = result.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`${set.set}: its scenario is refused: ${issues}`);
}

function inputOf(scenario: TraceScenario): Omit<ScenarioInput, 'actions'> {
  const apps: Record<string, AppInput> = { [APP]: appOf(scenario.app) };
  if (scenario.sidecar !== undefined) apps[SIDECAR] = { ...appOf(scenario.sidecar), onPath: 'never' };
  return {
    manifests: [workloadOf(scenario), service()],
    cluster: clusters.quiet136({
      kubeProxy: { minSyncPeriod: scenario.minSyncPeriod },
      controllerManager: { endpointUpdatesBatchPeriod: scenario.endpointSliceBatchPeriod },
    }),
    apps,
  };
}

/** The recorder's words for what a process does at SIGTERM. */
function appOf({ atSigterm, drainMs }: AppBehaviour): AppInput {
  if (atSigterm.startsWith('exits at once')) return { onStopSignal: 'exit' };
  if (atSigterm.startsWith('ignores')) return { onStopSignal: 'ignore' };
  if (atSigterm.startsWith('keeps serving') && drainMs !== undefined) {
    return { onStopSignal: 'drain', keepAccepting: drainMs };
  }
  throw new Error(`app.atSigterm: "${atSigterm}" is not known here.`);
}

function service(): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: PORT }] },
  };
}

function workloadOf(scenario: TraceScenario): object {
  const labels = { app: 'web' };
  const spec = podSpec(scenario);
  if (scenario.workload === 'Pod')
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels }, spec };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: scenario.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

function podSpec(scenario: TraceScenario): object {
  const { preStop, sidecar, terminationGracePeriodSeconds } = scenario;
  const container = {
    name: APP,
    image: 'recorded',
    ports: [{ containerPort: PORT }],
    readinessProbe: {
      httpGet: { path: '/', port: PORT },
      periodSeconds: scenario.readinessProbePeriodSeconds,
      failureThreshold: scenario.readinessProbeFailureThreshold,
    },
    ...(preStop === null ? {} : { lifecycle: { preStop: handlerOf(preStop) } }),
  };
  return {
    terminationGracePeriodSeconds,
    containers: [container],
    ...(sidecar === undefined
      ? {}
      : { initContainers: [{ name: SIDECAR, image: 'recorded', restartPolicy: 'Always' }] }),
  };
}

function handlerOf(preStop: PreStop): object {
  return 'exec' in preStop ? { exec: { command: ['sh', '-c', preStop.exec] } } : preStop;
}

/** How long the hook would last if nothing cut it off, in ms; null where there is none. */
export function hookDurationMs({ preStop }: TraceScenario): number | null {
  if (preStop === null) return null;
  if ('sleep' in preStop) return preStop.sleep.seconds * 1000;
  return Number(preStop.exec.replace(/^sleep /, '')) * 1000;
}

/** How long a client sends before the action begins. */
const CLIENT_LEAD_MS = 500;

/** The client sends for a second around the action, and on until the Pod is gone. */
function clientsOf(client: ClientInput | null): Pick<ScenarioInput, 'clients'> {
  return client === null ? {} : { clients: [{ ...client, service: 'web' }] };
}

/** The recorder waited for the answer to a DELETE, 7 ms over all sets, and then for the gap. */
const ANSWER_MS = 7;

/** The action in the terms of a scenario; null where its words are not known here. */
function actionsOf({ scenario, iterations }: TraceSet, actionMs: number): readonly object[] | null {
  const { action, gapMs = 0, workload } = scenario;
  if (action === 'rollingUpdate') return [{ type: 'rollingUpdate', at: actionMs, deployment: 'web' }];
  if (!action.startsWith('deletePod')) return null;
  const forced = /gracePeriodSeconds (\d+)/.exec(action);
  const stopped = Math.max(...iterations.map(({ pods }) => pods.length));
  return Array.from({ length: stopped }, (_, index) => ({
    type: 'deletePod',
    at: actionMs + index * (gapMs + ANSWER_MS),
    pod: workload === 'Pod' ? 'web' : `web-1-${index}`,
    ...(forced === null ? {} : { gracePeriodSeconds: Number(forced[1]) }),
  }));
}
