import { printable } from '../cluster/printable.ts';
import { largest } from '../kernel/lists.ts';
import type { Run } from '../run/simulate.ts';
import { ganttOptions, readOptions } from '../scenario/options.ts';
import { type Paint, paint, type Tone } from './palette.ts';
import { type Axis, place } from './picture/axis.ts';
import { MARK_ORDER } from './picture/marks.ts';
import {
  type Lane,
  MARK_WORDS,
  type MarkKind,
  type Picture,
  SPAN_WORDS,
  type SpanKind,
} from './picture/picture.ts';
import { pictureOf } from './picture/picture-of.ts';
import { wrap } from './wrap.ts';

/** What a Gantt chart for the terminal shows, and how wide it is. */
export interface GanttOptions {
  /** Only what concerns this Pod. Every Pod by default. */
  readonly pod?: string;
  /** Columns, from 80 to 160; what is outside is taken for the nearest. 100 by default. */
  readonly width?: number;
  /** No character beyond ASCII. false by default. */
  readonly ascii?: boolean;
  /** ANSI colours. false by default. */
  readonly color?: boolean;
}

/**
 * A run as lanes over time, for a terminal: who still sends to a Pod that stops, what its containers do, and where a connection could
 * be lost. The axis leaves out time in which nothing happens. Throws TraceRequired for a run without a trace and an OptionsError for an
 * unknown Pod.
 */
export function formatGantt(run: Run, options: GanttOptions = {}): string {
  readOptions('formatGantt', ganttOptions, options);
  const { pod, ...look } = options;
  return ganttText(pictureOf(run, { call: 'formatGantt', ...(pod !== undefined && { pod }) }), look);
}

const LEAST_WIDTH = 80;
const MOST_WIDTH = 160;
const MOST_NAME = 28;

interface Glyphs {
  readonly spans: Readonly<Record<SpanKind, string>>;
  readonly marks: Readonly<Partial<Record<MarkKind, string>>>;
  readonly breaks: string;
  readonly tick: string;
  readonly rule: string;
}

const UNICODE: Glyphs = {
  spans: {
    terminating: '╌',
    serving: '╌',
    notServing: '·',
    routed: '═',
    starting: '·',
    ready: '─',
    preStop: '░',
    draining: '▒',
    exposed: '█',
  },
  marks: {
    delete: '◆',
    created: '+',
    signal: '▼',
    closed: '╳',
    exited: '■',
    sigkill: '✖',
    letGo: '┤',
    change: '●',
    gone: '○',
    failed: '✗',
    answered: '∙',
  },
  breaks: '╱',
  tick: '┴',
  rule: '─',
};

const ASCII: Glyphs = {
  spans: {
    terminating: '~',
    serving: '~',
    notServing: '.',
    routed: '=',
    starting: '.',
    ready: '-',
    preStop: ':',
    draining: '%',
    exposed: '#',
  },
  marks: {
    delete: 'D',
    created: '+',
    signal: 'T',
    closed: 'x',
    exited: 'E',
    sigkill: 'K',
    letGo: '|',
    change: 'o',
    gone: 'O',
    failed: '!',
    answered: '.',
  },
  breaks: '/',
  tick: '+',
  rule: '-',
};

const TONES: Readonly<Partial<Record<SpanKind, Tone>>> = {
  routed: 'routing',
  ready: 'good',
  preStop: 'warning',
  draining: 'strong',
  exposed: 'bad',
  starting: 'quiet',
  terminating: 'quiet',
  serving: 'quiet',
  notServing: 'quiet',
};

interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

/** Draws any picture, of a run or of what a campaign kept of one. */
export function ganttText(picture: Picture, options: Omit<GanttOptions, 'pod'> = {}): string {
  const { ascii = false, color = false } = options;
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Math.floor(options.width ?? 100)));
  const names = picture.lanes.map(({ name }) => printable(name));
  const left = Math.min(
    MOST_NAME,
    largest(
      names.map((name) => name.length),
      8,
    ),
  );
  const track = width - left - 2;
  const glyphs = ascii ? ASCII : UNICODE;
  const paints = paint(color);
  const drawn = picture.lanes.map((lane) => cells(lane, picture.axis, track, glyphs));
  const rows = drawn.map((row, index) => {
    const head = shortened(names[index]!, left, ascii).padEnd(left);
    return `${head}  ${painted(row, paints)}`.trimEnd();
  });
  const tone: Tone = picture.outcome === 'safe' ? 'good' : 'bad';
  const title = `${printable(picture.subject)}${picture.seed === null ? '' : `, seed ${picture.seed}`}`;
  const plain = (line: string) => (ascii ? line.replace(/\P{ASCII}/gu, '?') : line);
  return [
    ...wrap(printable(picture.headline), width).map((line) => paints(line, tone)),
    paints(title, 'quiet'),
    '',
    ...axisLines(picture.axis, track, glyphs).map((line) =>
      paints(`${' '.repeat(left + 2)}${line}`.trimEnd(), 'quiet'),
    ),
    ...rows,
    '',
    ...legend(picture, drawn, glyphs, width).map((line) => paints(line, 'quiet')),
  ]
    .map(plain)
    .join('\n');
}

/** What tells long names apart is mostly at their end. */
function shortened(text: string, width: number, ascii: boolean): string {
  if (text.length <= width) return text;
  const dots = ascii ? '..' : '…';
  return `${text.slice(0, 4)}${dots}${text.slice(text.length - (width - 4 - dots.length))}`;
}

