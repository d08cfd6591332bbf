import type { PreStopOutcome, TraceType } from '../cluster/events.ts';
import { smallest } from '../kernel/lists.ts';
import { containerOf, type TraceEvent, type TraceEventOf } from './trace-events.ts';

/** One container of a Pod's story. Times are ms since the start of the run; null: it did not happen. */
export interface ContainerTimeline {
  readonly sidecar: boolean;
  readonly preStopStartedMs: number | null;
  readonly preStopEndedMs: number | null;
  readonly preStopOutcome: PreStopOutcome | 'none';
  readonly sigtermMs: number | null;
  readonly listenerClosedMs: number | null;
  readonly exitedMs: number | null;
  readonly sigkillMs: number | null;
  readonly exitCode: number | null;
}

/** One Pod's story: who knew what when. Times are ms since the start of the run; null: it did not happen. */
export interface PodTimeline {
  readonly pod: string;
  readonly node: string | null;
  readonly deleteRequestedMs: number | null;
  readonly terminatingMs: number | null;
  readonly kubeletObservedMs: number | null;
  readonly sliceTerminatingMs: number | null;
  /** What programs the nodes' rules: `kube-proxy`, `cilium` … */
  readonly agent: string;
  /** By node: when its rules last stopped sending to the Pod. */
  readonly rulesRemovedMs: Readonly<Record<string, number | null>>;
  /** By router other than kube-proxy. */
  readonly routersRemovedMs: Readonly<Record<string, number | null>>;
  readonly preStopStartedMs: number | null;
  readonly preStopEndedMs: number | null;
  readonly preStopOutcome: PreStopOutcome | 'none';
  /** The earliest of its regular containers. */
  readonly sigtermMs: number | null;
  readonly listenerClosedMs: number | null;
  /** The last of its regular containers. */
  readonly exitedMs: number | null;
  readonly sigkillMs: number | null;
  readonly exitCode: number | null;
  readonly servingFalseMs: number | null;
  readonly sliceRemovedMs: number | null;
  readonly terminalPhase: 'Succeeded' | 'Failed' | null;
  readonly terminalPhaseMs: number | null;
  readonly podDeletedMs: number | null;
  /** For a Pod that was made during the run. */
  readonly createdMs: number | null;
  readonly runningMs: number | null;
  readonly readyMs: number | null;
  readonly sliceReadyMs: number | null;
  readonly rulesAddedMs: Readonly<Record<string, number | null>>;
  readonly containers: Readonly<Record<string, ContainerTimeline>>;
}

export interface TimelineSource {
  readonly pod: string;
  readonly trace: readonly TraceEvent[];
  readonly nodes: readonly string[];
  /** What the nodes' data planes are called, before their node: `kube-proxy`. */
  readonly agent: string;
  readonly routers: readonly string[];
  readonly containers: readonly { readonly name: string; readonly sidecar: boolean }[];
}

/** The first event of a type for which something holds. */
function firstOf<K extends TraceType>(
  events: readonly TraceEvent[],
  type: K,
  holds: (event: TraceEventOf<K>) => boolean = () => true,
): TraceEventOf<K> | undefined {
  return events.find(
    (event): event is TraceEvent & TraceEventOf<K> => event.type === type && holds(event as TraceEventOf<K>),
  );
}

export function readPodTimeline(source: TimelineSource): PodTimeline {
  const { pod, trace } = source;
  const own = trace.filter((event) => event.pod === pod);
  const first = <K extends TraceType>(type: K, holds?: (event: TraceEventOf<K>) => boolean) =>
    firstOf(own, type, holds)?.atMs ?? null;
  const slices = sliceMoments(pod, trace);
  const containers = Object.fromEntries(
    source.containers.map(({ name, sidecar }) => [name, containerTimeline(name, sidecar, own)]),
  );
  const regular = Object.values(containers).filter((container) => !container.sidecar);
  const last = lastToExit(regular);
  const podDeletedMs = first('deletePod', ({ data }) => data.outcome === 'gone');
  // A patch that finds no object any more changes nothing.
  const patch = firstOf(
    own,
    'patchPodStatus',
    ({ atMs, data }) => isTerminal(data.phase) && (podDeletedMs === null || atMs < podDeletedMs),
  );
  const { removed, added } = ruleMoments(pod, trace);
  const perActor = (names: readonly string[], prefix: string, moments: ReadonlyMap<string, number>) =>
    Object.fromEntries(names.map((name) => [name, moments.get(`${prefix}/${name}`) ?? null]));
  return {
    pod,
    node: own.find((event) => event.actorKind === 'kubelet')?.node ?? null,
    deleteRequestedMs: first('deleteRequested'),
    terminatingMs: first(
      'deletePod',
      ({ data }) => data.outcome === 'terminating' || data.outcome === 'gone',
    ),
    kubeletObservedMs: first(
      'podObserved',
      ({ data, actorKind }) => data.terminating && actorKind === 'kubelet',
    ),
    sliceTerminatingMs: slices.terminatingMs,
    agent: source.agent,
    rulesRemovedMs: perActor(source.nodes, source.agent, removed),
    routersRemovedMs: perActor(source.routers, 'router', removed),
    preStopStartedMs: earliest(regular, 'preStopStartedMs'),
    preStopEndedMs: earliest(regular, 'preStopEndedMs'),
    preStopOutcome:
      regular.find((container) => container.preStopOutcome !== 'none')?.preStopOutcome ?? 'none',
    sigtermMs: earliest(regular, 'sigtermMs'),
    listenerClosedMs: earliest(regular, 'listenerClosedMs'),
    exitedMs: last?.exitedMs ?? null,
    sigkillMs: earliest(regular, 'sigkillMs'),
    exitCode: last?.exitCode ?? null,
    servingFalseMs: slices.servingFalseMs,
    sliceRemovedMs: slices.removedMs,
    terminalPhase: patch === undefined ? null : (patch.data.phase as 'Succeeded' | 'Failed'),
    terminalPhaseMs: patch?.atMs ?? null,
    podDeletedMs,
    createdMs: first('createPod'),
    runningMs: first('patchPodStatus', ({ data }) => data.phase === 'Running'),
    readyMs: first('patchPodStatus', ({ data }) => data.ready === true),
    sliceReadyMs: slices.readyMs,
    rulesAddedMs: perActor(source.nodes, source.agent, added),
    containers,
  };
}

