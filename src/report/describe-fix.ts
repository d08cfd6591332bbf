import { grouped } from '../analysis/claim.ts';
import { formatMs, MAX_DURATION, MICROS_PER_SECOND } from '../kernel/time.ts';
import type { Fix, FixCode, GraceGiver, MoreGrace } from '../verdict/fix-types.ts';

/** The text of a fix: a sentence or two in the imperative. */
export function fixText(fix: Fix): string {
  return (TEXTS[fix.code] as (of: Fix) => string)(fix);
}

type OfCode<C extends FixCode> = Extract<Fix, { readonly code: C }> & Fix;
type Texts = { readonly [C in FixCode]: (fix: OfCode<C>) => string };

/** How proxies of meshes are told to stay, by their container. */
const KEEP_SIDECAR: Readonly<Record<string, (seconds: number) => string>> = {
  'istio-proxy': (seconds) =>
    `Set terminationDrainDuration to at least ${seconds}s (annotation proxy.istio.io/config), or make it a native sidecar (Istio 1.27 on ` +
    'Kubernetes 1.33 does by itself; annotation sidecar.istio.io/nativeSidecar: "true").',
  'linkerd-proxy': (seconds) =>
    `Set the annotation config.alpha.linkerd.io/proxy-wait-before-exit-seconds to at least ${seconds}, or make it a native sidecar ` +
    '(config.beta.linkerd.io/proxy-enable-native-sidecar: "true").',
};

function keepsOwn(seconds: number): string {
  return `Let it go on accepting for at least ${seconds} s, or make it a native sidecar.`;
}

function neededBy(runs: number | 'worst' | undefined): string {
  if (runs === undefined) return 'this run';
  return runs === 'worst' ? 'the worst run' : `the most that ${grouped(runs)} runs needed`;
}

/** How what is no Deployment gets more replicas. */
const MORE_REPLICAS: Readonly<Record<'Pod' | 'ReplicaSet' | 'StatefulSet', (workload?: string) => string>> = {
  Pod: (workload) =>
    `Nobody makes a bare Pod anew: run ${workload ?? 'it'} as a Deployment of two replicas or more`,
  ReplicaSet: (workload) => `Run more replicas${of(workload)}`,
  StatefulSet: (workload) =>
    `A StatefulSet stops a Pod before it starts its successor: run more replicas${of(workload)}`,
};

