import { requireTrace } from '../analysis/traced.ts';
import { largest } from '../kernel/lists.ts';
import type { Run } from '../run/simulate.ts';
import { readOptions, timelineOptions, unknownPod } from '../scenario/options.ts';
import type { TraceEvent } from '../verdict/trace-events.ts';
import type { Violation } from '../verdict/types.ts';
import { type Paint, paint } from './palette.ts';
import { allEntries, type TimelineEntry, timelineEntries } from './timeline-entries.ts';
import { REPORT_WIDTH, signedMs, wrap } from './wrap.ts';

/** What a timeline shows. */
export interface TimelineOptions {
  /** Only what concerns this Pod. Every Pod by default. */
  readonly pod?: string;
  /** ANSI colours. false by default. */
  readonly color?: boolean;
  /** Every event of the trace instead of those that matter. false by default. */
  readonly all?: boolean;
  /** At most so many lines for events; those that matter least are left out, and the last line says how many. No limit by default. */
  readonly maxLines?: number;
}

/**
 * A run as a table, one line for each event that matters: when (ms since the start of the run), who, what, which Pod, and how
 * long after the line that led to it. At most 100 columns. Throws TraceRequired for a run without a trace and an OptionsError for bad options or an unknown Pod.
 */
export function formatTimeline(run: Run, options: TimelineOptions = {}): string {
  const { pod, color, all, maxLines } = readOptions('formatTimeline', timelineOptions, options);
  const trace = requireTrace(run, 'formatTimeline');
  const { world } = run.scenario;
  const every = all ? allEntries(trace, world) : timelineEntries(trace, world);
  const own = pod === undefined ? every : every.filter((entry) => concerns(entry, pod));
  const known = own.length > 0 || trace.some((event) => event.pod === pod);
  if (pod !== undefined && !known)
    throw unknownPod('formatTimeline', pod, [...new Set(every.flatMap(({ pods }) => pods))]);
  const marks = marksOf(run, trace);
  const kept = most(own, maxLines, marks);
  const table = new Table(kept, marks, trace, paint(color));
  const left = own.length - kept.length;
  const more = left === 0 ? [] : [`  … ${left} more ${left === 1 ? 'line' : 'lines'} left out`];
  return [...legend(run, pod, paint(color)), ...table.lines(), ...more].join('\n');
}

/** With one Pod chosen, a change of routes concerns it where the change names it or leaves a Service of it without endpoints. */
function concerns(entry: TimelineEntry, pod: string): boolean {
  return entry.pods.includes(pod) || (entry.pods.length === 0 && entry.event.pod === pod);
}

function legend(run: Run, pod: string | undefined, color: Paint): readonly string[] {
  const whose = pod === undefined ? 'all Pods' : `Pod ${pod}`;
  return [
    `${whose}, seed ${run.seed}. time: ms since the start; since cause: ms after the line that led to it.`,
    '!: from here, or until here, a new connection could be lost.',
  ].flatMap((line) => wrap(line, REPORT_WIDTH).map((part) => color(part, 'quiet')));
}

/** Events at which a window begins or ends in which new connections could be lost. */
function marksOf(run: Run, trace: readonly TraceEvent[]): ReadonlySet<number> {
  const marks = new Set<number>();
  for (const violation of run.verdict.violations) {
    if (violation.kind === 'exposed') {
      const end = violation.culprit.at(-1);
      if (end !== undefined) marks.add(end.seq);
      const begin = trace.find((event) => beginsExposure(event, violation));
      if (begin !== undefined) marks.add(begin.seq);
    }
    if (violation.kind === 'noEndpoints') {
      for (const event of trace) if (isOutage(event, violation)) marks.add(event.seq);
    }
  }
  return marks;
}

const CLOSINGS: readonly string[] = ['listenerClosed', 'containerExited', 'sigkill'];

function beginsExposure(event: TraceEvent, { pod, router, fromMs }: Violation): boolean {
  if (event.pod === pod && event.atMs === fromMs) return CLOSINGS.includes(event.type);
  // A router that came back to the Pod: the window begins one way later.
  if (event.actor !== router || event.atMs > fromMs || pod === null) return false;
  return event.type === 'routesChanged' && event.data.added.includes(pod);
}

function isOutage(event: TraceEvent, { service, fromMs, toMs }: Violation): boolean {
  if (event.type !== 'routesChanged') return false;
  const ends = event.atMs === toMs && event.data.added.length > 0;
  return ends || (event.atMs >= fromMs && event.data.rejects.includes(service ?? ''));
}

