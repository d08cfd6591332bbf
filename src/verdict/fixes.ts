import type { NodeAutoscaler } from '../cluster/node-removal.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { ContainerInfo, HookInfo, TemplateInfo, World } from '../cluster/world.ts';
import { largest } from '../kernel/lists.ts';
import { MICROS_PER_SECOND, type Micros, toMs } from '../kernel/time.ts';
import type { Fix, MoreGrace } from './fix-types.ts';
import type { Judged } from './judged.ts';
import type { Requirement } from './required.ts';
import type { StoppedPod } from './stopped-pod.ts';

/** What would have helped. */

/** Slack in seconds that is suggested between the end of everything planned and SIGKILL. */
export const GRACE_HEADROOM_SECONDS = 3;

/** When the last router let go of a Pod that no longer accepted. */
function lastExposed(pod: StoppedPod): Micros {
  return largest(
    pod.routes.flatMap((route) => route.exposures.flat()).map((exposure) => exposure.to),
    0,
  );
}

function longestExposure({ routes }: StoppedPod): Micros {
  return largest(
    routes.flatMap(({ exposures }) => exposures.flat()).map(({ from, to }) => to - from),
    0,
  );
}

/** What would have helped where routers sent to a Pod that no longer accepted. */
export function fixForRouting(judged: Judged, pod: StoppedPod): Fix {
  const { world } = judged;
  if (pod.stoppedBy === 'nodeLost' || (pod.nodeLostAt !== null && !shutsDown(world)))
    return { code: 'retryElsewhere' };
  const { requirement, reason } = judged.needed();
  if (pod.stoppedBy === 'kubelet' && (requirement === null || requirement.required === null))
    return { code: 'failReadinessFirst' };
  if (reason === 'routedUntilUnhealthy') return failHealthCheckFirst(judged, pod);
  if (reason === 'sidecarLeavesFirst') return keepSidecar(pod);
  if (reason === 'routedUntilGone') return untilGone(judged, pod);
  if (pod.template.containers.some(({ hook }) => hook !== null && closesAtOnce(hook)))
    return { code: 'sleepBeforeClosing', seconds: null };
  if (reason === 'graceTooShort') {
    const preStopSeconds = Math.ceil((lastExposed(pod) - (pod.killStartedAt ?? 0)) / MICROS_PER_SECOND);
    const needed = preStopSeconds + drainSeconds(pod.template.containers) + GRACE_HEADROOM_SECONDS;
    return { ...moreGrace(pod, world, needed, 'preStop'), preStopSeconds };
  }
  if (requirement === null || requirement.required === null) return { code: 'lengthenPreStop' };
  return {
    code: 'setPreStop',
    preStopMs: toMs(requirement.required),
    preStopSeconds: Math.max(1, Math.ceil(requirement.required / MICROS_PER_SECOND)),
    ...ofContainer(requirement),
    ...(pod.template.containers.some(({ hook }) => hook?.outcome === 'failed') && { failing: true }),
  };
}

/** It closes before it is over, or does nothing else. */
function closesAtOnce({ effect, effectAt, duration }: HookInfo): boolean {
  return effect === 'closeListener' && (effectAt !== 'end' || duration === 0);
}

/** Whose hook decides, where several containers are on the path. */
function ofContainer({ pod: { template }, container }: Requirement): { readonly container?: string } {
  const onPath = new Set(template.path.flat(2));
  return onPath.size > 1 ? { container: template.containers[container]!.name } : {};
}

/** What containers have to do between their hook and their exit, in whole seconds. */
export function drainSeconds(containers: readonly ContainerInfo[]): number {
  const ends = containers.map(({ app }) => app.keepAccepting + app.drain);
  return Math.ceil(largest(ends, 0) / MICROS_PER_SECOND);
}