function isTerminal(phase: unknown): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function containerTimeline(name: string, sidecar: boolean, own: readonly TraceEvent[]): ContainerTimeline {
  const all = own.filter((event) => containerOf(event) === name);
  // Of a container that was restarted: its last run.
  const events = all.slice(all.findLastIndex(({ type }) => type === 'containerStarted') + 1);
  const at = (type: TraceType) => events.find((event) => event.type === type)?.atMs ?? null;
  const sigkill = at('sigkill');
  const exited = events.find((event) => event.type === 'containerExited' || event.type === 'sigkill');
  const stopped = firstOf(events, 'containerStopped');
  const ended = firstOf(events, 'preStopEnded');
  return {
    sidecar,
    preStopStartedMs: at('preStopStarted'),
    preStopEndedMs: ended?.atMs ?? null,
    preStopOutcome: ended?.data.outcome ?? 'none',
    sigtermMs: at('stopSignal'),
    listenerClosedMs: at('listenerClosed') ?? exited?.atMs ?? null,
    exitedMs: exited?.atMs ?? null,
    sigkillMs: sigkill,
    exitCode: stopped?.data.exitCode ?? (exited?.type === 'containerExited' ? exited.data.exitCode : null),
  };
}

type Moment = 'preStopStartedMs' | 'preStopEndedMs' | 'sigtermMs' | 'listenerClosedMs' | 'sigkillMs';

function earliest(containers: readonly ContainerTimeline[], moment: Moment): number | null {
  const times = containers.map((container) => container[moment]).filter((time) => time !== null);
  return times.length === 0 ? null : smallest(times);
}

/** The container that ended last; none while one still runs. */
function lastToExit(containers: readonly ContainerTimeline[]): ContainerTimeline | null {
  let last: ContainerTimeline | null = null;
  for (const container of containers) {
    if (container.exitedMs === null) return null;
    if (last === null || container.exitedMs > last.exitedMs!) last = container;
  }
  return last;
}

interface SliceMoments {
  readonly terminatingMs: number | null;
  readonly servingFalseMs: number | null;
  readonly removedMs: number | null;
  readonly readyMs: number | null;
}

function sliceMoments(pod: string, trace: readonly TraceEvent[]): SliceMoments {
  const moments: { -readonly [K in keyof SliceMoments]: SliceMoments[K] } = {
    terminatingMs: null,
    servingFalseMs: null,
    removedMs: null,
    readyMs: null,
  };
  for (const event of trace) {
    if (event.type !== 'writeEndpointSlice') continue;
    for (const change of event.data.changes) {
      if (change.pod !== pod) continue;
      if (change.to === 'ready') moments.readyMs ??= event.atMs;
      if (change.to.endsWith('terminating')) moments.terminatingMs ??= event.atMs;
      if (change.to === 'terminating') moments.servingFalseMs ??= event.atMs;
      if (change.to === 'absent') moments.removedMs ??= event.atMs;
    }
  }
  return moments;
}

/** The last removal and the first addition of the Pod, by actor. */
function ruleMoments(pod: string, trace: readonly TraceEvent[]) {
  const removed = new Map<string, number>();
  const added = new Map<string, number>();
  for (const event of trace) {
    if (event.type !== 'routesChanged') continue;
    const changes = event.data;
    if (changes.removed.includes(pod)) removed.set(event.actor, event.atMs);
    if (changes.added.includes(pod) && !added.has(event.actor)) added.set(event.actor, event.atMs);
  }
  return { removed, added };
}
