import { merged } from './lanes.ts';
import { type Lane, type Section, SPAN_WORDS, type Span } from './picture.ts';

/** How many lanes of a section are drawn by themselves. */
export interface LaneLimits {
  readonly routers: number;
  readonly pods: number;
}

/** More than one sees at once, and therefore the slowest first. */
const MANY = 24;

/** Keeps the lanes that matter most, the slowest first, and puts the others of a section into one. */
export function folded(lanes: readonly Lane[], limits: LaneLimits): readonly Lane[] {
  const of = (section: Section) => lanes.filter((lane) => lane.section === section);
  return [
    ...of('controlPlane'),
    ...foldSection(of('routers'), limits.routers, letGoMs, 'routers'),
    ...of('services'),
    ...foldSection(of('pods'), limits.pods, stoppedForMs, 'containers'),
    ...of('clients'),
  ];
}

function foldSection(
  lanes: readonly Lane[],
  most: number,
  slowness: (lane: Lane) => number,
  noun: string,
): readonly Lane[] {
  if (lanes.length <= Math.min(most, MANY)) return lanes;
  const ranked = lanes
    .map((lane, index) => ({ lane, index, lost: lostMs(lane), slow: slowness(lane) }))
    .sort((a, b) => b.lost - a.lost || b.slow - a.slow || a.index - b.index)
    .map(({ lane }) => lane);
  if (ranked.length <= most) return ranked;
  return [...ranked.slice(0, most - 1), together(ranked.slice(most - 1), noun)];
}

function together(lanes: readonly Lane[], noun: string): Lane {
  const kinds = new Map<Span['kind'], Span[]>();
  for (const span of lanes.flatMap(({ spans }) => spans)) {
    const own = kinds.get(span.kind);
    if (own === undefined) kinds.set(span.kind, [span]);
    else own.push(span);
  }
  const spans = [...kinds].flatMap(([kind, own]) =>
    merged(own).map(
      (span): Span => ({ ...span, kind, label: `${lanes.length} more ${noun}: ${SPAN_WORDS[kind]}` }),
    ),
  );
  const { section } = lanes[0]!;
  const marks = lanes.flatMap((lane) =>
    lane.marks.filter(({ kind }) => kind === 'sigkill' || kind === 'failed'),
  );
  const name = `${lanes.length} more, quicker`;
  return { section, name, pod: null, node: null, spans, marks, count: lanes.length };
}

function lostMs({ spans }: Lane): number {
  return spans.reduce((sum, { kind, fromMs, toMs }) => (kind === 'exposed' ? sum + toMs - fromMs : sum), 0);
}

function letGoMs({ spans }: Lane): number {
  return spans.reduce(
    (last, { kind, fromMs, toMs }) => (kind === 'routed' ? Math.max(last, toMs - fromMs) : last),
    -1,
  );
}

/** From the beginning of its stop to its end; a container that nobody asked to stop comes last. */
function stoppedForMs({ spans }: Lane): number {
  const stopping = spans.filter(({ kind }) => kind === 'preStop' || kind === 'draining');
  return stopping.length === 0 ? -1 : stopping.at(-1)!.toMs - stopping[0]!.fromMs;
}
