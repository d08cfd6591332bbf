import type { World } from '../cluster/world.ts';
import {
  containerOf,
  type EndpointChange,
  type TraceEvent,
  type TraceEventOf,
} from '../verdict/trace-events.ts';
import type { Tone } from './palette.ts';
import { endpointPhrase, initialPod, phrase } from './phrase.ts';
import { TOLD_WORKLOAD_EVENTS } from './phrase-workloads.ts';

/** One line of a timeline. */
export interface TimelineEntry {
  readonly event: TraceEvent;
  readonly what: string;
  /** The Pod that the line is about; null where it is about none. */
  readonly pod: string | null;
  /** Every Pod that the line concerns. */
  readonly pods: readonly string[];
  readonly tone: Tone;
  /** 3: a moment of the race; 2: its consequences; 1: all else. Lines that matter least are the first to be left out. */
  readonly weight: 1 | 2 | 3;
}

/** Picks what matters from a trace: events that changed something which a user of the cluster could notice, each once. */
export function timelineEntries(trace: readonly TraceEvent[], world: World): readonly TimelineEntry[] {
  return new Selection(trace, world).entries();
}

/** Every event, in the order of the trace. */
export function allEntries(trace: readonly TraceEvent[], world: World): readonly TimelineEntry[] {
  return trace.map((event) => {
    const pods = [...new Set([...(event.pod === undefined ? [] : [event.pod]), ...concerned(event)])];
    return { event, what: phrase(event, world), pod: event.pod ?? null, pods, tone: 'plain', weight: 1 };
  });
}

function concerned(event: TraceEvent): readonly string[] {
  if (event.type === 'writeEndpointSlice') return event.data.changes.map(({ pod }) => pod);
  if (event.type !== 'routesChanged') return [];
  const { removed, added } = event.data;
  return [...removed, ...added];
}

class Selection {
  /** Things that are said once: by what they are. */
  private readonly said = new Set<string>();
  /** Nodes that are gone: nobody on them does anything, whatever still arrives there. */
  private readonly lost = new Set<string>();
  /** Pods that the API server has no object of any more. */
  private readonly gone = new Set<string>();
  /** Pods' status as the API server had it, as far as it was said. */
  private readonly ready = new Map<string, boolean>();
  private readonly causesOfHooks: ReadonlySet<number>;

  constructor(
    private readonly trace: readonly TraceEvent[],
    private readonly world: World,
  ) {
    const hooks = trace.filter((event) => event.type === 'preStopStarted');
    this.causesOfHooks = new Set(hooks.flatMap(({ cause }) => (cause === null ? [] : [cause])));
  }

  entries(): readonly TimelineEntry[] {
    return this.trace.flatMap((event) => this.of(event));
  }

  private of(event: TraceEvent): readonly TimelineEntry[] {
    if (event.node !== undefined && this.lost.has(event.node) && event.type !== 'sigkill') return [];
    if (event.type === 'nodeLost' && event.node !== undefined) this.lost.add(event.node);
    if (event.type === 'deletePod' && event.data.outcome === 'gone') this.gone.add(event.pod!);
    switch (event.type) {
      case 'deleteRequested':
        return [this.entry(event, 3, 'strong')];
      case 'deletePod':
        return isQuiet(event.data.outcome) ? [] : [this.entry(event, 2)];
      case 'createPod':
      case 'bindPod':
        return [this.entry(event, 1)];
      case 'patchPodStatus':
        return this.status(event);
      case 'writeEndpointSlice':
        return event.data.changes.map((change) => this.endpoint(event, change));
      case 'podObserved':
        return this.observed(event);
      case 'routesChanged':
        return this.routes(event);
      case 'podKillStarted':
        return this.causesOfHooks.has(event.seq) ? [] : [this.entry(event, 3)];
      case 'evictionAnswered':
        return event.data.refusal === null ? [] : [this.entry(event, 2, 'warning')];
      default:
        return TOLD_WORKLOAD_EVENTS.has(event.type) ? [this.workload(event)] : this.container(event);
    }
  }

  /** A step of a rollout or a drain is about no one Pod. */
  private workload(event: TraceEvent): TimelineEntry {
    return { ...this.entry(event, 3, 'strong'), pod: null, pods: [] };
  }

