import type { Run, TraceEvent } from '../../src/index.ts';
import { podNames, type Sketch } from './scenarios.ts';

/**
 * Exposure worked out a second time, from nothing but what the trace says and what the sketch is: no latency, one Service. For every
 * router and Pod: when it sent there, less when the Pod accepted.
 */

export interface Window {
  readonly pod: string;
  readonly router: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Recomputed {
  /** The longest window of each Pod and router. */
  readonly windows: readonly Window[];
  readonly marginMs: number | null;
}

type Interval = readonly [from: number, to: number];

export function exposureFromTrace(run: Run, sketch: Sketch): Recomputed {
  const windows: Window[] = [];
  let marginMs: number | null = null;
  for (const [ordinal, pod] of podNames(sketch).entries()) {
    const asked = run.trace.find((event) => event.type === 'deletePod' && event.pod === pod)?.atMs;
    if (asked === undefined) continue;
    const closed = endOfAccepting(run.trace, pod, sketch);
    for (const router of routersOf(sketch)) {
      const routed = routedIntervals(run, pod, router, sendsAtFirst(sketch, router, ordinal)).filter(
        ([, to]) => to > asked,
      );
      const last = routed[routed.length - 1];
      if (last === undefined || closed === null) continue;
      const own = closed - last[1];
      if (marginMs === null || own < marginMs) marginMs = own;
      const exposed = longest(routed.map(([from, to]) => [Math.max(from, closed), to]));
      if (exposed !== null) windows.push({ pod, router, fromMs: exposed[0], toMs: exposed[1] });
    }
  }
  return { windows, marginMs };
}

function routersOf({ nodes, routers }: Sketch): string[] {
  const proxies = Array.from({ length: nodes }, (_, node) => `kube-proxy/node-${node + 1}`);
  return [...proxies, ...routers.map((_, index) => `router/lb-${index + 1}`)];
}

/** Whether a router sends to the Pod of this ordinal in the steady state. Pods go to the nodes in turn. */
function sendsAtFirst({ service, nodes }: Sketch, router: string, ordinal: number): boolean {
  if (router.startsWith('router/')) return true;
  if (service === 'headless') return false;
  return service !== 'local' || router === `kube-proxy/node-${(ordinal % nodes) + 1}`;
}

function routedIntervals(
  { trace, endedAtMs }: Run,
  pod: string,
  router: string,
  atFirst: boolean,
): Interval[] {
  const intervals: Interval[] = [];
  let since: number | null = atFirst ? 0 : null;
  for (const { actor, atMs, data } of trace) {
    if (actor !== router || data === undefined) continue;
    const { removed = [], added = [] } = data as { readonly removed?: string[]; readonly added?: string[] };
    if (since !== null && removed.includes(pod)) {
      intervals.push([since, atMs]);
      since = null;
    }
    if (added.includes(pod)) since = atMs;
  }
  if (since !== null) intervals.push([since, endedAtMs]);
  return intervals;
}

/** The first end among the containers that a connection passes. */
function endOfAccepting(trace: readonly TraceEvent[], pod: string, sketch: Sketch): number | null {
  const path = [
    'web',
    ...sketch.sidecars.flatMap(({ onPath }, index) => (onPath ? [`proxy-${index + 1}`] : [])),
  ];
  const closed = trace.find(
    (event) =>
      event.pod === pod &&
      ['listenerClosed', 'containerExited', 'sigkill'].includes(event.type) &&
      path.includes(String(event.data?.container)),
  );
  return closed?.atMs ?? null;
}

function longest(intervals: readonly Interval[]): Interval | null {
  let best: Interval | null = null;
  for (const [from, to] of intervals) {
    if (to > from && (best === null || to - from > best[1] - best[0])) best = [from, to];
  }
  return best;
}
