import { requireTrace } from '../analysis/traced.ts';
import { routerName } from '../cluster/actor-names.ts';
import { MICROS_PER_MS } from '../kernel/time.ts';
import type { Run } from '../run/simulate.ts';
import { containerOf, isDataPlane, type TraceEvent } from '../verdict/trace-events.ts';
import { violationText } from './describe-violation.ts';
import { jsonText } from './foreign.ts';
import { phrase } from './phrase.ts';
import { timelineEntries } from './timeline-entries.ts';

/** One record of the Trace Event format. `ts` and `dur` are whole microseconds. */
interface TraceRecord {
  readonly ph: 'M' | 'X' | 'i' | 's' | 'f' | 'b' | 'e';
  readonly name: string;
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  /** Scope of an instant: its thread. */
  readonly s?: 't';
  /** A flow ends at the slice that is open, not at the next one. */
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * A run as Chrome's Trace Event JSON, for ui.perfetto.dev or chrome://tracing: a process for the control plane, for each node and
 * for the other routers; a thread for each component, Pod and container; arrows from each EndpointSlice write to the rule changes that it
 * led to; and the windows in which connections could be lost. Throws TraceRequired for a run without a trace.
 */
export function toTraceEventJson(run: Run): string {
  const records = new Writer(run, requireTrace(run, 'toTraceEventJson')).records();
  const lines = records.map((record) => jsonText(record, 0));
  return `{"displayTimeUnit":"ms","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

interface Lane {
  readonly pid: number;
  readonly tid: number;
}

const CONTROL_PLANE = 'control plane';
const ROUTERS = 'routers';

class Writer {
  private readonly metadata: TraceRecord[] = [];
  private readonly written: TraceRecord[] = [];
  private readonly pids = new Map<string, number>();
  private readonly lanes = new Map<string, Lane>();
  private readonly nodeOf = new Map<string, string>();
  private readonly routers: ReadonlyMap<string, string>;

  constructor(
    private readonly run: Run,
    private readonly trace: readonly TraceEvent[],
  ) {
    this.routers = new Map(run.scenario.world.routers.map(({ name }) => [routerName(name), name]));
    for (const { actorKind, node, pod } of trace) {
      if (actorKind === 'kubelet' && node !== undefined && pod !== undefined) this.nodeOf.set(pod, node);
    }
  }

  records(): readonly TraceRecord[] {
    this.process(CONTROL_PLANE);
    for (const { name } of this.run.scenario.world.nodes) this.process(name);
    for (const entry of timelineEntries(this.trace, this.run.scenario.world))
      this.event(entry.event, entry.what);
    this.spans();
    this.windows();
    // Slices that enclose others come first, so that equal starts nest.
    const sorted = this.written.sort((a, b) => a.ts! - b.ts! || (b.dur ?? 0) - (a.dur ?? 0));
    return [...this.metadata, ...sorted];
  }

  private process(name: string): number {
    let pid = this.pids.get(name);
    if (pid === undefined) {
      pid = this.pids.size + 1;
      this.pids.set(name, pid);
      this.metadata.push({ ph: 'M', name: 'process_name', pid, args: { name } });
      this.metadata.push({ ph: 'M', name: 'process_sort_index', pid, args: { sort_index: pid } });
    }
    return pid;
  }

  private lane(process: string, thread: string): Lane {
    const key = `${process} ${thread}`;
    let lane = this.lanes.get(key);
    if (lane === undefined) {
      lane = { pid: this.process(process), tid: this.lanes.size + 1 };
      this.lanes.set(key, lane);
      this.metadata.push({ ph: 'M', name: 'thread_name', ...lane, args: { name: thread } });
    }
    return lane;
  }

  /** A node's component and its Pods are threads of that node; a container has a thread of its own, so that its spans nest. */
  private laneOf(event: TraceEvent): Lane {
    const { actor, actorKind, node, pod } = event;
    if (actorKind === 'router') return this.lane(ROUTERS, this.routers.get(actor) ?? actor);
    if (node === undefined) return this.lane(CONTROL_PLANE, actor);
    if (isDataPlane(event)) return this.lane(node, this.run.scenario.world.dataPlane.agent);
    const container = containerOf(event);
    return this.lane(node, container === null ? (pod ?? 'kubelet') : `${pod} ${container}`);
  }

  /** A moment is a slice of 1 µs where an arrow may end at it, and an instant elsewhere. */
  private event(event: TraceEvent, name: string): void {
    const lane = this.laneOf(event);
    const ts = micros(event.atMs);
    const args = { pod: event.pod ?? '', seq: event.seq };
    if (event.node !== undefined && !isDataPlane(event)) {
      this.written.push({ ph: 'i', s: 't', name, cat: 'pod', ...lane, ts, args });
      return;
    }
    this.written.push({ ph: 'X', name, cat: event.type, ...lane, ts, dur: 1, args });
    if (event.type === 'routesChanged') this.arrow(event, lane);
  }

  /** From the EndpointSlice write that a rule change goes back to. */
  private arrow(event: TraceEvent, end: Lane): void {
    let at: TraceEvent = event;
    while (at.cause !== null && at.type !== 'writeEndpointSlice') at = this.trace[at.cause]!;
    if (at.type !== 'writeEndpointSlice') return;
    const flow = { name: 'endpoints', cat: 'propagation', id: String(event.seq) };
    this.written.push({ ph: 's', ...flow, ...this.laneOf(at), ts: micros(at.atMs) });
    this.written.push({ ph: 'f', bp: 'e', ...flow, ...end, ts: micros(event.atMs) });
  }

  private spans(): void {
    for (const start of this.trace) {
      const { type, pod } = start;
      if (type === 'preStopStarted')
        this.span(start, ['preStopEnded'], phrase(start, this.run.scenario.world));
      if (type === 'stopSignal')
        this.span(start, ['containerExited', 'sigkill'], `stopping ${containerOf(start)}`);
      const node = pod === undefined ? undefined : this.nodeOf.get(pod);
      if (start.type === 'deletePod' && start.data.outcome === 'terminating' && node !== undefined)
        this.span(start, ['deletePod'], 'terminating', this.lane(node, pod!));
    }
  }

  /** From `start` to the next event of one of `types` about the same Pod and container, or to the end of the run. */
  private span(start: TraceEvent, types: readonly string[], name: string, lane = this.laneOf(start)): void {
    const { seq, pod, atMs } = start;
    const end = this.trace.find(
      (event) =>
        event.seq > seq &&
        types.includes(event.type) &&
        event.pod === pod &&
        containerOf(event) === containerOf(start) &&
        (event.type !== 'deletePod' || event.data.outcome === 'terminating' || event.data.outcome === 'gone'),
    );
    const ts = micros(atMs);
    const dur = Math.max(1, micros(end?.atMs ?? this.run.endedAtMs) - ts);
    this.written.push({ ph: 'X', name, cat: 'pod', ...lane, ts, dur, args: { pod: pod ?? '' } });
  }

  /** Windows of several routers overlap without nesting, which only async slices may do. */
  private windows(): void {
    this.run.verdict.violations.forEach((violation, index) => {
      const { kind, pod, router, fromMs, toMs } = violation;
      if (kind === 'nothingToJudge') return;
      const node = pod === null ? undefined : this.nodeOf.get(pod);
      const window = {
        name: `${kind}${router === undefined ? '' : ` ${router}`}`,
        cat: 'violation',
        id: String(index),
      };
      const pid = this.process(node ?? CONTROL_PLANE);
      this.written.push({
        ph: 'b',
        ...window,
        pid,
        ts: micros(fromMs),
        args: { why: violationText(violation) },
      });
      this.written.push({ ph: 'e', ...window, pid, ts: micros(toMs) });
    });
  }
}

function micros(ms: number): number {
  return Math.round(ms * MICROS_PER_MS);
}
