import type { World } from '../cluster/world.ts';
import { formatDuration, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { StoppedPod } from './stopped-pod.ts';
import type { Judged } from './violations.ts';

/** What would have helped. */

/** Slack in seconds that is suggested between the end of everything planned and SIGKILL. */
export const GRACE_HEADROOM_SECONDS = 3;

const LOST_NODE =
  'No preStop value helps against the loss of a node: its hooks do not run, and its Pods are taken out of their Services only ' +
  'when the node controller notices (--node-monitor-grace-period). Let clients retry on another connection.';

/** When the last router let go of a Pod that no longer accepted. */
function lastExposed(pod: StoppedPod): Micros {
  return Math.max(0, ...pod.routes.flatMap((route) => route.exposures.flat()).map((exposure) => exposure.to));
}

/** What would have helped where routers sent to a Pod that no longer accepted. */
export function fixForRouting(judged: Judged, pod: StoppedPod): string {
  const { requirement, reason } = judged;
  if (pod.stoppedBy === 'nodeLost' || (pod.nodeLostAt !== null && !shutsDown(judged.world))) return LOST_NODE;
  if (pod.stoppedBy === 'kubelet' && (requirement === null || requirement.required === null)) {
    return (
      'No preStop value helps: the kubelet sets no deletionTimestamp when it evicts a Pod or its node shuts down, so routers go on ' +
      'until the Pod is no longer Ready. Let the app fail its readiness probe at the stop signal and accept until it is seen; drain nodes ' +
      'through the Eviction API before they shut down.'
    );
  }
  if (reason === 'routedUntilGone') return `No preStop value helps: ${untilGone(pod, judged.world)}`;
  if (
    pod.template.containers.some(({ hook }) => hook?.effect === 'closeListener' && hook.effectAt === 'start')
  ) {
    return (
      'No length of this hook helps, since it makes the process stop accepting when it starts. Let it sleep first and close then, or leave ' +
      'the closing to the stop signal.'
    );
  }
  if (reason === 'graceTooShort') {
    const needed =
      Math.ceil((lastExposed(pod) - (pod.killStartedAt ?? 0)) / MICROS_PER_SECOND) + GRACE_HEADROOM_SECONDS;
    return `${capitalised(moreGrace(pod, judged.world, needed))}, and then preStop: no hook that fits ${pod.graceSeconds} s is long enough.`;
  }
  if (requirement === null || requirement.required === null) return 'Lengthen preStop.';
  return (
    `Set preStop to at least ${formatDuration(requirement.required)} (this run), in whole seconds ` +
    `${Math.max(1, Math.ceil(requirement.required / MICROS_PER_SECOND))}, plus headroom for slower runs.`
  );
}

/** Why nobody took over from a Pod, and who could. */
function untilGone(pod: StoppedPod, world: World): string {
  const { replicaSet = -1 } = world.pods[pod.index] ?? {};
  const owner = world.replicaSets[replicaSet]?.deployment ?? -1;
  const scaledToNone = world.actions.some(
    (action) => action.type === 'scale' && action.change.deployment === owner && action.change.replicas === 0,
  );
  if (owner >= 0 && scaledToNone)
    return 'nobody is left to take over from the last Pod of a Deployment that is scaled to 0.';
  if (world.deployments[owner]?.strategy === 'Recreate') {
    return (
      'strategy Recreate stops every Pod before the first new one is made, so nobody takes over. Use RollingUpdate with ' +
      'maxUnavailable: 0.'
    );
  }
  const services = pod.routes.filter(({ latest, routers }) => latest !== null || routers > 0);
  const local = services
    .map(({ service }) => world.services[service]!)
    .find(({ internalPolicyLocal, externalPolicyLocal }) => internalPolicyLocal || externalPolicyLocal);
  if (local !== undefined) {
    const policy = local.externalPolicyLocal ? 'externalTrafficPolicy' : 'internalTrafficPolicy';
    return (
      `Service ${local.name} has ${policy}: Local, and while no other endpoint on the node is ready, the node falls back to the ` +
      'terminating one until it has left its slice. Run a second Pod on every node that takes traffic, or use Cluster.'
    );
  }
  return (
    'while no other endpoint is ready, routers fall back to the terminating Pod until it has left its slice. ' +
    'Run a second replica (maxUnavailable: 0), so that another endpoint takes over first.'
  );
}

/** Who has to give a Pod more time, to stand within a sentence: its manifest, unless somebody gave it less than that. */
export function moreGrace(pod: StoppedPod, world: World, wanted: number): string {
  const { graceSeconds, stoppedBy, template, killStartedAt } = pod;
  const own = template.terminationGracePeriodSeconds;
  if (graceSeconds >= own || killStartedAt === null)
    return `raise terminationGracePeriodSeconds to at least ${Math.max(wanted, own + 1)}`;
  const seconds = Math.max(wanted, graceSeconds + 1);
  if (stoppedBy === 'deleted')
    return `ask for at least ${seconds} s in the DELETE, which left it ${graceSeconds} s`;
  if (shutsDown(world)) {
    return (
      `give its group at least ${seconds} s of the node's shutdown, which left it ${graceSeconds} s (shutdownGracePeriod less ` +
      "shutdownGracePeriodCriticalPods, or its priority's own)"
    );
  }
  return (
    `let it go through the Eviction API before its node runs short: an eviction by the kubelet left it ${graceSeconds} s, whatever ` +
    'its own grace period is'
  );
}

/** A clause at the beginning of a sentence. */
export function capitalised(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}

/** Its node went while a Pod still had time. */
export function againstTheNode(world: World, seconds: number): string {
  return shutsDown(world)
    ? `Give its group at least ${seconds} s of the node's shutdown (shutdownGracePeriod, shutdownGracePeriodCriticalPods, or by priority).`
    : LOST_NODE;
}

function shutsDown({ actions }: World): boolean {
  return actions.some(({ type }) => type === 'nodeShutdown');
}