/** The router that took longest to find out that the Pod had closed says for how long the Pod has to go on accepting. */
function failHealthCheckFirst({ fold }: Judged, pod: StoppedPod): Fix {
  const exposures = pod.routes.flatMap((route) => route.exposures.flat());
  const found = exposures.filter(({ end }) => end?.cause === 'health');
  const longest = found.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  return {
    code: 'failHealthCheckFirst',
    router: fold.routers[longest.router]!.name,
    seconds: Math.ceil((longest.to - longest.from) / MICROS_PER_SECOND),
  };
}

/** The proxy has to stay until the last router lets go, counted from when the Pod begins to stop. */
function keepSidecar(pod: StoppedPod): Fix {
  const proxy = pod.template.containers.find(({ injected, sidecar }) => injected && !sidecar)!;
  const seconds = Math.ceil((lastExposed(pod) - (pod.killStartedAt ?? 0)) / MICROS_PER_SECOND);
  return { code: 'keepSidecar', container: proxy.name, seconds };
}

/** Why nobody took over from a Pod, and who could. */
function untilGone({ fold, world }: Judged, pod: StoppedPod): Fix {
  const { replicaSet = -1 } = world.pods[pod.index] ?? {};
  const owner = world.replicaSets[replicaSet]?.deployment ?? -1;
  const scaledToNone = world.actions.some(
    (action) =>
      'change' in action &&
      'deployment' in action.change &&
      action.change.deployment === owner &&
      (action.change.replicas === 0 || action.change.deleted !== undefined),
  );
  if (owner >= 0 && scaledToNone) return { code: 'acceptTheEnd' };
  const services = pod.routes
    .filter(({ latest, routers }) => latest !== null || routers > 0)
    .map(({ service }) => world.services[service]!);
  for (const { service, latest, routers } of pod.routes) {
    const left = latest !== null || routers > 0 ? leftBehind(world, pod.template, service) : null;
    if (left !== null) return left;
  }
  const unaware = pod.routes.find(({ latest }) => latest !== null && sendsWhileServing(world, latest.router));
  if (unaware !== undefined)
    return { code: 'failReadinessInPreStop', router: fold.routers[unaware.latest!.router]!.name };
  const publishing = services.find(({ publishNotReadyAddresses }) => publishNotReadyAddresses);
  if (publishing !== undefined) return { code: 'unsetPublishNotReadyAddresses', service: publishing.name };
  if (world.deployments[owner]?.strategy === 'Recreate')
    return {
      code: 'useRollingUpdate',
      workload: workloadOf(pod.template),
      awaySeconds: Math.ceil(longestExposure(pod) / MICROS_PER_SECOND),
    };
  const local = services.find(
    ({ internalPolicyLocal, externalPolicyLocal }) => internalPolicyLocal || externalPolicyLocal,
  );
  if (local !== undefined) {
    const policy = local.externalPolicyLocal ? 'externalTrafficPolicy' : 'internalTrafficPolicy';
    return { code: 'endpointOnEveryNode', service: local.name, policy };
  }
  return { code: 'secondReplica', ...replicated(world, pod.template) };
}

/** Whether it makes no difference to whoever has that number that a Pod terminates. */
function sendsWhileServing({ nodes, dataPlane, routers }: World, router: number): boolean {
  if (router < nodes.length) return dataPlane.pick === 'readyOrServing';
  const { pick, targets } = routers[router - nodes.length]!;
  return pick === 'readyOrServing' && targets === 'pods';
}

/** Who has to give a Pod more time: its manifest, unless somebody gave it less than that. */
export function moreGrace(
  pod: StoppedPod,
  world: World,
  wanted: number,
  purpose: MoreGrace['for'],
): MoreGrace {
  const { graceSeconds: givenSeconds, stoppedBy, template, killStartedAt } = pod;
  const own = template.terminationGracePeriodSeconds;
  const base = { code: 'moreGrace', givenSeconds, for: purpose } as const;
  if (givenSeconds >= own || killStartedAt === null)
    return { ...base, giver: 'manifest', seconds: Math.max(wanted, own + 1) };
  const seconds = Math.max(wanted, givenSeconds + 1);
  if (stoppedBy === 'deleted')
    return { ...base, giver: removerOf(world, pod.node) ?? 'deleteRequest', seconds };
  return { ...base, giver: shutsDown(world) ? 'nodeShutdown' : 'kubeletEviction', seconds };
}

