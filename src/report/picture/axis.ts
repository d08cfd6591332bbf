import { largest, smallest } from '../../kernel/lists.ts';

/** A time axis that leaves out what is long and empty: linear between its breaks, with a scale of its own in each part. */

export interface AxisPart {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where it lies on the picture: shares of its width. */
  readonly from: number;
  readonly to: number;
}

export interface Tick {
  readonly atMs: number;
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly fromMs: number;
  readonly toMs: number;
  readonly parts: readonly AxisPart[];
  /** What lies between two parts: time in which nothing begins or ends. */
  readonly breaks: readonly AxisPart[];
  readonly ticks: readonly Tick[];
}

/** Shares of all time that is still drawn: a gap of most of it is a break, and one of much of it may be. */
const MOST = 0.5;
const MUCH = 0.22;
/** So many instants beside it make a gap of much of the time a break. */
const BUSY = 4;
const MOST_BREAKS = 5;
/** Below this a gap is no wait, whatever else there is. */
const LEAST_BREAK_MS = 100;
const BREAK_WIDTH = 0.035;

/** An axis for all these instants. */
export function axisFor(instants: readonly number[]): Axis {
  const at = [...new Set([0, ...instants])].sort((a, b) => a - b);
  const clusters = clustersOf(at);
  const bounds = clusters.map((cluster, index) => padded(cluster, clusters[index - 1], clusters[index + 1]));
  const room = 1 - BREAK_WIDTH * (clusters.length - 1);
  const counts = share(clusters.map(({ length }) => length + 1));
  const lengths = share(bounds.map(([from, to]) => bits(to - from)));
  const parts: AxisPart[] = [];
  const breaks: AxisPart[] = [];
  let x = 0;
  bounds.forEach(([fromMs, toMs], index) => {
    const before = parts.at(-1);
    if (before !== undefined) {
      breaks.push({ fromMs: before.toMs, toMs: fromMs, from: x, to: x + BREAK_WIDTH });
      x += BREAK_WIDTH;
    }
    const width = room * (0.6 * counts[index]! + 0.4 * lengths[index]!);
    parts.push({ fromMs, toMs, from: x, to: x + width });
    x += width;
  });
  const axis = { fromMs: bounds[0]![0], toMs: bounds.at(-1)![1], parts, breaks };
  return { ...axis, ticks: ticksOf(parts) };
}

/** Where an instant lies, as a share of the width; what is outside lies at the edge. */
export function place({ parts, breaks }: Pick<Axis, 'parts' | 'breaks'>, ms: number): number {
  if (ms <= parts[0]!.fromMs) return 0;
  for (const part of [...parts, ...breaks]) {
    if (ms < part.fromMs || ms > part.toMs) continue;
    const length = part.toMs - part.fromMs;
    return part.from + (length === 0 ? 0 : ((ms - part.fromMs) / length) * (part.to - part.from));
  }
  return 1;
}

/** The instant at a share of the width. */
export function instantAt({ parts, breaks }: Pick<Axis, 'parts' | 'breaks'>, share: number): number {
  for (const part of [...parts, ...breaks]) {
    if (share < part.from || share > part.to) continue;
    return part.fromMs + ((share - part.from) / (part.to - part.from)) * (part.toMs - part.fromMs);
  }
  return share <= 0 ? parts[0]!.fromMs : parts.at(-1)!.toMs;
}

/** Cuts at the longest gap as long as that is most of what is left, or much of it with enough going on at both sides. */
function clustersOf(at: readonly number[]): readonly (readonly number[])[] {
  const gaps = at.slice(1).map((ms, index) => ({ edge: index + 1, ms: ms - at[index]! }));
  const edges = [0, at.length];
  let drawn = at.at(-1)! - at[0]!;
  for (const { edge, ms } of gaps.sort((a, b) => b.ms - a.ms)) {
    if (edges.length - 2 === MOST_BREAKS || ms < LEAST_BREAK_MS || ms < drawn * MUCH) break;
    const sides = [
      largest(edges.filter((each) => each < edge)),
      smallest(edges.filter((each) => each > edge)),
    ];
    const least = Math.min(edge - sides[0]!, sides[1]! - edge);
    if (ms < drawn * MOST && least < BUSY) continue;
    edges.push(edge);
    drawn -= ms;
  }
  edges.sort((a, b) => a - b);
  return edges.slice(1).map((edge, index) => at.slice(edges[index]!, edge));
}

/** A part is a little longer than what happens in it, and reaches at most a third into a gap. */
function padded(
  cluster: readonly number[],
  before: readonly number[] | undefined,
  after: readonly number[] | undefined,
): readonly [number, number] {
  const from = cluster[0]!;
  const to = cluster.at(-1)!;
  const pad = Math.max(1, (to - from) * 0.06);
  const into = (gap: number) => Math.min(pad, gap / 3);
  return [
    before === undefined ? from : from - into(from - before.at(-1)!),
    after === undefined ? to + pad : to + into(after[0]! - to),
  ];
}

function share(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** A length that grows slowly with the time: ten times the time is not ten times the room. */
function bits(ms: number): number {
  let count = 1;
  for (let rest = ms; rest > 1; rest /= 2) count++;
  return count;
}

/** The least distance of two ticks, as a share of the width. */
const TICK_DISTANCE = 0.085;

/** Round instants on every part, at least `distance` (a share of the width) apart. */
export function ticksOf(parts: readonly AxisPart[], distance = TICK_DISTANCE): readonly Tick[] {
  return parts.flatMap((part) => {
    const { fromMs, toMs, from, to } = part;
    const steps = Math.max(1, Math.floor((to - from) / distance));
    const step = niceStep((toMs - fromMs) / steps);
    const ticks: Tick[] = [];
    for (let count = Math.ceil(fromMs / step - 1e-9); count * step <= toMs; count++) {
      const atMs = count * step;
      const at = from + ((atMs - fromMs) / (toMs - fromMs)) * (to - from);
      ticks.push({ atMs, at, label: tickLabel(atMs, step) });
    }
    return ticks;
  });
}

/** The smallest of 1, 2, 5, 10, 20 … ms that is at least `least`; below a millisecond its tenths and hundredths. */
function niceStep(least: number): number {
  let base = 0.001;
  while (base * 10 <= least) base *= 10;
  const factor = [1, 2, 5, 10].find((each) => base * each >= least - 1e-12) ?? 10;
  return base * factor;
}

export function tickLabel(ms: number, stepMs: number): string {
  if (ms === 0) return '0';
  if (stepMs >= 60_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 1000) return `${trimmed(ms, stepMs)} ms`;
  return `${trimmed(ms / 1000, stepMs / 1000)} s`;
}

function trimmed(value: number, step: number): string {
  let digits = 0;
  while (digits < 6 && step * 10 ** digits < 1 - 1e-9) digits++;
  return value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
