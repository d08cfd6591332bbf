import type { Run } from '../run/simulate.ts';
import type { TraceEvent } from '../verdict/trace-events.ts';
import { PROBES, RecorderView } from './recorder-view.ts';
import type { RecordingLine } from './recording.ts';

/** How long a prober sends before the action and after the last change of its node's rules, ms. */
const LEAD_MS = 1000;
/** One way there and back, and the answer, ms: a Pod in the same cluster. */
const ANSWER_MS = 0.6;

/** Answers to a prober on each node: a new connection to the Service each time, which the node's rules send to one of the Pods. */
export function probeLines(run: Run, actionMs: number, perSecond: number): readonly RecordingLine[] {
  const { scenario, trace, seed, endedAtMs } = run;
  const view = new RecorderView(scenario, seed, undefined);
  const { world } = scenario;
  const initial = world.pods.filter(({ template }) => world.templates[template]!.services.length > 0);
  return world.nodes.flatMap(({ name: node }, index) => {
    const changes = trace.filter((event) => event.type === 'routesChanged' && event.node === node);
    const routed = new Set(initial.map(({ name }) => name));
    const lines: RecordingLine[] = [];
    const gapMs = 1000 / perSecond;
    const phase = view.share(PROBES, -1 - index) * gapMs;
    let next = 0;
    for (let seq = 0; ; seq++) {
      const sentMs = actionMs - LEAD_MS + phase + seq * gapMs;
      if (sentMs > endedAtMs) return lines;
      for (; next < changes.length && changes[next]!.atMs <= sentMs; next++) apply(changes[next]!, routed);
      const pods = [...routed];
      const pod = pods[Math.floor(view.share(PROBES, index * 1_000_000 + seq) * pods.length)];
      const answered = pod !== undefined && accepts(run, pod, sentMs);
      const detail = { node, seq, sentT: Math.round((sentMs - actionMs) * 1000) / 1000 };
      const what = answered ? 'answer' : 'error';
      const more = answered ? { pod } : { errno: 'ECONNREFUSED' };
      lines.push({ t: sentMs - actionMs + ANSWER_MS, source: 'probe', what, detail: { ...detail, ...more } });
    }
  });
}

function apply({ data }: TraceEvent, routed: Set<string>): void {
  const { removed = [], added = [] } = (data ?? {}) as {
    readonly removed?: readonly string[];
    readonly added?: readonly string[];
  };
  for (const pod of removed) routed.delete(pod);
  for (const pod of added) routed.add(pod);
}

const closings = new WeakMap<Run, ReadonlyMap<string, number>>();

/** Whether the Pod's process still takes connections. */
function accepts(run: Run, pod: string, atMs: number): boolean {
  let closed = closings.get(run);
  if (closed === undefined) {
    const found = new Map<string, number>();
    for (const event of run.trace) {
      const ends =
        event.type === 'listenerClosed' || event.type === 'containerExited' || event.type === 'sigkill';
      if (ends && event.pod !== undefined && !found.has(event.pod)) found.set(event.pod, event.atMs);
    }
    closed = found;
    closings.set(run, closed);
  }
  return atMs < (closed.get(pod) ?? Number.POSITIVE_INFINITY);
}
