import { type Kubectl, RecordError } from './kubectl.ts';
import { record, text } from './watched.ts';

/** What the recorder has to know of a Deployment before it deletes a Pod of it, as kubectl reads it. */
export interface RecordedWorkload {
  readonly deployment: string;
  readonly selector: string;
  readonly replicas: number;
  readonly service: string | null;
  readonly version: string;
  /** Nodes that its Pods are on. */
  readonly nodes: readonly string[];
  readonly pods: readonly { readonly pod: string; readonly ip: string; readonly node: string }[];
  /** A disruption budget that allows no disruption now; null where there is none. */
  readonly exhaustedBudget: string | null;
  /** What a recording's `meta` repeats of the template and the Service. */
  readonly facts: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

export async function readWorkload(kubectl: Kubectl, deployment: string): Promise<RecordedWorkload> {
  const [object, services, budgets, version] = await Promise.all([
    kubectl.read(['get', 'deployment', deployment]),
    kubectl.read(['get', 'services']),
    kubectl.read(['get', 'poddisruptionbudgets']),
    kubectl.read(['version']),
  ]);
  const pods = itemsOf(await kubectl.read(['get', 'pods', '-l', selectorOf(object, deployment)]));
  return workloadOf({ deployment, object, services, budgets, version, pods });
}

/** Objects as kubectl prints them. */
export interface WorkloadObjects {
  readonly deployment: string;
  readonly object: unknown;
  readonly services: unknown;
  readonly budgets: unknown;
  readonly version: unknown;
  readonly pods: readonly Json[];
}

export function workloadOf({
  deployment,
  object,
  services,
  budgets,
  version,
  pods,
}: WorkloadObjects): RecordedWorkload {
  const spec = record(record(object).spec);
  const labels = record(record(record(spec.template).metadata).labels);
  const service = itemsOf(services).find((each) => selects(record(record(each.spec).selector), labels));
  const known = pods.map((pod) => ({
    pod: String(record(pod.metadata).name),
    ip: String(record(pod.status).podIP ?? ''),
    node: String(record(pod.spec).nodeName ?? ''),
  }));
  return {
    deployment,
    selector: selectorOf(object, deployment),
    replicas: typeof spec.replicas === 'number' ? spec.replicas : 1,
    service: text(record(service?.metadata).name) ?? null,
    version: text(record(record(version).serverVersion).gitVersion) ?? '',
    nodes: [...new Set(known.map(({ node }) => node))].filter((node) => node !== ''),
    pods: known,
    exhaustedBudget: exhausted(itemsOf(budgets), labels),
    facts: {
      ...templateFacts(record(record(spec.template).spec)),
      ...rolloutFacts(spec),
      ...serviceFacts(service),
    },
  };
}

function selectorOf(object: unknown, deployment: string): string {
  const matchLabels = record(record(record(record(object).spec).selector).matchLabels);
  if (Object.keys(matchLabels).length === 0)
    throw new RecordError(
      `deployment/${deployment} selects its Pods by expressions; the recorder needs matchLabels.`,
    );
  return Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}

export function itemsOf(list: unknown): readonly Json[] {
  const { items } = record(list);
  return Array.isArray(items) ? items.map(record) : [];
}

/** An empty selector selects nothing here: a Service without one has its endpoints from elsewhere. */
function selects(selector: Json, labels: Json): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function exhausted(budgets: readonly Json[], labels: Json): string | null {
  for (const budget of budgets) {
    const { disruptionsAllowed } = record(budget.status);
    const own = selects(record(record(record(budget.spec).selector).matchLabels), labels);
    if (own && disruptionsAllowed === 0) return String(record(budget.metadata).name);
  }
  return null;
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

/** What the template says; defaults are the API server's, which has filled them in. */
function templateFacts(spec: Json): Json {
  const containers = listOf(spec.containers);
  const main = containers.find(({ ports }) => Array.isArray(ports)) ?? containers[0];
  const probe = record(main?.readinessProbe);
  const sidecars = listOf(spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const beside = (sidecar: boolean) => (container: Json) => ({
    name: container.name,
    sidecar,
    preStop: hookOf(container),
  });
  return {
    ...(main?.name !== undefined && { app: main.name }),
    grace: spec.terminationGracePeriodSeconds ?? 30,
    preStop: hookOf(main ?? {}),
    probePeriod: probe.periodSeconds ?? 10,
    probeFailureThreshold: probe.failureThreshold ?? 3,
    probeInitialDelay: probe.initialDelaySeconds ?? 0,
    containers: [
      ...sidecars.map(beside(true)),
      ...containers.filter((container) => container !== main).map(beside(false)),
    ],
  };
}

/** `sleep 5`, `exec sleep 5`, `none`; what else a hook does has its kind for a command. */
function hookOf(container: Json): string {
  const { exec, sleep, httpGet } = record(record(container.lifecycle).preStop);
  const seconds = record(sleep).seconds;
  if (typeof seconds === 'number') return `sleep ${seconds}`;
  const command = record(exec).command;
  if (Array.isArray(command) && command.length > 0)
    return `exec ${command
      .map(String)
      .join(' ')
      .replace(/^(?:\/bin\/)?(?:ba)?sh -c /, '')}`;
  return httpGet === undefined ? 'none' : 'httpGet';
}

function rolloutFacts({ strategy, minReadySeconds }: Json): Json {
  const { maxSurge, maxUnavailable } = record(record(strategy).rollingUpdate);
  return {
    ...(maxSurge !== undefined && { maxSurge }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
    ...(minReadySeconds !== undefined && { minReadySeconds }),
  };
}

function serviceFacts(service: Json | undefined): Json {
  const { publishNotReadyAddresses, internalTrafficPolicy } = record(service?.spec);
  return {
    publishNotReadyAddresses: publishNotReadyAddresses === true,
    internalTrafficPolicy: internalTrafficPolicy ?? '',
    minSyncPeriod: '1s?',
  };
}
