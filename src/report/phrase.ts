import type { HookEffect, PreStopOutcome, TraceType } from '../cluster/events.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { InitialPod, World } from '../cluster/world.ts';
import { formatMs } from '../kernel/time.ts';
import type { HookData } from '../verdict/trace-data.ts';
import {
  containerOf,
  type EndpointChange,
  type TraceEvent,
  type TraceEventOf,
} from '../verdict/trace-events.ts';
import { WORKLOAD_PHRASES } from './phrase-workloads.ts';

/** Says in a few words what an event is. */

export type Phrases = {
  readonly [K in TraceType]?: (event: TraceEventOf<K>, world: World) => string;
};

const PHRASES: Phrases = {
  deleteRequested: (event) => `DELETE sent${graceOf(event.data.gracePeriodSeconds)}`,
  deletePod: deleted,
  createPod: () => 'created',
  bindPod: (event) => `bound to ${event.data.node}`,
  patchPodStatus: status,
  writeEndpointSlice: (event) => {
    const { changes } = event.data;
    if (changes.length === 0) return `EndpointSlice ${event.service}: written, nothing changed`;
    return `EndpointSlice ${event.service}: ${changes.map((change) => `${change.pod} ${endpointPhrase(change)}`).join(', ')}`;
  },
  podObserved: observed,
  endpointSliceObserved: () => 'received the slice',
  serviceEnqueued: () => 'Service queued for a sync',
  serviceSyncStarted: () => 'sync: lists the Pods, compares',
  endpointSliceAnswered: () => 'its write was answered',
  routesChanged: (event, world) =>
    event.actorKind === 'router'
      ? `routes${ofServices(event, world)}: ${routesPhrase(event)}`
      : `${rulesName(world)}${ofServices(event, world)} ${rulesPhrase(event)}`,
  proxySyncEnded: () => 'sync ended',
  proxyTimer: () => 'cool-down over, next sync begins',
  routerTimer: () => 'one of its parts wakes',
  targetAnswers: () => 'its health check hears another answer',
  nodeAnswers: () => 'the node answers its health check, or sends, otherwise',
  podKillStarted: () => 'starts to stop its containers',
  preStopStarted: (event) => `preStop starts: ${container(event)} (${hookPhrase(event.data.hook)})`,
  preStopEnded: (event) => PRE_STOP_ENDS[event.data.outcome](container(event)),
  turnTimedOut: (event) => `${container(event)} waited for its turn until its grace was over`,
  hookEffect: (event) => `preStop of ${container(event)} ${HOOK_EFFECTS[event.data.effect]}`,
  stopSignal: (event, world) => {
    const { timeoutSeconds: seconds } = event.data;
    return seconds > 0
      ? `${signalOf(container(event), world)} → ${container(event)} (SIGKILL in ${seconds} s)`
      : `${container(event)} gets no time after its signal`;
  },
  closingDue: (event) => `${container(event)} would stop accepting, unless requests keep it`,
  listenerClosed: (event) => `${container(event)} stops accepting`,
  exitDue: (event) => `${container(event)} would exit, once no request is in flight`,
  containerExited: (event) => `${container(event)} exited, code ${event.data.exitCode}`,
  sigkill: (event) => `SIGKILL → ${container(event)}`,
  containerStopped: (event) => `${container(event)} reported as stopped, code ${event.data.exitCode}`,
  sandboxStopped: () => 'sandbox and network gone',
  podTerminated: () => 'last sync: volumes and cgroup gone',
  probeTargetChanged: (event) => {
    const of = event.data.only === 'readiness' ? 'readiness probe' : 'probe';
    return `${of} of ${container(event)} would ${event.data.succeeds ? 'succeed' : 'fail'} now`;
  },
  readinessFlapped: (event) =>
    event.data.succeeds
      ? `${container(event)} says again that it is ready`
      : `${container(event)} says that it is not ready, though it serves`,
  readinessProbed: (event) => `readiness probe of ${container(event)}`,
  startupProbed: (event) => `startup probe of ${container(event)}`,
  livenessProbed: (event) => `liveness probe of ${container(event)}`,
  containerKillStarted: (event) => `kills ${container(event)}, which failed its probe`,
  containerRestarted: (event) => `${container(event)} restarted`,
  restartObserved: (event) => `sees ${container(event)} run again`,
  podImagesPulled: () => 'images pulled',
  podStarted: () => 'containers created',
  podRunningObserved: () => 'sees the containers run',
  containerStarted: (event) => `${container(event)} starts`,
  listenerOpened: (event) => `${container(event)} starts accepting`,
  replicaSetSynced: () => 'sync: counts the Pods',
  createAnswered: () => 'its create was answered',
  ...WORKLOAD_PHRASES,
};