function cells(lane: Lane, axis: Axis, track: number, glyphs: Glyphs): readonly Cell[] {
  const row: Cell[] = Array.from({ length: track }, () => ({ text: ' ', tone: 'plain' }));
  const column = (ms: number) => Math.min(track - 1, Math.floor(place(axis, ms) * track));
  for (const { kind, fromMs, toMs } of lane.spans) {
    const from = column(fromMs);
    const to = Math.max(from + 1, column(toMs));
    for (let at = from; at < to; at++) row[at] = { text: glyphs.spans[kind], tone: TONES[kind] ?? 'plain' };
  }
  for (const { from, to } of axis.breaks) {
    for (
      let at = Math.ceil(from * track);
      at < Math.max(Math.ceil(from * track) + 1, Math.floor(to * track));
      at++
    )
      if (row[at]!.text !== ' ') row[at] = { text: glyphs.breaks, tone: row[at]!.tone };
  }
  const marks = [...lane.marks].sort((a, b) => MARK_ORDER.indexOf(a.kind) - MARK_ORDER.indexOf(b.kind));
  for (const { kind, atMs } of marks) {
    const text = glyphs.marks[kind];
    if (text === undefined) continue;
    const at = column(atMs);
    const lost = row[at]!.tone === 'bad' || kind === 'sigkill' || kind === 'failed';
    row[at] = { text, tone: lost ? 'bad' : 'plain' };
  }
  const signs = new Set(Object.values(glyphs.marks));
  for (const { kind, fromMs, toMs } of lane.spans) {
    const from = column(fromMs);
    if (kind === 'exposed') uncover(row, from, Math.max(from + 1, column(toMs)), lane.section, signs, glyphs);
  }
  return row;
}

/** Marks may have taken every column of a short exposure: it is then drawn beside them, or in their place where there is no room. */
function uncover(
  row: Cell[],
  from: number,
  to: number,
  section: Lane['section'],
  signs: ReadonlySet<string | undefined>,
  glyphs: Glyphs,
): void {
  const text = glyphs.spans.exposed;
  if (row.slice(from, to).some((cell) => cell.text === text)) return;
  // A router lets go at the end of it, a container stops accepting at its beginning.
  const beside = section === 'routers' ? from - 1 : to;
  const isFree = row[beside] !== undefined && !signs.has(row[beside].text);
  row[isFree ? beside : from] = { text, tone: 'bad' };
}

/** Neighbours of one colour are painted together. */
function painted(row: readonly Cell[], paints: Paint): string {
  let text = '';
  for (let from = 0; from < row.length; ) {
    let to = from;
    while (to < row.length && row[to]!.tone === row[from]!.tone) to++;
    const part = row
      .slice(from, to)
      .map((cell) => cell.text)
      .join('');
    text += part.trim() === '' ? part : paints(part, row[from]!.tone);
    from = to;
  }
  return text;
}

/** Labels that have room, above a rule with their ticks and the breaks. */
function axisLines(axis: Axis, track: number, glyphs: Glyphs): readonly string[] {
  const labels = Array.from({ length: track }, () => ' ');
  const rule = Array.from({ length: track }, () => glyphs.rule);
  let free = 0;
  for (const { at, label } of axis.ticks) {
    const column = Math.min(track - 1, Math.floor(at * track));
    if (column < free || column + label.length > track) continue;
    for (let index = 0; index < label.length; index++) labels[column + index] = label[index]!;
    free = column + label.length + 1;
    rule[column] = glyphs.tick;
  }
  for (const { from, to } of axis.breaks) {
    for (let at = Math.ceil(from * track); at < Math.floor(to * track); at++) rule[at] = glyphs.breaks;
  }
  return [labels.join(''), rule.join('')];
}

/** What the drawn characters mean, and no others. */
function legend(
  { lanes, axis }: Picture,
  drawn: readonly (readonly Cell[])[],
  glyphs: Glyphs,
  width: number,
): readonly string[] {
  const seen = new Set(drawn.flatMap((row) => row.map(({ text }) => text)));
  const words = new Map<string, Set<string>>();
  const add = (glyph: string | undefined, word: string) => {
    if (glyph === undefined || !seen.has(glyph)) return;
    words.set(glyph, (words.get(glyph) ?? new Set()).add(word));
  };
  const spans = new Set(lanes.flatMap((lane) => lane.spans.map(({ kind }) => kind)));
  const marks = new Set(lanes.flatMap((lane) => lane.marks.map(({ kind }) => kind)));
  for (const kind of SPAN_ORDER) if (spans.has(kind)) add(glyphs.spans[kind], SPAN_WORDS[kind]);
  for (const kind of MARK_ORDER) if (marks.has(kind)) add(glyphs.marks[kind], MARK_WORDS[kind]);
  if (axis.breaks.length > 0) add(glyphs.breaks, 'time left out');
  // A space that must not break: a sign and its words stay together.
  const entries = [...words].map(([glyph, own]) =>
    `${glyph} ${[...own].join(', ')}`.replaceAll(' ', '\u00a0'),
  );
  return wrap(entries.join('   '), width).map((line) => line.replaceAll('\u00a0', ' ').trimEnd());
}

const SPAN_ORDER: readonly SpanKind[] = [
  'exposed',
  'routed',
  'starting',
  'ready',
  'preStop',
  'draining',
  'terminating',
  'serving',
  'notServing',
];
