import { clockOffsets } from './clocks.ts';
import { textOf } from './detail.ts';
import type { Recording, RecordingLine } from './recording.ts';

/** Logs of probers that ran in Pods: each line has its node's own wall clock, so it belongs to a recording only once that is known. */

/** Stamps above this are ms since 1970, below it ms since an action. */
const WALL_CLOCK = 1e11;

/** Whether a file of JSON lines is a prober's log, by its first line. */
export function isProbeLog(text: string): boolean {
  try {
    const { source, t } = JSON.parse(
      text.slice(0, text.indexOf('\n') + 1 || undefined),
    ) as Partial<RecordingLine>;
    return source === 'probe' && typeof t === 'number' && t > WALL_CLOCK;
  } catch {
    return false;
  }
}

/** How long before and after its own lines a recording takes what the probers saw, ms. */
const MARGIN_MS = 2000;

/**
 * Recordings with what probers saw during each of them. A node's clock is set right by the bounds that the recordings themselves give
 * (`clockOffsets`); without any it is taken to go with the recorder's.
 */
export function withProbes(
  recordings: readonly Recording[],
  lines: readonly RecordingLine[],
): readonly Recording[] {
  if (lines.length === 0) return recordings;
  const clocks = clockOffsets(recordings);
  return recordings.map((recording) => {
    const { t0Us } = recording.meta;
    if (typeof t0Us !== 'number') return recording;
    const last = recording.lines[recording.lines.length - 1]?.t ?? 0;
    const own = lines.flatMap((line): readonly RecordingLine[] => {
      const offsetMs = clocks.get(textOf(line.detail.node) ?? '')?.offsetMs ?? 0;
      const since = (wallMs: number) => Math.round((wallMs - t0Us / 1000 - offsetMs) * 1000) / 1000;
      const t = since(line.t);
      if (t < -MARGIN_MS || t > last + MARGIN_MS) return [];
      const { sentT } = line.detail;
      return [
        {
          ...line,
          t,
          detail: typeof sentT === 'number' ? { ...line.detail, sentT: since(sentT) } : line.detail,
        },
      ];
    });
    return { ...recording, lines: [...recording.lines, ...own].sort((a, b) => a.t - b.t) };
  });
}