/** The `count` entries that matter most, in their order. */
function most(
  entries: readonly TimelineEntry[],
  count: number,
  marks: ReadonlySet<number>,
): readonly TimelineEntry[] {
  if (entries.length <= count) return entries;
  const weight = (entry: TimelineEntry) => (marks.has(entry.event.seq) ? 4 : entry.weight);
  const ranked = entries.map((entry, index) => ({ index, weight: weight(entry) }));
  ranked.sort((a, b) => b.weight - a.weight || a.index - b.index);
  const kept = new Set(ranked.slice(0, count).map(({ index }) => index));
  return entries.filter((_, index) => kept.has(index));
}

/** Since the nearest of its causes that has a line; empty where none has. */
function sinceCause(event: TraceEvent, trace: readonly TraceEvent[], shown: ReadonlySet<number>): string {
  let { cause } = event;
  while (cause !== null && !shown.has(cause)) cause = trace[cause]!.cause;
  return cause === null ? '' : signedMs(event.atMs - trace[cause]!.atMs);
}

/** What tells long names apart is mostly at their end; `keep` characters of their beginning stay, too. */
function shortened(text: string, width: number, keep: number): string {
  if (text.length <= width) return text;
  return `${text.slice(0, keep)}…${text.slice(text.length - (width - keep - 1))}`;
}

const HEADER = { time: 'time', actor: 'actor', what: 'what', pod: 'Pod', since: 'since cause' };
const MAX_ACTOR = 24;
const MAX_POD = 20;
const MIN_WHAT = 20;
/** The mark, a space, and two spaces between each two columns. */
const GAPS = 2 + 2 * 4;

class Table {
  private readonly times: readonly string[];
  private readonly sinces: readonly string[];
  private readonly widths: Readonly<Record<'time' | 'actor' | 'what' | 'pod' | 'since', number>>;

  constructor(
    private readonly entries: readonly TimelineEntry[],
    private readonly marks: ReadonlySet<number>,
    trace: readonly TraceEvent[],
    private readonly color: Paint,
  ) {
    this.times = entries.map(({ event }) => event.atMs.toFixed(3));
    const shown = new Set(entries.map(({ event }) => event.seq));
    this.sinces = entries.map(({ event }) => sinceCause(event, trace, shown));
    const width = (header: string, texts: readonly string[], most: number) =>
      Math.min(
        most,
        largest(
          texts.map((text) => text.length),
          header.length,
        ),
      );
    const time = width(HEADER.time, this.times, 15);
    const actor = width(
      HEADER.actor,
      entries.map((entry) => entry.event.actor),
      MAX_ACTOR,
    );
    const pod = width(
      HEADER.pod,
      entries.map((entry) => entry.pod ?? ''),
      MAX_POD,
    );
    const since = width(HEADER.since, this.sinces, 15);
    const room = Math.max(MIN_WHAT, REPORT_WIDTH - GAPS - time - actor - pod - since);
    const what = width(
      HEADER.what,
      entries.map((entry) => entry.what),
      room,
    );
    this.widths = { time, actor, what, pod, since };
  }

  lines(): readonly string[] {
    const { time, actor, what, pod, since } = HEADER;
    const { color } = this;
    const header = this.row('', time, actor, what, pod, since);
    const rows = this.entries.flatMap((entry, index) => {
      const mark = this.marks.has(entry.event.seq) ? '!' : '';
      const texts = wrap(entry.what, this.widths.what, '  ');
      return texts.map((text, line) => {
        const tone = mark === '' ? entry.tone : 'bad';
        if (line > 0) return color(this.row('', '', '', text, '', ''), tone);
        const { actor: name } = entry.event;
        return color(
          this.row(mark, this.times[index]!, name, text, entry.pod ?? '', this.sinces[index]!),
          tone,
        );
      });
    });
    return [color(header, 'quiet'), ...rows];
  }

  private row(mark: string, time: string, actor: string, what: string, pod: string, since: string): string {
    const { widths } = this;
    const cells = [
      mark.padEnd(1) + time.padStart(widths.time + 1),
      shortened(actor, widths.actor, actor.indexOf('/') + 1).padEnd(widths.actor),
      what.padEnd(widths.what),
      shortened(pod, widths.pod, 0).padEnd(widths.pod),
      since.padStart(widths.since),
    ];
    return cells.join('  ').trimEnd();
  }
}