  private entry(event: TraceEvent, weight: TimelineEntry['weight'], tone: Tone = 'plain'): TimelineEntry {
    const pods = event.pod === undefined ? [] : [event.pod];
    return { event, what: phrase(event, this.world), pod: event.pod ?? null, pods, tone, weight };
  }

  private forget(event: TraceEvent, what: string): void {
    this.said.delete(`${what} ${event.actor} ${event.pod}`);
  }

  private once(event: TraceEvent, what: string): boolean {
    const key = `${what} ${event.actor} ${event.pod}`;
    if (this.said.has(key)) return false;
    this.said.add(key);
    return true;
  }

  /** A status patch may repeat what was known: a Pod that was not Ready before it ran is not Ready still. */
  private status(event: TraceEventOf<'patchPodStatus'>): readonly TimelineEntry[] {
    const { phase, ready } = event.data;
    const pod = event.pod!;
    if (this.gone.has(pod)) return [];
    const was = this.ready.get(pod) ?? initialPod(this.world, pod) !== undefined;
    if (typeof ready === 'boolean') this.ready.set(pod, ready);
    if (phase !== undefined) return [this.entry(event, phase === 'Running' ? 1 : 2)];
    if (ready === undefined || ready === was) return [];
    return [this.entry(event, 1, ready === true ? 'good' : 'warning')];
  }

  private endpoint(event: TraceEventOf<'writeEndpointSlice'>, change: EndpointChange): TimelineEntry {
    const what = `EndpointSlice ${event.service}: ${endpointPhrase(change)}`;
    const tone: Tone = change.to === 'ready' ? 'good' : 'warning';
    return { event, what, pod: change.pod, pods: [change.pod], tone, weight: change.to === 'ready' ? 1 : 2 };
  }

  private observed(event: TraceEventOf<'podObserved'>): readonly TimelineEntry[] {
    const told = event.actorKind === 'kubelet' && event.data.terminating;
    return told && this.once(event, 'saw') ? [this.entry(event, 2)] : [];
  }

  private routes(event: TraceEventOf<'routesChanged'>): readonly TimelineEntry[] {
    const { removed, added, rejects } = event.data;
    const pods = [...removed, ...added];
    if (pods.length + rejects.length === 0) return [];
    const tone: Tone = rejects.length > 0 ? 'bad' : 'routing';
    const pod = pods.length === 1 ? pods[0]! : pods.includes(event.pod ?? '') ? event.pod! : null;
    const weight = removed.length + rejects.length > 0 ? 3 : 1;
    return [{ event, what: phrase(event, this.world), pod, pods, tone, weight }];
  }

  /** What becomes of a container; what comes too late to change anything is not told. */
  private container(event: TraceEvent): readonly TimelineEntry[] {
    const name = containerOf(event);
    const ended = `${name} ended`;
    const over = () => this.said.has(`${ended} ${event.actor} ${event.pod}`);
    switch (event.type) {
      case 'preStopStarted':
        return [this.entry(event, 3)];
      case 'preStopEnded':
        if (!this.once(event, `${name} hook`)) return [];
        return [this.entry(event, 3, event.data.outcome === 'completed' ? 'plain' : 'bad')];
      case 'turnTimedOut':
        return [this.entry(event, 2, 'warning')];
      case 'hookEffect':
        return event.data.effect === 'awaitClosing' ? [] : [this.entry(event, 2, 'warning')];
      case 'stopSignal':
        return over() ? [] : [this.entry(event, 3, 'warning')];
      case 'listenerClosed':
        return over() || !this.once(event, `${name} closed`) ? [] : [this.entry(event, 3, 'warning')];
      case 'containerExited':
        return this.once(event, ended) ? [this.entry(event, 2)] : [];
      case 'sigkill':
        return this.once(event, ended) ? [this.entry(event, 3, 'bad')] : [];
      case 'containerKillStarted':
        return [this.entry(event, 3, 'bad')];
      case 'containerRestarted':
        // Its new run has a story of its own.
        this.forget(event, `${name} hook`);
        return [this.entry(event, 3, 'warning')];
      case 'containerStarted':
        this.forget(event, `${name} closed`);
        this.forget(event, ended);
        return [];
      default:
        return [];
    }
  }
}

/** Outcomes of a DELETE that tell nobody anything: nothing changed, or the write before the removal. */
function isQuiet(outcome: unknown): boolean {
  return outcome === 'unchanged' || outcome === 'removing';
}
