import type { ProgrammedRules, ServiceRules, ServiceVerdict } from '../cluster/state.ts';
import type { ServiceInfo, World } from '../cluster/world.ts';
import { programmedRulesAt, type Run } from '../run/simulate.ts';
import { paragraph } from './wrap.ts';

/**
 * What kube-proxy had programmed on a node at an instant (ms since the start of the run), as one reads `iptables`: for each
 * Service and port, where a new connection goes, and with which probability. Throws TraceRequired for a run without a trace and
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
  const initial = world.pods.map(({ namespace, name }) =>
    namespace === 'default' ? name : `${namespace}/${name}`,
  );
  const created = run.trace.flatMap(({ type, pod }) =>
    type === 'createPod' && pod !== undefined ? [pod] : [],
  );
  return [...initial, ...created];
}

/** The rules of one node, Service by Service. `podName` says the name of a Pod's index. */
export function formatRules(
  rules: ProgrammedRules,
  world: Pick<World, 'services'>,
  podName: (index: number) => string,
): string {
  if (rules.services.length === 0) return '  no Services';
  return rules.services
    .map((held) => serviceLines(held, world.services[held.service]!, podName).join('\n'))
    .join('\n');
}

function serviceLines(
  held: ServiceRules,
  service: ServiceInfo,
  podName: (index: number) => string,
): readonly string[] {
  if (service.headless) {
    const text =
      'headless: kube-proxy programs nothing; clients reach its Pods by the names that DNS gives them.';
    return [`  Service ${service.name}`, paragraph(text, '    ')];
  }
  return service.ports.flatMap(({ name, port }) => [
    `  Service ${service.name}, port ${port}${name === '' ? '' : ` (${name})`}`,
    ...entryLines('cluster IP', held.internal, held.internalPods, podName),
    ...(held.external === null ? [] : entryLines('from outside', held.external, held.externalPods, podName)),
    ...(held.healthCheck === null ? [] : [`    health check  ${HEALTH_CHECKS[held.healthCheck]}`]),
  ]);
}

const ENTRY_WIDTH = 'from outside'.length;

function entryLines(
  entry: string,
  verdict: ServiceVerdict,
  pods: readonly number[],
  podName: (index: number) => string,
): readonly string[] {
  const first = `    ${entry.padEnd(ENTRY_WIDTH)}  `;
  if (verdict !== 'DNAT') return [`${first}${REFUSALS[verdict]}`];
  const names = pods.map(podName);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name, index) => {
    const lead = index === 0 ? first : ' '.repeat(first.length);
    return `${lead}DNAT    ${name.padEnd(width)}  ${share(names.length)}`;
  });
}

/** Terminating endpoints do not count, though the rules may still send to them. */
const HEALTH_CHECKS: Readonly<Record<200 | 503, string>> = {
  200: '200     load balancers send to this node',
  503: '503     no ready endpoint on this node: load balancers leave it out',
};

const REFUSALS: Readonly<Record<Exclude<ServiceVerdict, 'DNAT'>, string>> = {
  REJECT: 'REJECT  with icmp-port-unreachable: the Service has no endpoints',
  DROP: 'DROP    the Service has endpoints, but none on this node (policy Local)',
};

function share(count: number): string {
  return `${(100 / count).toFixed(2).padStart(6)} %`;
}
