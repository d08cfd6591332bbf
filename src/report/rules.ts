import type { PlaneIdiom } from '../cluster/data-plane.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { ProgrammedRules, ServiceRules, ServiceVerdict } from '../cluster/state.ts';
import type { ServiceInfo, World } from '../cluster/world.ts';
import { largest } from '../kernel/lists.ts';
import { programmedRulesAt, type Run } from '../run/simulate.ts';
import { paragraph } from './wrap.ts';

/**
 * What the data plane of a node held at an instant (ms since the start of the run), as one reads it there (`iptables`, `ipvsadm` …): for
 * each Service and port, where a new connection goes, and with which probability or weight. Throws TraceRequired for a run without a trace and
 * an OptionsError for an unknown node.
 */
export function rulesAt(run: Run, node: string, atMs: number): string {
  const rules = programmedRulesAt(run, node, atMs);
  const heading = `${node} at ${atMs.toFixed(3)} ms`;
  const names = podNames(run);
  const podName = (index: number) => names[index] ?? `Pod ${index}`;
  return `${heading}\n${formatRules(rules, run.scenario.world, podName)}`;
}

/** Names of all Pods of a run, by their index: those of the steady state, and then those that were created, in their order. */
export function podNames(run: Run): readonly string[] {
  const { world } = run.scenario;
  const initial = world.pods.map(({ namespace, name }) => qualifiedName(namespace, name));
  const created = run.trace.flatMap(({ type, pod }) =>
    type === 'createPod' && pod !== undefined ? [pod] : [],
  );
  return [...initial, ...created];
}

/** The rules of one node, Service by Service. `podName` says the name of a Pod's index. */
export function formatRules(
  rules: ProgrammedRules,
  world: Pick<World, 'services' | 'dataPlane'>,
  podName: (index: number) => string,
): string {
  if (rules.services.length === 0) return '  no Services';
  return rules.services
    .map((held) => serviceLines(held, world.services[held.service]!, world.dataPlane, podName).join('\n'))
    .join('\n');
}

function serviceLines(
  held: ServiceRules,
  service: ServiceInfo,
  { title, idiom }: World['dataPlane'],
  podName: (index: number) => string,
): readonly string[] {
  if (service.headless) {
    const text = `headless: ${title} programs nothing; clients reach its Pods by the names that DNS gives them.`;
    return [`  Service ${service.name}`, paragraph(text, '    ')];
  }
  const { internal, internalPods, external, externalPods, waiting, healthCheck } = held;
  const entry = (name: string, verdict: ServiceVerdict, pods: readonly number[]) =>
    entryLines(name, verdict, { pods: pods.map(podName), waiting: waiting.map(podName) }, idiom);
  return service.ports.flatMap(({ name, port }) => [
    `  Service ${service.name}, port ${port}${name === '' ? '' : ` (${name})`}`,
    ...entry('cluster IP', internal, internalPods),
    ...(external === null ? [] : entry('from outside', external, externalPods)),
    ...(healthCheck === null ? [] : [`    health check  ${HEALTH_CHECKS[healthCheck]}`]),
  ]);
}

const ENTRY_WIDTH = 'from outside'.length;
const WORD_WIDTH = 'REJECT'.length;

/** Where new connections go, and below them what is held for open ones alone. */
function entryLines(
  entry: string,
  verdict: ServiceVerdict,
  { pods, waiting }: { readonly pods: readonly string[]; readonly waiting: readonly string[] },
  idiom: PlaneIdiom,
): readonly string[] {
  const width = largest(
    [...pods, ...waiting].map((name) => name.length),
    0,
  );
  const line = (name: string, share: string) =>
    `${idiom.forward.padEnd(WORD_WIDTH)}  ${name.padEnd(width)}  ${share}`;
  const lines = [
    ...(verdict === 'DNAT'
      ? pods.map((name, index) => line(name, share(idiom, index, pods.length)))
      : [REFUSALS[verdict](idiom)]),
    ...(idiom.waiting === '' ? [] : waiting.map((name) => line(name, idiom.waiting))),
  ];
  const first = `    ${entry.padEnd(ENTRY_WIDTH)}  `;
  return lines.map((text, index) => `${index === 0 ? first : ' '.repeat(first.length)}${text}`);
}

/** Terminating endpoints do not count, though the rules may still send to them. */
const HEALTH_CHECKS: Readonly<Record<200 | 503, string>> = {
  200: '200     load balancers send to this node',
  503: '503     no ready endpoint on this node: load balancers leave it out',
};

const REFUSALS: Readonly<Record<Exclude<ServiceVerdict, 'DNAT'>, (idiom: PlaneIdiom) => string>> = {
  REJECT: ({ refuse }) => `${refuse}: the Service has no endpoints`,
  DROP: ({ drop }) =>
    `${drop.padEnd(WORD_WIDTH)}  the Service has endpoints, but none on this node (policy Local)`,
};

function share({ share }: PlaneIdiom, index: number, count: number): string {
  if (share === 'percent') return `${(100 / count).toFixed(2).padStart(6)} %`;
  return share === 'numgen' ? `numgen random mod ${count}: ${index}` : share.word;
}