/** Who takes a node away, and gives its Pods no more time than that. */
function removerOf({ actions }: World, node: number): NodeAutoscaler | null {
  for (const action of actions)
    if (action.type === 'removeNodes' && action.nodes.includes(node)) return action.by;
  return null;
}

/** Its node went while a Pod still had time. */
export function againstTheNode(world: World, seconds: number, pod: StoppedPod, wanted: Micros): Fix {
  if (shutsDown(world)) return { code: 'moreShutdownTime', seconds };
  const giver = removerOf(world, pod.node);
  if (giver !== null && pod.stoppedBy === 'deleted')
    return { code: 'moreGrace', giver, seconds, givenSeconds: pod.graceSeconds, for: 'hookAndDrain' };
  const { nodeLostAt, killStartedAt, stoppedBy } = pod;
  if (stoppedBy === 'nodeLost' || nodeLostAt === null || killStartedAt === null)
    return { code: 'retryElsewhere' };
  const had = nodeLostAt - killStartedAt;
  const atMostSeconds = Math.floor((had - wanted) / MICROS_PER_SECOND);
  if (atMostSeconds < 0) return { code: 'retryElsewhere' };
  return { code: 'endBeforeTheNode', atMostSeconds, goneAfterSeconds: Math.round(had / MICROS_PER_SECOND) };
}

/** What would have helped where a Service had nobody to send to for so long. */
export function fixForOutage(world: World, service: number, lasted: Micros): Fix {
  const before = world.templates.find(({ services }) => services.includes(service));
  if (before === undefined) return { code: 'moreReplicas' };
  const left = leftBehind(world, before, service);
  if (left !== null) return left;
  const recreated = world.deployments
    .filter(({ strategy }) => strategy === 'Recreate')
    .map(({ template }) => world.templates[template]!)
    .find(({ services }) => services.includes(service));
  return recreated === undefined
    ? { code: 'moreReplicas', ...replicated(world, before) }
    : {
        code: 'useRollingUpdate',
        workload: workloadOf(recreated),
        awaySeconds: Math.ceil(lasted / MICROS_PER_SECOND),
      };
}

/** A workload that is to have more replicas, and its kind where that is no Deployment. */
function replicated(
  world: World,
  template: TemplateInfo,
): Pick<Extract<Fix, { readonly code: 'moreReplicas' }>, 'workload' | 'owner'> {
  const workload = workloadOf(template);
  const pod = world.pods.find((each) => workloadOf(world.templates[each.template]!) === workload);
  const alone = pod !== undefined && (world.replicaSets[pod.replicaSet]?.deployment ?? 0) < 0;
  const owner =
    pod?.owner === 'none'
      ? 'Pod'
      : pod?.owner === 'StatefulSet'
        ? 'StatefulSet'
        : alone
          ? 'ReplicaSet'
          : undefined;
  return owner === undefined ? { workload } : { workload, owner };
}

function workloadOf({ namespace, workload }: TemplateInfo): string {
  return qualifiedName(namespace, workload);
}

/** A new template of the same workload that the Service does not select, or that has no such port. */
function leftBehind(world: World, own: TemplateInfo, service: number): Fix | null {
  const { namespace, workload } = own;
  const left = world.templates.some(
    (other) =>
      other.namespace === namespace && other.workload === workload && !other.services.includes(service),
  );
  return left ? { code: 'keepTheLabels', service: world.services[service]!.name, workload } : null;
}

function shutsDown({ actions }: World): boolean {
  return actions.some(({ type }) => type === 'nodeShutdown');
}
