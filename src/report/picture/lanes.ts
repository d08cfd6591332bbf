import type { Violation } from '../../verdict/types.ts';
import { violationText } from '../describe-violation.ts';
import { ContainerLane } from './container-lane.ts';
import { inOrder } from './in-order.ts';
import type { Moment } from './moments.ts';
import { type Lane, type Mark, type MarkKind, SPAN_WORDS, type Span, type SpanKind } from './picture.ts';

export interface LaneSource {
  readonly moments: readonly Moment[];
  readonly violations: readonly Violation[];
  /** Containers of a Pod that was there from the start. */
  readonly containersOf: (pod: string) => readonly string[];
  readonly endMs: number;
  /** By the name of its data plane, every node that there is, or that something is known of. */
  readonly nodeOf: ReadonlyMap<string, string>;
  /** Only this Pod; every Pod that something happened to where it is left out. */
  readonly pod?: string;
}

/** Every lane of a run, unfolded, section by section. */
export function lanesOf(source: LaneSource): readonly Lane[] {
  const { pod } = source;
  const moments =
    pod === undefined
      ? source.moments
      : source.moments.filter((each) => each.pod === pod || each.pod === null);
  const windows = source.violations.filter(
    ({ gating, pod: whose }) => gating && (pod === undefined || whose === null || whose === pod),
  );
  const own = { ...source, moments, violations: windows };
  return [
    ...controlPlane(own),
    ...routerLanes(own),
    ...serviceLanes(own),
    ...podLanes(own),
    ...clientLanes(own),
  ].filter(({ spans, marks }) => spans.length + marks.length > 0);
}

export function span(kind: SpanKind, fromMs: number, toMs: number, about: string, seq: number | null): Span {
  return {
    kind,
    fromMs,
    toMs,
    label: about === '' ? SPAN_WORDS[kind] : `${about}: ${SPAN_WORDS[kind]}`,
    seq,
  };
}

function mark(kind: MarkKind, moment: Moment, label: string): Mark {
  return { kind, atMs: moment.atMs, label, seq: moment.seq };
}

function controlPlane({ moments, endMs, pod: only }: LaneSource): readonly Lane[] {
  const api = { spans: [] as Span[], marks: [] as Mark[] };
  const slices = { spans: [] as Span[], marks: [] as Mark[] };
  const since = new Map<string, Moment>();
  const endpoint = new Map<string, Moment>();
  for (const moment of moments) {
    const { kind, pod, atMs, seq } = moment;
    if (pod === null || (only !== undefined && pod !== only)) continue;
    if (kind === 'deleteSent') api.marks.push(mark('delete', moment, `DELETE ${pod}`));
    if (kind === 'created') api.marks.push(mark('created', moment, `${pod} created`));
    if (kind === 'terminating') since.set(pod, moment);
    if (kind === 'gone') {
      const begin = since.get(pod);
      if (begin !== undefined) api.spans.push(span('terminating', begin.atMs, atMs, pod, begin.seq));
      since.delete(pod);
      api.marks.push(mark('gone', moment, `${pod}: object gone`));
    }
    if (kind === 'slice') {
      const key = `${pod} ${moment.service}`;
      const before = endpoint.get(key);
      const open = before === undefined ? null : endpointSpan(before, atMs);
      if (open !== null) slices.spans.push(open);
      endpoint.set(key, moment);
      const named = moment.service === null ? pod : `${pod} in ${moment.service}`;
      slices.marks.push({ kind: 'change', atMs, seq, label: `${named}: ${moment.state}` });
    }
  }
  for (const [pod, begin] of since) api.spans.push(span('terminating', begin.atMs, endMs, pod, begin.seq));
  for (const last of endpoint.values()) {
    const open = endpointSpan(last, endMs);
    if (open !== null) slices.spans.push(open);
  }
  const lane = { section: 'controlPlane', pod: only ?? null, node: null, count: 1 } as const;
  return [
    { ...lane, name: 'api-server', ...api },
    { ...lane, name: 'EndpointSlices', ...slices },
  ];
}

function endpointSpan({ state, pod, atMs, seq }: Moment, toMs: number): Span | null {
  if (state === 'serving+terminating') return span('serving', atMs, toMs, pod!, seq);
  return state === 'terminating' ? span('notServing', atMs, toMs, pod!, seq) : null;
}