const TEXTS: Texts = {
  setPreStop: ({ preStopMs, preStopSeconds, container, failing, runs }) =>
    `${failing ? 'The preStop hook that is there fails: mend it, or put a sleep in its place. ' : ''}Set preStop` +
    `${container === undefined ? '' : ` of container ${container}`} to at least ${formatMs(preStopMs)} (${neededBy(runs)}), in whole seconds ${preStopSeconds}, plus headroom for ` +
    'slower runs.',
  lengthenPreStop: () => 'Lengthen preStop.',
  sleepBeforeClosing: ({ seconds }) =>
    'No length of this hook helps, since it makes the process stop accepting before it ends. Let it sleep first' +
    `${seconds === null ? '' : `, at least ${seconds} s,`} and close then, or leave the closing to the stop signal.`,
  together: ({ fixes }) => `No one change is enough, these together are: ${fixes.map(fixText).join(' ')}`,
  noneFound: ({ tried }) => `None was found. Even with this the run is not safe: ${fixText(tried)}`,
  moreGrace: (fix) => `${capitalised(MORE[fix.giver](fix))}${FOR[fix.for](fix)}.`,
  shortenHook: ({ belowSeconds, or }) =>
    `Shorten the hook to less than ${belowSeconds} s${or.seconds * MICROS_PER_SECOND > MAX_DURATION ? '' : `, or ${MORE[or.giver](or)}`}.`,
  moreShutdownTime: ({ seconds }) =>
    `Give its group at least ${seconds} s of the node's shutdown (shutdownGracePeriod, shutdownGracePeriodCriticalPods, or by priority).`,
  retryElsewhere: () =>
    'No preStop value helps against the loss of a node: its hooks do not run, and its Pods are taken out of their Services only ' +
    'when the node controller notices (--node-monitor-grace-period). Let clients retry on another connection.',
  failReadinessFirst: () =>
    'No preStop value helps: the kubelet sets no deletionTimestamp when it evicts a Pod or its node shuts down, so routers go on ' +
    'until the Pod is no longer Ready. Let the app fail its readiness probe at the stop signal and accept until it is seen; drain nodes ' +
    'through the Eviction API before they shut down.',
  failHealthCheckFirst: ({ router, seconds }) =>
    `No length of preStop alone helps: ${router} lets go only once its health check has failed, and that it does only once the Pod has ` +
    `closed. Let the app fail the health check and go on accepting for at least ${seconds} s more.`,
  useRollingUpdate: ({ workload, awaySeconds }) =>
    `No preStop value helps: strategy Recreate${of(workload)} stops every Pod before the first new one is made, so nobody takes over. Use ` +
    `RollingUpdate with maxUnavailable: 0, or accept that the Service is away for ${awaySeconds === undefined ? 'a while' : `${awaySeconds} s`} ` +
    'at each rollout.',
  acceptTheEnd: () =>
    'No preStop value helps: nobody is left to take over from the last Pod of a Deployment that is deleted or scaled to 0.',
  unsetPublishNotReadyAddresses: ({ service }) =>
    `No preStop value helps: Service ${service} sets publishNotReadyAddresses, so a Pod that stops counts as ready until it has left ` +
    'its EndpointSlice, whoever else is ready. Remove the field, or give its clients a Service without it.',
  endpointOnEveryNode: ({ service, policy }) =>
    `No preStop value helps: Service ${service} has ${policy}: Local, and while no other endpoint on the node is ready, the node falls ` +
    'back to the terminating one until it has left its slice. Run a second Pod on every node that takes traffic, or use Cluster.',
  surgeOnTheNode: ({ service }) =>
    'No preStop value helps: the node has no other Pod. Run a second Pod on every node that takes traffic; let a DaemonSet surge ' +
    '(updateStrategy.rollingUpdate: maxSurge: 1, maxUnavailable: 0), so that the new Pod is ready before the old one goes; or give ' +
    `Service ${service} internalTrafficPolicy: Cluster.`,
  secondReplica: ({ workload, owner }) =>
    'No preStop value helps: while no other endpoint is ready, routers fall back to the terminating Pod until it has left its slice. ' +
    (owner === undefined
      ? `Run a second replica${of(workload)} (maxUnavailable: 0), so that another endpoint takes over first.`
      : `${MORE_REPLICAS[owner](workload)}, so that another endpoint takes over first.`),
  moreReplicas: ({ workload, owner }) =>
    owner === undefined
      ? `Run more replicas${of(workload)} with maxUnavailable: 0, so that a ready endpoint is left while one Pod stops.`
      : `${MORE_REPLICAS[owner](workload)}, so that a ready endpoint is left while one Pod stops.`,
  readinessFailsBeforeClosing: () => 'Let the readinessProbe fail before the container stops accepting.',
  acceptTheBacklog: () =>
    'Accept what has queued up before the listener is closed, or let preStop last until nobody sends any more.',
  moreConcurrency: () => 'Run more replicas, raise the concurrency of the app, or its backlog.',
  longerRequestTimeout: () =>
    'Raise the timeout of the client, or the concurrency or number of replicas of the app.',
  keepOpenConnections: () =>
    'Keep the Pod ready for as long as it serves connections that are open, or let the data plane keep those of an endpoint that goes: ' +
    'kube-router with ipvsGracefulTermination, Cilium with socketLB or from 1.18.1 on.',
  keepSidecar: ({ container, seconds }) =>
    `No preStop of the app helps: ${container} gets its stop signal as soon as the Pod does, and every connection passes it. ` +
    (KEEP_SIDECAR[container] ?? keepsOwn)(seconds),
  failReadinessInPreStop: ({ router }) =>
    `No preStop value helps: ${router} sends new connections to whoever is ready or serves, terminating or not. Let the readinessProbe ` +
    'fail when preStop begins, and go on serving until nobody sends any more.',
  localPolicyEverywhere: () => 'Use the policy Cluster, or keep an endpoint on every node that is sent to.',
  finishBeforeExit: () =>
    'Let the app finish its requests before it exits: handle the stop signal, and wait for what is in flight.',
  longerMaxDrain: ({ container, seconds }) =>
    `Raise the limit of ${container}'s own shutdown to at least ${seconds} s, and with it the grace period.`,
  passTheSignalOn: () =>
    'Let the signal reach the app, and let it finish its requests: the exec form of CMD, `exec` before the last command of a ' +
    'shell script, or an init that passes signals on. A longer grace period only puts off the cut.',
  announceTheClosing: () =>
    'Let the server say Connection: close (or GOAWAY) before it closes, let the client repeat idempotent requests over another ' +
    'connection, and keep its idle timeout below that of the server.',
  hookKindOfTheKubelet: () => 'Use exec, httpGet or sleep: the kubelet cannot run a tcpSocket hook.',
  nativeSleep: () =>
    'Use a native sleep hook (Kubernetes 1.30 and newer), which needs no binary in the image, or fix the command.',
  addReadinessProbe: ({ container }) =>
    'No preStop value helps a container that is Ready before it accepts: give ' +
    `${container} a readinessProbe that succeeds only once it does.`,
  addStartupProbe: ({ container }) =>
    `No preStop value helps: give container ${container} a startupProbe that waits as long as the app may take to start ` +
    '(failureThreshold × periodSeconds), so that nothing kills what is only slow.',
  correctStartup: ({ container }) =>
    'Give it a startupProbe that waits as long as the app may take to start (failureThreshold × periodSeconds), or correct ' +
    `apps.${container}.startup.`,
  describeDnsClients: () =>
    'Say how long they go on using an address that DNS gave them: routers: [routers.dnsHeadless()], or your own with that lag.',
  stopLater: () =>
    'Stop it later, or look at what keeps it from getting Ready: its probes, readinessGates, apps.<container>.startup.',
  addTheService: () =>
    'Add the Service to the manifests, and check that the Pod template has all labels of its selector, and a container port of the ' +
    'name that its targetPort gives.',
  addANode: () =>
    'Add a node (cluster.nodes), uncordon one, or free its host ports; or let the strategy stop a Pod first (maxUnavailable).',
  drainFlags: ({ reasons }) =>
    `Let the drain have them: ${reasons.map((reason) => DRAIN_FLAGS[reason]).join(', ')}; or move them to a controller and a volume that ` +
    'outlive the node.',
  endBeforeTheNode: ({ atMostSeconds, goneAfterSeconds }) =>
    `Set preStop to at most ${atMostSeconds} s: the node is gone ${goneAfterSeconds} s after the Pod began to stop, and what is in flight ` +
    'needs the rest.',
  keepTheLabels: ({ service, workload }) =>
    `No preStop value helps: the new Pods of ${workload} are not behind Service ${service}, whose selector or port name they no longer ` +
    'have, so nobody takes over. Keep these labels and names in the template, or change the Service with it.',
  loosenTheBudget: () =>
    'Run one replica more than the budget needs, or let it allow a disruption (maxUnavailable: 1).',
  allowADisruption: () =>
    'Drain a node that runs a Pod of a Service, and let the budget allow a disruption (maxUnavailable of at least 1).',
  letTheNodeGo: () =>
    'Take the annotation off the Pod, give a bare Pod a controller, or let the autoscaler pass over it ' +
    "(safe-to-evict: 'true'; the NodePool's terminationGracePeriod).",
  stopAPod: () =>
    'Let the scenario do something that stops one: deletePod, rollingUpdate of a Deployment that is not paused, a scale to fewer ' +
    'replicas, drainNode.',
};

