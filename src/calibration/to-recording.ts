import type { Run } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { readOptions, recordingOptions } from '../scenario/options.ts';
import type { DelayInput } from '../schema/delay-input.ts';
import type { EndpointChange, EndpointState, TraceEvent } from '../verdict/trace-events.ts';
import { secondOf } from './civil-time.ts';
import { probeLines } from './probe-lines.ts';
import { LOST, RecorderView } from './recorder-view.ts';
import type { Recording, RecordingLine } from './recording.ts';
import { metaOf } from './run-meta.ts';

/** What a recorder would have seen of a run, with all that it cannot see left out. */

export interface ToRecordingOptions {
  readonly name?: string;
  /** µs since 1970 at t = 0; a day in November 2026 by default. */
  readonly t0Us?: number;
  /** Number of the repetition, and its place in `meta`. */
  readonly rep?: number;
  /** By node: how far its clock is ahead of the recorder's, ms. Stamps of Events that its kubelet makes are off by it. */
  readonly skewMs?: Readonly<Record<string, number>>;
  /** Share of the Events that are lost on their way; none by default. */
  readonly lostEvents?: number;
  /** From a commit until the recorder's watches show it; as the kubelet's by default. */
  readonly watch?: DelayInput;
  /** A prober on every node: so many new connections a second each. */
  readonly probesPerSecond?: number;
  /** Further entries of `meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

const DEFAULT_T0_US = 1_795_449_600_000_000;

/** The recording of a run. Needs its trace. */
export function toRecording(run: Run, options: ToRecordingOptions = {}): Recording {
  demand('toRecording', 'run', run);
  readOptions('toRecording', recordingOptions, options);
  const { t0Us = DEFAULT_T0_US, name = `seed-${run.seed}` } = options;
  const actionMs = actionAt(run.trace);
  const seen = new Seen(run, actionMs, t0Us, options);
  for (const event of run.trace) seen.take(event);
  const meta = { ...metaOf(run, { ...options, t0Us }), ...options.meta };
  const probes =
    options.probesPerSecond === undefined ? [] : probeLines(run, actionMs, options.probesPerSecond);
  const lines = [...seen.lines, ...probes].map((line) => ({ ...line, t: Math.round(line.t * 1000) / 1000 }));
  lines.sort((a, b) => a.t - b.t);
  return { name, meta, lines };
}

const ACTIONS: readonly string[] = [
  'deleteRequested',
  'deploymentChangeRequested',
  'evictRequested',
  'drainRequested',
];

/** When the scenario's first action begins, ms. */
export function actionAt(trace: readonly TraceEvent[]): number {
  return trace.find(({ type }) => ACTIONS.includes(type))?.atMs ?? 0;
}

interface PodSeen {
  phase: string;
  ready: boolean;
  deletionTimestamp: string | null;
  node: string | null;
  gone: boolean;
}

/** What each event of a run shows a recorder; all others are out of its sight. */
const TAKEN: Readonly<Partial<Record<TraceEvent['type'], (seen: Seen, event: TraceEvent) => void>>> = {
  deleteRequested: (seen, { atMs, pod }) => seen.line(atMs, 'client', 'DELETE sent', { pod }),
  deploymentChangeRequested: (seen, { atMs }) => seen.line(atMs, 'client', 'PATCH sent', {}),
  changeDeployment: (seen, event) => seen.changed(event),
  deletePod: (seen, event) => seen.deleted(event),
  createPod: (seen, event) => seen.created(event),
  bindPod: (seen, event) => seen.bound(event),
  patchPodStatus: (seen, event) => seen.patched(event),
  writeEndpointSlice: (seen, event) => seen.sliced(event),
  podKillStarted: (seen, event) => seen.killing(event),
  podStarted: (seen, event) => seen.emit(event, 'Started', `Pod/${event.pod}`, event.node ?? null),
};

class Seen {
  readonly lines: RecordingLine[] = [];
  private readonly view: RecorderView;
  private readonly pods = new Map<string, PodSeen>();
  private readonly slices = new Map<string, Map<string, EndpointState>>();
  private readonly killed = new Set<string>();
  private resourceVersion = 600;

  constructor(
    private readonly run: Run,
    private readonly actionMs: number,
    private readonly t0Us: number,
    private readonly options: ToRecordingOptions,
  ) {
    this.view = new RecorderView(run.scenario, run.seed, options.watch);
    const { world } = run.scenario;
    for (const { name, node, template } of world.pods) {
      const on = world.nodes[node]?.name ?? null;
      this.pods.set(name, { phase: 'Running', ready: true, deletionTimestamp: null, node: on, gone: false });
      for (const service of world.templates[template]!.services)
        this.endpointsOf(world.services[service]!.name).set(name, 'ready');
    }
  }

  take(event: TraceEvent): void {
    TAKEN[event.type]?.(this, event);
  }

  line(atMs: number, source: string, what: string, detail: RecordingLine['detail']): void {
    this.lines.push({ t: atMs - this.actionMs, source, what, detail });
  }

