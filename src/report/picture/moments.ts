import { dataPlaneName, routerName } from '../../cluster/actor-names.ts';
import type { World } from '../../cluster/world.ts';
import type { PodTimeline } from '../../verdict/pod-timeline.ts';
import { containerOf, type EndpointState, type TraceEvent } from '../../verdict/trace-events.ts';
import { initialPod } from '../phrase.ts';

/** The one place where pictures read events: what each of them means for a lane, and nothing else of it. */

export type MomentKind =
  | 'deleteSent'
  | 'created'
  | 'terminating'
  | 'gone'
  | 'ready'
  | 'notReady'
  | 'terminal'
  | 'kubeletSaw'
  | 'controllerSaw'
  | 'slice'
  | 'routedOut'
  | 'routedIn'
  | 'refuses'
  | 'stopBegins'
  | 'hookStarted'
  | 'hookEnded'
  | 'signal'
  | 'closed'
  | 'opened'
  | 'started'
  | 'exited'
  | 'sigkill'
  | 'nodeLost'
  | 'answered'
  | 'failed';

export interface Moment {
  readonly kind: MomentKind;
  readonly atMs: number;
  /** Position of its event in the trace; null where it was read off a Pod's timeline. */
  readonly seq: number | null;
  readonly actor: string;
  /** Of which sort the actor is. */
  readonly actorKind: string;
  readonly pod: string | null;
  readonly container: string | null;
  readonly node: string | null;
  readonly service: string | null;
  /** `slice`: how the endpoint stands from now on. */
  readonly state?: EndpointState;
  /** `hookEnded`: whether it ran to its end. */
  readonly completed?: boolean;
  /** `answered`, `failed`: whose request. */
  readonly client?: string;
}

/** Everything of a trace that a picture shows, in its order. */
export function momentsOf(trace: readonly TraceEvent[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const event of trace) read(event, moments);
  return moments;
}

type Of = Partial<Moment> & { readonly kind: MomentKind };

function read(event: TraceEvent, into: Moment[]): void {
  const { seq, atMs, actor, actorKind, pod = null, node = null, service = null } = event;
  const container = containerOf(event);
  const add = (own: Of) => into.push({ seq, atMs, actor, actorKind, pod, container, node, service, ...own });
  switch (event.type) {
    case 'writeEndpointSlice':
      for (const { pod: whose, to } of event.data.changes) add({ kind: 'slice', pod: whose, state: to });
      return;
    case 'routesChanged': {
      const { removed, added, rejects } = event.data;
      for (const whose of removed) add({ kind: 'routedOut', pod: whose });
      for (const whose of added) add({ kind: 'routedIn', pod: whose });
      for (const refused of rejects) add({ kind: 'refuses', pod: null, service: refused });
      return;
    }
    case 'requestFailed':
    case 'responseReceived': {
      const { client } = event.data;
      add({ kind: event.type === 'requestFailed' ? 'failed' : 'answered', client });
      return;
    }
    default: {
      const own = simple(event);
      if (own !== null) add(own);
    }
  }
}

/** Events that are one moment, or none. */
function simple(event: TraceEvent): Of | null {
  const { actorKind } = event;
  switch (event.type) {
    case 'deleteRequested':
      return { kind: 'deleteSent' };
    case 'createPod':
      return { kind: 'created' };
    case 'deletePod':
      if (event.data.outcome === 'terminating') return { kind: 'terminating' };
      return event.data.outcome === 'gone' ? { kind: 'gone' } : null;
    case 'patchPodStatus':
      if (event.data.phase === 'Succeeded' || event.data.phase === 'Failed') return { kind: 'terminal' };
      if (event.data.ready === undefined) return null;
      return { kind: event.data.ready ? 'ready' : 'notReady' };
    case 'podObserved':
      if (!event.data.terminating || event.data.gone) return null;
      if (actorKind === 'kubelet') return { kind: 'kubeletSaw' };
      return actorKind === 'endpointslice-controller' ? { kind: 'controllerSaw' } : null;
    case 'preStopEnded':
      return { kind: 'hookEnded', completed: event.data.outcome === 'completed' };
    default: {
      const kind = SIMPLE[event.type];
      return kind === undefined ? null : { kind };
    }
  }
}

const SIMPLE: Readonly<Partial<Record<TraceEvent['type'], MomentKind>>> = {
  podKillStarted: 'stopBegins',
  preStopStarted: 'hookStarted',
  stopSignal: 'signal',
  listenerClosed: 'closed',
  listenerOpened: 'opened',
  containerStarted: 'started',
  containerExited: 'exited',
  sigkill: 'sigkill',
  nodeLost: 'nodeLost',
};

/** A Pod's timeline as moments: what a campaign keeps of its worst run, which has no trace. */
export function momentsOfTimeline(timeline: PodTimeline): readonly Moment[] {
  const { pod, node } = timeline;
  const moments: Moment[] = [];
  const add = (atMs: number | null, [actorKind, actor]: readonly [string, string], own: Of) => {
    if (atMs !== null)
      moments.push({ seq: null, atMs, actor, actorKind, pod, container: null, node, service: null, ...own });
  };
  const api = ['api-server', 'api-server'] as const;
  const kubelet = ['kubelet', `kubelet/${node}`] as const;
  const slice = (atMs: number | null, state: EndpointState) => add(atMs, api, { kind: 'slice', state });
  add(timeline.createdMs, api, { kind: 'created' });
  add(timeline.deleteRequestedMs, ['kubectl', 'kubectl'], { kind: 'deleteSent' });
  add(timeline.terminatingMs, api, { kind: 'terminating' });
  add(timeline.kubeletObservedMs, kubelet, { kind: 'kubeletSaw' });
  slice(timeline.sliceTerminatingMs, 'serving+terminating');
  slice(timeline.servingFalseMs, 'terminating');
  slice(timeline.sliceRemovedMs, 'absent');
  for (const [name, atMs] of Object.entries(timeline.rulesRemovedMs))
    add(atMs, ['data-plane', dataPlaneName(timeline.agent, name)], { kind: 'routedOut', node: name });
  for (const [name, atMs] of Object.entries(timeline.routersRemovedMs))
    add(atMs, ['router', routerName(name)], { kind: 'routedOut', node: null });
  for (const [container, own] of Object.entries(timeline.containers)) {
    const at = (atMs: number | null, kind: MomentKind) =>
      add(atMs, ['containers', `containers/${node}`], { kind, container });
    at(own.preStopStartedMs, 'hookStarted');
    add(own.preStopEndedMs, kubelet, {
      kind: 'hookEnded',
      container,
      completed: own.preStopOutcome === 'completed',
    });
    at(own.sigtermMs, 'signal');
    at(own.listenerClosedMs, 'closed');
    if (own.sigkillMs === null) at(own.exitedMs, 'exited');
    at(own.sigkillMs, 'sigkill');
  }
  add(timeline.terminalPhaseMs, api, { kind: 'terminal' });
  add(timeline.podDeletedMs, api, { kind: 'gone' });
  return moments.sort((a, b) => a.atMs - b.atMs);
}

/** The containers of a Pod, by its template; empty for a Pod that the scenario does not name, whose containers its events name. */
export function containersOfInitialPod(world: World, pod: string): readonly string[] {
  const initial = initialPod(world, pod);
  return initial === undefined ? [] : world.templates[initial.template]!.containers.map(({ name }) => name);
}
