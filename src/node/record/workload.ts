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
  const spec = record(record(object).spec);
  const labels = record(record(record(spec.template).metadata).labels);
  const matchLabels = record(record(spec.selector).matchLabels);
  if (Object.keys(matchLabels).length === 0)
    throw new RecordError(
      `deployment/${deployment} selects its Pods by expressions; the recorder needs matchLabels.`,
    );
  const selector = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const pods = itemsOf(await kubectl.read(['get', 'pods', '-l', selector])).map((pod) => ({
    pod: String(record(pod.metadata).name),
    ip: String(record(pod.status).podIP ?? ''),
    node: String(record(pod.spec).nodeName ?? ''),
  }));
  const service = itemsOf(services).find((each) => selects(record(record(each.spec).selector), labels));
  return {
    deployment,
    selector,
    replicas: typeof spec.replicas === 'number' ? spec.replicas : 1,
    service: text(record(service?.metadata).name) ?? null,
    version: text(record(record(version).serverVersion).gitVersion) ?? '',
    nodes: [...new Set(pods.map(({ node }) => node))].filter((node) => node !== ''),
    pods,
    exhaustedBudget: exhausted(itemsOf(budgets), labels),
    facts: factsOf(record(record(spec.template).spec), service),
  };
}

function itemsOf(list: unknown): readonly Json[] {
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

function factsOf(spec: Json, service: Json | undefined): Json {
  const containers = Array.isArray(spec.containers) ? spec.containers.map(record) : [];
  const main = containers.find(({ ports }) => Array.isArray(ports)) ?? containers[0];
  const { exec, sleep, httpGet } = record(record(record(main?.lifecycle).preStop));
  const seconds = record(sleep).seconds;
  const command = record(exec).command;
  const line = Array.isArray(command)
    ? command
        .map(String)
        .join(' ')
        .replace(/^(?:\/bin\/)?(?:ba)?sh -c /, '')
    : '';
  const probe = record(main?.readinessProbe);
  const { publishNotReadyAddresses, internalTrafficPolicy } = record(service?.spec);
  const other = httpGet === undefined ? 'none' : 'httpGet';
  return {
    grace: spec.terminationGracePeriodSeconds ?? 30,
    preStop: typeof seconds === 'number' ? `sleep ${seconds}` : line !== '' ? `exec ${line}` : other,
    probePeriod: probe.periodSeconds ?? 10,
    publishNotReadyAddresses: publishNotReadyAddresses === true,
    internalTrafficPolicy: internalTrafficPolicy ?? '',
    minSyncPeriod: '1s?',
  };
}