  /** Only the first DELETE of a Pod is the client's own, whose answer it sees. */
  deleted(event: TraceEvent): void {
    const { pod: name, atMs, seq } = event;
    const outcome = dataOf(event).outcome;
    const pod = name === undefined ? undefined : this.pods.get(name);
    if (pod === undefined || outcome === 'unchanged' || pod.gone) return;
    const asked = event.cause === null ? undefined : this.run.trace[event.cause];
    if (asked?.type === 'deleteRequested')
      this.line(this.view.answeredMs(atMs, seq), 'client', 'DELETE response', { pod: name, status: 200 });
    pod.deletionTimestamp ??= this.secondAt(atMs);
    if (outcome === 'gone') pod.gone = true;
    this.watched(event, outcome === 'gone' ? 'pod DELETED' : 'pod MODIFIED', pod);
  }

  /** Only the client's own PATCH has an answer that it sees. */
  changed({ atMs, seq, cause }: TraceEvent): void {
    if (cause !== null && this.run.trace[cause]?.type === 'deploymentChangeRequested')
      this.line(this.view.answeredMs(atMs, seq), 'client', 'PATCH response', { status: 200 });
  }

  created(event: TraceEvent): void {
    const pod: PodSeen = { phase: 'Pending', ready: false, deletionTimestamp: null, node: null, gone: false };
    if (event.pod === undefined) return;
    this.pods.set(event.pod, pod);
    this.watched(event, 'pod ADDED', pod);
    this.emit(event, 'SuccessfulCreate', 'ReplicaSet/web', null);
  }

  bound(event: TraceEvent): void {
    const pod = this.pods.get(event.pod ?? '');
    if (pod === undefined || pod.gone) return;
    pod.node = textIn(dataOf(event).node);
    this.watched(event, 'pod MODIFIED', pod);
    this.emit(event, 'Scheduled', `Pod/${event.pod}`, null);
  }

  patched(event: TraceEvent): void {
    const pod = this.pods.get(event.pod ?? '');
    if (pod === undefined || pod.gone) return;
    const { phase, ready } = dataOf(event);
    if (typeof phase === 'string') pod.phase = phase;
    if (typeof ready === 'boolean') pod.ready = ready;
    this.watched(event, 'pod MODIFIED', pod);
  }

  private watched({ atMs, seq, pod: name }: TraceEvent, what: string, pod: PodSeen): void {
    const { phase, ready, deletionTimestamp, node } = pod;
    const status = phase === 'Pending' ? {} : { ready };
    const ended =
      phase === 'Succeeded' || phase === 'Failed' ? { terminated: { finishedAt: this.secondAt(atMs) } } : {};
    this.line(this.view.seenMs('pods', atMs, seq), 'apiserver', what, {
      pod: name,
      rv: this.nextVersion(),
      phase,
      ...status,
      ...(node !== null && { node }),
      ...(deletionTimestamp !== null && { deletionTimestamp }),
      ...ended,
    });
  }

  sliced(event: TraceEvent): void {
    const { service = '', atMs, seq } = event;
    const endpoints = this.endpointsOf(service);
    for (const { pod, to } of changesOf(event)) {
      if (to === 'absent') endpoints.delete(pod);
      else endpoints.set(pod, to);
    }
    this.line(this.view.seenMs('endpointslices', atMs, seq), 'endpointslice', 'MODIFIED', {
      slice: `${service}-1`,
      rv: this.nextVersion(),
      endpoints: [...endpoints].map(([pod, state]) => ({ pod, ...conditions(state) })),
    });
  }

  /** Right before it begins, and once for each of its containers. */
  killing(event: TraceEvent): void {
    if (event.pod === undefined || this.killed.has(event.pod)) return;
    this.killed.add(event.pod);
    this.emit(event, 'Killing', `Pod/${event.pod}`, event.node ?? null);
  }

  /** An Event's name holds the nanoseconds of its maker's clock; its own times are cut off to seconds. */
  emit({ atMs, seq }: TraceEvent, what: string, obj: string, node: string | null): void {
    if (this.view.share(LOST, seq) < (this.options.lostEvents ?? 0)) return;
    const skew = node === null ? 0 : (this.options.skewMs?.[node] ?? 0);
    const sinceMs = atMs - this.actionMs + skew;
    const nameNs = String(BigInt(this.t0Us) * 1000n + BigInt(Math.round(sinceMs * 1e6)));
    const lastTimestamp = this.secondAt(atMs + skew);
    this.line(this.view.seenMs('events', atMs, seq), 'events', what, {
      obj,
      nameNs,
      count: 1,
      lastTimestamp,
    });
  }

  private secondAt(atMs: number): string {
    return secondOf(this.t0Us + (atMs - this.actionMs) * 1000);
  }

  private endpointsOf(service: string): Map<string, EndpointState> {
    let found = this.slices.get(service);
    if (found === undefined) {
      found = new Map();
      this.slices.set(service, found);
    }
    return found;
  }

  private nextVersion(): string {
    this.resourceVersion++;
    return String(this.resourceVersion);
  }
}

function dataOf({ data }: TraceEvent): Readonly<Record<string, unknown>> {
  return (data ?? {}) as Readonly<Record<string, unknown>>;
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function changesOf(event: TraceEvent): readonly EndpointChange[] {
  return (dataOf(event).changes ?? []) as readonly EndpointChange[];
}

function conditions(state: EndpointState) {
  return {
    ready: state.startsWith('ready'),
    serving: state.startsWith('ready') || state.startsWith('serving'),
    terminating: state.endsWith('terminating'),
  };
}