/** What each router still sends to Pods that were asked to stop, and when it lets go of them. */
function routerLanes({ moments, violations, endMs, nodeOf }: LaneSource): readonly Lane[] {
  const lanes = new Map<string, { spans: Span[]; marks: Mark[] }>();
  const lane = (name: string) => {
    let found = lanes.get(name);
    if (found === undefined) {
      found = { spans: [], marks: [] };
      lanes.set(name, found);
    }
    return found;
  };
  const asked = new Map<string, Moment>();
  const back = new Map<string, Moment>();
  const letGo = new Map<string, number | null>();
  for (const moment of moments) {
    const { kind, pod, actor, atMs } = moment;
    if (pod === null) continue;
    if ((kind === 'deleteSent' || kind === 'terminating' || kind === 'stopBegins') && !asked.has(pod))
      asked.set(pod, moment);
    if (kind === 'routedIn') {
      lane(actor).marks.push(mark('routedIn', moment, `begins to send to ${pod}`));
      if (asked.has(pod)) back.set(`${actor} ${pod}`, moment);
    }
    if (kind === 'routedOut') {
      const begin = back.get(`${actor} ${pod}`) ?? asked.get(pod);
      if (begin !== undefined)
        lane(actor).spans.push({
          ...span('routed', begin.atMs, atMs, pod, begin.seq),
          label: `still sends to ${pod}`,
        });
      back.delete(`${actor} ${pod}`);
      letGo.set(`${actor} ${pod}`, moment.seq);
      lane(actor).marks.push(mark('letGo', moment, `lets go of ${pod}`));
    }
  }
  for (const [key, begin] of back) {
    const [actor = '', pod = ''] = key.split(' ');
    lane(actor).spans.push({
      ...span('routed', begin.atMs, endMs, pod, begin.seq),
      label: `sends to ${pod} again`,
    });
  }
  for (const violation of violations) {
    const { kind, router, pod, fromMs, toMs } = violation;
    if (kind !== 'exposed' || router === undefined || pod === null) continue;
    const { spans } = lane(router);
    const begin = asked.get(pod);
    const held = spans.some((each) => each.kind === 'routed' && each.fromMs <= fromMs && each.toMs >= fromMs);
    if (!held && begin !== undefined)
      spans.push({ ...span('routed', begin.atMs, toMs, pod, begin.seq), label: `still sends to ${pod}` });
    spans.push(window(violation, letGo.get(`${router} ${pod}`) ?? null));
  }
  return [...lanes]
    .map(([name, own]): Lane => {
      return { section: 'routers', name, pod: null, node: nodeOf.get(name) ?? null, count: 1, ...own };
    })
    .sort(nodesFirst);
}

/** Nodes first, `node-2` before `node-10`. */
function nodesFirst(a: Lane, b: Lane): number {
  const order = Number(a.node === null) - Number(b.node === null);
  return order === 0 ? inOrder(a.name, b.name) : order;
}

function window(violation: Violation, seq: number | null): Span {
  const { kind, fromMs, toMs } = violation;
  const why = violationText(violation);
  const label = kind === 'exposed' ? why : `${kind}: ${why}`;
  return { kind: 'exposed', fromMs, toMs, label, seq };
}

/** Services that nothing was behind for a while. */
function serviceLanes({ violations }: LaneSource): readonly Lane[] {
  const lanes = new Map<string, Span[]>();
  for (const violation of violations) {
    if (violation.kind !== 'noEndpoints') continue;
    const name = `Service ${violation.service ?? ''}`.trim();
    lanes.set(name, [...(lanes.get(name) ?? []), window(violation, null)]);
  }
  return [...lanes].map(([name, spans]) => ({
    section: 'services',
    name,
    pod: null,
    node: null,
    count: 1,
    spans,
    marks: [],
  }));
}

/** A lane for each container, in the order in which something first happened to its Pod. */
function podLanes({ moments, violations, containersOf, endMs, pod: only }: LaneSource): readonly Lane[] {
  const pods = new Map<string, Moment[]>();
  for (const moment of moments) {
    const { pod } = moment;
    if (pod === null || (only !== undefined && pod !== only) || !OF_PODS.has(moment.kind)) continue;
    const own = pods.get(pod);
    if (own === undefined) pods.set(pod, [moment]);
    else own.push(moment);
  }
  const windows = new Map<string, Violation[]>();
  for (const violation of violations) {
    if (violation.pod === null || violation.kind === 'nothingToJudge') continue;
    const known = windows.get(violation.pod);
    if (known === undefined) windows.set(violation.pod, [violation]);
    else known.push(violation);
  }
  return [...pods].flatMap(([pod, own]) => {
    const named = own.flatMap(({ container }) => (container === null ? [] : [container]));
    const containers = [...new Set([...containersOf(pod), ...named])];
    return containers.map((container): Lane => {
      const { spans, marks } = new ContainerLane(own, container, endMs);
      const lost = (windows.get(pod) ?? []).flatMap((each) =>
        each.toMs > each.fromMs ? [window(each, endOf(own, container))] : [],
      );
      const name = containers.length === 1 ? pod : `${pod} ${container}`;
      return { section: 'pods', name, pod, node: null, count: 1, spans: [...spans, ...merged(lost)], marks };
    });
  });
}

/** The event from which on a container no longer accepts: where most windows begin. */
function endOf(moments: readonly Moment[], container: string): number | null {
  const ending = moments.find(({ kind, container: whose }) => whose === container && ENDINGS.has(kind));
  return ending?.seq ?? null;
}

const ENDINGS: ReadonlySet<Moment['kind']> = new Set(['closed', 'exited', 'sigkill']);

const OF_PODS: ReadonlySet<Moment['kind']> = new Set([
  'created',
  'ready',
  'stopBegins',
  'deleteSent',
  'terminating',
  'hookStarted',
  'hookEnded',
  'signal',
  'closed',
  'opened',
  'started',
  'exited',
  'sigkill',
]);

/** Windows of several routers as what they come to together: from the first to the last. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const each of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last === undefined || each.fromMs > last.toMs || last.kind !== each.kind) result.push(each);
    else if (each.toMs > last.toMs) result[result.length - 1] = { ...last, toMs: each.toMs };
  }
  return result;
}

function clientLanes({ moments, pod }: LaneSource): readonly Lane[] {
  if (pod !== undefined) return [];
  const lanes = new Map<string, Mark[]>();
  for (const moment of moments) {
    if (moment.client === undefined) continue;
    const own = lanes.get(moment.client) ?? [];
    const kind = moment.kind === 'failed' ? 'failed' : 'answered';
    own.push(mark(kind, moment, kind === 'failed' ? 'request failed' : 'request answered'));
    lanes.set(moment.client, own);
  }
  return [...lanes].map(([name, marks]) => ({
    section: 'clients',
    name: `client ${name}`,
    pod: null,
    node: null,
    count: 1,
    spans: [],
    marks,
  }));
}