/** A short sentence for any event of a trace. */
export function phrase(event: TraceEvent, world: World): string {
  const own = PHRASES[event.type] as ((event: TraceEvent, world: World) => string) | undefined;
  if (own !== undefined) return own(event, world);
  return event.type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** `phrase` in a story about one Pod: what is about another one says so. */
export function phraseBeside(event: TraceEvent, world: World, pod: string | null): string {
  const text = phrase(event, world);
  const other = event.pod;
  return other === undefined || other === pod || text.includes(other) ? text : `${text} (${other})`;
}

/** `ready=false (serving, terminating)`: the conditions that an endpoint has from now on. */
export function endpointPhrase({ to }: EndpointChange): string {
  return CONDITIONS[to];
}

const CONDITIONS: Readonly<Record<EndpointChange['to'], string>> = {
  ready: 'ready=true',
  'ready+terminating': 'ready=true (serving, terminating)',
  'serving+terminating': 'ready=false (serving, terminating)',
  terminating: 'ready=false (terminating)',
  'not ready': 'ready=false',
  absent: 'endpoint removed',
};

/** Which Services, where there are several that it could be. */
function ofServices(event: TraceEventOf<'routesChanged'>, world: World): string {
  const { services } = event.data;
  return services.length > 0 && world.services.length > 1 ? ` of ${services.join(', ')}` : '';
}

function routesPhrase(event: TraceEventOf<'routesChanged'>): string {
  const { removed, added, rejects } = event.data;
  const parts = [
    ...(removed.length > 0 ? [`${removed.join(', ')} out`] : []),
    ...(added.length > 0 ? [`${added.join(', ')} in`] : []),
    ...(rejects.length > 0 ? [`REJECT for ${rejects.join(', ')}`] : []),
  ];
  return parts.length === 0 ? 'written, nothing changed' : parts.join('; ');
}

/** `iptables rules`, where kube-proxy writes them; any other data plane has rules of its own. */
function rulesName({ dataPlane }: World): string {
  return dataPlane.agent === 'kube-proxy' ? `${dataPlane.plane} rules` : 'rules';
}

/** `without web-1-0, with web-2-0`. */
function rulesPhrase(event: TraceEventOf<'routesChanged'>): string {
  const { removed, added, rejects } = event.data;
  const parts = [
    ...(removed.length > 0 ? [`without ${removed.join(', ')}`] : []),
    ...(added.length > 0 ? [`with ${added.join(', ')}`] : []),
    ...(rejects.length > 0 ? [`REJECT for ${rejects.join(', ')}`] : []),
  ];
  return parts.length === 0 ? 'written, nothing changed' : parts.join('; ');
}

/** The Pod of the steady state with that name; undefined for one that was made during the run. */
export function initialPod(world: World, name: string): InitialPod | undefined {
  let named = initialPods.get(world);
  if (named === undefined) {
    named = new Map(world.pods.map((pod) => [qualifiedName(pod.namespace, pod.name), pod]));
    initialPods.set(world, named);
  }
  return named.get(name);
}

/** By name, of each world once: every line of a timeline asks. */
const initialPods = new WeakMap<World, ReadonlyMap<string, InitialPod>>();

function container(event: TraceEvent): string {
  return containerOf(event) ?? '';
}

/** The stop signal of the image; apps are described by their container's name, so any template says the same. */
function signalOf(name: string, { templates }: World): string {
  const containers = templates.flatMap((template) => template.containers);
  return containers.find((each) => each.name === name)?.app.stopSignal ?? 'SIGTERM';
}

function graceOf(seconds: unknown): string {
  if (typeof seconds !== 'number') return '';
  return seconds === 0 ? ' (grace 0: forced)' : ` (grace ${seconds} s)`;
}

function deleted(event: TraceEventOf<'deletePod'>): string {
  const { outcome, deletionGracePeriodSeconds } = event.data;
  if (outcome === 'gone') return 'object gone';
  if (outcome === 'terminating') return `deletionTimestamp set${graceOf(deletionGracePeriodSeconds)}`;
  if (outcome === 'removing') return 'grace period set to 0 s';
  if (outcome === 'shortened') return `grace period shortened to ${deletionGracePeriodSeconds} s`;
  return 'DELETE changed nothing';
}

function status(event: TraceEventOf<'patchPodStatus'>): string {
  const { phase, ready } = event.data;
  if (phase === 'Succeeded' || phase === 'Failed') return `phase ${phase}`;
  const readiness = ready === true ? 'Ready' : 'not Ready';
  if (phase === undefined) return readiness;
  return ready === true ? `${phase}, Ready` : String(phase);
}

function observed(event: TraceEventOf<'podObserved'>): string {
  const { gone, terminating, phase, ready } = event.data;
  if (gone === true) return 'saw the object go';
  if (phase === 'Succeeded' || phase === 'Failed') return `saw phase ${phase}`;
  if (terminating === true) return ready === true ? 'saw the deletion' : 'saw it terminating and not Ready';
  return `saw the Pod (${ready === true ? 'Ready' : phase})`;
}

const HOOK_EFFECTS: Readonly<Record<HookEffect['effect'], string>> = {
  closeListener: 'closes its listener',
  failReadiness: 'fails its readiness',
  awaitClosing: 'waits for another container',
};

const PRE_STOP_ENDS: Readonly<Record<PreStopOutcome, (name: string) => string>> = {
  completed: (name) => `preStop ended: ${name}`,
  failed: (name) => `preStop failed: ${name}`,
  cutOff: (name) => `preStop cut off by the grace period: ${name}`,
};

function hookPhrase({ kind, durationMs, outcome }: HookData): string {
  if (kind === 'invalid') return 'a handler that the kubelet cannot run';
  const length = formatMs(durationMs);
  return outcome === 'failed' ? `${kind}, fails after ${length}` : `${kind} ${length}`;
}
