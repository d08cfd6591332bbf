import type { Assumption, AssumptionCode, MeasuredDelays } from '../cluster/assumption.ts';
import { printableParagraph } from '../cluster/printable.ts';
import { largest } from '../kernel/lists.ts';
import { formatDuration, MICROS_PER_MS } from '../kernel/time.ts';
import { findingWords } from './describe-finding.ts';

type OfCode<C extends AssumptionCode> = Extract<Assumption, { readonly code: C }>;

/** What nobody described, in a sentence that begins with the setting which would. */
export function assumptionText(assumption: Assumption): string {
  return printableParagraph((TEXTS[assumption.code] as (of: Assumption) => string)(assumption));
}

const TEXTS: { readonly [C in AssumptionCode]: (assumption: OfCode<C>) => string } = {
  defaultAction: ({ setting }) =>
    `${setting}: none given; the only Deployment gets a new revision at 0 s (a rolling update).`,
  appsUndescribed: ({ setting, containers }) =>
    `${setting}: ${quoted(containers)} not described; taken to accept as soon as it runs (startup 0 s), stop accepting at the stop ` +
    'signal, finish at once what is in flight, and exit 0.',
  hookDoesNothing: ({ setting }) =>
    `${setting}: its hook is taken to do nothing to the listener; effect: closeListener says that it does.`,
  hookDurationUnknown: ({ setting, leastMs, reason }) =>
    `${setting}: how long the hook takes is not known (${reason}); judged with ${leastMs / 1000} s and with the longest that fits the ` +
    'grace period.',
  hookBinaries: ({ setting, binaries }) =>
    `${setting}: the image is taken to have ${quoted(binaries)} (missingBinary: true says that it has not).`,
  startupUndescribed: ({ setting, containers }) =>
    `${setting}: not described for ${quoted(containers)}; taken to accept as soon as it runs (0 s).`,
  portUndeclared: ({ setting, workload, service, port, containers }) =>
    `${setting}: no container of ${workload} declares port ${port} of Service ${service}; ` +
    (containers.length < 2
      ? `${containers.length === 0 ? 'no container' : quoted(containers)} is taken to listen on it.`
      : `any of ${quoted(containers)} may listen on it, and the first to stop decides. Declare the containerPort, or take the others off ` +
        'the path (onPath: never).'),
  stopsBefore: ({ setting, workload, container, serving }) =>
    `${setting}: "${container}" of ${workload} stops before "${serving}", which connections go to; taken to be needed for none of its ` +
    'requests (onPath: always says that it is).',
  proxyOffPath: ({ setting, workload, container }) =>
    `${setting}: "${container}" of ${workload} looks like a proxy in front of the others; taken off the path of connections (onPath: ` +
    'always puts it there).',
  ignoresStopSignal: ({ setting, container }) =>
    `${setting}: "${container}" takes no notice of its stop signal; each stop lasts until SIGKILL and ends with exit code 137.`,
  hookClosesListener: ({ setting, at }) =>
    `${setting}: by its command, the hook has the server stop listening ` +
    `${closingTime(at)} (effect and effectAt say otherwise).`,
  drainUndescribed: ({ containers, withClients }) => {
    const taken = withClients
      ? 'requests in flight are taken to be finished in their own time, and the process to exit with the last of them, at SIGKILL at the ' +
        'latest.'
      : 'whatever is in flight is taken to be finished at once. Say how long it takes (apps.<container>.drain).';
    return `apps: no drain described for ${quoted(containers)}; ${taken}`;
  },
  preset: ({ setting, of, name, sources, confidence, changed }) => {
    const own = Object.entries(changed).map(([field, value]) => `${field} ${valueText(value)}`);
    const from = [...sources, ...(own.length === 0 ? [] : [`but ${own.join(', ')}`])].join('; ');
    if (of === 'router') return `${setting}: lag from public reports (${confidence ?? 'estimate'}: ${from}).`;
    return of === 'app' ? `${setting}: ${name} (${from}).` : `${setting}: ${from}.`;
  },
  delays: ({ setting, given, preset, measured }) => {
    const named = preset === null ? '' : ` cluster preset ${preset.name} (${preset.sources.join('; ')});`;
    return (
      `${setting}: ${measured === null ? countOf(given) : describeMeasured(measured)};${named} the rest as measured on a quiet one-node cluster of Kubernetes 1.36.2, ` +
      'which is a lower bound for a large or busy one.'
    );
  },
  syncPeriodWithoutEffect: ({ setting }) =>
    `${setting}: changes nothing here; kube-proxy waits for it only after a sync that failed, and every sync succeeds.`,
  nodeLabelsUnknown: ({ setting, workload, labels }) =>
    `${setting}: nobody says which labels the nodes have; all are taken to have ${labels.join(', ')}, which ${workload} asks for ` +
    '(cluster.nodes[].labels, or the manifests of the Nodes).',
  topologyHints: ({ setting, services }) =>
    `${setting}: topology hints of Service ${services.join(', ')} are not simulated, since they follow the CPU of all nodes; taken to ` +
    'reach Pods of every zone.',
  noRouters: ({ setting, dataPlane }) =>
    `${setting}: ${dataPlane} alone; a load balancer or ingress controller that sends to Pods itself is slower.`,
  dataPlane: ({ setting, title, numbers }) => {
    const told = numbers.map(({ what, value, confidence }) => `${what} ${value}, ${confidence}`);
    return `${setting}: ${title} (${told.join('; ')}).`;
  },
  routerFound: ({ setting, preset, title, objects, services, confidence, measure }) => {
    const [{ object, because }] = objects as [(typeof objects)[number]];
    const others = objects.length === 1 ? '' : ` and ${objects.length - 1} more`;
    const number = measure === null ? '' : ` Measure ${measure}, and say so: routers.`;
    return `${setting}: ${object}${others} (${because}) is served by ${title}, preset ${preset}, ${confidence}; it sends to ${services.join(', ')}.${number}`;
  },
  meshSidecar: ({ setting, object, because, container, native, version, staysSeconds }) => {
    const kind = native
      ? 'a native sidecar, which stays until the app has ended'
      : `an ordinary container, which leaves ${staysSeconds} s after the Pod has begun to stop, whatever hook the app has`;
    const known = version === null ? "its mesh's version is not said" : `Istio ${version}`;
    return `${setting}: ${object} (${because}) has ${container} in its Pods (${known}): ${kind}.`;
  },
  throughNodes: ({ setting, object, because, services }) =>
    `${setting}: ${object} (${because}) sends to ${services.join(', ')} through the nodes, whose data plane picks the Pods.`,
  readinessGate: ({ setting, workload, conditionType, routers, injectedBy }) => {
    const gate = `${setting}: the readiness gate ${conditionType} of ${workload}${injectedBy === null ? '' : ` (put there by ${injectedBy})`}`;
    return routers.length > 0
      ? `${gate} becomes True once ${routers.join(' and ')} ${routers.length === 1 ? 'sends' : 'send'} to the Pod: a rollout waits for that.`
      : `${gate} is set by nobody here, and when it becomes True is not judged: taken for as long after its containers are ready as ` +
          'delays.readinessGate.set says.';
  },
  routeRefused: ({ setting, object, because, services }) =>
    `${setting}: ${object} sends nobody to ${services.join(', ')}: ${because}. If one stands elsewhere, check both together.`,
  routerReplaced: ({ setting, name, services }) =>
    `${setting}: stands in place of ${name}, which the manifests name, for ${services.join(', ')}.`,
  routerNotModelled: ({ setting, object, what, services }) => {
    const whom = services.length === 0 ? '' : ` to ${services.join(', ')}`;
    return `${setting}: ${object} names ${what}; not modelled, so what it sends${whom} is not judged.`;
  },
  rolloutSimplified: ({ setting, workload, trafficWeights, skipped }) => {
    const weights = trafficWeights
      ? ['the weights of its traffic routing are not simulated: a Service reaches all Pods that it selects']
      : [];
    const steps = skipped.length === 0 ? [] : [`${skipped.join(', ')} is taken to succeed at once`];
    return `${setting}: of ${workload} Pods and Services are simulated; ${[...weights, ...steps].join('; ')}.`;
  },
  rolloutPromoted: ({ setting, workload }) =>
    `${setting}: ${workload} waits for somebody, who is taken to promote it at once.`,
  shutdownPeriods: ({ node, shutdownGracePeriod, shutdownGracePeriodCriticalPods }) =>
    `nodeShutdown of ${node}: shutdownGracePeriod ${shutdownGracePeriod}, shutdownGracePeriodCriticalPods ${shutdownGracePeriodCriticalPods} ` +
    "(the kubelet's own default is 0, no graceful shutdown; what a node really has stands in its kubelet configuration).",
  priorityUnknown: () =>
    'nodeShutdown: Pods whose PriorityClass is not among the manifests are taken to have the priority 0.',
  manifestFinding: ({ finding }) => `manifest: ${findingWords(finding).text}`,
};

function valueText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function closingTime(at: number | 'end'): string {
  if (at === 'end') return 'once its sleep is over';
  return at === 0 ? 'as soon as it starts' : `${formatDuration(at * MICROS_PER_MS)} after it starts`;
}

function countOf(given: number): string {
  return given === 0 ? 'none given' : `${given} given`;
}

/** `measured, N = 60, on 2026-11-23 (18 sites, 16 of them as parts of sums that were seen; the pessimistic end …)`. */
function describeMeasured({ date, recordings, table, sites }: MeasuredDelays): string {
  const all = Object.values(sites);
  const split = all.filter(({ confidence }) => confidence === 'estimate').length;
  const parts = split === 0 ? '' : `, ${split} of them as parts of sums that were seen`;
  const end =
    table === 'rows' ? 'each run draws one repetition' : `the ${table} end of what the samples allow`;
  const n =
    recordings > 0
      ? recordings
      : largest(
          all.map((site) => site.n),
          0,
        );
  return `measured, N = ${n}, on ${date ?? 'an unknown day'} (${all.length} sites${parts}; ${end})`;
}