const DRAIN_FLAGS = {
  daemonSet: 'ignoreDaemonSets: true (--ignore-daemonsets)',
  localStorage: 'deleteEmptyDirData: true (--delete-emptydir-data)',
  unmanaged: 'force: true (--force), after which nobody makes the Pod again',
} as const;

/** Clauses, to stand within a sentence. */
const MORE: Readonly<Record<GraceGiver, (of: MoreGrace) => string>> = {
  manifest: ({ seconds }) => `raise terminationGracePeriodSeconds to at least ${seconds}`,
  deleteRequest: ({ seconds, givenSeconds }) =>
    `ask for at least ${seconds} s in the DELETE, which left it ${givenSeconds} s`,
  nodeShutdown: ({ seconds, givenSeconds }) =>
    `give its group at least ${seconds} s of the node's shutdown, which left it ${givenSeconds} s (shutdownGracePeriod less ` +
    "shutdownGracePeriodCriticalPods, or its priority's own)",
  clusterAutoscaler: ({ seconds, givenSeconds }) =>
    `raise cluster-autoscaler's --max-graceful-termination-sec to at least ${seconds}: it names ${givenSeconds} s in its evictions, ` +
    "however long the Pod's own grace period is",
  karpenter: ({ seconds, givenSeconds }) =>
    `raise the NodePool's terminationGracePeriod by at least ${seconds - givenSeconds} s: the node's deadline left the Pod ` +
    `${givenSeconds} s, however long its own grace period is`,
  kubeletEviction: ({ givenSeconds }) =>
    `let it go through the Eviction API before its node runs short: an eviction by the kubelet left it ${givenSeconds} s, whatever ` +
    'its own grace period is',
};

const FOR: Readonly<Record<MoreGrace['for'], (of: MoreGrace) => string>> = {
  hook: () => '',
  app: () => '',
  hookAndDrain: () => ' (hook and drain), or shorten the hook or the drain',
  requests: () => ', or shorten the hook',
  preStop: ({ givenSeconds, preStopSeconds = 0 }) =>
    ` and set preStop to ${preStopSeconds} s${preStopSeconds < givenSeconds - 2 ? '' : `: no hook that fits ${givenSeconds} s is long enough`}`,
};

function of(workload: string | undefined): string {
  return workload === undefined ? '' : ` of ${workload}`;
}

function capitalised(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}
