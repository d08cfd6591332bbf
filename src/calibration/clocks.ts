import { textOf } from './detail.ts';
import type { Recording, RecordingLine } from './recording.ts';

/** A node's clock against the recorder's, ms, and how far that may be off in either direction. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/**
 * How far each node's clock is ahead of the recorder's. Nothing is subtracted from a stamp of another clock without it: a kubelet
 * can begin to stop a Pod only after the DELETE was sent, and its Event can arrive only after it was made, so each repetition bounds
 * the offset from both sides. The bounds of all repetitions together are as wide as the luckiest round trip.
 */
export function clockOffsets(recordings: readonly Recording[]): ReadonlyMap<string, ClockOffset> {
  const bounds = new Map<string, { low: number; high: number }>();
  for (const { meta, lines } of recordings) {
    const { t0Us } = meta;
    if (typeof t0Us !== 'number') continue;
    const sent = new Map<string, number>();
    const nodes = new Map<string, string>();
    if (typeof meta.pod === 'string' && typeof meta.node === 'string') nodes.set(meta.pod, meta.node);
    for (const { source, what, detail, t } of lines) {
      const pod = textOf(detail.pod) ?? textOf(meta.pod);
      if (pod === undefined) continue;
      if (source === 'apiserver' && typeof detail.node === 'string') nodes.set(pod, detail.node);
      if (source === 'client' && what === 'DELETE sent') sent.set(pod, t);
    }
    for (const { source, what, detail, t } of lines) {
      if (source !== 'events' || what !== 'Killing') continue;
      const pod = /([^/]+)$/.exec(textOf(detail.obj) ?? '')?.[1] ?? '';
      const node = nodes.get(pod);
      const at = emittedMs(detail, t0Us);
      const since = sent.get(pod);
      if (node === undefined || at === null || since === undefined) continue;
      const known = bounds.get(node) ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
      bounds.set(node, { low: Math.max(known.low, at - t), high: Math.min(known.high, at - since) });
    }
  }
  const offsets = new Map<string, ClockOffset>();
  for (const [node, { low, high }] of bounds) {
    // A clock that was set meanwhile has bounds that exclude each other: then nothing is known.
    if (low <= high) offsets.set(node, { offsetMs: (low + high) / 2, uncertaintyMs: (high - low) / 2 });
  }
  return offsets;
}

/** When an Event was made by its component's own clock, ms since t = 0: its name holds the nanoseconds of the first of a series. */
export function emittedMs(detail: RecordingLine['detail'], t0Us: number): number | null {
  const { nameNs, count } = detail;
  if (typeof nameNs !== 'string' || !/^\d{19}$/.test(nameNs) || (typeof count === 'number' && count > 1))
    return null;
  // Beyond 2^53 a number loses its last digits: subtract first.
  return Number(BigInt(nameNs) - BigInt(Math.round(t0Us)) * 1000n) / 1e6;
}
